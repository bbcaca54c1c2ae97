//! Frames of RFC 6455, in whatever shape a test wants them.

use web_mpc::protocol::encode;

pub(crate) const CONTINUATION: u8 = 0x0;
pub(crate) const TEXT: u8 = 0x1;
pub(crate) const BINARY: u8 = 0x2;
pub(crate) const CLOSE: u8 = 0x8;
pub(crate) const PING: u8 = 0x9;
pub(crate) const PONG: u8 = 0xa;
pub(crate) const FIN: u8 = 0x80;
pub(crate) const RSV1: u8 = 0x40;
pub(crate) const RSV2: u8 = 0x20;
pub(crate) const RSV3: u8 = 0x10;

/// Masks what tests send: any value will do.
const MASK: [u8; 4] = [0x37, 0xfa, 0x21, 0x3d];

/// One frame.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Frame {
    /// FIN, the reserved bits, the opcode.
    pub(crate) first: u8,
    /// Unmasked.
    pub(crate) payload: Vec<u8>,
}

impl Frame {
    pub(crate) fn opcode(&self) -> u8 {
        self.first & 0x0f
    }

    pub(crate) fn is_control(&self) -> bool {
        self.opcode() >= CLOSE
    }

    /// Reads the first frame of a buffer; the second number is its length with its header.
    pub(crate) fn parse(buffer: &[u8]) -> Option<(Self, usize)> {
        let (&first, &second) = (buffer.first()?, buffer.get(1)?);
        let (len, mut at) = match second & 0x7f {
            126 => (number(buffer.get(2..4)?), 4),
            127 => (number(buffer.get(2..10)?), 10),
            short => (usize::from(short), 2),
        };
        let mask = if second & 0x80 == 0 {
            [0; 4]
        } else {
            at += 4;
            buffer.get(at - 4..at)?.try_into().ok()?
        };
        let mut payload = buffer.get(at..at + len)?.to_vec();
        xor(&mut payload, mask);
        Some((Self { first, payload }, at + len))
    }
}

fn number(bytes: &[u8]) -> usize {
    bytes
        .iter()
        .fold(0, |number, byte| number << 8 | usize::from(*byte))
}

fn xor(payload: &mut [u8], mask: [u8; 4]) {
    for (byte, mask) in payload.iter_mut().zip(mask.iter().cycle()) {
        *byte ^= mask;
    }
}

/// A frame as a client must write it.
pub(crate) fn masked(first: u8, payload: &[u8]) -> Vec<u8> {
    let mut frame = header(first, 0x80, payload.len());
    frame.extend_from_slice(&MASK);
    let mut payload = payload.to_vec();
    xor(&mut payload, MASK);
    frame.extend_from_slice(&payload);
    frame
}

/// A frame as only a server may write it.
pub(crate) fn unmasked(first: u8, payload: &[u8]) -> Vec<u8> {
    let mut frame = header(first, 0, payload.len());
    frame.extend_from_slice(payload);
    frame
}

/// The header of a client's frame that claims a length, mask included.
pub(crate) fn claim(first: u8, len: u64) -> Vec<u8> {
    let mut frame = vec![first, 0x80 | 127];
    frame.extend_from_slice(&len.to_be_bytes());
    frame.extend_from_slice(&MASK);
    frame
}

fn header(first: u8, mask: u8, len: usize) -> Vec<u8> {
    let mut header = vec![first];
    match (u8::try_from(len), u16::try_from(len)) {
        (Ok(len), _) if len < 126 => header.push(mask | len),
        (_, Ok(len)) => {
            header.push(mask | 0x7e);
            header.extend_from_slice(&len.to_be_bytes());
        }
        _ => {
            header.push(mask | 127);
            header.extend_from_slice(&(len as u64).to_be_bytes());
        }
    }
    header
}

/// A message as one masked text frame.
pub(crate) fn message(message: &impl serde::Serialize) -> Vec<u8> {
    text(&encode(message))
}

/// A text as one masked frame.
pub(crate) fn text(text: &str) -> Vec<u8> {
    masked(FIN | TEXT, text.as_bytes())
}

/// The payload of a close frame.
pub(crate) fn close_payload(code: u16, reason: &[u8]) -> Vec<u8> {
    [&code.to_be_bytes(), reason].concat()
}
