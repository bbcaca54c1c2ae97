//! The analyst's keys.

use js_sys::Uint8Array;
use serde_json::json;
use wasm_bindgen::prelude::*;
use web_mpc::crypto::{Analyst, Identity, Passphrase, PassphraseError, Role};
use web_mpc::files::keyfile;
use zeroize::Zeroizing;

use super::view::words;
use super::wire::rng;
use crate::failure::{Failure, json};

/// An analyst's keys.
#[wasm_bindgen]
#[derive(Debug, Clone)]
pub struct Keys(Identity<Analyst>);

#[wasm_bindgen]
impl Keys {
    /// Draws new ones.
    pub fn generate() -> Self {
        Self(Identity::generate(&mut rng()))
    }

    /// Reads a key file, with the passphrase that it needs.
    pub fn read(file: &[u8], passphrase: Option<String>) -> Result<Self, Failure> {
        let passphrase = passphrase.map(|text| Passphrase::new(Zeroizing::new(text)));
        let passphrase = passphrase.transpose().map_err(weak)?;
        Ok(Self(keyfile::read(file, passphrase.as_ref())?))
    }

    /// The content of a key file, closed with a passphrase if there is one.
    pub fn write(&self, passphrase: Option<String>) -> Result<Uint8Array, Failure> {
        let passphrase = passphrase.map(|text| Passphrase::chosen(Zeroizing::new(text)));
        let passphrase = passphrase.transpose().map_err(weak)?;
        let content = keyfile::write(&self.0, passphrase.as_ref(), &mut rng());
        let content = content.map_err(keyfile::KeyFileError::Locked)?;
        Ok(Uint8Array::from(content.as_slice()))
    }

    /// Key id and words.
    pub fn facts(&self) -> String {
        let key_id = self.0.public().key_id();
        json(&json!({ "keyId": key_id, "words": words(&key_id) }))
    }

    /// The content of `analyst.pub`.
    #[wasm_bindgen(js_name = publicFile)]
    pub fn public_file(&self) -> String {
        let public = self.0.public();
        let (box_key, sign) = (public.box_key, public.signing_key);
        let file = json!({ "version": 1, "role": Analyst::NAME, "box": box_key, "sign": sign });
        format!("{file:#}\n")
    }

    /// Whether a file holds these keys.
    pub fn are(&self, other: &Keys) -> bool {
        self.0.public() == other.0.public()
            && self.0.boxes.secret() == other.0.boxes.secret()
            && self.0.signing.seed() == other.0.signing.seed()
    }
}

fn weak(error: PassphraseError) -> Failure {
    Failure::new("passphrase_weak", error)
}

impl Keys {
    /// Both key pairs.
    pub fn identity(&self) -> &Identity<Analyst> {
        &self.0
    }
}
