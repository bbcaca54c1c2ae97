//! Values as columns.

use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ToSql, ToSqlOutput, ValueRef};

use crate::ids::{
    Blob, ComputationName, Fingerprint, InvitationKey, KeyId, PartyKey, Signature, SubmissionHash,
    SubmissionId,
};
use crate::manifest::Phase;
use crate::store::Happening;

macro_rules! blob_columns {
    ($($name:ident),+) => {$(
        impl ToSql for $name {
            fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
                Ok(ToSqlOutput::Borrowed(ValueRef::Blob(self.as_bytes())))
            }
        }

        impl FromSql for $name {
            fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
                Self::from_slice(value.as_blob()?).ok_or(FromSqlError::InvalidType)
            }
        }
    )+};
}

blob_columns!(
    Fingerprint,
    InvitationKey,
    KeyId,
    PartyKey,
    Signature,
    SubmissionHash,
    SubmissionId
);

impl ToSql for Blob {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(ValueRef::Blob(&self.0)))
    }
}

impl FromSql for Blob {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        Ok(Self(value.as_blob()?.to_vec()))
    }
}

impl ToSql for ComputationName {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(self.as_str().into())
    }
}

impl FromSql for ComputationName {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        value
            .as_str()?
            .parse()
            .map_err(|_| FromSqlError::InvalidType)
    }
}

impl ToSql for Phase {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(self.name().into()))
    }
}

impl FromSql for Phase {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        let found = value.as_str()?;
        let phase = Self::ALL.into_iter().find(|phase| phase.name() == found);
        phase.ok_or(FromSqlError::InvalidType)
    }
}

/// The option that is fixed in each dimension: 4 bytes each, 0 for none, or else the option and 1.
pub(super) struct Cohorts(pub(super) Vec<Option<u32>>);

impl ToSql for Cohorts {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        let number = |fixed: &Option<u32>| fixed.map_or(0, |fixed| fixed.saturating_add(1));
        let bytes: Vec<u8> = self
            .0
            .iter()
            .flat_map(|fixed| number(fixed).to_be_bytes())
            .collect();
        Ok(bytes.into())
    }
}

impl FromSql for Cohorts {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        let (chunks, rest) = value.as_blob()?.as_chunks::<4>();
        if !rest.is_empty() {
            return Err(FromSqlError::InvalidType);
        }
        let fixed = |bytes: &[u8; 4]| u32::from_be_bytes(*bytes).checked_sub(1);
        Ok(Self(chunks.iter().map(fixed).collect()))
    }
}

impl ToSql for Happening {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(ValueRef::from(self.name())))
    }
}

impl FromSql for Happening {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        let found = value.as_str()?;
        let named = Self::NAMES.iter().find(|(_, name)| *name == found);
        let happening = named.map(|(happening, _)| *happening);
        happening.ok_or(FromSqlError::InvalidType)
    }
}

/// A number that a party chose: all 64 bits are kept, and it is never compared in SQL, which has
/// signed integers only.
pub(super) struct Wide(pub(super) u64);

impl ToSql for Wide {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(self.0.cast_signed().into())
    }
}

impl FromSql for Wide {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        Ok(Self(value.as_i64()?.cast_unsigned()))
    }
}
