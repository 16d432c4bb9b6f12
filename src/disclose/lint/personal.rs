//! Rules for what identifies people and the inside of a network: refused for the public, waivable with a reason.

use crate::disclose::lint::rules::Class;
use crate::disclose::lint::rules::LintRule;

/// Names of home folders that identify nobody.
const NOBODY: &[&str] = &[
    "user",
    "users",
    "username",
    "name",
    "you",
    "me",
    "runner",
    "ubuntu",
    "debian",
    "build",
    "builder",
    "ci",
    "vsts",
    "circleci",
    "jenkins",
    "app",
    "node",
    "shared",
    "public",
    "default",
    "administrator",
    "example",
    "vagrant",
    "linuxbrew",
    "nonroot",
    "somebody",
    "someone",
];

/// Local parts of addresses that belong to a role.
const ROLES: &[&str] = &[
    "security",
    "privacy",
    "support",
    "info",
    "contact",
    "abuse",
    "legal",
    "sales",
    "dpo",
    "compliance",
    "trust",
    "help",
    "helpdesk",
    "hello",
    "press",
    "media",
    "noreply",
    "no-reply",
    "donotreply",
    "admin",
    "postmaster",
    "webmaster",
    "hostmaster",
    "billing",
    "office",
    "team",
    "soc",
    "psirt",
    "csirt",
    "cert",
    "incident",
    "incidents",
    "bugs",
    "bug",
    "feedback",
    "jobs",
    "careers",
    "gdpr",
    "accounts",
    "marketing",
    "partners",
    "git",
    "bot",
    "ci",
    "dev",
    "devel",
    "developers",
    "maintainers",
    "packages",
    "release",
    "releases",
    "vulnerability",
    "vulnerabilities",
    "disclosure",
    "service",
    "customer",
    "customers",
    "users",
    "list",
    "lists",
    "announce",
    "opensource",
    "conduct",
    "dataprotection",
    "noc",
    "ops",
    "sre",
    "ciso",
];

/// Endings of file names, which `name@2x.png` and the like would mistake for domains.
const FILE_ENDINGS: &[&str] = &[
    "png", "jpg", "jpeg", "gif", "svg", "webp", "js", "mjs", "cjs", "ts", "css", "json", "yaml", "yml",
    "toml", "md", "rs", "py", "go", "java", "html", "txt", "zip", "gz", "tgz", "so", "dll", "exe", "whl",
    "jar", "lock", "xml",
];

fn word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.')
}

fn before(text: &str, at: usize) -> Option<u8> {
    at.checked_sub(1).and_then(|at| text.as_bytes().get(at).copied())
}

fn after(text: &str, at: usize) -> Option<u8> {
    text.as_bytes().get(at).copied()
}

pub(super) const HOME_PATH: LintRule = LintRule {
    code: "home-path",
    title: "a path in somebody's home folder",
    class: Class::Personal,
    what: "`/home/NAME/`, `/Users/NAME/` or `C:\\Users\\NAME\\`. Names that identify nobody, such as `runner` or \
           `user`, are let pass.",
    why: "The path names a person and shows how a machine is laid out.",
    needles: &["/home/", "/users/", "\\users\\", "\\\\users\\\\"],
    find: |text, at| {
        let rest = text.get(at..)?;
        let prefix = ["/home/", "/Users/", "\\\\Users\\\\", "\\Users\\"]
            .into_iter()
            .find(|prefix| rest.starts_with(prefix))?;
        if prefix.starts_with('/') && before(text, at).is_some_and(|byte| word(byte) && byte != b'.') {
            return None;
        }
        if prefix.starts_with('\\') && before(text, at) != Some(b':') {
            return None;
        }
        let start = at + prefix.len();
        let length = text.as_bytes().iter().skip(start).take_while(|byte| word(**byte)).count();
        let name = text.get(start..start + length)?;
        let follows = matches!(after(text, start + length), Some(b'/' | b'\\'));
        let somebody = length > 1 && !NOBODY.contains(&name.to_ascii_lowercase().as_str());
        (somebody && follows).then_some(at..start + length)
    },
    mask: |text| {
        let end = text.rfind(['/', '\\']).map_or(0, |at| at + 1);
        format!("{}…", text.get(..end).unwrap_or_default())
    },
    samples: || {
        vec![
            "/home/jdoe/src/main.rs".to_owned(),
            "/Users/jane.doe/x".to_owned(),
            "C:\\Users\\JaneDoe\\x".to_owned(),
            "\"C:\\\\Users\\\\JaneDoe\\\\x\"".to_owned(),
        ]
    },
    near_misses: || {
        vec![
            "/home/runner/work/x".to_owned(),
            "https://vendor.io/home/jdoe/x".to_owned(),
            "/home/$USER/x".to_owned(),
            "the folder /home/ is".to_owned(),
        ]
    },
};

pub(super) const NOT_SANITIZED: LintRule = LintRule {
    code: "not-sanitized",
    title: "a file that says it was not sanitized",
    class: Class::Personal,
    what: "`sanitized: false`, `\"sanitized\": false` or `sanitized=\"false\"`: a mark of whoever made the file.",
    why: "What its maker calls unfit for others may hold names, addresses and secrets that no rule knows.",
    needles: &["sanitized"],
    find: |text, at| {
        let start = at + "sanitized".len();
        if !text.get(at..start)?.eq_ignore_ascii_case("sanitized") || before(text, at).is_some_and(word) {
            return None;
        }
        let rest = text.get(start..)?.trim_start_matches(['"', '\'']).trim_start_matches([' ', '\t']);
        let rest = rest.strip_prefix([':', '='])?.trim_start_matches([' ', '\t', '"', '\'']);
        let follows = rest.get(.."false".len()).filter(|said| said.eq_ignore_ascii_case("false"))?;
        let end = text.len() - rest.len() + follows.len();
        (!after(text, end).is_some_and(word)).then_some(at..end)
    },
    mask: |_| "…false".to_owned(),
    samples: || {
        vec![
            "sanitized: false".to_owned(),
            "{\"evidence_mode\": \"sample\", \"sanitized\": false}".to_owned(),
            "<seal sanitized=\"false\"/>".to_owned(),
        ]
    },
    near_misses: || {
        vec![
            "sanitized: true".to_owned(),
            "is_sanitized: false".to_owned(),
            "sanitized: falsely".to_owned(),
            "It was not sanitized.".to_owned(),
        ]
    },
};

pub(super) const INTERNAL_HOST: LintRule = LintRule {
    code: "internal-host",
    title: "the name of an internal host",
    class: Class::Personal,
    what: "A host name under `.corp`, `.lan`, `.intranet`, `.localdomain` or `.home.arpa`; under `.internal` or \
           `.local` only in an address, after `@` or before a port, because packages are called so too.",
    why: "Names of internal hosts are a map for somebody who wants in.",
    needles: &[".corp", ".lan", ".intranet", ".localdomain", ".home.arpa", ".internal", ".local"],
    find: |text, at| {
        let rest = text.get(at..)?.to_ascii_lowercase();
        let ending = [".localdomain", ".home.arpa", ".intranet", ".internal", ".corp", ".lan", ".local"]
            .into_iter()
            .find(|ending| rest.starts_with(ending))?;
        let end = at + ending.len();
        if after(text, end)
            .is_some_and(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'('))
        {
            return None;
        }
        // A dot ends a sentence, unless a name goes on after it.
        if after(text, end) == Some(b'.')
            && after(text, end + 1).is_some_and(|byte| byte.is_ascii_alphanumeric())
        {
            return None;
        }
        let length = text.as_bytes().get(..at)?.iter().rev().take_while(|byte| word(**byte)).count();
        let start = at - length;
        let name = text.get(start..at)?;
        if !name.starts_with(|ch: char| ch.is_ascii_alphanumeric()) {
            return None;
        }
        let addressed = text.get(..start)?.ends_with("://") || before(text, start) == Some(b'@');
        let port =
            after(text, end) == Some(b':') && after(text, end + 1).is_some_and(|byte| byte.is_ascii_digit());
        let sure = !matches!(ending, ".internal" | ".local") && before(text, start) != Some(b'/');
        (sure || addressed || port).then_some(start..end)
    },
    mask: |text| format!("…{}", text.rfind('.').and_then(|at| text.get(at..)).unwrap_or_default()),
    samples: || {
        vec![
            "https://build07.internal/x".to_owned(),
            "db01.vendor.corp".to_owned(),
            "cache.local:6379".to_owned(),
            "nas.lan".to_owned(),
        ]
    },
    near_misses: || {
        vec![
            "com.vendor.internal.Parser".to_owned(),
            "std::thread::local".to_owned(),
            ".env.local".to_owned(),
            "vendor.corporate.io".to_owned(),
            "pkg.internal".to_owned(),
        ]
    },
};

pub(super) const PRIVATE_ADDRESS: LintRule = LintRule {
    code: "private-address",
    title: "a private network address",
    class: Class::Personal,
    what: "An IPv4 address in 10.0.0.0/8, 172.16.0.0/12 or 192.168.0.0/16. Versions of four numbers are let pass \
           where `version` or `@` stands before them.",
    why: "Addresses of internal machines are a map for somebody who wants in.",
    needles: &["10.", "172.", "192.168."],
    find: |text, at| {
        if before(text, at).is_some_and(|byte| word(byte) || matches!(byte, b'@' | b'=')) {
            return None;
        }
        let length = text
            .as_bytes()
            .iter()
            .skip(at)
            .take_while(|byte| byte.is_ascii_digit() || **byte == b'.')
            .count();
        let address = text.get(at..at + length)?.trim_end_matches('.');
        let end = at + address.len();
        let octets: Vec<u16> = address
            .split('.')
            .map(|part| if part.len() <= 3 { part.parse().ok() } else { None })
            .collect::<Option<Vec<u16>>>()?;
        let [a, b, c, d] = octets.as_slice() else { return None };
        let private = match (a, b) {
            (10, _) => true,
            (172, b) => (16..=31).contains(b),
            (192, b) => *b == 168,
            (_, _) => false,
        };
        let valid = [a, b, c, d].iter().all(|octet| **octet <= 255);
        let more = after(text, end)
            .is_some_and(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'+'));
        let from = at.saturating_sub(16);
        let version = text.get(from..at)?.to_ascii_lowercase().contains("version");
        (private && valid && !more && !version).then_some(at..end)
    },
    mask: |text| format!("{}.…", text.split('.').next().unwrap_or_default()),
    samples: || {
        vec!["10.20.30.40".to_owned(), "http://192.168.1.17:8080".to_owned(), "172.31.0.9".to_owned()]
    },
    near_misses: || {
        vec![
            "pkg:nuget/x@10.0.0.1".to_owned(),
            "\"version\": \"10.0.0.1\"".to_owned(),
            "10.0.19041.1".to_owned(),
            "172.32.0.1 and 192.169.0.1 and 10.1.2".to_owned(),
            "10.0.0.1-beta".to_owned(),
        ]
    },
};

pub(super) const EMAIL: LintRule = LintRule {
    code: "personal-email",
    title: "somebody's e-mail address",
    class: Class::Personal,
    what: "An e-mail address whose local part is no role (`security`, `privacy`, `support`, …) and whose domain is no \
           example (`example.com`, `.example`, `.test`, `.invalid`).",
    why: "An address of a person is personal data; publishing it needs their consent.",
    needles: &["@"],
    find: |text, at| {
        let bytes = text.as_bytes();
        let local = bytes
            .get(..at)?
            .iter()
            .rev()
            .take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-' | b'+'))
            .count();
        let domain = bytes
            .iter()
            .skip(at + 1)
            .take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-'))
            .count();
        let name = text.get(at - local..at)?;
        let host = text.get(at + 1..at + 1 + domain)?.trim_end_matches(['.', '-']).to_ascii_lowercase();
        let name = name.trim_start_matches(['.', '-', '+']);
        if name.is_empty() || before(text, at - local).is_some_and(|byte| matches!(byte, b'/' | b':' | b'@'))
        {
            // A path, a package address or a login, except after `mailto:`.
            let mail = text.get(..at - local)?.to_ascii_lowercase().ends_with("mailto:");
            if name.is_empty() || !mail {
                return None;
            }
        }
        let labels: Vec<&str> = host.split('.').collect();
        let top = labels.last()?;
        let real = labels.len() >= 2
            && labels.iter().all(|label| !label.is_empty())
            && top.len() >= 2
            && top.bytes().all(|byte| byte.is_ascii_alphabetic())
            && !FILE_ENDINGS.contains(top);
        let example =
            matches!(*top, "example" | "test" | "invalid" | "localhost") || labels.contains(&"example");
        let lower = name.to_ascii_lowercase();
        let role = lower.split(['.', '-', '_', '+']).any(|part| ROLES.contains(&part))
            || ROLES.contains(&lower.as_str());
        (real && !example && !role).then_some(at - name.len()..at + 1 + host.len())
    },
    mask: |text| {
        let (name, host) = text.split_once('@').unwrap_or((text, ""));
        format!(
            "{}…@…{}",
            name.chars().take(1).collect::<String>(),
            host.rfind('.').and_then(|at| host.get(at..)).unwrap_or_default()
        )
    },
    samples: || {
        vec![
            "jane.doe@vendor.io".to_owned(),
            "<jdoe@gmail.com>".to_owned(),
            "mailto:jdoe@vendor.co.uk".to_owned(),
        ]
    },
    near_misses: || {
        vec![
            "security@vendor.io and privacy-team@vendor.io".to_owned(),
            "jane@example.com, joe@mail.example.org, x@y.test".to_owned(),
            "pkg:npm/left@1.0.0 and logo@2x.png".to_owned(),
            "git@github.com:vendor/x".to_owned(),
            "https://vendor.io/@jdoe".to_owned(),
        ]
    },
};
