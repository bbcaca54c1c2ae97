//! How long the records of a computation may be. Anybody may look a computation up and is told all of
//! them in one answer, so together they must fit one; a record is kept as it was written, and JSON may
//! have blanks anywhere.

use crate::measurement::Scheme;

/// Longest answer, in bytes, since no message from a server is longer.
pub const ANSWER_LEN: usize = 4 * 1024 * 1024;

/// Longest manifest, in bytes: room for a thousand questions with a kilobyte of texts each, and small
/// enough that a server can hold many.
pub const MANIFEST_LEN: usize = 1024 * 1024;

/// Longest notice, in bytes: several times the longest that our programs write, since each of up to
/// [`MAX_NOTICES`](super::MAX_NOTICES) is shown to everybody.
pub const NOTICE_LEN: usize = 1024;

/// What a record may have beside that of which the length follows from the computation: names, hashes,
/// blanks.
pub const RECORD_LEN: usize = 1024;

/// What a record has beside its body when it travels: names, two signatures.
const CARRIED: usize = 512;

/// Notices that must always find room: the batch is frozen, and purged.
const LAST_NOTICES: usize = 2;

/// Longest record of a result, and longest published one, in bytes: the values are sealed and stand
/// in the record as text.
#[must_use]
pub fn result_len(scheme: &Scheme) -> usize {
    text_len(scheme.lengths().aggregate).saturating_add(RECORD_LEN)
}

/// Bytes that a record of that length has in an answer.
#[must_use]
pub fn carried_len(body: usize) -> usize {
    text_len(body).saturating_add(CARRIED)
}

/// Longest manifest of that kind, in bytes: what an answer has room for beside everything that must
/// still be added.
#[must_use]
pub fn manifest_len(scheme: &Scheme) -> usize {
    let free = ANSWER_LEN.saturating_sub(kept_free(scheme).saturating_add(CARRIED));
    MANIFEST_LEN.min(free / 4 * 3)
}

/// Whether an answer of that length has room for one more notice.
#[must_use]
pub fn takes_notice(scheme: &Scheme, answer: usize, notice: usize) -> bool {
    let parts = [answer, carried_len(notice), kept_free(scheme)];
    parts.into_iter().fold(0, usize::saturating_add) <= ANSWER_LEN
}

/// What is kept free in an answer for the end of a computation: batch, commit, result, last notices.
fn kept_free(scheme: &Scheme) -> usize {
    let lengths = scheme.lengths();
    // A commit says of each cohort how many counted and of each group whether it is suppressed, in up
    // to eight characters where a result has at least one byte.
    let population = lengths.aggregate.saturating_sub(lengths.aggregate_share);
    let commit = population.saturating_mul(8).saturating_add(RECORD_LEN);
    let records = [RECORD_LEN, commit, result_len(scheme)];
    let records = records.into_iter().chain([NOTICE_LEN; LAST_NOTICES]);
    records.map(carried_len).fold(0, usize::saturating_add)
}

/// Characters of so many bytes as base64url.
fn text_len(bytes: usize) -> usize {
    bytes.div_ceil(3).saturating_mul(4)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixtures::World;
    use crate::manifest::MAX_NOTICES;

    #[test]
    fn a_sum_with_the_longest_manifest_has_room_for_all_its_notices() {
        let world = World::new(1);
        let scheme = &world.terms.scheme;
        assert_eq!(manifest_len(scheme), MANIFEST_LEN);
        let others = usize::try_from(MAX_NOTICES).unwrap() - 1;
        let answer = carried_len(MANIFEST_LEN) + others * carried_len(NOTICE_LEN);
        assert!(takes_notice(scheme, answer, NOTICE_LEN));
    }

    #[test]
    fn the_end_of_a_computation_always_finds_room() {
        let world = World::new(1);
        let scheme = &world.terms.scheme;
        let full = ANSWER_LEN - kept_free(scheme);
        let notice = carried_len(NOTICE_LEN);
        assert!(takes_notice(scheme, full - notice, NOTICE_LEN));
        assert!(!takes_notice(scheme, full - notice + 1, NOTICE_LEN));
        assert!(!takes_notice(scheme, ANSWER_LEN, 0));
        assert!(!takes_notice(scheme, usize::MAX, usize::MAX));
    }
}
