//! Rounds of one name, compared by who takes part in them.

use rusqlite::{Connection, params};

use super::columns::Wide;
use crate::store::Result;

/// Earlier rounds that are compared, the newest first: each is one walk through the invitations.
const COMPARED: i64 = 8;

/// What is there of an invitation that counts: it is used, and its party has not withdrawn.
const PRESENT: &str = "party_key IS NOT NULL AND NOT EXISTS (
         SELECT 1 FROM withdrawal WHERE withdrawal.computation = this.computation
             AND withdrawal.party_key = this.party_key)";

/// The newest earlier round of that name with a result whose parties differ from this one's by fewer
/// than `least`, and not by none.
pub(super) fn near(connection: &Connection, id: i64, least: u64) -> Result<Option<u32>> {
    let mut statement = connection.prepare_cached(
        "SELECT earlier.id, earlier.round FROM computation AS this
         JOIN computation AS earlier ON earlier.name = this.name AND earlier.round < this.round
         JOIN committed ON committed.computation = earlier.id AND committed.phase <> 'ended'
         WHERE this.id = ?1 ORDER BY earlier.round DESC LIMIT ?2",
    )?;
    let earlier = statement.query_map(params![id, COMPARED], |row| {
        Ok((row.get::<_, i64>(0)?, row.get::<_, u32>(1)?))
    })?;
    for found in earlier {
        let (other, round) = found?;
        let by = SamePerson::of_both(connection, id, other)?;
        let missing = by.missing(connection, (id, other), least)?;
        if missing < least {
            let more = by.missing(connection, (other, id), least - missing)?;
            if (1..least).contains(&missing.saturating_add(more)) {
                return Ok(Some(round));
            }
        }
    }
    Ok(None)
}

/// What says that two invitations of two rounds are one person's.
#[derive(Clone, Copy)]
enum SamePerson {
    /// The server has the labels of both.
    Label,
    /// It has only their numbers: a table of the same people gives them the same numbers.
    Number,
}

impl SamePerson {
    fn of_both(connection: &Connection, one: i64, other: i64) -> Result<Self> {
        let mut statement = connection.prepare_cached(
            "SELECT EXISTS (SELECT 1 FROM invitation WHERE computation = ?1 AND label IS NOT NULL)
                AND EXISTS (SELECT 1 FROM invitation WHERE computation = ?2 AND label IS NOT NULL)",
        )?;
        let labelled = statement.query_row([one, other], |row| row.get(0))?;
        Ok(if labelled { Self::Label } else { Self::Number })
    }

    /// How many of the first round are not in the second, counted up to `most`.
    fn missing(self, connection: &Connection, of: (i64, i64), most: u64) -> Result<u64> {
        let same = match self {
            Self::Label => "label = of_it.label AND label IS NOT NULL",
            Self::Number => "number = of_it.number",
        };
        let of_it = PRESENT.replace("this.", "of_it.");
        let sql = format!(
            "SELECT count(*) FROM (
                 SELECT 1 FROM invitation AS of_it WHERE of_it.computation = ?1 AND {of_it}
                     AND NOT EXISTS (SELECT 1 FROM invitation AS this
                         WHERE this.computation = ?2 AND this.{same} AND {PRESENT})
                 LIMIT ?3)"
        );
        let mut statement = connection.prepare_cached(&sql)?;
        let found = statement.query_row(params![of.0, of.1, Wide(most)], |row| row.get(0));
        Ok(found.map(|Wide(count)| count)?)
    }
}
