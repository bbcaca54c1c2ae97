//! Submissions and receipts.

use serde_json::{Value, json};
use web_mpc::crypto::SigningKeyPair;
use web_mpc::measurement::{InputShares, Rejection};
use web_mpc::record::Signed;
use web_mpc::reveal::Helper;
use web_mpc::submission::{Receipt, Submission, SubmissionError, sequence_hash};
use zeroize::Zeroizing;

use super::{Computation, Fixed, Input, Kinds, base64};

pub(super) const KINDS: Kinds = &[
    ("submission", submission),
    ("receipt", receipt),
    ("bad_submission", check),
    ("bad_analyst_share", analyst_share),
    ("bad_receipt", open_receipt),
];

fn submission(input: &Input<'_>) -> Result<Value, String> {
    let Computation {
        terms,
        analyst,
        key,
        ..
    } = input.computation();
    let shares = InputShares {
        public_part: Vec::new(),
        server: Zeroizing::new(input.bytes("server_share")),
        analyst: Zeroizing::new(input.bytes("analyst_share")),
    };
    let ephemeral = [
        input.bytes("ephemeral_analyst"),
        input.bytes("ephemeral_server"),
    ];
    let submission = Submission::seal_shares(
        &terms,
        &SigningKeyPair::from_seed(input.secret("party_seed")),
        input.read("submission_id"),
        input.number("sequence"),
        &shares,
        &mut Fixed::new(ephemeral.concat()),
    );
    assert_eq!(submission.check(&terms, &key), Ok(submission.hash()));
    let header =
        |opened: Zeroizing<Vec<u8>>, share: &[u8]| base64(opened.strip_suffix(share).unwrap());
    let for_analyst = analyst.boxes.open(&submission.analyst_box.0).unwrap();
    let for_server = key.open(&submission.server_box.0).unwrap();
    Ok(json!({
        "analyst_header": header(for_analyst, &shares.analyst),
        "server_header": header(for_server, &shares.server),
        "s": sequence_hash(submission.sequence, &submission.server_box.0),
        "submission_hash": submission.hash(),
        "message": submission,
    }))
}

fn receipt(input: &Input<'_>) -> Result<Value, String> {
    let submission: Submission = input.read("submission");
    let vectors = super::read("computations.json");
    let server = vectors
        .iter()
        .filter(|vector| vector.kind == "computation")
        .map(|vector| Computation::read(&Input(&vector.input)))
        .find(|computation| computation.terms.fingerprint == submission.fingerprint)
        .unwrap()
        .server;
    let receipt = Receipt {
        fingerprint: submission.fingerprint,
        party_key: submission.party_key,
        sequence: submission.sequence,
        submission_hash: submission.hash(),
        invitations: 0,
    };
    Ok(json!(Signed::sign(&receipt, &server.signing)))
}

/// The codes are those of the wire.
fn check(input: &Input<'_>) -> Result<Value, String> {
    let Computation { terms, key, .. } = input.computation();
    let submission: Submission = input.read("submission");
    let checked = submission.check(&terms, &key).map_err(|error| match error {
        SubmissionError::WrongSize => "submission_wrong_size",
        SubmissionError::BadSignature => "submission_bad_signature",
        SubmissionError::Share(Rejection::ServerBoxUnopenable) => "submission_unopenable",
        SubmissionError::Share(Rejection::ServerHeaderMismatch) => "submission_header_mismatch",
        SubmissionError::Share(Rejection::ServerShareMalformed) => "submission_share_malformed",
        SubmissionError::Share(other) => panic!("{other:?} is not the server's"),
    });
    Ok(json!(checked?))
}

/// What the analyst says of the only entry of a page.
fn analyst_share(input: &Input<'_>) -> Result<Value, String> {
    let Computation { terms, analyst, .. } = input.computation();
    let helper = Helper::new(terms.into(), analyst.boxes);
    let frame = helper.verify(0, &input.bytes("page")).unwrap().frame;
    match frame.get(9).copied().unwrap() {
        0 => Ok(Value::Null),
        code => {
            let reason = json!(Rejection::from_code(code).unwrap());
            Err(reason.as_str().unwrap().to_owned())
        }
    }
}

fn open_receipt(input: &Input<'_>) -> Result<Value, String> {
    let terms = input.computation().terms;
    let receipt: Signed<Receipt> = input.read("receipt");
    let opened = receipt.open(&terms.manifest.server.identity.signing_key);
    opened
        .map(|receipt| json!(receipt))
        .map_err(|error| error.to_string())
}
