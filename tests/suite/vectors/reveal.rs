//! A reveal from its frames to the result, and what a party finds out afterwards.

use std::sync::Arc;

use serde_json::{Value, json};
use web_mpc::batch::{Batch, Commit, Release, ResultRecord, leaf, merkle};
use web_mpc::crypto::{Tag, hmac_sha256};
use web_mpc::measurement::Population;
use web_mpc::record::{Countersigned, Signed};
use web_mpc::reveal::{
    Agreed, Collection, Helper, Leader, RevealError, Tally, open_release, open_result,
    record_result,
};
use web_mpc::session::{Fate, fate as fate_of};
use web_mpc::submission::Submission;

use super::{Computation, Fixed, Input, Kinds, base64};

pub(super) const KINDS: Kinds = &[
    ("reveal", reveal),
    ("release", release),
    ("result", result),
    ("fate", fate),
    ("bad_page", page),
    ("bad_analyst_verdicts", analyst_verdicts),
    ("bad_server_verdicts", server_verdicts),
    ("bad_release", release),
    ("bad_result", open),
    ("bad_fate", fate),
];

/// Both sides of one computation.
struct Sides {
    computation: Computation,
    leader: Leader,
    helper: Helper,
}

impl Sides {
    fn of(input: &Input<'_>) -> Self {
        let computation = input.computation();
        let terms = Arc::new(computation.terms.clone());
        Self {
            leader: Leader::new(Arc::clone(&terms), computation.key.clone()),
            helper: Helper::new(terms, computation.analyst.boxes.clone()),
            computation,
        }
    }
}

fn reveal(input: &Input<'_>) -> Result<Value, String> {
    let Sides {
        computation,
        leader,
        helper,
    } = Sides::of(input);
    let Computation { terms, .. } = computation;
    let submissions: Vec<Submission> = input.read("submissions");
    let leaves: Vec<_> = submissions
        .iter()
        .map(|each| leaf(&each.party_key, &each.hash()))
        .collect();
    let batch = Batch {
        fingerprint: terms.fingerprint,
        parties: u64::try_from(leaves.len()).unwrap(),
        root: merkle::root(&leaves),
        invitations: None,
    };
    let prepared = leader.prepare(0, &submissions);
    let page = prepared.frame.clone();
    let mut collection = Collection::new(helper.clone(), batch.clone());
    let verified = helper.verify(0, &page).unwrap();
    let analyst_verdicts = collection.verified(verified).unwrap();
    let judged = leader.judge(prepared, &analyst_verdicts).unwrap();
    let mut servers = Tally::new(&terms.scheme);
    servers.add(&terms.scheme, &judged).unwrap();
    collection.settled(&judged.frame).unwrap();
    let analysts = collection.finish().unwrap();
    let decision = servers.decide(&terms, &batch).unwrap();
    assert_eq!(analysts.decide(&terms, &batch).as_ref(), Some(&decision));
    let commit = decision.commit;
    let parties = commit.counts.accepted;
    let population = Population::whole(parties);
    let released = terms.scheme.release(servers.aggregate(), &population);
    let ours = terms.scheme.release(analysts.aggregate(), &population);
    let aggregate = terms.scheme.unshard(&released, &ours, population);
    let share = terms.scheme.encode_released(&released);
    Ok(json!({
        "batch": batch,
        "page": base64(page),
        "analyst_verdicts": base64(analyst_verdicts),
        "server_verdicts": base64(judged.frame),
        "accepted": base64(servers.accepted().bits()),
        "commit": commit,
        "server_aggregate_share": base64(&*share),
        "sum": terms.scheme.summarise(&aggregate).sum().unwrap().to_string(),
    }))
}

/// A page, all of whose verdicts the server repeats.
fn page(input: &Input<'_>) -> Result<Value, String> {
    let sides = Sides::of(input);
    let batch: Signed<Batch> = input.read("batch");
    let batch = batch
        .open(sides.computation.server.signing.public())
        .unwrap();
    let mut collection = Collection::new(sides.helper.clone(), batch);
    let take = || -> Result<(), RevealError> {
        let verified = sides.helper.verify(0, &input.bytes("page"))?;
        let mut verdicts = collection.verified(verified)?;
        *verdicts.first_mut().unwrap() = 3;
        collection.settled(&verdicts)?;
        collection.finish().map(|_| ())
    };
    done(take)
}

fn analyst_verdicts(input: &Input<'_>) -> Result<Value, String> {
    let leader = Sides::of(input).leader;
    let prepared = leader.prepare(0, &input.read::<Vec<Submission>>("submissions"));
    done(|| leader.judge(prepared, &input.bytes("verdicts")).map(|_| ()))
}

fn server_verdicts(input: &Input<'_>) -> Result<Value, String> {
    let Sides { leader, helper, .. } = Sides::of(input);
    let prepared = leader.prepare(0, &input.read::<Vec<Submission>>("submissions"));
    let verified = helper.verify(0, &prepared.frame).unwrap();
    done(|| {
        helper
            .settle(verified, &input.bytes("verdicts"))
            .map(|_| ())
    })
}

fn done(work: impl FnOnce() -> Result<(), RevealError>) -> Result<Value, String> {
    work().map(|()| Value::Null).map_err(|error| {
        let name = match error {
            RevealError::Frame => "frame",
            RevealError::Verdict => "verdict",
            RevealError::Order => "order",
            RevealError::DuplicateId => "duplicate_id",
            RevealError::Count => "count",
            RevealError::Root => "root",
        };
        name.to_owned()
    })
}

fn release(input: &Input<'_>) -> Result<Value, String> {
    let Computation { terms, analyst, .. } = input.computation();
    let commit: Countersigned<Commit> = input.read("commit");
    let release: Signed<Release> = input.read("release");
    let agreed = Agreed::uncounted(Population::whole(0));
    let share = open_release(&terms, &commit.body, &agreed, &release, &analyst.boxes);
    let share = share.map_err(|error| error.to_string())?;
    Ok(base64(&*terms.scheme.encode_released(&share)))
}

fn result(input: &Input<'_>) -> Result<Value, String> {
    let Computation { terms, analyst, .. } = input.computation();
    let batch: Batch = input.read("batch");
    let commit: Countersigned<Commit> = input.read("commit");
    let share = |name| {
        let share = terms.scheme.decode_released(&input.bytes(name));
        share.unwrap()
    };
    let (server, analysts) = (
        share("server_aggregate_share"),
        share("analyst_aggregate_share"),
    );
    let aggregate = terms.scheme.unshard(
        &server,
        &analysts,
        Population::whole(input.number("parties")),
    );
    let mut rng = Fixed::new(input.bytes("ephemeral"));
    let record = record_result(&terms, &batch, &commit.body, &aggregate, &analyst, &mut rng);
    let opened = open_result(&terms, &commit.body, &record, &analyst.boxes);
    assert_eq!(opened.as_ref(), Ok(&aggregate));
    let parts: [&[u8]; 2] = [terms.fingerprint.as_bytes(), batch.root.as_bytes()];
    let k = hmac_sha256(analyst.boxes.secret(), Tag::RESULT_KEY, &parts);
    Ok(json!({
        "k": base64(*k),
        "values": base64(&*terms.scheme.encode_aggregate(&aggregate)),
        "result": record,
    }))
}

fn open(input: &Input<'_>) -> Result<Value, String> {
    let Computation { terms, analyst, .. } = input.computation();
    let commit: Countersigned<Commit> = input.read("commit");
    let record: Signed<ResultRecord> = input.read("result");
    let opened = open_result(&terms, &commit.body, &record, &analyst.boxes);
    opened
        .map(|_| Value::Null)
        .map_err(|error| error.to_string())
}

fn fate(input: &Input<'_>) -> Result<Value, String> {
    let terms = input.computation().terms;
    let found = fate_of(
        &terms,
        &input.read("receipt"),
        None,
        &input.read("inclusion"),
    );
    Ok(match found.map_err(|error| error.to_string())? {
        Fate::Counted => json!("counted"),
        Fate::Rejected(reason) => json!({ "rejected": reason }),
        Fate::Replaced(_) => json!("replaced"),
        Fate::Missing(_) => json!("missing"),
        left => panic!("nobody has left: {left:?}"),
    })
}
