//! Signed records as the store keeps them, and back.

use crate::record::{Countersigned, Signed};
use crate::store::{CountersignedRecord, StoredRecord};

pub(super) fn stored<T>(record: &Signed<T>) -> StoredRecord {
    StoredRecord {
        body: record.body.clone(),
        signature: record.signature,
    }
}

pub(super) fn signed<T>(record: StoredRecord) -> Signed<T> {
    Signed::from_parts(record.body, record.signature)
}

pub(super) fn stored_jointly<T>(record: &Countersigned<T>) -> CountersignedRecord {
    CountersignedRecord {
        body: record.body.clone(),
        analyst_signature: record.analyst_signature,
        server_signature: record.server_signature,
    }
}

pub(super) fn countersigned<T>(record: CountersignedRecord) -> Countersigned<T> {
    Countersigned::from_parts(
        record.body,
        record.analyst_signature,
        record.server_signature,
    )
}
