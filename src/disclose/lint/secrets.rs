//! Rules for private keys and tokens. Shapes are those their makers document; a prefix alone is never enough.

use std::ops::Range;

use crate::disclose::lint::rules::Class;
use crate::disclose::lint::rules::LintRule;
use crate::disclose::lint::rules::mask;

fn alnum(byte: u8) -> bool {
    byte.is_ascii_alphanumeric()
}

fn token(byte: u8) -> bool {
    alnum(byte) || matches!(byte, b'_' | b'-')
}

fn base64(byte: u8) -> bool {
    alnum(byte) || matches!(byte, b'+' | b'/' | b'=')
}

fn upper(byte: u8) -> bool {
    byte.is_ascii_uppercase() || byte.is_ascii_digit()
}

/// How many bytes from `at` on satisfy `of`.
fn run(text: &str, at: usize, of: fn(u8) -> bool) -> usize {
    text.as_bytes().iter().skip(at).take_while(|byte| of(**byte)).count()
}

/// A token at `at` that begins with exactly `prefix` and goes on for `least` to `most` bytes of `of`, with no such
/// byte before it. Words of example keys (`EXAMPLE`, `xxxx`) are let pass.
fn shaped(
    text: &str,
    at: usize,
    prefix: &str,
    of: fn(u8) -> bool,
    (least, most): (usize, usize),
) -> Option<Range<usize>> {
    let rest = text.get(at..)?;
    if !rest.starts_with(prefix)
        || at.checked_sub(1).is_some_and(|before| text.as_bytes().get(before).copied().is_some_and(alnum))
    {
        return None;
    }
    let length = run(text, at + prefix.len(), of);
    let found = at..at + prefix.len() + length;
    (length >= least && length <= most && !is_example(text.get(found.clone())?)).then_some(found)
}

/// Whether somebody wrote it to be read as an example.
fn is_example(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    [
        "example",
        "xxxx",
        "0000000000",
        "1234567890",
        "your",
        "placeholder",
        "redacted",
        "****",
        "changeme",
        "dummy",
    ]
    .iter()
    .any(|word| lower.contains(word))
}

/// `count` letters and digits that look like chance, for samples.
fn noise(count: usize) -> String {
    let letters = b"q7Rk2mZx9TbW4nLcV8hJdYs3FgPwKe5GuMa6NpQf";
    (0..count).map(|at| char::from(letters[(at * 7 + at / 5) % letters.len()])).collect()
}

fn joined(parts: &[&str]) -> String {
    parts.concat()
}

const KEY_WHY: &str = "Whoever holds a private key can sign or decrypt in its owner's name.";
const TOKEN_WHY: &str = "Whoever holds the token acts in its owner's name until it is revoked.";

macro_rules! token_rule {
    (
        $name:ident, $code:literal, $title:literal, $what:literal,
        [$($needle:literal),+], $of:ident, $least:literal..=$most:literal, near $near:expr
    ) => {
        pub(super) const $name: LintRule = LintRule {
            code: $code,
            title: $title,
            class: Class::Secret,
            what: $what,
            why: TOKEN_WHY,
            needles: &[$($needle),+],
            find: |text, at| [$($needle),+].iter().find_map(|prefix| shaped(text, at, prefix, $of, ($least, $most))),
            mask,
            samples: || vec![$(joined(&[$needle, &noise($least)])),+],
            near_misses: || $near,
        };
    };
}

token_rule!(GITHUB, "github-token", "a GitHub token", "`ghp_`, `gho_`, `ghu_`, `ghs_` or `ghr_` and 36 letters and digits.",
    ["ghp_", "gho_", "ghu_", "ghs_", "ghr_"], alnum, 36..=255, near vec![joined(&["ghp_", &noise(20)]), "graph_ghp_x".to_owned()]);
token_rule!(GITHUB_FINE, "github-fine-grained-token", "a GitHub fine-grained token", "`github_pat_` and at least 40 letters, digits and underscores.",
    ["github_pat_"], token, 40..=255, near vec!["github_pat_of_somebody".to_owned()]);
token_rule!(GITLAB, "gitlab-token", "a GitLab token", "`glpat-`, `gldt-` or `glrt-` and 20 or more letters and digits.",
    ["glpat-", "gldt-", "glrt-"], token, 20..=255, near vec!["glpat-short".to_owned()]);
token_rule!(SLACK, "slack-token", "a Slack token", "`xoxb-`, `xoxp-`, `xoxa-`, `xoxr-`, `xoxs-` or `xapp-` and at least 24 letters, digits and dashes.",
    ["xoxb-", "xoxp-", "xoxa-", "xoxr-", "xoxs-", "xapp-"], token, 24..=255, near vec!["xoxb-not-a-token".to_owned()]);
token_rule!(GOOGLE_OAUTH, "google-oauth-secret", "a Google OAuth client secret", "`GOCSPX-` and 28 letters, digits and dashes.",
    ["GOCSPX-"], token, 28..=40, near vec!["GOCSPX-short".to_owned()]);
token_rule!(STRIPE, "stripe-key", "a Stripe live key", "`sk_live_` or `rk_live_` and at least 24 letters and digits. Test keys are let pass.",
    ["sk_live_", "rk_live_"], alnum, 24..=255, near vec![joined(&["sk_test_", &noise(30)])]);
token_rule!(NPM, "npm-token", "an npm token", "`npm_` and 36 letters and digits.",
    ["npm_"], alnum, 36..=36, near vec!["npm_config_registry".to_owned()]);
token_rule!(PYPI, "pypi-token", "a PyPI token", "`pypi-AgEI` and at least 50 letters, digits and dashes.",
    ["pypi-AgEI"], token, 50..=255, near vec!["pypi-attestations".to_owned()]);
token_rule!(DOCKER, "docker-token", "a Docker Hub token", "`dckr_pat_` and at least 20 letters, digits and dashes.",
    ["dckr_pat_"], token, 20..=255, near vec!["dckr_pat_x".to_owned()]);
token_rule!(VAULT, "vault-token", "a HashiCorp Vault token", "`hvs.` or `hvb.` and at least 24 letters, digits and dashes.",
    ["hvs.", "hvb."], token, 24..=255, near vec!["hvs.rs".to_owned()]);
token_rule!(GOOGLE_KEY, "google-api-key", "a Google API key", "`AIza` and 35 letters, digits, dashes and underscores.",
    ["AIza"], token, 35..=35, near vec![joined(&["AIza", &noise(34)])]);

pub(super) const PEM: LintRule = LintRule {
    code: "private-key-pem",
    title: "a private key in PEM form",
    class: Class::Secret,
    what: "A `BEGIN … PRIVATE KEY` line with key material after it, also inside a JSON string. Public keys, \
           certificates and the line alone are let pass.",
    why: KEY_WHY,
    needles: &["private key-----", "private key block-----"],
    find: |text, at| {
        let start = text.get(..at)?.rfind("-----BEGIN ")?;
        if at - start > 40 || text.get(start..at)?.contains('\n') {
            return None;
        }
        let line = at + text.get(at..)?.find("-----")? + 5;
        let body = text.get(line..)?;
        let body = body.trim_start_matches(['\\', 'n', 'r', '\n', '\r', ' ', '\t', '"']);
        // Key material, after header lines such as `Proc-Type:` where there are any.
        let material = body.split(['\n', '\\']).take(6).any(|line| {
            let line = line.trim();
            line.len() >= 16 && line.bytes().all(base64)
        });
        material.then_some(start..line)
    },
    mask: |_| "-----BEGIN …".to_owned(),
    samples: || {
        let begin = |kind: &str| joined(&["-----BEGIN ", kind, "PRIVATE", " KEY-----"]);
        vec![
            joined(&[&begin(""), "\n", &noise(64), "\n"]),
            joined(&[&begin("RSA "), "\nProc-Type: 4,ENCRYPTED\n\n", &noise(64), "\n"]),
            joined(&["\"", &begin("EC "), "\\n", &noise(64), "\\n"]),
        ]
    },
    near_misses: || {
        vec![
            joined(&["-----BEGIN PUBLIC", " KEY-----\n", &noise(64)]),
            joined(&["the line `-----BEGIN ", "PRIVATE", " KEY-----` is refused"]),
        ]
    },
};

pub(super) const OPENSSH: LintRule = LintRule {
    code: "private-key-openssh",
    title: "an OpenSSH private key",
    class: Class::Secret,
    what: "Base64 that begins like the OpenSSH private key container, with or without its frame.",
    why: KEY_WHY,
    needles: &["b3blbnnzac1rzxktdje"],
    find: |text, at| shaped(text, at, "b3BlbnNzaC1rZXktdjE", base64, (40, usize::MAX)),
    mask,
    samples: || vec![joined(&["b3BlbnNzaC1r", "ZXktdjE", &noise(60)])],
    near_misses: || vec![joined(&["b3BlbnNzaC1r", "ZXktdjE"])],
};

pub(super) const PUTTY: LintRule = LintRule {
    code: "private-key-putty",
    title: "a PuTTY private key",
    class: Class::Secret,
    what: "The first line of a PuTTY key file, followed by a version and a kind of key.",
    why: KEY_WHY,
    needles: &["putty-user-key-file-"],
    find: |text, at| {
        let rest = text.get(at + "putty-user-key-file-".len()..)?;
        let mut chars = rest.chars();
        (chars.next()?.is_ascii_digit() && rest.get(1..)?.starts_with(": ")).then_some(at..at + 30)
    },
    mask,
    samples: || vec![joined(&["PuTTY-User-Key", "-File-3: ssh-ed25519"])],
    near_misses: || vec!["PuTTY-User-Key-File-N".to_owned()],
};

pub(super) const MINISIGN: LintRule = LintRule {
    code: "private-key-minisign",
    title: "a minisign secret key",
    class: Class::Secret,
    what: "Base64 of 158 bytes that begins like a minisign secret key, encrypted or not. Public keys and signatures \
           are let pass.",
    why: KEY_WHY,
    needles: &["rwrty0iy", "rwqaaeiy"],
    find: |text, at| {
        let found = shaped(text, at, "RWRTY0Iy", base64, (150, 260));
        found.or_else(|| shaped(text, at, "RWQAAEIy", base64, (150, 260)))
    },
    mask,
    samples: || vec![joined(&["RWRT", "Y0Iy", &noise(204)]), joined(&["RWQA", "AEIy", &noise(204)])],
    near_misses: || vec![joined(&["RWRT", "Y0Iy", &noise(48)]), joined(&["RWQ", &noise(53)])],
};

pub(super) const SIGNIFY: LintRule = LintRule {
    code: "private-key-signify",
    title: "a signify secret key",
    class: Class::Secret,
    what: "Base64 of 104 bytes that begins like a signify secret key.",
    why: KEY_WHY,
    needles: &["rwrcsw"],
    find: |text, at| shaped(text, at, "RWRCSw", base64, (120, 150)),
    mask,
    samples: || vec![joined(&["RWRC", "SwAAACo", &noise(129)])],
    near_misses: || vec![joined(&["RWRC", "Sw", &noise(50)])],
};

pub(super) const AGE: LintRule = LintRule {
    code: "private-key-age",
    title: "an age secret key",
    class: Class::Secret,
    what: "`AGE-SECRET-KEY-1` and 58 upper-case letters and digits.",
    why: KEY_WHY,
    needles: &["age-secret-key-1"],
    find: |text, at| shaped(text, at, "AGE-SECRET-KEY-1", upper, (50, 64)),
    mask,
    samples: || vec![joined(&["AGE-SECRET", "-KEY-1", &noise(58).to_uppercase()])],
    near_misses: || vec!["AGE-SECRET-KEY-1...".to_owned()],
};

pub(super) const AWS_ID: LintRule = LintRule {
    code: "aws-access-key",
    title: "an AWS access key id",
    class: Class::Secret,
    what: "`AKIA` or `ASIA` and 16 upper-case letters and digits, as a word of its own.",
    why: TOKEN_WHY,
    needles: &["akia", "asia"],
    find: |text, at| {
        shaped(text, at, "AKIA", upper, (16, 16))
            .or_else(|| shaped(text, at, "ASIA", upper, (16, 16)))
            .filter(|found| !text.as_bytes().get(found.end).copied().is_some_and(alnum))
            .filter(|found| {
                text.get(found.clone()).is_some_and(|id| id.bytes().skip(4).any(|byte| byte.is_ascii_digit()))
            })
    },
    mask,
    samples: || vec![joined(&["AK", "IA", &noise(16).to_uppercase()])],
    near_misses: || vec![joined(&["AK", "IA", "IOSFODNN7EXAMPLE"]), "ASIAPACIFICREGIONSOUTH".to_owned()],
};

pub(super) const AWS_SECRET: LintRule = LintRule {
    code: "aws-secret-key",
    title: "an AWS secret access key",
    class: Class::Secret,
    what: "A name that ends in `secret_access_key`, and 40 characters of base64 after it.",
    why: TOKEN_WHY,
    needles: &["secret_access_key", "secretaccesskey"],
    find: |text, at| {
        let name = at + run(text, at, token);
        let (value, length) = assigned(text, name, base64)?;
        (length == 40 && !is_example(text.get(value..value + length)?)).then_some(value..value + length)
    },
    mask,
    samples: || {
        vec![
            joined(&["aws_secret_access_key", " = ", &noise(40)]),
            joined(&["\"SecretAccessKey\": \"", &noise(40), "\""]),
        ]
    },
    near_misses: || vec!["aws_secret_access_key = ${AWS_SECRET}".to_owned()],
};

pub(super) const AZURE: LintRule = LintRule {
    code: "azure-storage-key",
    title: "an Azure storage account key",
    class: Class::Secret,
    what: "`AccountKey=` and 86 or more characters of base64.",
    why: TOKEN_WHY,
    needles: &["accountkey="],
    find: |text, at| {
        let start = at + "accountkey=".len();
        let length = run(text, start, base64);
        (86..=92).contains(&length).then_some(start..start + length)
    },
    mask,
    samples: || vec![joined(&["Account", "Key=", &noise(86), "=="])],
    near_misses: || vec!["AccountKey=<key>".to_owned()],
};

pub(super) const SLACK_WEBHOOK: LintRule = LintRule {
    code: "slack-webhook",
    title: "a Slack webhook",
    class: Class::Secret,
    what: "The address of an incoming webhook with its three parts.",
    why: "Whoever holds the address can write into the channel.",
    needles: &["hooks.slack.com/services/"],
    find: |text, at| {
        let start = at + "hooks.slack.com/services/".len();
        let length = run(text, start, |byte| alnum(byte) || byte == b'/');
        let path = text.get(start..start + length)?;
        let parts: Vec<&str> = path.split('/').collect();
        (parts.len() == 3 && path.len() >= 36 && !is_example(path)).then_some(at..start + length)
    },
    mask: |_| "hooks.slack.com/…".to_owned(),
    samples: || {
        vec![joined(&["https://hooks.slack", ".com/services/T", &noise(8), "/B", &noise(8), "/", &noise(24)])]
    },
    near_misses: || vec!["https://hooks.slack.com/services/T00/B00/XXX".to_owned()],
};

pub(super) const SENDGRID: LintRule = LintRule {
    code: "sendgrid-key",
    title: "a SendGrid key",
    class: Class::Secret,
    what: "`SG.`, 22 characters, a dot, and 43 characters.",
    why: TOKEN_WHY,
    needles: &["sg."],
    find: |text, at| {
        let head = shaped(text, at, "SG.", token, (22, 22))?;
        let tail = run(text, head.end + 1, token);
        (text.as_bytes().get(head.end) == Some(&b'.') && tail == 43).then_some(at..head.end + 1 + tail)
    },
    mask,
    samples: || vec![joined(&["SG", ".", &noise(22), ".", &noise(43)])],
    near_misses: || vec!["SG.txt".to_owned()],
};

pub(super) const JWT: LintRule = LintRule {
    code: "jwt",
    title: "a signed JSON web token",
    class: Class::Secret,
    what: "Three parts of base64url joined by dots, the first two beginning like JSON objects.",
    why: "A token that is still valid logs in as its subject; one that is not still names them.",
    needles: &["eyj"],
    find: |text, at| {
        let head = shaped(text, at, "eyJ", token, (12, 2000))?;
        let payload = head.end + 1;
        if text.as_bytes().get(head.end) != Some(&b'.') || !text.get(payload..)?.starts_with("eyJ") {
            return None;
        }
        let dot = payload + run(text, payload, token);
        let signature = run(text, dot + 1, token);
        (text.as_bytes().get(dot) == Some(&b'.') && signature >= 20).then_some(at..dot + 1 + signature)
    },
    mask,
    samples: || vec![joined(&["eyJ", &noise(20), ".", "eyJ", &noise(40), ".", &noise(43)])],
    near_misses: || vec![joined(&["eyJ", &noise(200)]), joined(&["eyJ", &noise(20), ".", "eyJ", &noise(40)])],
};

pub(super) const URL_PASSWORD: LintRule = LintRule {
    code: "url-password",
    title: "a password in an address",
    class: Class::Secret,
    what: "`scheme://name:password@host` with a password that is no placeholder.",
    why: "Addresses are logged and shared by people who do not see the password in them.",
    needles: &["://"],
    find: |text, at| {
        let start = at + 3;
        let length = run(text, start, |byte| {
            byte.is_ascii_graphic() && !matches!(byte, b'/' | b'"' | b'\'' | b'<' | b'>' | b'`')
        });
        let authority = text.get(start..start + length)?;
        let (login, host) = authority.rsplit_once('@')?;
        let (name, password) = login.split_once(':')?;
        let placeholder = password.starts_with(['$', '{', '%', '*', '[', '.'])
            || is_example(password)
            || matches!(
                password.to_ascii_lowercase().as_str(),
                "password" | "pass" | "secret" | "token" | "pw" | "pwd"
            );
        let good = !name.is_empty()
            && password.len() >= 4
            && !placeholder
            && host.starts_with(|ch: char| ch.is_ascii_alphanumeric());
        good.then_some(start..start + login.len())
    },
    mask: |text| {
        format!("{}:…", text.split(':').next().unwrap_or_default().chars().take(4).collect::<String>())
    },
    samples: || vec![joined(&["postgres:", "//app:", &noise(12), "@db.vendor.io/main"])],
    near_misses: || {
        vec![
            "https://user:password@host/".to_owned(),
            "postgres://app:${DB_PASSWORD}@db/main".to_owned(),
            "ssh://git@github.com:22/x".to_owned(),
            "https://host:8080/a@b".to_owned(),
        ]
    },
};

pub(super) const ASSIGNMENT: LintRule = LintRule {
    code: "secret-assignment",
    title: "a value that looks like a secret",
    class: Class::Secret,
    what: "A name that ends in `password`, `passwd`, `secret`, `token`, `api_key`, `apikey`, `access_key` or \
           `private_key`, and at least 20 characters after it that look like chance. Plain words, digests that say \
           so, references to variables and examples are let pass.",
    why: "Most leaked secrets have no prefix of their own, but a name that gives them away.",
    needles: &[
        "password",
        "passwd",
        "secret",
        "token",
        "api_key",
        "api-key",
        "apikey",
        "access_key",
        "access-key",
        "private_key",
        "private-key",
    ],
    find: |text, at| {
        let name = at + run(text, at, |byte| byte.is_ascii_alphabetic() || matches!(byte, b'_' | b'-'));
        let word = text.get(at..name)?.to_ascii_lowercase();
        let ends = ASSIGNMENT.needles.contains(&word.as_str());
        if !ends {
            return None;
        }
        let (value, length) =
            assigned(text, name, |byte| base64(byte) || matches!(byte, b'_' | b'-' | b'.'))?;
        let text = text.get(value..value + length)?;
        let looks = (20..=512).contains(&length) && !is_example(text) && is_chance(text);
        looks.then_some(value..value + length)
    },
    mask,
    samples: || {
        vec![
            joined(&["client_", "secret: ", &noise(32)]),
            joined(&["\"api_", "key\" : \"", &noise(24), "\""]),
            joined(&["DB_", "PASSWORD=", &noise(20)]),
        ]
    },
    near_misses: || {
        vec![
            "password: correct-horse-battery-staple-and-more".to_owned(),
            "token = ${{ secrets.DEPLOY_TOKEN }}".to_owned(),
            "secret: see-the-vault-of-the-operations-team".to_owned(),
            "tokens: 12345678901234567890".to_owned(),
            "secret: sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef".to_owned(),
            "password_hash_algorithm: argon2id".to_owned(),
        ]
    },
};

/// The value after a name that ends at `name`: after `:` or `=`, quoted or not. Its start and length.
fn assigned(text: &str, name: usize, of: fn(u8) -> bool) -> Option<(usize, usize)> {
    let bytes = text.as_bytes();
    let mut at = name;
    let skip = |at: &mut usize, of: &[u8], most: usize| {
        let mut skipped = 0;
        while skipped < most && bytes.get(*at).is_some_and(|byte| of.contains(byte)) {
            *at += 1;
            skipped += 1;
        }
        skipped
    };
    skip(&mut at, b"\"'\\ \t", 6);
    if skip(&mut at, b":=>", 2) == 0 {
        return None;
    }
    skip(&mut at, b"\"'\\ \t", 6);
    let length = run(text, at, of);
    (length > 0).then_some((at, length))
}

/// Letters of both cases or letters and digits mixed, and many different ones: more than 3.5 bits a character.
fn is_chance(text: &str) -> bool {
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    let letters = text.bytes().filter(u8::is_ascii_alphabetic).count();
    if digits < 2 || letters < 4 {
        return false;
    }
    let mut counts = [0_u32; 256];
    for byte in text.bytes() {
        if let Some(count) = counts.get_mut(usize::from(byte)) {
            *count += 1;
        }
    }
    #[expect(clippy::cast_precision_loss, reason = "at most 512")]
    let length = text.len() as f64;
    let entropy: f64 = counts
        .iter()
        .filter(|count| **count > 0)
        .map(|count| {
            let share = f64::from(*count) / length;
            -share * share.log2()
        })
        .sum();
    entropy > 3.5
}
