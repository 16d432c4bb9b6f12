//! The one place that reads the clock.

use crate::cli::Failure;
use crate::cli::args::AsOf;
use crate::model::time::Instant;

/// `--as-of`, else `SOURCE_DATE_EPOCH`, else now, whole seconds.
///
/// # Errors
/// When the given text is neither a day nor an instant, or the environment's number is none.
pub(crate) fn as_of(args: &AsOf) -> Result<Instant, Failure> {
    if let Some(text) = &args.as_of {
        return Instant::parse_or_date(text).map_err(|error| {
            Failure::usage(format!("--as-of: {error}"))
                .help("a day such as `2026-03-02` is its first instant, UTC")
        });
    }
    #[expect(clippy::disallowed_methods, reason = "this is the place where the environment is read")]
    let epoch = std::env::var("SOURCE_DATE_EPOCH");
    if let Ok(text) = epoch {
        return text.trim().parse().ok().and_then(Instant::from_unix).ok_or_else(|| {
            Failure::usage(format!("SOURCE_DATE_EPOCH: `{text}` is not a number of seconds"))
        });
    }
    now()
}

/// Now, in whole seconds.
///
/// # Errors
/// When the clock stands before 1970.
pub(crate) fn now() -> Result<Instant, Failure> {
    #[expect(clippy::disallowed_methods, reason = "this is the place where the clock is read")]
    let now = std::time::SystemTime::now();
    let seconds =
        now.duration_since(std::time::UNIX_EPOCH).ok().and_then(|since| i64::try_from(since.as_secs()).ok());
    seconds
        .and_then(Instant::from_unix)
        .ok_or_else(|| Failure::machine("the clock stands before 1970; give --as-of".to_owned()))
}
