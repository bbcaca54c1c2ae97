//! The lies.

/// What it says that is not true.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) enum Lie {
    None,
    // About the computation.
    UnsignedManifest,
    ManifestSignedByTheServerAlone,
    AnotherComputation,
    AnotherIdentity,
    // At the login and the freeze.
    UnsignedLogin,
    UnsignedBatch,
    BatchOfAnotherComputation,
    // In the pages.
    Dropped,
    DroppedAndCounted,
    Duplicated,
    DuplicateId,
    Reordered,
    Unsorted,
    Swapped,
    Added,
    ShortPage,
    PageTwice,
    VerdictsFirst,
    VerdictOfTheAnalyst,
    AcceptsWhatWasRejected,
    RejectsForAnotherReason,
    UnknownVerdict,
    TooManyPages,
    // At the commit and after.
    NotCountersigned,
    AnotherCommit,
    ShareOfAnotherCommit,
    UnsignedShare,
    ShareForAnother,
    ShareOutOfRange,
    // Of a survey: about groups.
    ReleasesEverything,
    SuppressesLess,
    SuppressesNothing,
    CountsMoreInATeam,
    CountsMore,
    RejectsTeam,
    RejectsAllButTwo,
    // Of one in which it is seen what was left empty: about what is hidden.
    ReleasesWhatIsHidden,
    ReleasesOneMore,
    HidesNothing,
    HidesAnother,
    // Of one in which small teams are counted together: about what is merged.
    MergesLess,
    MergesMore,
    MergesAnother,
    ReleasesUnmerged,
    ReleasesMergedApart,
    // To a party.
    UnsignedReceipt,
    ReceiptOfAnotherSubmission,
    ReceiptOfAnotherParty,
    ReceiptOfAnotherSequence,
    ReceiptOfAnotherComputation,
    Busy,
}
