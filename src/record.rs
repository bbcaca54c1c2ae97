//! Signed records: made once as JSON, then carried as opaque bytes that nobody re-serialises, so
//! that a signature or a hash over them can always be checked again.
//!
//! What a record says is read only after its signature is checked. Unknown and double fields are
//! refused: two readers never understand two things.

use std::marker::PhantomData;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::crypto::{Analyst, Role, Server, SigningKeyPair, Tag, VerifyingKey};
use crate::ids::{Blob, Signature};
use crate::json;

/// A record cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RecordError {
    /// Not signed by the key that should have signed it.
    #[error("the signature is wrong")]
    BadSignature,
    /// Signed, but not of the documented form.
    #[error("the record is malformed")]
    Malformed,
}

/// What one side signs.
pub trait Record: Serialize + DeserializeOwned {
    /// Who signs it.
    type Signer: Role;
    /// What its signature is over.
    const TAG: Tag;
}

/// A record as its signer wrote it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, bound = "")]
pub struct Signed<T> {
    /// The record's bytes.
    pub body: Blob,
    /// Over tag and body.
    pub signature: Signature,
    #[serde(skip)]
    record: PhantomData<fn() -> T>,
}

impl<T> Signed<T> {
    /// Puts together what was stored or sent apart.
    #[must_use]
    pub const fn from_parts(body: Blob, signature: Signature) -> Self {
        Self {
            body,
            signature,
            record: PhantomData,
        }
    }
}

impl<T: Record> Signed<T> {
    /// Writes and signs a record.
    #[must_use]
    pub fn sign(record: &T, keys: &SigningKeyPair<T::Signer>) -> Self {
        let body = write(record);
        let signature = keys.sign(T::TAG, &body.0);
        Self::from_parts(body, signature)
    }

    /// How many bytes [`Self::sign`] writes.
    #[must_use]
    pub fn sign_len(record: &T) -> usize {
        write(record).0.len()
    }

    /// Reads the record, if that key signed it.
    pub fn open(&self, key: &VerifyingKey<T::Signer>) -> Result<T, RecordError> {
        if !key.verify(T::TAG, &self.body.0, &self.signature) {
            return Err(RecordError::BadSignature);
        }
        read(&self.body)
    }

    /// Reads a record that names the key that must have signed it: `key` finds that key.
    pub fn open_with(
        &self,
        key: impl FnOnce(&T) -> VerifyingKey<T::Signer>,
    ) -> Result<T, RecordError> {
        let record = read(&self.body)?;
        if key(&record).verify(T::TAG, &self.body.0, &self.signature) {
            Ok(record)
        } else {
            Err(RecordError::BadSignature)
        }
    }
}

/// What both sides sign: the analyst first, under [`Record::TAG`], then the server under a tag of
/// its own.
pub trait JointRecord: Record<Signer = Analyst> {
    /// What the server's signature is over.
    const SERVER_TAG: Tag;
}

/// A record that both sides signed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, bound = "")]
pub struct Countersigned<T> {
    /// The record's bytes.
    pub body: Blob,
    /// The analyst's, over tag and body.
    pub analyst_signature: Signature,
    /// The server's, over its own tag and body.
    pub server_signature: Signature,
    #[serde(skip)]
    record: PhantomData<fn() -> T>,
}

impl<T> Countersigned<T> {
    /// Puts together what was stored or sent apart.
    #[must_use]
    pub const fn from_parts(
        body: Blob,
        analyst_signature: Signature,
        server_signature: Signature,
    ) -> Self {
        Self {
            body,
            analyst_signature,
            server_signature,
            record: PhantomData,
        }
    }

    /// What the analyst alone signed.
    #[must_use]
    pub fn analysts(&self) -> Signed<T> {
        Signed::from_parts(self.body.clone(), self.analyst_signature)
    }
}

impl<T: JointRecord> Countersigned<T> {
    /// Adds the server's signature to a record that the server agrees with.
    #[must_use]
    pub fn countersign(signed: &Signed<T>, keys: &SigningKeyPair<Server>) -> Self {
        let server_signature = keys.sign(T::SERVER_TAG, &signed.body.0);
        Self::from_parts(signed.body.clone(), signed.signature, server_signature)
    }

    /// Whether the server signed it too.
    #[must_use]
    pub fn is_countersigned(&self, server: &VerifyingKey<Server>) -> bool {
        server.verify(T::SERVER_TAG, &self.body.0, &self.server_signature)
    }

    /// Reads the record, if both signed it.
    pub fn open(
        &self,
        analyst: &VerifyingKey<Analyst>,
        server: &VerifyingKey<Server>,
    ) -> Result<T, RecordError> {
        if !self.is_countersigned(server) {
            return Err(RecordError::BadSignature);
        }
        self.analysts().open(analyst)
    }
}

fn write<T: Serialize>(record: &T) -> Blob {
    #[expect(
        clippy::expect_used,
        reason = "records have text keys and no failing serialiser"
    )]
    Blob(serde_json::to_vec(record).expect("a record is JSON"))
}

fn read<T: DeserializeOwned>(body: &Blob) -> Result<T, RecordError> {
    json::read(&body.0).map_err(|_| RecordError::Malformed)
}
