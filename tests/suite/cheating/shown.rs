//! What too few gave, where every submission shows what was left empty: the minimum of cells holds
//! with a modified analyst and with a modified server.

use web_mpc::client::ClientError;
use web_mpc::crypto::{Tag, sha256};
use web_mpc::disclosure::Outcome;
use web_mpc::form::report::{Content, HIDDEN, Report};
use web_mpc::form::{Answer, Answers, Form};
use web_mpc::protocol::{ClientMessage, ErrorCode, ServerMessage};

use super::liar::{Liar, Lie, deceive};
use super::survey::{self, Survey};

const FORM: &str = r#"{
  "title": "Bonus",
  "questions": [
    {"id": "wage", "text": "Wage?", "answer": {"number":
      {"min": 0, "max": 100, "statistics": ["sum"]}}},
    {"id": "bonus", "text": "Bonus?", "answer": {"number":
      {"min": 0, "max": 100, "optional": true, "statistics": ["count", "sum"]}}},
    {"id": "happy", "text": "Happy?", "answer": {"choice":
      {"options": ["yes", "no"], "optional": true}}}
  ],
  "cohorts": [{"id": "site", "title": "Site", "options": ["North", "South"]}],
  "presence": "public"
}"#;

/// The bonus in the south, which two have, and in the north, since all parties' would tell it. By part
/// and group.
const FLAGS: [u8; 6] = [0, 1, 1, 0, 0, 0];

fn form() -> Form {
    Form::parse(FORM).unwrap()
}

/// Three in each site.
fn everybody() -> Vec<Answers> {
    let answers = |party: usize| Answers {
        cohort: vec![party / 3],
        tables: Vec::new(),
        questions: vec![
            Answer::Number(10),
            match party {
                5 => Answer::Empty,
                _ => Answer::Number(7),
            },
            Answer::Choice(0),
        ],
    };
    (0..6).map(answers).collect()
}

/// What a commit says that hides according to these flags.
fn hiding(flags: &[u8]) -> Outcome {
    Outcome::Release {
        suppressed: Vec::new(),
        merged: web_mpc::measurement::merging::Merged::nothing(),
        hidden: Some(sha256(Tag::HIDDEN, &[flags])),
    }
}

fn check(report: &Report) {
    let bonus = |group: usize| match &report.groups[group].content {
        Content::Sections(sections) => {
            let mine = sections.iter().filter(|section| section.source == "bonus");
            let figures = mine.flat_map(|section| section.cells.concat());
            figures.flatten().collect::<Vec<_>>()
        }
        Content::Suppressed(reason) => panic!("{reason}"),
    };
    assert_eq!(bonus(0), ["5", "35"]);
    assert_eq!(bonus(1), ["3", HIDDEN]);
    assert_eq!(bonus(2), ["2", HIDDEN]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_analyst_that_hides_less_gets_nothing() {
    let mut survey = Survey::about(&form(), everybody(), 141, |_| {}).await;
    let mut hand = survey.hand().await;
    let batch = hand.freeze().await;
    let tallied = hand.pages(&batch, |_, code| code).await;
    let mut others = vec![hand.commit(&tallied, |_| {})];
    for place in 0..FLAGS.len() {
        let mut flags = FLAGS;
        flags[place] ^= 1;
        others.push(hand.commit(&tallied, |commit| commit.outcome = hiding(&flags)));
    }
    for other in others {
        let code = hand.wire.code(&ClientMessage::Commit(other)).await;
        assert_eq!(code, ErrorCode::CommitMismatch);
        let release = ClientMessage::Release {};
        assert_eq!(hand.wire.code(&release).await, ErrorCode::NotCommitted);
    }
    let right = hand.commit(&tallied, |commit| commit.outcome = hiding(&FLAGS));
    let committed = hand.wire.ask(&ClientMessage::Commit(right)).await;
    let ServerMessage::Committed(bound) = committed else {
        panic!("not committed: {committed:?}");
    };
    // There is nothing to count, and so no share of counts.
    let presence = ClientMessage::Presence {};
    assert_eq!(hand.wire.code(&presence).await, ErrorCode::NotAllowed);
    let bytes = hand.released(&bound).await.concat();
    // Outputs: wage, who has a bonus, bonus, happy, unhappy.
    let zeros = bytes.chunks_exact(16).map(|share| share == [0; 16]);
    let hidden: Vec<usize> = zeros
        .enumerate()
        .filter_map(|(place, zero)| zero.then_some(place))
        .collect();
    assert_eq!(hidden, [5 + 2, 10 + 2]);
    hand.wire.close().await;
    let found = survey.reveal().await;
    check(&survey::report(&survey.terms, &found));
    survey.served.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_shows_what_is_hidden_is_refused() {
    for (lie, wrong) in [
        (Lie::None, None),
        (Lie::ReleasesEverything, Some("released share")),
        (Lie::ReleasesWhatIsHidden, Some("released share")),
        (Lie::ReleasesOneMore, Some("released share")),
        (Lie::HidesNothing, Some("commit")),
        (Lie::HidesAnother, Some("commit")),
    ] {
        let liar = || Liar::about(&form(), &everybody(), lie, 142);
        let terms = liar().terms;
        match (deceive(liar()).await.0, wrong) {
            (Ok(found), None) => check(&survey::report(&terms, &found)),
            (Err(ClientError::Misbehaviour(found)), Some(wrong)) => {
                assert!(found.to_string().contains(wrong), "{lie:?}: {found}");
            }
            (Ok(_), Some(_)) => panic!("{lie:?}: taken"),
            (Err(error), _) => panic!("{lie:?}: {error}"),
        }
    }
}
