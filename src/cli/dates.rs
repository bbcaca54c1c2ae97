//! Dates as people write and read them: in the time zone of their machine. On the wire a date is a
//! number of seconds since 1970.

use std::str::FromStr;

use jiff::civil::{Date, DateTime, Time};
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};

/// A date that was asked for, or that there should be none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum When {
    /// At this moment, in seconds since 1970.
    At(u64),
    /// At the beginning of this day, or at its end: that depends on what it is the date of.
    Day {
        /// Its first moment.
        begins: u64,
        /// The first moment of the day after.
        ends: u64,
    },
    /// Never.
    None,
}

/// A text that is no date.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "a date from 1970 on is needed, such as 2026-12-01, \"2026-12-01 18:00\" (your local time) or \
     2026-12-01T18:00:00+01:00; or none"
)]
pub(super) struct ParseDateError;

impl When {
    /// From when on.
    pub(super) fn from(self) -> Option<u64> {
        match self {
            Self::At(moment) | Self::Day { begins: moment, .. } => Some(moment),
            Self::None => None,
        }
    }

    /// Until when: of a day its end.
    pub(super) fn until(self) -> Option<u64> {
        match self {
            Self::At(moment) | Self::Day { ends: moment, .. } => Some(moment),
            Self::None => None,
        }
    }
}

impl FromStr for When {
    type Err = ParseDateError;

    fn from_str(text: &str) -> Result<Self, ParseDateError> {
        read(text, &TimeZone::system()).ok_or(ParseDateError)
    }
}

/// The length of a date without time.
const DAY: usize = "2026-12-01".len();

fn read(text: &str, zone: &TimeZone) -> Option<When> {
    if text == "none" {
        return Some(When::None);
    }
    if text.len() == DAY {
        let day: Date = text.parse().ok()?;
        let begins = local(day.to_datetime(Time::midnight()), zone)?;
        let next = day.checked_add(Span::new().days(1)).ok()?;
        let ends = local(next.to_datetime(Time::midnight()), zone)?;
        return Some(When::Day { begins, ends });
    }
    // With an offset or `Z` it says itself which moment it is.
    if let Ok(moment) = text.parse::<Timestamp>() {
        return seconds(moment).map(When::At);
    }
    local(text.parse().ok()?, zone).map(When::At)
}

fn local(at: DateTime, zone: &TimeZone) -> Option<u64> {
    seconds(zone.to_timestamp(at).ok()?)
}

fn seconds(moment: Timestamp) -> Option<u64> {
    u64::try_from(moment.as_second()).ok()
}

/// What time it is.
pub(super) fn now() -> u64 {
    seconds(Timestamp::now()).unwrap_or(0)
}

/// The moment that comes in so many seconds by the server's clock: to the minute if it is not near,
/// since the two clocks tick at different times.
pub(super) fn in_about(left: u64) -> u64 {
    const MINUTE: u64 = 60;
    let moment = now().saturating_add(left);
    if left < MINUTE {
        return moment;
    }
    let rounded = moment.saturating_add(MINUTE / 2) / MINUTE;
    rounded.saturating_mul(MINUTE)
}

/// A moment as a person reads it.
pub(super) fn shown(moment: u64) -> String {
    show(moment, &TimeZone::system())
}

fn show(moment: u64, zone: &TimeZone) -> String {
    let Some(moment) = timestamp(moment) else {
        return "an unknown date".to_owned();
    };
    let zoned = moment.to_zoned_datetime(zone.clone());
    let format = match zoned.second() {
        0 => "%Y-%m-%d %H:%M %Z",
        _ => "%Y-%m-%d %H:%M:%S %Z",
    };
    zoned.strftime(format).to_string()
}

/// A moment as a program reads it (RFC 3339, UTC).
pub(super) fn rfc3339(moment: u64) -> Option<String> {
    timestamp(moment).map(|moment| moment.to_string())
}

fn timestamp(moment: u64) -> Option<Timestamp> {
    Timestamp::from_second(i64::try_from(moment).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const EIGHT: u64 = 1_796_108_400; // 2026-12-01 07:00:00 UTC

    fn berlin() -> TimeZone {
        // As in the time zone database, which a machine may lack.
        TimeZone::posix("CET-1CEST,M3.5.0,M10.5.0/3").unwrap()
    }

    #[test]
    fn dates_are_local_unless_they_say_otherwise() {
        for text in [
            "2026-12-01 08:00",
            "2026-12-01T08:00",
            "2026-12-01 08:00:00",
            "2026-12-01T07:00:00Z",
            "2026-12-01T08:00:00+01:00",
            "2026-12-01 02:00-05:00",
        ] {
            assert_eq!(read(text, &berlin()), Some(When::At(EIGHT)), "{text}");
        }
        let day = read("2026-12-01", &berlin()).unwrap();
        assert_eq!(day.from(), Some(EIGHT - 8 * 3600));
        assert_eq!(day.until(), Some(EIGHT + 16 * 3600));
        assert_eq!(read("none", &berlin()), Some(When::None));
        // The day on which the clocks are put back has 25 hours.
        let long = read("2026-10-25", &berlin()).unwrap();
        assert_eq!(long.until().unwrap() - long.from().unwrap(), 25 * 3600);
    }

    #[test]
    fn other_texts_are_no_dates() {
        for text in [
            "",
            "tomorrow",
            "2026-13-01",
            "2026-02-30",
            "01.12.2026",
            "08:00",
            "1969-12-31",
            "2026-12-01 25:00",
            "2026-12-01 08:00 CET",
            "1796108400",
        ] {
            assert_eq!(read(text, &berlin()), None, "{text}");
        }
    }

    #[test]
    fn moments_are_shown_in_local_time_and_told_in_utc() {
        assert_eq!(show(EIGHT, &berlin()), "2026-12-01 08:00 CET");
        assert_eq!(show(EIGHT + 1, &TimeZone::UTC), "2026-12-01 07:00:01 UTC");
        assert_eq!(show(u64::MAX, &berlin()), "an unknown date");
        assert_eq!(rfc3339(EIGHT).unwrap(), "2026-12-01T07:00:00Z");
    }
}
