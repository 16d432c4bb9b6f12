//! How open pages learn of a new build: a script that listens for server-sent events, and an overlay for findings.
//!
//! Both are added to pages as they are served; what is published has neither.

use std::io;
use std::io::Write;
use std::sync::Mutex;
use std::sync::PoisonError;

use crate::serve::shown::Shown;
use crate::serve::shown::State;

/// The script.
pub(crate) const SCRIPT: &str = include_str!("live.js");
/// The look of the overlay.
pub(crate) const STYLE: &str = include_str!("overlay.css");

/// More open pages than this are not told; the oldest hears of nothing first.
const MAX_LISTENERS: usize = 64;

type Listener = Box<dyn Write + Send>;

/// The pages that listen.
#[derive(Default)]
pub(crate) struct Listeners {
    open: Mutex<Vec<Listener>>,
}

impl Listeners {
    /// Adds a page that was told `told`; tells it again if that is old by now.
    pub(crate) fn add(&self, mut listener: Listener, told: &str, state: &State) {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let now = state.now();
        if now.generation != told && write_generation(&mut *listener, &now.generation).is_err() {
            return;
        }
        if open.len() >= MAX_LISTENERS {
            open.remove(0);
        }
        open.push(listener);
    }

    /// Tells every page; forgets those that left.
    pub(crate) fn tell(&self, generation: &str) {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        open.retain_mut(|listener| write_generation(&mut **listener, generation).is_ok());
    }

    /// Ends all streams.
    pub(crate) fn close(&self) {
        self.open.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}

/// One event.
pub(crate) fn write_generation(out: &mut dyn Write, generation: &str) -> io::Result<()> {
    write!(out, "retry: 500\nevent: generation\ndata: {generation}\n\n")?;
    out.flush()
}

/// Whether a page's policy allows its own script only, by digest: nothing can be added to such a page.
pub(crate) fn has_own_policy(html: &[u8]) -> bool {
    const HASHED: &[u8] = b"; script-src 'sha256-";
    html.windows(HASHED.len()).take(1024).any(|window| window == HASHED)
}

/// A page as it is served: with the script, and with the overlay while there are findings.
pub(crate) fn page(html: &[u8], shown: &Shown) -> Vec<u8> {
    let mut out = allow_events(html);
    let overlay = shown.refused.as_ref().map(|text| overlay(text, shown)).unwrap_or_default();
    let script = script(shown);
    insert_before(&mut out, b"</body>", overlay.as_bytes());
    insert_before(&mut out, b"</head>", script.as_bytes());
    out
}

/// The page that is shown where there is none: findings only, or what is missing.
pub(crate) fn bare_page(shown: &Shown, title: &str) -> Vec<u8> {
    let overlay = match &shown.refused {
        Some(text) => overlay(text, shown),
        None => format!("<p>{title}</p>"),
    };
    format!(
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>{title}</title>{}</head><body>{overlay}</body></html>\n",
        script(shown)
    )
    .into_bytes()
}

fn script(shown: &Shown) -> String {
    format!("<script src=\"/.trustbook/live.js?{}\" defer></script>\n", shown.generation)
}

fn overlay(text: &str, shown: &Shown) -> String {
    let behind = match &shown.site {
        Some(site) => format!("Behind this stands {}, the last good one.", escape(&site.name)),
        None => "There is no good build yet.".to_owned(),
    };
    format!(
        "<link rel=\"stylesheet\" href=\"/.trustbook/overlay.css\">\n<details class=\"trustbook-overlay\" open role=\"alert\"><summary>This does not build</summary>\n<p>{behind}</p>\n<pre>{}</pre></details>\n",
        escape(text)
    )
}

fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for char in text.chars() {
        match char {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            other => out.push(other),
        }
    }
    out
}

/// Puts `text` before the last `mark`, or at the end.
fn insert_before(out: &mut Vec<u8>, mark: &[u8], text: &[u8]) {
    let at = find_last(out, mark).unwrap_or(out.len());
    out.splice(at..at, text.iter().copied());
}

fn find_last(text: &[u8], mark: &[u8]) -> Option<usize> {
    text.windows(mark.len()).rposition(|window| window == mark)
}

/// A page's own policy forbids it to connect anywhere; the preview's events need one exception.
fn allow_events(html: &[u8]) -> Vec<u8> {
    const META: &[u8] = b"<meta http-equiv=\"Content-Security-Policy\" content=\"";
    let Some(at) = html.windows(META.len()).position(|window| window == META) else {
        return html.to_vec();
    };
    let (head, rest) = html.split_at(at + META.len());
    [head, b"connect-src 'self'; ", rest].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(refused: Option<&str>) -> Shown {
        Shown { generation: "7-1".to_owned(), site: None, refused: refused.map(str::to_owned) }
    }

    #[test]
    fn a_page_gets_the_script_and_its_policy_one_exception() {
        let html = b"<html><head><meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'\"></head><body>x</body></html>";
        let text = String::from_utf8(page(html, &shown(None))).unwrap();
        assert_eq!(
            text,
            "<html><head><meta http-equiv=\"Content-Security-Policy\" content=\"connect-src 'self'; default-src 'none'\">\
             <script src=\"/.trustbook/live.js?7-1\" defer></script>\n</head><body>x</body></html>"
        );
    }

    #[test]
    fn a_page_whose_policy_names_its_script_by_digest_is_told_apart() {
        let page = |policy: &str| {
            format!("<html><meta http-equiv=\"Content-Security-Policy\" content=\"{policy}\">").into_bytes()
        };
        assert!(has_own_policy(&page("default-src 'none'; script-src 'sha256-abc'")));
        assert!(!has_own_policy(&page("default-src 'none'; script-src 'self'")));
        assert!(!has_own_policy(b"; script"));
    }

    #[test]
    fn findings_are_shown_as_text_whatever_they_contain() {
        let text = String::from_utf8(page(b"<p>fragment", &shown(Some("<script>alert(1)</script> & \"x\""))))
            .unwrap();
        assert!(text.starts_with("<p>fragment"), "{text}");
        assert!(text.contains("&lt;script&gt;alert(1)&lt;/script&gt; &amp; &quot;x&quot;"), "{text}");
        assert!(!text.contains("<script>alert"), "{text}");
        assert!(text.contains("no good build yet"), "{text}");
    }
}
