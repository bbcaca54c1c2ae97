//! The worker's WebSocket as the client's wire.

use std::time::Duration;

use js_sys::{Function, Promise, Uint8Array};
use rand::rngs::StdRng;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_mpc::client::{Arrival, Broken, Connection, Frame, Wire};
use web_mpc::crypto::Entropy;

#[wasm_bindgen]
extern "C" {
    /// An open WebSocket, as `socket.ts` wraps it.
    pub type Socket;

    #[wasm_bindgen(method, catch, js_name = sendText)]
    fn send_text(this: &Socket, text: &str) -> Result<(), JsValue>;

    #[wasm_bindgen(method, catch, js_name = sendBytes)]
    fn send_bytes(this: &Socket, bytes: Uint8Array) -> Result<(), JsValue>;

    /// A text, bytes, or nothing when the time is over; rejects when the WebSocket is closed.
    #[wasm_bindgen(method)]
    fn receive(this: &Socket, milliseconds: Option<f64>) -> Promise;

    #[wasm_bindgen(method)]
    fn close(this: &Socket);
}

/// Randomness of the browser.
pub fn rng() -> StdRng {
    Entropy::System.rng()
}

/// Tells the page something; whether it listens does not matter.
pub fn event(tell: &Function, event: &str) {
    drop(tell.call1(&JsValue::NULL, &JsValue::from_str(event)));
}

/// A connection over a WebSocket that is open.
pub fn connection(socket: Socket) -> Connection {
    Connection::over(Box::new(Browser(socket)))
}

struct Browser(Socket);

impl Wire for Browser {
    fn send(&mut self, frame: Frame) -> Result<(), Broken> {
        match frame {
            Frame::Text(text) => self.0.send_text(&text),
            Frame::Binary(bytes) => self.0.send_bytes(Uint8Array::from(bytes.as_slice())),
        }
        .map_err(|_| Broken::Lost)
    }

    fn receive(&mut self, within: Option<Duration>) -> Arrival {
        let arriving = self
            .0
            .receive(within.map(|within| within.as_secs_f64() * 1e3));
        Box::pin(async move {
            let arrived = JsFuture::from(arriving).await.map_err(|_| Broken::Lost)?;
            if let Some(text) = arrived.as_string() {
                return Ok(Frame::Text(text));
            }
            let bytes = arrived.dyn_into::<Uint8Array>();
            let bytes = bytes.map_err(|_| Broken::TimedOut)?;
            Ok(Frame::Binary(bytes.to_vec()))
        })
    }

    fn close(&mut self) {
        self.0.close();
    }
}
