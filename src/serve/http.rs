//! What a request is answered with, decided without a socket.
//!
//! Refused: methods other than GET and HEAD, anything with a body or a transfer encoding (tiny_http 0.12 disagrees with others about
//! where such a request ends, CVE-2026-66752), any Host but this one's (or a page elsewhere could read the preview by rebinding its
//! name), any path that is not a file of the build. Every header value is a constant of this file, a number, or the generation
//! (tiny_http lets line ends into headers, CVE-2026-66753).

use std::io;
use std::io::Read as _;
use std::io::Write;
use std::sync::Arc;

use crate::model::tree::Content;
use crate::serve::live;
use crate::serve::shown::Shown;

const HTML: &str = "text/html; charset=utf-8";
/// Of a page that is shown as it lies there, because its own policy names what it holds by digest.
const OWN_POLICY: &str = "frame-ancestors 'none'";
/// The policy of everything else; pages may have a narrower one of their own.
const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// What was asked.
#[derive(Clone, Debug, Default)]
pub(crate) struct Asked {
    /// The method.
    pub(crate) method: String,
    /// The target, as it was sent.
    pub(crate) target: String,
    /// All Host headers.
    pub(crate) hosts: Vec<String>,
    /// Whether a body follows or could.
    pub(crate) has_body: bool,
}

/// What is answered.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    /// Code and reason.
    pub(crate) status: &'static str,
    media_type: &'static str,
    /// Whether the connection ends with it.
    close: bool,
    body: Body,
}

#[derive(Clone, Debug)]
enum Body {
    Bytes(Arc<[u8]>),
    Content(Content),
    /// Events, without an end.
    Events,
}

/// Decides.
pub(crate) fn answer(asked: &Asked, port: u16, shown: &Shown) -> Answer {
    if asked.has_body {
        return refusal("400 Bad Request", "a request here has no body");
    }
    if !matches!(asked.method.as_str(), "GET" | "HEAD") {
        return refusal("405 Method Not Allowed", "only GET and HEAD are answered");
    }
    match asked.hosts.as_slice() {
        [host] if is_ours(host, port) => {}
        _ => return refusal("403 Forbidden", "ask for localhost or 127.0.0.1, with this port"),
    }
    let Some(path) = decode(&asked.target) else {
        return refusal("400 Bad Request", "this is not a path");
    };
    match path.as_str() {
        ".trustbook/events" => Answer {
            status: "200 OK",
            media_type: "text/event-stream; charset=utf-8",
            close: true,
            body: Body::Events,
        },
        ".trustbook/live.js" => text("200 OK", "text/javascript; charset=utf-8", live::SCRIPT.as_bytes()),
        ".trustbook/overlay.css" => text("200 OK", "text/css; charset=utf-8", live::STYLE.as_bytes()),
        path => file(path, shown),
    }
}

/// Whether the answer is the stream of events.
pub(crate) fn is_events(answer: &Answer) -> bool {
    matches!(answer.body, Body::Events)
}

fn file(path: &str, shown: &Shown) -> Answer {
    let Some(site) = &shown.site else {
        return text("500 Internal Server Error", HTML, &live::bare_page(shown, "No build yet"));
    };
    let index =
        if path.is_empty() || path.ends_with('/') { format!("{path}index.html") } else { path.to_owned() };
    let (status, name) = match site.files.get(&index) {
        Some(_) => ("200 OK", index.as_str()),
        None => ("404 Not Found", "404.html"),
    };
    let Some(file) = site.files.get(name) else {
        return text(status, HTML, &live::bare_page(shown, "There is no such page"));
    };
    let media_type = media_type(&file.media_type);
    if media_type != HTML {
        return Answer { status, media_type, close: false, body: Body::Content(file.content.clone()) };
    }
    match read(&file.content) {
        Ok(html) if live::has_own_policy(&html) => {
            Answer { status, media_type, close: false, body: Body::Content(file.content.clone()) }
        }
        Ok(html) => text(status, HTML, &live::page(&html, shown)),
        Err(_) => text(
            "500 Internal Server Error",
            HTML,
            &live::bare_page(shown, "This file cannot be read any more; save it again"),
        ),
    }
}

fn read(content: &Content) -> io::Result<Vec<u8>> {
    match content {
        Content::Bytes(bytes) => Ok(bytes.to_vec()),
        Content::Source(source) => {
            let mut bytes = Vec::new();
            source.open()?.read_to_end(&mut bytes)?;
            Ok(bytes)
        }
    }
}

/// The media types that are said; what is none of them is only bytes.
fn media_type(of_file: &str) -> &'static str {
    let essence = of_file.split(';').next().unwrap_or_default().trim();
    match essence {
        "text/html" => "text/html; charset=utf-8",
        "text/css" => "text/css; charset=utf-8",
        "text/javascript" | "application/javascript" => "text/javascript; charset=utf-8",
        "text/plain" => "text/plain; charset=utf-8",
        "text/csv" => "text/csv; charset=utf-8",
        "text/markdown" => "text/markdown; charset=utf-8",
        "application/json" => "application/json",
        "application/xml" | "text/xml" => "application/xml",
        "application/atom+xml" => "application/atom+xml",
        "application/pdf" => "application/pdf",
        "application/zip" => "application/zip",
        "image/svg+xml" => "image/svg+xml",
        "image/png" => "image/png",
        "image/x-icon" => "image/x-icon",
        "font/woff2" => "font/woff2",
        _ => "application/octet-stream",
    }
}

fn is_ours(host: &str, port: u16) -> bool {
    let Some((name, given)) = host.rsplit_once(':') else {
        return port == 80 && is_name(host);
    };
    given == port.to_string() && is_name(name)
}

fn is_name(host: &str) -> bool {
    host == "127.0.0.1" || host.eq_ignore_ascii_case("localhost")
}

/// The path of a target without its leading slash; `None` for anything a file of a build cannot be called by.
fn decode(target: &str) -> Option<String> {
    let path = target.split(['?', '#']).next()?.strip_prefix('/')?;
    let mut bytes = Vec::with_capacity(path.len());
    let mut rest = path.as_bytes();
    while let [first, after @ ..] = rest {
        rest = after;
        if *first != b'%' {
            bytes.push(*first);
            continue;
        }
        let [high, low, after @ ..] = rest else { return None };
        let digit = |byte: u8| char::from(byte).to_digit(16);
        bytes.push(u8::try_from(digit(*high)? * 16 + digit(*low)?).ok()?);
        rest = after;
    }
    let path = String::from_utf8(bytes).ok()?;
    let bad = |component: &str| matches!(component, "." | "..");
    let hostile = |char: char| char.is_control() || char == '\\';
    (!path.split('/').any(bad) && !path.contains(hostile) && !format!("/{path}").contains("//"))
        .then_some(path)
}

fn text(status: &'static str, media_type: &'static str, bytes: &[u8]) -> Answer {
    Answer { status, media_type, close: false, body: Body::Bytes(bytes.into()) }
}

fn refusal(status: &'static str, why: &'static str) -> Answer {
    Answer { close: true, ..text(status, "text/plain; charset=utf-8", format!("{why}\n").as_bytes()) }
}

impl Answer {
    /// Status line and headers, with the empty line after them.
    pub(crate) fn head(&self) -> String {
        let is_whole = self.media_type == HTML && matches!(self.body, Body::Content(_));
        let policy = if is_whole { OWN_POLICY } else { POLICY };
        let mut head = format!(
            "HTTP/1.1 {}\r\nContent-Type: {}\r\nContent-Security-Policy: {policy}\r\n\
             X-Content-Type-Options: nosniff\r\nReferrer-Policy: no-referrer\r\nCross-Origin-Resource-Policy: same-origin\r\n\
             Cache-Control: no-store\r\n",
            self.status, self.media_type
        );
        let length = match &self.body {
            Body::Bytes(bytes) => Some(bytes.len() as u64),
            Body::Content(content) => Some(content.size_bytes()),
            Body::Events => None,
        };
        if let Some(length) = length {
            head.push_str(&format!("Content-Length: {length}\r\n"));
        }
        if self.status.starts_with("405") {
            head.push_str("Allow: GET, HEAD\r\n");
        }
        if self.close {
            head.push_str("Connection: close\r\n");
        }
        head.push_str("\r\n");
        head
    }

    /// Writes it, without its body for HEAD.
    pub(crate) fn write(&self, out: &mut dyn Write, is_head: bool) -> io::Result<()> {
        out.write_all(self.head().as_bytes())?;
        if !is_head {
            match &self.body {
                Body::Bytes(bytes) => out.write_all(bytes)?,
                Body::Content(content) => {
                    // Never more than was promised, whatever the file has become since.
                    io::copy(&mut content.open()?.take(content.size_bytes()), out)?;
                }
                Body::Events => {}
            }
        }
        out.flush()
    }

    #[cfg(test)]
    fn text(&self) -> String {
        let mut out = Vec::new();
        self.write(&mut out, false).unwrap();
        String::from_utf8(out).unwrap()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bundle::name::PathName;
    use crate::model::tree::FileTree;
    use crate::model::tree::TreeFile;
    use crate::serve::Built;
    use crate::serve::shown::State;

    fn state(files: &[(&str, &str, &str)]) -> State {
        let mut tree = FileTree::default();
        for (name, media_type, text) in files {
            let content = Content::Bytes(text.as_bytes().into());
            let file = TreeFile { content, media_type: (*media_type).to_owned(), title: None };
            tree.files.insert(PathName::parse(name).unwrap(), file);
        }
        let state = State::default();
        state.show_built(Built { tree, label: String::new() }, 1);
        state
    }

    fn get(target: &str) -> Asked {
        Asked {
            method: "GET".to_owned(),
            target: target.to_owned(),
            hosts: vec!["localhost:4000".to_owned()],
            has_body: false,
        }
    }

    fn site() -> State {
        state(&[
            ("index.html", "text/html", "<head></head>home"),
            ("claims/one.html", "text/html", "one"),
            ("404.html", "text/html", "not here"),
            ("data/claims.json", "application/json", "{}"),
            ("odd", "x/y\r\nSet-Cookie: a=b", "odd"),
            ("well-known/security.txt", "text/plain", "contact"),
        ])
    }

    #[test]
    fn paths_lead_to_files_of_the_build_and_nowhere_else() {
        let shown = site().now();
        let check = |target: &str, status: &str| {
            let answer = answer(&get(target), 4000, &shown);
            assert_eq!(answer.status.split(' ').next(), Some(status), "{target}");
            answer.text()
        };
        assert!(check("/", "200").contains("home"));
        assert!(check("/index.html?x=1", "200").contains("home"));
        assert!(check("/claims/%6fne.html", "200").contains("one"));
        assert!(check("/.well-known/security.txt", "200").contains("contact"));
        for target in [
            "/claims",
            "/nothing",
            "/claims/",
            "/well-known/security.txt",
            "/INDEX.html",
            "/.trustbook/dev.key",
        ] {
            assert!(check(target, "404").contains("not here"), "{target}");
        }
        for target in [
            "/../Cargo.toml",
            "/%2e%2e/Cargo.toml",
            "/..%2fCargo.toml",
            "/a/../index.html",
            "//etc/passwd",
            "/a\\b",
            "/%5cb",
            "/%00",
            "/%0d%0aX: y",
            "/%",
            "/%4",
            "/%zz",
            "/%ff",
            "index.html",
            "*",
            "http://localhost:4000/",
            "",
        ] {
            check(target, "400");
        }
    }

    #[test]
    fn only_reading_is_answered_and_only_under_our_own_name() {
        let shown = site().now();
        let status = |asked: &Asked| answer(asked, 4000, &shown).head();
        for method in ["POST", "PUT", "DELETE", "OPTIONS", "TRACE", "CONNECT", "get"] {
            let head = status(&Asked { method: method.to_owned(), ..get("/") });
            assert!(
                head.starts_with("HTTP/1.1 405") && head.contains("\r\nAllow: GET, HEAD\r\n"),
                "{method}: {head}"
            );
        }
        let head = status(&Asked { has_body: true, ..get("/") });
        assert!(head.starts_with("HTTP/1.1 400") && head.contains("\r\nConnection: close\r\n"), "{head}");
        for host in ["127.0.0.1:4000", "localhost:4000", "LOCALHOST:4000"] {
            assert!(
                status(&Asked { hosts: vec![host.to_owned()], ..get("/") }).starts_with("HTTP/1.1 200"),
                "{host}"
            );
        }
        for hosts in [
            vec![],
            vec!["evil.example"],
            vec!["localhost"],
            vec!["localhost:4001"],
            vec!["localhost:4000.evil.example"],
            vec!["127.0.0.1:4000", "127.0.0.1:4000"],
            vec!["0.0.0.0:4000"],
        ] {
            let hosts: Vec<String> = hosts.into_iter().map(str::to_owned).collect();
            assert!(
                status(&Asked { hosts: hosts.clone(), ..get("/") }).starts_with("HTTP/1.1 403"),
                "{hosts:?}"
            );
        }
    }

    #[test]
    fn header_values_are_ours_whatever_a_file_says_of_itself() {
        let shown = site().now();
        let text = answer(&get("/odd"), 4000, &shown).text();
        assert!(text.contains("Content-Type: application/octet-stream\r\n"), "{text}");
        assert!(!text.contains("Set-Cookie"), "{text}");
        let text = answer(&get("/data/claims.json"), 4000, &shown).text();
        assert!(
            text.contains("Content-Type: application/json\r\n") && text.ends_with("\r\n\r\n{}"),
            "{text}"
        );
        assert!(text.contains("Content-Length: 2\r\n") && text.contains("script-src 'self'"), "{text}");
    }

    #[test]
    fn a_refused_build_shows_its_findings_over_the_last_good_one() {
        let state = site();
        assert!(state.show_refused("error: content/a.yaml:3:1: <unknown> key"));
        assert!(!state.show_refused("error: content/a.yaml:3:1: <unknown> key"), "nothing new to show");
        let text = answer(&get("/"), 4000, &state.now()).text();
        assert!(text.contains("home") && text.contains("build 1, the last good one"), "{text}");
        assert!(text.contains("content/a.yaml:3:1: &lt;unknown&gt; key"), "{text}");
        let empty = State::default();
        empty.show_refused("error: no config");
        let text = answer(&get("/claims/"), 4000, &empty.now()).text();
        assert!(text.starts_with("HTTP/1.1 500") && text.contains("no config"), "{text}");
        assert!(text.contains("/.trustbook/live.js?"), "it reloads once there is a build: {text}");
    }
}
