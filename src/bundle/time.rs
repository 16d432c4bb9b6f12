//! Instants as fixed-width text, `2026-11-21T09:00:00Z`: whole seconds, UTC, so that comparing text compares time.

use std::fmt;

/// An instant from 0000-01-01 to 9999-12-31 in whole seconds, without leap seconds.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp([u8; 20]);

impl Timestamp {
    /// Reads exactly `YYYY-MM-DDThh:mm:ssZ` with a day that exists; anything else is `None`.
    pub fn parse(text: &str) -> Option<Self> {
        const FORM: &[u8; 20] = b"0000-00-00T00:00:00Z";
        let bytes: [u8; 20] = text.as_bytes().try_into().ok()?;
        let fits = |(byte, form): (&u8, &u8)| {
            if *form == b'0' { byte.is_ascii_digit() } else { byte == form }
        };
        if !bytes.iter().zip(FORM).all(fits) {
            return None;
        }
        let number = |from: usize, to: usize| {
            bytes[from..to].iter().fold(0u32, |sum, byte| sum * 10 + u32::from(byte - b'0'))
        };
        let (year, month, day) = (number(0, 4), number(5, 7), number(8, 10));
        let exists = (1..=12).contains(&month)
            && (1..=days_in_month(year, month)).contains(&day)
            && number(11, 13) < 24
            && number(14, 16) < 60
            && number(17, 19) < 60;
        exists.then_some(Self(bytes))
    }

    /// Reads an instant, or a date, which stands for its last second.
    pub fn parse_or_date(text: &str) -> Option<Self> {
        Self::parse(text).or_else(|| Self::parse(&format!("{text}T23:59:59Z")))
    }

    /// The instant so many seconds after 1970-01-01T00:00:00Z; `None` after the year 9999.
    pub fn from_unix_seconds(seconds: u64) -> Option<Self> {
        // Counted in years that start in March, so that the odd day comes last; an era is 400 of them.
        let (days, second) = (seconds / 86_400 + 719_468, seconds % 86_400);
        let (era, day) = (days / 146_097, days % 146_097);
        let year = (day - day / 1460 + day / 36_524 - day / 146_096) / 365;
        let day = day - (365 * year + year / 4 - year / 100);
        let (month, day) = ((5 * day + 2) / 153, day - (153 * ((5 * day + 2) / 153) + 2) / 5 + 1);
        let (year, month) = (era * 400 + year + month / 10, (month + 2) % 12 + 1);
        let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
        Self::parse(&format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z"))
    }

    /// The text of the instant.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }

    /// The day, `YYYY-MM-DD`.
    pub fn date(&self) -> &str {
        self.as_str().get(..10).unwrap_or_default()
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

fn is_leap(year: u32) -> bool {
    year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400))
}

fn days_in_month(year: u32, month: u32) -> u32 {
    match month {
        2 if is_leap(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_instants_that_exist_are_read() {
        for text in
            ["2026-11-21T09:00:00Z", "2024-02-29T23:59:59Z", "2000-02-29T00:00:00Z", "0000-01-01T00:00:00Z"]
        {
            assert_eq!(Timestamp::parse(text).map(|time| time.to_string()).as_deref(), Some(text));
        }
        for text in [
            "2026-02-29T00:00:00Z",
            "1900-02-29T00:00:00Z",
            "2026-13-01T00:00:00Z",
            "2026-00-01T00:00:00Z",
            "2026-04-31T00:00:00Z",
            "2026-01-01T24:00:00Z",
            "2026-01-01T00:60:00Z",
            "2026-01-01T00:00:60Z",
            "2026-01-01t00:00:00Z",
            "2026-01-01T00:00:00z",
            "2026-01-01 00:00:00Z",
            "2026-01-01T00:00:00+00:00",
            "2026-01-01T00:00:00.0Z",
            "2026-1-1T00:00:00Z",
            "",
        ] {
            assert_eq!(Timestamp::parse(text), None, "{text}");
        }
    }

    #[test]
    fn a_date_stands_for_its_last_second() {
        assert_eq!(Timestamp::parse_or_date("2026-11-21"), Timestamp::parse("2026-11-21T23:59:59Z"));
        assert_eq!(Timestamp::parse_or_date("2026-11-31"), None);
    }

    #[test]
    fn seconds_since_1970_become_the_right_day() {
        for (seconds, text) in [
            (0, "1970-01-01T00:00:00Z"),
            (951_782_400, "2000-02-29T00:00:00Z"),
            (1_763_715_661, "2025-11-21T09:01:01Z"),
            (4_102_444_799, "2099-12-31T23:59:59Z"),
            (253_402_300_799, "9999-12-31T23:59:59Z"),
        ] {
            assert_eq!(
                Timestamp::from_unix_seconds(seconds).map(|time| time.to_string()).as_deref(),
                Some(text)
            );
        }
        assert_eq!(Timestamp::from_unix_seconds(253_402_300_800), None);
        assert_eq!(Timestamp::from_unix_seconds(u64::MAX), None);
    }
}
