//! The preview over real sockets on the loopback interface. Waits for events with a deadline, never for time to pass.

use std::fs;
use std::io::BufRead as _;
use std::io::BufReader;
use std::io::Read as _;
use std::io::Write as _;
use std::net::TcpStream;
use std::path::PathBuf;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering;
use std::time::Duration;

use super::*;
use crate::bundle::name::PathName;
use crate::model::tree::Content;
use crate::model::tree::TreeFile;

const DEADLINE: Duration = Duration::from_secs(20);

static COUNT: AtomicUsize = AtomicUsize::new(0);

/// A project of one folder of texts, each a page; the text `bad` does not build.
struct Project(PathBuf);

impl Project {
    fn new() -> Self {
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let root = std::env::temp_dir().join(format!("trustbook-serve-{}-{count}", std::process::id()));
        let _ = fs::remove_dir_all(&root);
        fs::create_dir_all(root.join("content")).unwrap();
        fs::create_dir_all(root.join("public")).unwrap();
        fs::write(root.join("content/index.txt"), "first").unwrap();
        Self(root)
    }

    /// Saves in one step, as careful editors do: nobody sees half a file.
    fn write(&self, path: &str, text: &str) {
        let new = self.0.with_extension("new");
        fs::write(&new, text).unwrap();
        fs::rename(new, self.0.join(path)).unwrap();
    }

    fn options(&self) -> Options {
        Options {
            port: 0,
            root: self.0.clone(),
            inputs: vec![self.0.join("content"), self.0.join("templates")],
            ignored: vec![self.0.join("public")],
            quiet: Duration::from_millis(30),
        }
    }

    fn build(&self) -> Result<Built, Refused> {
        let mut tree = FileTree::default();
        for folder in ["content", "templates"] {
            let Ok(entries) = fs::read_dir(self.0.join(folder)) else { continue };
            for entry in entries.flatten() {
                let Ok(text) = fs::read_to_string(entry.path()) else { continue };
                if text == "bad" {
                    return Err(Refused { text: "error: <bad> text".to_owned() });
                }
                let stem = entry.path().file_stem().unwrap().to_string_lossy().into_owned();
                let html = format!("<html><head></head><body>{text}</body></html>");
                let file = TreeFile {
                    content: Content::Bytes(html.into_bytes().into()),
                    media_type: "text/html".to_owned(),
                    title: None,
                };
                tree.files.insert(PathName::parse(&format!("{stem}.html")).unwrap(), file);
            }
        }
        Ok(Built { tree, label: "as of today".to_owned() })
    }
}

impl Drop for Project {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// Runs a preview of `project` while `visit` visits it at its port; returns what was told meanwhile.
fn preview(project: &Project, visit: impl FnOnce(u16)) -> Vec<Event> {
    let preview = Preview::bind(&project.options()).unwrap();
    let port = preview.port;
    assert_eq!(preview.url(), format!("http://127.0.0.1:{port}/"));
    /// Stops the preview also when a visit fails, or the test would never end.
    struct StopAtEnd(Stopper);
    impl Drop for StopAtEnd {
        fn drop(&mut self) {
            self.0.stop();
        }
    }
    let stop = StopAtEnd(preview.stopper());
    std::thread::scope(|scope| {
        let run = scope.spawn(move || {
            let mut told = Vec::new();
            preview.run(&mut || project.build(), &mut |event| told.push(event)).unwrap();
            told
        });
        let stop = stop;
        visit(port);
        drop(stop);
        run.join().unwrap()
    })
}

fn connect(port: u16) -> TcpStream {
    let stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).unwrap();
    stream.set_read_timeout(Some(DEADLINE)).unwrap();
    stream
}

/// Sends bytes as they are and reads until the server has nothing more to say.
fn raw(port: u16, request: &str) -> String {
    let mut stream = connect(port);
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

fn ask(port: u16, method: &str, path: &str) -> String {
    raw(port, &format!("{method} {path} HTTP/1.1\r\nHost: localhost:{port}\r\nConnection: close\r\n\r\n"))
}

/// The stream of events, read one by one.
struct Events(BufReader<TcpStream>);

impl Events {
    fn open(port: u16) -> Self {
        let mut stream = connect(port);
        write!(stream, "GET /.trustbook/events HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n").unwrap();
        Self(BufReader::new(stream))
    }

    fn next(&mut self) -> String {
        loop {
            let mut line = String::new();
            assert_ne!(self.0.read_line(&mut line).unwrap(), 0, "the stream ended");
            if let Some(data) = line.strip_prefix("data: ") {
                return data.trim_end().to_owned();
            }
        }
    }
}

#[test]
fn a_save_is_shown_to_an_open_page_and_a_bad_one_over_the_last_good_page() {
    let project = Project::new();
    let told = preview(&project, |port| {
        let page = ask(port, "GET", "/");
        assert!(page.contains("first"), "{page}");
        let mut events = Events::open(port);
        let first = events.next();
        assert!(page.contains(&format!("/.trustbook/live.js?{first}")), "{page}");

        project.write("content/index.txt", "second");
        let second = events.next();
        assert_ne!(first, second);
        assert!(ask(port, "GET", "/").contains("second"));

        project.write("content/index.txt", "bad");
        assert_ne!(events.next(), second);
        let page = ask(port, "GET", "/index.html");
        assert!(page.contains("second") && page.contains("error: &lt;bad&gt; text"), "{page}");
        assert!(page.contains("build 2, as of today, the last good one"), "{page}");

        project.write("content/index.txt", "third");
        events.next();
        let page = ask(port, "GET", "/");
        assert!(page.contains("third") && !page.contains("trustbook-overlay"), "{page}");
    });
    let good = told.iter().filter(|event| matches!(event, Event::Built { changed: true, .. })).count();
    let bad = told.iter().filter(|event| matches!(event, Event::Refused { .. })).count();
    assert_eq!((good, bad), (3, 1), "{told:?}");
}

#[test]
fn an_input_folder_that_appears_later_is_watched_and_output_folders_are_not() {
    let project = Project::new();
    let told = preview(&project, |port| {
        let mut events = Events::open(port);
        events.next();
        project.write("public/index.html", "written by a build");
        fs::create_dir(project.0.join("templates")).unwrap();
        project.write("templates/more.txt", "more");
        events.next();
        let mut page = ask(port, "GET", "/more.html");
        if !page.contains("<body>more") {
            // The folder and the file in it may have been two bursts.
            events.next();
            page = ask(port, "GET", "/more.html");
        }
        assert!(page.contains("<body>more"), "{page}");
        project.write("templates/more.txt", "even more");
        events.next();
        assert!(ask(port, "GET", "/more.html").contains("even more"));
    });
    assert!(told.iter().all(|event| matches!(event, Event::Built { .. })), "{told:?}");
}

#[test]
fn without_any_good_build_the_findings_are_the_page() {
    let project = Project::new();
    project.write("content/index.txt", "bad");
    preview(&project, |port| {
        let page = ask(port, "GET", "/");
        assert!(page.starts_with("HTTP/1.1 500"), "{page}");
        assert!(page.contains("error: &lt;bad&gt; text") && page.contains("no good build yet"), "{page}");
        let mut events = Events::open(port);
        events.next();
        project.write("content/index.txt", "good now");
        events.next();
        assert!(ask(port, "GET", "/").contains("good now"));
    });
}

#[test]
fn hostile_requests_are_refused_over_the_wire() {
    let project = Project::new();
    preview(&project, |port| {
        let host = format!("Host: localhost:{port}\r\nConnection: close\r\n");
        let check = |request: String, status: &str| {
            let answer = raw(port, &request);
            assert!(answer.starts_with(&format!("HTTP/1.1 {status}")), "{request:?}: {answer}");
            assert_eq!(answer.matches("HTTP/1.1").count(), 1, "{request:?}: {answer}");
        };
        check(format!("POST / HTTP/1.1\r\n{host}Content-Length: 0\r\n\r\n"), "405");
        check(format!("GET / HTTP/1.1\r\n{host}Content-Length: 4\r\n\r\nbody"), "400");
        check(format!("GET / HTTP/1.1\r\n{host}Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n"), "400");
        let smuggled = format!("GET /second HTTP/1.1\r\nHost: localhost:{port}\r\n\r\n");
        let length = smuggled.len();
        check(
            format!(
                "GET / HTTP/1.1\r\n{host}Transfer-Encoding: xchunked\r\nContent-Length: {length}\r\n\r\n{smuggled}"
            ),
            "400",
        );
        check("GET / HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n".to_owned(), "403");
        check("GET / HTTP/1.1\r\nConnection: close\r\n\r\n".to_owned(), "403");
        check(format!("GET /../../etc/passwd HTTP/1.1\r\n{host}\r\n"), "400");
        check(format!("GET /%2e%2e/%2e%2e/etc/passwd HTTP/1.1\r\n{host}\r\n"), "400");
        let head = ask(port, "HEAD", "/");
        assert!(head.starts_with("HTTP/1.1 200") && head.ends_with("\r\n\r\n"), "{head}");
        assert!(!head.contains("<html>"), "{head}");
        let script = ask(port, "GET", "/.trustbook/live.js");
        assert!(script.contains("Content-Type: text/javascript"), "{script}");
    });
}

#[test]
fn a_taken_port_is_named() {
    let project = Project::new();
    let first = Preview::bind(&project.options()).unwrap();
    let error = Preview::bind(&Options { port: first.port, ..project.options() }).map(|_| ()).unwrap_err();
    let text = error.to_string();
    assert!(text.contains(&format!("127.0.0.1:{}", first.port)) && text.contains("--port"), "{text}");
}
