//! What a party, the server and the analyst spend on one submission, by the width of the form,
//! beside the same circuit bare and Prio's own sum of vectors of that width.

use std::time::Duration;

use prio::field::{Field128, FieldElement};
use prio::flp::Type;
use prio::flp::gadgets::{Mul, ParallelSum};
use prio::flp::types::SumVec;
use prio::vdaf::Client;
use prio::vdaf::prio3::optimal_chunk_length;
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use serde_json::json;
use web_mpc::crypto::{Analyst, BoxKeyPair, Server};
use web_mpc::form::{Answers, Form};
use web_mpc::ids::{Fingerprint, Nonce, SubmissionId};
use web_mpc::measurement::form::FormParameters;
use web_mpc::measurement::{
    InputShares, Instance, Kind, Measurement, Population, Rejection, ResultOf, Scheme,
};

use super::bare::{NONCE, Report, Sides, Vdaf};
use super::{form_of, plain};
use crate::Failure;
use crate::floor::thread_time;
use crate::table::{Table, median, micros_each};

/// Numbers in the form, and parties in one round: about as much work each.
const WIDTHS: [(usize, usize); 4] = [(1, 2_000), (10, 800), (100, 100), (960, 16)];

/// Bits of each number.
const BITS: u32 = 16;

/// Largest number.
const MAX: u32 = (1 << BITS) - 1;

/// Prio's own algorithm id of its sum of vectors.
const SUM_VEC: u32 = 3;

/// Processor time of one round, in microseconds for each party.
#[derive(Debug, Clone, Copy)]
struct Times {
    shard: f64,
    server: f64,
    analyst: f64,
}

/// Who works, and where its time stands.
type Step = (&'static str, fn(&Times) -> f64);

const STEPS: [Step; 3] = [
    ("shard", |times| times.shard),
    ("server", |times| times.server),
    ("analyst", |times| times.analyst),
];

pub(crate) fn measure(quick: bool) -> Result<(), Failure> {
    let rounds = if quick { 1 } else { 7 };
    let mut table = Table::new(&[
        "fields",
        "",
        "form us",
        "bare circuit us",
        "ratio",
        "SumVec us",
        "ratio",
    ]);
    for (fields, parties) in WIDTHS {
        let rng = &mut StdRng::seed_from_u64(2026);
        let contest = Contest::new(fields, parties, rng)?;
        let mut times = Vec::new();
        for _ in 0..rounds {
            times.push([contest.form(rng)?, contest.circuit()?, contest.sum_vec()?]);
        }
        for (who, pick) in STEPS {
            let rounds: Vec<_> = times
                .iter()
                .map(|round| round.each_ref().map(pick))
                .collect();
            let middle = |of: fn(&[f64; 3]) -> f64| median(rounds.iter().map(of).collect());
            table.row(
                &fields.to_string(),
                [
                    who.to_owned(),
                    format!("{:.0}", middle(|[form, _, _]| *form)),
                    format!("{:.0}", middle(|[_, circuit, _]| *circuit)),
                    format!("{:.2}", middle(|[form, circuit, _]| form / circuit)),
                    format!("{:.0}", middle(|[_, _, vector]| *vector)),
                    format!("{:.2}", middle(|[form, _, vector]| form / vector)),
                ],
            );
        }
    }
    table.print(&format!(
        "CPU for each party of a form of whole numbers of {BITS} bits that are summed, beside Prio's \
         own work with the same circuit, and with its SumVec of the same width"
    ));
    Ok(())
}

/// Who is compared, and what all of them work on.
struct Contest {
    form: Form,
    values: Vec<Vec<u128>>,
    leader: Scheme,
    helper: Scheme,
    sum_vec: PrioSumVec,
}

type PrioSumVec = SumVec<Field128, ParallelSum<Field128, Mul>>;

impl Contest {
    fn new(fields: usize, parties: usize, rng: &mut StdRng) -> Result<Self, Failure> {
        let form = form(fields)?;
        let analyst = BoxKeyPair::<Analyst>::generate(rng);
        let server = BoxKeyPair::<Server>::generate(rng);
        let nonce = Nonce::random(rng);
        let parameters = FormParameters::new(form.clone(), &nonce, &analyst, server.public(), rng);
        let scheme = Scheme::new(&Kind::Form(Box::new(parameters)))?;
        let bits = fields * usize::try_from(BITS)?;
        let party = |_| {
            (0..fields)
                .map(|_| rng.random_range(0..=MAX).into())
                .collect()
        };
        Ok(Self {
            form,
            values: (0..parties).map(party).collect(),
            leader: scheme.for_server(&server)?,
            helper: scheme.for_analyst(&analyst, &nonce)?,
            sum_vec: SumVec::new(MAX.into(), fields, optimal_chunk_length(bits))?,
        })
    }

    /// Everything that this crate does, from answers to output shares, shares as bytes between.
    fn form(&self, rng: &mut StdRng) -> Result<Times, Failure> {
        let fingerprint = Fingerprint::new(rng.random());
        let at = |submission_id| Instance {
            fingerprint: &fingerprint,
            submission_id,
        };
        let mut all = Vec::with_capacity(self.values.len());
        for values in &self.values {
            all.push(Answers {
                cohort: Vec::new(),
                tables: vec![
                    values
                        .iter()
                        .map(|value| i128::try_from(*value).ok())
                        .collect(),
                ],
                questions: Vec::new(),
            });
        }
        let measurements = all.iter().cloned().map(Box::new).map(Measurement::Answers);
        let parties: Vec<_> = measurements
            .map(|all| (SubmissionId::random(rng), all))
            .collect();
        let (shared, sharding) = timed(&parties, |(id, measurement)| {
            let shares = self.leader.shard(measurement, at(id), rng)?;
            Ok((id, shares))
        })?;
        let (started, first) = timed(&shared, |(id, shares)| {
            let InputShares {
                public_part,
                server,
                ..
            } = shares;
            let started = self.leader.leader_init(at(id), public_part, server);
            started.map_err(rejected)
        })?;
        let (states, verifiers): (Vec<_>, Vec<_>) = started.into_iter().unzip();
        let (verified, analyst) =
            timed(shared.iter().zip(&verifiers), |((id, shares), verifier)| {
                let InputShares {
                    public_part,
                    analyst,
                    ..
                } = shares;
                let verified = self
                    .helper
                    .helper_verify(at(id), public_part, analyst, verifier);
                verified.map_err(rejected)
            })?;
        let turns = states.into_iter().zip(&verified);
        let (outputs, second) = timed(turns, |(state, (_, message))| {
            let output = self.leader.leader_next(&fingerprint, state, message);
            output.map_err(rejected)
        })?;
        let [mut server_share, mut analyst_share] = [(); 2].map(|()| self.leader.aggregate_init());
        for (server, (analyst, _)) in outputs.iter().zip(&verified) {
            self.leader.accumulate(&mut server_share, server);
            self.helper.accumulate(&mut analyst_share, analyst);
        }
        let population = Population::whole(all.len().try_into()?);
        let released = self.leader.release(&server_share, &population);
        let ours = self.helper.release(&analyst_share, &population);
        let aggregate = self.helper.unshard(&released, &ours, population);
        let ResultOf::Form(report) = self.helper.summarise(&aggregate).result else {
            return Err("a form has a report".into());
        };
        plain::check(&self.form, &all, &report);
        Ok(self.each(sharding, first + second, analyst))
    }

    /// The same circuit without what is around it.
    fn circuit(&self) -> Result<Times, Failure> {
        // A number from 0 to all bits 1 is encoded as its bits, here as there.
        let encoded = self
            .values
            .iter()
            .map(|values| self.sum_vec.encode_measurement(values));
        let encoded = encoded.collect::<Result<Vec<_>, _>>()?;
        self.prio(form_of(&self.leader)?.vdaf(), &encoded)
    }

    /// Prio's own sum of vectors.
    fn sum_vec(&self) -> Result<Times, Failure> {
        let vdaf = Vdaf::new(2, 1, SUM_VEC, self.sum_vec.clone())?;
        self.prio(&vdaf, &self.values)
    }

    fn prio<T: Type<Field = Field128>>(
        &self,
        vdaf: &Vdaf<T>,
        measurements: &[T::Measurement],
    ) -> Result<Times, Failure> {
        let sides = Sides {
            vdaf,
            context: b"context",
        };
        let (reports, sharding) = timed(measurements, |measurement| {
            let nonce: [u8; NONCE] = rand::random();
            let (public, shares) = vdaf.shard(sides.context, measurement, &nonce)?;
            Ok(Report {
                nonce,
                public,
                shares,
            })
        })?;
        let (started, first) = timed(&reports, |report| sides.leader_init(report))?;
        let (states, verifiers): (Vec<_>, Vec<_>) = started.into_iter().unzip();
        let (verified, analyst) = timed(reports.iter().zip(verifiers), |(report, verifier)| {
            sides.helper_verify(report, verifier)
        })?;
        let (helpers, messages): (Vec<_>, Vec<_>) = verified.into_iter().unzip();
        let turns = states.into_iter().zip(messages);
        let (leaders, second) = timed(turns, |(state, message)| sides.next(state, message))?;
        for field in 0..self.values.first().map_or(0, Vec::len) {
            let shares = leaders.iter().chain(&helpers);
            let shares = shares.filter_map(|share| share.as_ref().get(field));
            let found = shares.fold(Field128::zero(), |sum, share| sum + *share);
            let values = self.values.iter().filter_map(|values| values.get(field));
            if u128::from(found) != values.sum() {
                return Err("the sum is another".into());
            }
        }
        Ok(self.each(sharding, first + second, analyst))
    }

    fn each(&self, shard: Duration, server: Duration, analyst: Duration) -> Times {
        let [shard, server, analyst] =
            [shard, server, analyst].map(|time| micros_each(time, self.values.len()));
        Times {
            shard,
            server,
            analyst,
        }
    }
}

/// A form of so many whole numbers that are summed.
fn form(fields: usize) -> Result<Form, Failure> {
    let form = json!({
        "title": "Numbers",
        "tables": [{
            "id": "numbers",
            "title": "Numbers",
            "rows": (0..fields).map(|row| format!("Row {row}")).collect::<Vec<_>>(),
            "columns": [{ "title": "Number" }],
            "cell": { "min": 0, "max": MAX, "statistics": ["sum"] },
        }],
    });
    Form::parse(&form.to_string()).map_err(|errors| format!("{errors:?}").into())
}

/// Does that with every item; gives what comes out, and the processor time.
fn timed<T, R>(
    items: impl IntoIterator<Item = T>,
    work: impl FnMut(T) -> Result<R, Failure>,
) -> Result<(Vec<R>, Duration), Failure> {
    let before = thread_time()?;
    let results = items.into_iter().map(work).collect::<Result<_, _>>()?;
    Ok((results, thread_time()?.saturating_sub(before)))
}

fn rejected(reason: Rejection) -> Failure {
    reason.describe().into()
}
