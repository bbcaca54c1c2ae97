//! Moments as other programs and people write them: in UTC, of the Gregorian calendar.

/// Seconds of a day. UTC as computers count it has no leap seconds.
const DAY: u64 = 24 * 3600;

/// The last second of the year 9999, beyond which RFC 3339 has no words.
const LAST: u64 = 253_402_300_799;

/// A moment in seconds since 1970 as RFC 3339 writes it: `2026-11-29T08:05:00Z`.
#[must_use]
pub fn rfc3339(seconds: u64) -> String {
    let seconds = seconds.min(LAST);
    let of_day = seconds % DAY;
    let (hour, minute, second) = (of_day / 3600, of_day / 60 % 60, of_day % 60);
    format!("{}T{hour:02}:{minute:02}:{second:02}Z", day(seconds))
}

/// The day of a moment: `2026-11-29`.
#[must_use]
pub fn day(seconds: u64) -> String {
    // Days since 0000-03-01, the first day of a year whose leap day comes last: years of 400 make a
    // cycle of 146,097 days (Hinnant, "chrono-Compatible Low-Level Date Algorithms").
    let days = seconds.min(LAST) / DAY + 719_468;
    let (cycle, of_cycle) = (days / 146_097, days % 146_097);
    let year = (of_cycle - of_cycle / 1460 + of_cycle / 36_524 - of_cycle / 146_096) / 365;
    let of_year = of_cycle - (365 * year + year / 4 - year / 100);
    // Months from March on have 31, 30, 31, 30, 31 days, again and again.
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    let (month, later) = if month < 10 {
        (month + 3, 0)
    } else {
        (month - 9, 1)
    };
    format!("{:04}-{month:02}-{day:02}", cycle * 400 + year + later)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_moments() {
        // From `date -u -d @N +%FT%TZ`.
        for (seconds, text) in [
            (0, "1970-01-01T00:00:00Z"),
            (951_782_399, "2000-02-28T23:59:59Z"),
            (951_782_400, "2000-02-29T00:00:00Z"),
            (951_868_800, "2000-03-01T00:00:00Z"),
            (1_704_067_199, "2023-12-31T23:59:59Z"),
            (4_107_542_400, "2100-03-01T00:00:00Z"),
            (253_402_300_799, "9999-12-31T23:59:59Z"),
            (u64::MAX, "9999-12-31T23:59:59Z"),
        ] {
            assert_eq!(rfc3339(seconds), text);
        }
    }

    #[test]
    fn days_follow_each_other() {
        let lengths = |leap| [31, 28 + leap, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
        let mut number = 0;
        for year in 1970..2420_u64 {
            let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
            for (month, length) in (1..).zip(lengths(u64::from(leap))) {
                for of_month in 1..=length {
                    let text = format!("{year:04}-{month:02}-{of_month:02}");
                    assert_eq!(day(number * DAY), text);
                    assert_eq!(day(number * DAY + DAY - 1), text);
                    number += 1;
                }
            }
        }
    }
}
