//! The tags that separate what is signed or hashed as one thing from every other.

/// What a signature or a hash is over: an ASCII text that stands before the body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tag(&'static str);

impl Tag {
    /// The text.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        self.0
    }
}

macro_rules! tags {
    ($($(#[$doc:meta])* $name:ident = $text:literal;)+) => {
        impl Tag {
            $($(#[$doc])* pub const $name: Self = Self(concat!("web-mpc/1/", $text));)+

            /// Every tag there is, for the test that no two are the same.
            #[cfg(test)]
            const ALL: &'static [Self] = &[$(Self::$name),+];
        }
    };
}

tags! {
    /// Hash that names a compute party.
    KEY_ID = "key-id";
    /// Hash that names a computation.
    FINGERPRINT = "fingerprint";
    /// Analyst's signature over a manifest.
    MANIFEST = "manifest";
    /// Server's signature over a manifest.
    MANIFEST_COUNTERSIGNATURE = "manifest-countersignature";
    /// Server's signature over the box key that it made for one computation.
    COMPUTATION_KEY = "computation-key";
    /// Analyst's signature over a notice.
    NOTICE = "notice";
    /// Hash that links a notice to the one before.
    NOTICE_HASH = "notice-hash";
    /// Analyst's signature over a login challenge.
    LOGIN = "login";
    /// Server's signature over a login challenge.
    LOGIN_ANSWER = "login-answer";
    /// Analyst's signature that asks for its computations.
    LIST = "list";
    /// First bytes of an opened input share.
    INPUT_SHARE = "input-share";
    /// Hash over sequence number and server's box.
    SUBMISSION_SEQUENCE = "submission-sequence";
    /// Hash over everything that a party uploads.
    SUBMISSION_HASH = "submission-hash";
    /// Party's signature over a submission hash.
    SUBMISSION = "submission";
    /// Server's signature over a receipt.
    RECEIPT = "receipt";
    /// Party's signature over the withdrawal of its submission.
    WITHDRAWAL = "withdrawal";
    /// Hash of a withdrawal.
    WITHDRAWAL_HASH = "withdrawal-hash";
    /// Server's signature over its word that a submission is withdrawn.
    WITHDRAWAL_RECEIPT = "withdrawal-receipt";
    /// Seed of an invitation's key, derived from the analyst's secret key.
    INVITATION_SEED = "invitation-seed";
    /// Invitation's signature over the key of the party that uses it.
    INVITATION = "invitation";
    /// Invitation's signature over the question what it is worth.
    INVITATION_LOOKUP = "invitation-lookup";
    /// Hash of a list of invitations.
    INVITATION_LIST = "invitation-list";
    /// Hash of a list of invitations that are revoked.
    REVOCATION_LIST = "revocation-list";
    /// First bytes of what the analyst seals to itself of a list of invitations.
    ROSTER = "roster";
    /// Party's signature over the key of another device that takes its place.
    TAKEOVER = "takeover";
    /// Server's signature over the description of a frozen batch.
    BATCH = "batch";
    /// Hash of an accept bitmap.
    ACCEPTED = "accepted";
    /// Analyst's signature over a commit.
    COMMIT = "commit";
    /// Server's signature over a commit.
    COMMIT_COUNTERSIGNATURE = "commit-countersignature";
    /// Hash of what is hidden of a result.
    HIDDEN = "hidden";
    /// Hash of a commit.
    COMMIT_HASH = "commit-hash";
    /// Server's signature over its share of presence counts.
    PRESENCE = "presence";
    /// First bytes of an opened share of presence counts.
    PRESENCE_SHARE = "presence-share";
    /// Analyst's signature over what is hidden.
    HIDING = "hiding";
    /// Hash of what the analyst signed of that.
    HIDING_HASH = "hiding-hash";
    /// Server's signature over a released aggregate share.
    RELEASE = "release";
    /// First bytes of an opened aggregate share.
    AGGREGATE_SHARE = "aggregate-share";
    /// Analyst's signature over its record of a result.
    RESULT = "result";
    /// Key of the commitment to a result's values.
    RESULT_KEY = "result-key";
    /// Hiding commitment to a result's values.
    RESULT_COMMITMENT = "result-commitment";
    /// First bytes of the result that the analyst seals to itself.
    RESULT_BLOB = "result-blob";
    /// Analyst's signature over a result that it publishes.
    PUBLICATION = "publication";
    /// First bytes of a result that is published to the invited.
    PUBLISHED_RESULT = "published-result";
    /// Secret of the box key of an invitation, derived from its seed.
    PUBLICATION_BOX = "publication-box";
    /// Hash of all keys to a published result.
    PUBLICATION_KEYS = "publication-keys";
    /// Hash of a form, which its spreadsheets carry.
    FORM_HASH = "form-hash";
    /// The verify key of a form, derived from the analyst's secret key.
    VERIFY_KEY = "verify-key";
    /// Hash of a verify key.
    VERIFY_KEY_HASH = "verify-key-hash";
    /// Seed of the signing key that belongs to a box key made by JIFF.
    JIFF_SIGNING_SEED = "jiff-signing-seed";
    /// What a passphrase seals: a key file's content.
    LOCKED_KEYS = "locked-keys";
    /// What a passphrase seals: a backup's content.
    LOCKED_BACKUP = "locked-backup";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_differ_and_hold_no_zero_byte() {
        for (index, tag) in Tag::ALL.iter().enumerate() {
            assert!(!tag.as_str().contains('\0'));
            assert!(
                Tag::ALL.iter().skip(index + 1).all(|other| other != tag),
                "{tag:?}"
            );
        }
    }
}
