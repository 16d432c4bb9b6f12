//! Instants, dates and periods. Time is an input: nothing here reads a clock.
//!
//! A date-only expiry is valid through its last second (23:59:59Z); an RFC 3339 instant is exact.

use std::fmt;

use jiff::ToSpan as _;
use schemars::JsonSchema;
use serde::Deserialize;
use serde::Serialize;

/// An instant in UTC, printed as RFC 3339 with `Z`, fractions only where given.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Instant(jiff::Timestamp);

impl Instant {
    /// Reads RFC 3339 with an offset (`Z` or `±hh:mm`).
    ///
    /// # Errors
    /// A sentence saying what was expected.
    pub fn parse(text: &str) -> Result<Self, String> {
        let bytes = text.as_bytes();
        let has_offset = bytes.len() >= 20
            && bytes.iter().all(u8::is_ascii)
            && (text.ends_with(['Z', 'z']) || matches!(bytes[bytes.len() - 6], b'+' | b'-'));
        if !has_offset {
            return Err(format!(
                "`{text}` is not an RFC 3339 time with an offset, such as `2026-03-02T10:00:00Z`"
            ));
        }
        text.parse::<jiff::Timestamp>().map(Self).map_err(|_| {
            format!("`{text}` is not an RFC 3339 time with an offset, such as `2026-03-02T10:00:00Z`")
        })
    }

    /// Reads a whole date as its first second, or an instant.
    ///
    /// # Errors
    /// A sentence saying what was expected.
    pub fn parse_or_date(text: &str) -> Result<Self, String> {
        match Date::parse(text) {
            Ok(date) => Ok(date.start()),
            Err(_) => Self::parse(text),
        }
    }

    /// From seconds since 1970-01-01T00:00:00Z; `None` outside the years ±9999.
    pub fn from_unix(seconds: i64) -> Option<Self> {
        jiff::Timestamp::from_second(seconds).ok().map(Self)
    }

    /// Seconds since 1970-01-01T00:00:00Z, rounded towards zero.
    pub fn unix(self) -> i64 {
        self.0.as_second()
    }

    /// The UTC day it falls on.
    pub fn date(self) -> Date {
        Date(self.0.to_zoned(jiff::tz::TimeZone::UTC).date())
    }

    /// `YYYY-MM-DD HH:MM UTC`, for people.
    pub fn human(self) -> String {
        self.0.strftime("%Y-%m-%d %H:%M UTC").to_string()
    }

    /// Whole seconds from `earlier` to `self`, negative when `self` is the earlier one.
    pub fn seconds_since(self, earlier: Self) -> i64 {
        self.unix() - earlier.unix()
    }

    /// Milliseconds from `earlier` to `self`.
    pub fn millis_since(self, earlier: Self) -> i64 {
        self.0.as_millisecond() - earlier.0.as_millisecond()
    }

    /// `seconds` later; saturates at the end of time.
    #[must_use]
    pub fn plus_seconds(self, seconds: i64) -> Self {
        Self(self.0.saturating_add(seconds.seconds()).unwrap_or(self.0))
    }
}

impl fmt::Display for Instant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Debug for Instant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A calendar day, `YYYY-MM-DD`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Date(jiff::civil::Date);

impl Date {
    /// Reads `YYYY-MM-DD`.
    ///
    /// # Errors
    /// A sentence saying what was expected.
    pub fn parse(text: &str) -> Result<Self, String> {
        let shaped = text.len() == 10 && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
        text.parse::<jiff::civil::Date>()
            .ok()
            .filter(|_| shaped)
            .map(Self)
            .ok_or_else(|| format!("`{text}` is not a date, such as `2026-03-02`"))
    }

    /// Its first second in UTC.
    pub fn start(self) -> Instant {
        // the last day of the year 9999 begins after the last instant there is: a day far ahead is never one that passed
        let beyond = if self.0.year() > 0 { jiff::Timestamp::MAX } else { jiff::Timestamp::MIN };
        let start = self.0.to_zoned(jiff::tz::TimeZone::UTC);
        Instant(start.map_or(beyond, |zoned| zoned.timestamp()))
    }

    /// The first second after it, in UTC: a date-only expiry is over from here on.
    pub fn end(self) -> Instant {
        self.start().plus_seconds(86_400)
    }

    /// Whole days from `earlier` to `self`.
    pub fn days_since(self, earlier: Self) -> i64 {
        self.start().seconds_since(earlier.start()) / 86_400
    }

    /// `days` later; saturates.
    #[must_use]
    pub fn plus_days(self, days: i64) -> Self {
        Self(self.0.saturating_add(days.days()))
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Debug for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A length of time: ISO 8601 (`PT15M`, `P6M`) or the short form (`15m`, `1h30m`, `250ms`).
///
/// Years and months are calendar units: they only have a length from a date on.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Period {
    months: i32,
    millis: i64,
}

impl Period {
    /// Of `seconds`.
    pub const fn from_seconds(seconds: i64) -> Self {
        Self { months: 0, millis: seconds.saturating_mul(1000) }
    }

    /// Of `days`.
    pub const fn from_days(days: i64) -> Self {
        Self::from_seconds(days.saturating_mul(86_400))
    }

    /// Of `millis`.
    pub const fn from_millis(millis: i64) -> Self {
        Self { months: 0, millis }
    }

    /// Reads either form.
    ///
    /// # Errors
    /// A sentence saying what was expected.
    pub fn parse(text: &str) -> Result<Self, String> {
        let wrong = || format!("`{text}` is not a period, such as `PT15M`, `P90D` or `1h30m`");
        let trimmed = text.trim();
        let (mut rest, iso) = match trimmed.strip_prefix('P') {
            Some(rest) => (rest, true),
            None => (trimmed, false),
        };
        let mut period = Self { months: 0, millis: 0 };
        let mut in_time = false;
        let mut parts = 0;
        while !rest.is_empty() {
            if iso
                && !in_time
                && let Some(after) = rest.strip_prefix('T')
            {
                in_time = true;
                rest = after;
                continue;
            }
            rest = rest.trim_start();
            let digits = rest.find(|ch: char| !ch.is_ascii_digit() && ch != '.').ok_or_else(wrong)?;
            let number: f64 = rest[..digits].parse().map_err(|_| wrong())?;
            let after = &rest[digits..];
            let unit_len =
                if iso { 1 } else { after.find(|ch: char| !ch.is_ascii_alphabetic()).unwrap_or(after.len()) };
            let unit = after.get(..unit_len).ok_or_else(wrong)?;
            let (months, millis): (i32, f64) = match (iso, in_time, unit) {
                (true, false, "Y") => (12, 0.0),
                (true, false, "M") => (1, 0.0),
                (true, false, "W") => (0, 604_800_000.0),
                (true, false, "D") | (false, _, "d") => (0, 86_400_000.0),
                (true, true, "H") | (false, _, "h") => (0, 3_600_000.0),
                (true, true, "M") | (false, _, "m") => (0, 60_000.0),
                (true, true, "S") | (false, _, "s") => (0, 1000.0),
                (false, _, "ms") => (0, 1.0),
                _ => return Err(wrong()),
            };
            if number > 1e9 || (months != 0 && number.fract() != 0.0) {
                return Err(wrong());
            }
            #[expect(clippy::cast_possible_truncation, reason = "at most 1e9 years, checked above")]
            {
                period.months = period
                    .months
                    .checked_add(months.checked_mul(number as i32).ok_or_else(wrong)?)
                    .ok_or_else(wrong)?;
                period.millis =
                    period.millis.checked_add((millis * number).round() as i64).ok_or_else(wrong)?;
            }
            rest = &after[unit_len..];
            parts += 1;
        }
        if parts == 0 { Err(wrong()) } else { Ok(period) }
    }

    /// Its length in milliseconds; `None` with calendar units.
    pub fn millis(self) -> Option<i64> {
        (self.months == 0).then_some(self.millis)
    }

    /// Its length in whole seconds; `None` with calendar units.
    pub fn seconds(self) -> Option<i64> {
        self.millis().map(|millis| millis / 1000)
    }

    /// Its length in milliseconds counting a month as 30 days, for ordering only.
    pub fn approximate_millis(self) -> i64 {
        i64::from(self.months) * 30 * 86_400_000 + self.millis
    }

    /// The instant this long after `start`.
    pub fn after(self, start: Instant) -> Instant {
        let moved = start
            .0
            .to_zoned(jiff::tz::TimeZone::UTC)
            .saturating_add(jiff::Span::new().months(self.months))
            .timestamp();
        Instant(moved.saturating_add(self.millis.milliseconds()).unwrap_or(moved))
    }

    /// For people: `4 h 00 min`, `38 s`, `90 d`, `6 months`. A no-break space joins number and unit.
    pub fn human(self) -> String {
        let mut parts = Vec::new();
        let (years, months) = (self.months / 12, self.months % 12);
        if years != 0 {
            parts.push(format!("{years}\u{a0}{}", if years == 1 { "year" } else { "years" }));
        }
        if months != 0 {
            parts.push(format!("{months}\u{a0}{}", if months == 1 { "month" } else { "months" }));
        }
        let total = self.millis / 1000;
        let (days, hours, minutes, seconds) =
            (total / 86_400, total / 3600 % 24, total / 60 % 60, total % 60);
        if days != 0 {
            parts.push(format!("{days}\u{a0}d"));
        }
        if hours != 0 {
            parts.push(format!("{hours}\u{a0}h"));
            if minutes != 0 {
                parts.push(format!("{minutes:02}\u{a0}min"));
            }
        } else if minutes != 0 {
            parts.push(format!("{minutes}\u{a0}min"));
        }
        if seconds != 0 && days == 0 && hours == 0 {
            parts.push(format!("{seconds}\u{a0}s"));
        }
        if parts.is_empty() {
            let rest = self.millis % 1000;
            parts.push(if rest == 0 { "0\u{a0}s".to_owned() } else { format!("{rest}\u{a0}ms") });
        }
        parts.join(" ")
    }
}

impl fmt::Display for Period {
    /// ISO 8601.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("P")?;
        if self.months != 0 {
            write!(f, "{}M", self.months)?;
        }
        let days = self.millis / 86_400_000;
        if days != 0 {
            write!(f, "{days}D")?;
        }
        let rest = self.millis % 86_400_000;
        if rest != 0 || (self.months == 0 && days == 0) {
            f.write_str("T")?;
            let (hours, minutes, millis) = (rest / 3_600_000, rest / 60_000 % 60, rest % 60_000);
            if hours != 0 {
                write!(f, "{hours}H")?;
            }
            if minutes != 0 {
                write!(f, "{minutes}M")?;
            }
            if millis % 1000 != 0 {
                write!(f, "{}.{:03}S", millis / 1000, millis % 1000)?;
            } else if millis != 0 || (hours == 0 && minutes == 0) {
                write!(f, "{}S", millis / 1000)?;
            }
        }
        Ok(())
    }
}

impl fmt::Debug for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// The end of a validity: a whole day, or an exact instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expiry {
    /// Valid through this day, 23:59:59Z included.
    Day(Date),
    /// Valid while the reader's time is before this instant.
    Instant(Instant),
}

impl Expiry {
    /// The first instant at which it is over.
    pub fn ends(self) -> Instant {
        match self {
            Self::Day(date) => date.end(),
            Self::Instant(instant) => instant,
        }
    }

    /// Whether it is over at `as_of`.
    pub fn is_over(self, as_of: Instant) -> bool {
        as_of >= self.ends()
    }
}

impl fmt::Display for Expiry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Day(date) => date.fmt(f),
            Self::Instant(instant) => instant.fmt(f),
        }
    }
}

macro_rules! text_serde {
    ($type:ty, $parse:expr, $name:literal, $description:literal, $pattern:literal) => {
        impl Serialize for $type {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }
        impl<'de> Deserialize<'de> for $type {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = String::deserialize(deserializer)?;
                $parse(&text).map_err(serde::de::Error::custom)
            }
        }
        impl JsonSchema for $type {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                $name.into()
            }
            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                schemars::json_schema!({ "type": "string", "description": $description, "pattern": $pattern })
            }
        }
    };
}

text_serde!(
    Instant,
    Instant::parse,
    "Instant",
    "RFC 3339 with an offset",
    r"^\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?([Zz]|[+-]\d{2}:\d{2})$"
);
text_serde!(Date, Date::parse, "Date", "a calendar day", r"^\d{4}-\d{2}-\d{2}$");
text_serde!(
    Period,
    Period::parse,
    "Period",
    "ISO 8601 (PT15M, P90D) or the short form (15m, 1h30m, 250ms)",
    r"^(P(?=.)(\d+Y)?(\d+M)?(\d+W)?(\d+D)?(T(?=\d)(\d+H)?(\d+M)?(\d+(\.\d+)?S)?)?|(\d+(\.\d+)?(ms|s|m|h|d)\s*)+)$"
);
text_serde!(
    Expiry,
    |text: &str| Date::parse(text).map(Expiry::Day).or_else(|_| Instant::parse(text).map(Expiry::Instant)),
    "Expiry",
    "a day (valid through it) or an RFC 3339 instant (exact)",
    r"^\d{4}-\d{2}-\d{2}([Tt ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?([Zz]|[+-]\d{2}:\d{2}))?$"
);

#[cfg(test)]
mod tests {
    use super::*;

    fn period(text: &str) -> Period {
        Period::parse(text).unwrap_or_else(|error| panic!("{error}"))
    }

    #[test]
    fn periods_read_both_forms_and_print_iso() {
        for (text, iso) in [
            ("PT15M", "PT15M"),
            ("1h30m", "PT1H30M"),
            ("P6M", "P6M"),
            ("250ms", "PT0.250S"),
            ("P1DT2H", "P1DT2H"),
            ("90d", "P90D"),
        ] {
            assert_eq!(period(text).to_string(), iso);
            assert_eq!(period(iso), period(text));
        }
        for text in ["", "P", "15", "PT", "1x", "P1H", "-1h"] {
            assert!(Period::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_date_is_valid_through_its_last_second() {
        let expiry = Expiry::Day(Date::parse("2026-05-31").unwrap());
        assert!(!expiry.is_over(Instant::parse("2026-05-31T23:59:59Z").unwrap()));
        assert!(expiry.is_over(Instant::parse("2026-06-01T00:00:00Z").unwrap()));
        let far = Expiry::Day(Date::parse("9999-12-31").unwrap());
        assert!(!far.is_over(Instant::parse("2026-06-01T00:00:00Z").unwrap()));
    }

    #[test]
    fn a_time_without_an_offset_is_refused() {
        assert!(Instant::parse("2026-03-02T10:00:00").is_err());
        assert_eq!(Instant::parse("2026-03-02T10:00:00+02:00").unwrap().to_string(), "2026-03-02T08:00:00Z");
    }

    #[test]
    fn months_are_calendar_months() {
        let start = Instant::parse("2026-01-31T00:00:00Z").unwrap();
        assert_eq!(period("P1M").after(start).to_string(), "2026-02-28T00:00:00Z");
    }
}
