//! Verifies an archive offline. Everything is in `trustbook::verify`; here are only the arguments, the clock and the terminal.

use std::io;
use std::io::Write as _;
use std::process::ExitCode;
use std::time::SystemTime;

use trustbook::bundle::time::Timestamp;
use trustbook::verify;

fn main() -> ExitCode {
    #[allow(clippy::disallowed_methods, reason = "the one place of this program that reads the clock")]
    let since_1970 = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    let now = since_1970.ok().and_then(|since| Timestamp::from_unix_seconds(since.as_secs()));
    let Some(now) = now.or_else(|| Timestamp::from_unix_seconds(0)) else {
        return ExitCode::from(verify::UNDECIDED);
    };
    // Computing verdicts again takes the rules, which this program does not have: it verifies the rest and says so.
    let args = std::env::args_os().skip(1).filter(|arg| arg != "--recompute");
    let code = verify::run(args, now, &mut io::stdout().lock(), &mut io::stderr().lock());
    if std::env::args_os().any(|arg| arg == "--recompute") {
        let _ = io::stderr()
            .write_all(b"not recomputed: `trustbook verify --recompute` computes verdicts again\n");
    }
    ExitCode::from(code)
}
