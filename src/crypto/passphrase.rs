//! What a passphrase keeps closed: Argon2id (RFC 9106) makes a key of it, XChaCha20-Poly1305 seals
//! with that key.
//!
//! ```text
//! key    = Argon2id(passphrase, salt (16), passes, memory, one lane) (32)
//! sealed = XChaCha20-Poly1305(key, nonce (24), about = tag || 0x00, plaintext)
//! ```
//!
//! Salt, passes and memory need no protection of their own: with others another key comes out.

use std::fmt;

use rand::CryptoRng;
use zeroize::Zeroizing;

use super::{Tag, backend};

/// Longest passphrase, in bytes: a page of text.
const LONGEST: usize = 4096;

/// Fewest characters of one that is chosen today (NIST SP 800-63B, for what a person makes up).
const FEWEST: usize = 8;

/// What a person keeps in mind.
#[derive(Clone, PartialEq, Eq)]
pub struct Passphrase(Zeroizing<String>);

/// A text is no passphrase.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PassphraseError {
    /// Nothing was said.
    #[error("a passphrase is not empty")]
    Empty,
    /// More than anybody can mean.
    #[error("a passphrase has at most {LONGEST} bytes")]
    TooLong,
    /// It would be guessed.
    #[error("a passphrase needs at least {FEWEST} characters")]
    TooShort,
}

impl Passphrase {
    /// One that opens something.
    pub fn new(text: Zeroizing<String>) -> Result<Self, PassphraseError> {
        match text.len() {
            0 => Err(PassphraseError::Empty),
            length if length > LONGEST => Err(PassphraseError::TooLong),
            _ => Ok(Self(text)),
        }
    }

    /// One that is to close something from now on.
    pub fn chosen(text: Zeroizing<String>) -> Result<Self, PassphraseError> {
        let passphrase = Self::new(text)?;
        if passphrase.0.chars().count() < FEWEST {
            return Err(PassphraseError::TooShort);
        }
        Ok(passphrase)
    }
}

impl fmt::Debug for Passphrase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Passphrase(..)")
    }
}

/// What it costs to try one passphrase.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cost {
    /// Passes over the memory.
    pub passes: u32,
    /// Memory in KiB.
    pub memory: u32,
}

impl Cost {
    /// For what is closed today: libsodium's own choice for what is used now and then ("moderate").
    pub const DEFAULT: Self = Self {
        passes: 3,
        memory: 256 * 1024,
    };

    /// The most that is believed of a file: four times each of libsodium's highest choice
    /// ("sensitive"), which takes seconds. A file that asks for more was not made to be opened.
    const MOST: Self = Self {
        passes: 16,
        memory: 4 * 1024 * 1024,
    };

    /// The least that Argon2id knows.
    const LEAST: Self = Self {
        passes: 1,
        memory: 8,
    };

    fn is_bearable(self) -> bool {
        (Self::LEAST.passes..=Self::MOST.passes).contains(&self.passes)
            && (Self::LEAST.memory..=Self::MOST.memory).contains(&self.memory)
    }
}

/// What was closed with a passphrase cannot be opened, or closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum UnlockError {
    /// Another passphrase closed it, or it was changed since.
    #[error("the passphrase does not open it")]
    Wrong,
    /// The machine has not the memory that a try needs.
    #[error("this machine has not enough memory for the passphrase: {} MiB are needed", .0 / 1024)]
    NoMemory(u32),
    /// It asks for more than anything of ours does.
    #[error("it was not made to be opened: trying a passphrase would take too long")]
    TooCostly,
}

/// Something that a passphrase opens.
#[derive(Clone, PartialEq, Eq)]
pub struct Locked {
    /// What a try costs.
    pub cost: Cost,
    /// Makes the key another one each time.
    pub salt: [u8; 16],
    /// Makes the ciphertext another one each time.
    pub nonce: [u8; 24],
    /// The ciphertext with its MAC.
    pub sealed: Vec<u8>,
}

impl Locked {
    /// Closes something.
    pub fn new(
        passphrase: &Passphrase,
        cost: Cost,
        tag: Tag,
        plaintext: &[u8],
        rng: &mut impl CryptoRng,
    ) -> Result<Self, UnlockError> {
        let (mut salt, mut nonce) = ([0; 16], [0; 24]);
        rng.fill_bytes(&mut salt);
        rng.fill_bytes(&mut nonce);
        let key = derive(passphrase, &salt, cost)?;
        Ok(Self {
            cost,
            salt,
            nonce,
            sealed: backend::encrypt(&key, &nonce, &about(tag), plaintext),
        })
    }

    /// Opens it.
    pub fn open(
        &self,
        passphrase: &Passphrase,
        tag: Tag,
    ) -> Result<Zeroizing<Vec<u8>>, UnlockError> {
        let key = derive(passphrase, &self.salt, self.cost)?;
        let opened = backend::decrypt(&key, &self.nonce, &about(tag), &self.sealed);
        opened.map(Zeroizing::new).ok_or(UnlockError::Wrong)
    }
}

impl fmt::Debug for Locked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Locked({:?}, {} bytes)", self.cost, self.sealed.len())
    }
}

fn derive(
    passphrase: &Passphrase,
    salt: &[u8; 16],
    cost: Cost,
) -> Result<Zeroizing<[u8; 32]>, UnlockError> {
    let Cost { passes, memory } = cost;
    let bytes = usize::try_from(memory)
        .ok()
        .and_then(|memory| memory.checked_mul(1024));
    let (true, Ok(passes), Some(bytes)) = (cost.is_bearable(), usize::try_from(passes), bytes)
    else {
        return Err(UnlockError::TooCostly);
    };
    backend::argon2id(passphrase.0.as_bytes(), salt, passes, bytes)
        .ok_or(UnlockError::NoMemory(memory))
}

fn about(tag: Tag) -> Vec<u8> {
    [tag.as_str().as_bytes(), &[0]].concat()
}

#[cfg(test)]
mod tests {
    use super::super::Entropy;
    use super::*;

    const CHEAP: Cost = Cost {
        passes: 1,
        memory: 64,
    };

    fn passphrase(text: &str) -> Passphrase {
        Passphrase::new(Zeroizing::new(text.to_owned())).unwrap()
    }

    fn lock(text: &str) -> Locked {
        let rng = &mut Entropy::seeded(1).rng();
        Locked::new(&passphrase(text), CHEAP, Tag::LOCKED_KEYS, b"keys", rng).unwrap()
    }

    #[test]
    fn only_its_passphrase_opens_what_was_closed() {
        let locked = lock("correct horse");
        let open = |text: &str, tag| locked.open(&passphrase(text), tag);
        let opened = open("correct horse", Tag::LOCKED_KEYS).unwrap();
        assert_eq!(opened.as_slice(), b"keys");
        for (text, tag) in [
            ("correct horse ", Tag::LOCKED_KEYS),
            ("Correct horse", Tag::LOCKED_KEYS),
            ("correct horse", Tag::LOCKED_BACKUP),
        ] {
            assert_eq!(open(text, tag), Err(UnlockError::Wrong));
        }
    }

    #[test]
    fn what_was_changed_does_not_open() {
        let locked = lock("correct horse");
        let mut changed = [(); 5].map(|()| locked.clone());
        changed[0].salt[0] ^= 1;
        changed[1].nonce[23] ^= 1;
        changed[2].sealed[0] ^= 1;
        changed[3].sealed.pop();
        changed[4].cost.memory += 8;
        for locked in changed {
            let opened = locked.open(&passphrase("correct horse"), Tag::LOCKED_KEYS);
            assert_eq!(opened, Err(UnlockError::Wrong), "{locked:?}");
        }
    }

    #[test]
    fn a_file_cannot_ask_for_the_whole_machine() {
        for (passes, memory) in [(0, 64), (17, 64), (1, 7), (1, u32::MAX)] {
            let mut locked = lock("correct horse");
            locked.cost = Cost { passes, memory };
            let opened = locked.open(&passphrase("correct horse"), Tag::LOCKED_KEYS);
            assert_eq!(opened, Err(UnlockError::TooCostly));
        }
    }

    #[test]
    fn passphrases_have_a_length() {
        let text = |length| Zeroizing::new("x".repeat(length));
        assert_eq!(Passphrase::new(text(0)), Err(PassphraseError::Empty));
        assert!(Passphrase::new(text(LONGEST)).is_ok());
        let too_long = Passphrase::new(text(LONGEST + 1));
        assert_eq!(too_long, Err(PassphraseError::TooLong));
        assert!(Passphrase::new(text(1)).is_ok());
        assert_eq!(Passphrase::chosen(text(7)), Err(PassphraseError::TooShort));
        // Characters, not bytes.
        let umlauts = Zeroizing::new("ü".repeat(8));
        assert!(Passphrase::chosen(umlauts).is_ok());
        assert_eq!(format!("{:?}", passphrase("secret")), "Passphrase(..)");
    }
}
