//! What counts: live, readable, dated, fresh, about this source state. Everything else is shown with the reason why not.

use crate::evaluate::scene::Scene;
use crate::model::evidence::Evidence;
use crate::model::evidence::Mode;
use crate::model::evidence::Trust;
use crate::model::time::Instant;
use crate::model::time::Period;

/// How far ahead of as-of a time stamp may lie and still count, in seconds: clocks differ.
pub const SKEW_SECONDS: i64 = 300;

/// Why a piece of evidence does not count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    /// A sample, dry run, simulation or plan.
    NotLive,
    /// Older than its limit.
    Stale,
    /// The bytes cannot be read as what they say they are.
    Unreadable,
    /// Any other reason.
    Other,
}

/// Whether a piece of evidence counts at an instant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It counts; `stale_from` is the first instant at which it no longer does.
    Counts {
        /// First instant at which it is too old.
        stale_from: Instant,
    },
    /// It does not.
    Not {
        /// In one clause.
        why: String,
        /// The kind of reason.
        cause: Cause,
        /// The instant at which it begins to count, where time alone makes it so.
        counts_from: Option<Instant>,
    },
}

fn not(cause: Cause, why: impl Into<String>) -> Standing {
    Standing::Not { why: why.into(), cause, counts_from: None }
}

/// The limit of age for `evidence`: the criterion's, else the project's for its kind.
pub fn limit(evidence: &Evidence, scene: &Scene<'_>) -> Period {
    scene.max_age.unwrap_or_else(|| scene.config.freshness.limit(evidence.kind()))
}

/// Whether `evidence` counts in `scene`.
pub fn standing(evidence: &Evidence, scene: &Scene<'_>) -> Standing {
    standing_of(evidence, scene, false)
}

/// The same for documents whose form has no time: a missing one is no reason not to count them, and without a limit of the
/// criterion's own they do not age.
pub fn standing_undated(evidence: &Evidence, scene: &Scene<'_>) -> Standing {
    standing_of(evidence, scene, true)
}

fn standing_of(evidence: &Evidence, scene: &Scene<'_>, undated: bool) -> Standing {
    match evidence.trust {
        Trust::Invalid => return not(Cause::Unreadable, "it cannot be read as what it says it is"),
        Trust::Placeholder => return not(Cause::Other, "it is a template that nobody filled in"),
        Trust::ReferencedOnly => return not(Cause::Other, "it is named, but not here to be opened"),
        Trust::WellFormed | Trust::HashVerified | Trust::SignatureVerified => {}
    }
    match evidence.mode {
        Mode::Live => {}
        Mode::Sample => return not(Cause::NotLive, "it is a sample"),
        Mode::DryRun => return not(Cause::NotLive, "it is a dry run"),
        Mode::Simulated => return not(Cause::NotLive, "it is simulated"),
        Mode::Planned => return not(Cause::NotLive, "it has not happened yet"),
        Mode::Historical => return not(Cause::Other, "it is historical, kept for context"),
    }
    if let (Some(named), Some(state)) = (&evidence.source_state, scene.source_state)
        && bare_digest(named) != bare_digest(state)
    {
        return not(Cause::Other, "it is for another source state");
    }
    let Some(captured_at) = evidence.captured_at else {
        if undated && scene.max_age.is_none() {
            return Standing::Counts { stale_from: forever(scene) };
        }
        return not(Cause::Other, "it does not say when it was captured");
    };
    if captured_at > scene.as_of.plus_seconds(SKEW_SECONDS) {
        return Standing::Not {
            why: format!("it was captured at {captured_at}, after the instant everything is judged at"),
            cause: Cause::Other,
            counts_from: Some(captured_at.plus_seconds(-SKEW_SECONDS)),
        };
    }
    if undated && scene.max_age.is_none() {
        return Standing::Counts { stale_from: forever(scene) };
    }
    let limit = limit(evidence, scene);
    let stale_from = limit.after(captured_at);
    if scene.as_of >= stale_from {
        return not(
            Cause::Stale,
            format!("it is older than {}, captured {}", limit.human(), captured_at.date()),
        );
    }
    Standing::Counts { stale_from }
}

/// A digest without its `sha256:` and in lower case.
pub fn bare_digest(text: &str) -> String {
    let text = text.trim();
    text.split_once(':').map_or(text, |(_, digits)| digits).to_ascii_lowercase()
}

/// A hundred years on: no instant at which anything turns.
fn forever(scene: &Scene<'_>) -> Instant {
    scene.as_of.plus_seconds(3_155_760_000)
}
