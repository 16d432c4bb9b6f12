//! Published vectors and hostile archives, where `TRUSTBOOK_CORPUS` says where they are.

use std::path::Path;
use std::path::PathBuf;

use blake2::Blake2b512;
use blake2::Digest as _;
use libtest_mimic::Failed;
use libtest_mimic::Trial;
use serde_json::Value;
use trustbook::bundle::base64;
use trustbook::bundle::minisig::Minisig;
use trustbook::bundle::minisig::PublicKey;
use trustbook::bundle::zip;

use crate::needs::Outcome;
use crate::needs::with;

pub(crate) fn trials() -> Vec<Trial> {
    type Check = fn(&Path) -> Outcome;
    let checks: [(&str, &str, Check); 5] = [
        ("archive: no ZIP of the hostile corpora is canonical", "archive/zipdiff", hostile_zips),
        ("archive: minisign vectors", "archive/vectors/minisign.json", minisign),
        ("archive: Wycheproof Ed25519", "archive/wycheproof/testvectors_v1/ed25519_test.json", wycheproof),
        ("archive: CCTV Ed25519, the strict 43", "archive/cctv/ed25519/ed25519vectors.json", cctv),
        ("archive: speccheck Ed25519, only the fourth", "archive/ed25519-speccheck/cases.json", speccheck),
    ];
    let trial = |(name, path, check): (&str, &'static str, Check)| {
        let found = corpus().map(|root| root.join(path)).filter(|path| path.exists());
        let missing = found.is_none().then(|| format!("no {path} in TRUSTBOOK_CORPUS"));
        with("corpus", name, missing, move || check(&found.ok_or("not there")?))
    };
    checks.into_iter().map(trial).collect()
}

#[expect(clippy::disallowed_methods, reason = "the corpus is found through the environment")]
fn corpus() -> Option<PathBuf> {
    std::env::var_os("TRUSTBOOK_CORPUS").map(PathBuf::from)
}

fn hostile_zips(zipdiff: &Path) -> Outcome {
    let folder = zipdiff.parent().ok_or("no parent")?;
    let mut count = 0;
    for name in [
        "zipdiff",
        "malo",
        "pypi-warehouse-zipdata",
        "libzip",
        "go-archive-zip",
        "rawzip",
        "rs-async-zip",
        "zip2",
        "traversal-archives",
    ] {
        let mut open = vec![folder.join(name)];
        while let Some(path) = open.pop() {
            if path.is_dir() {
                for entry in std::fs::read_dir(&path)? {
                    open.push(entry?.path());
                }
            } else if path.exists() {
                let bytes = std::fs::read(&path)?;
                if zip::parse(&bytes).is_ok() {
                    return Err(format!("{} is taken for canonical", path.display()).into());
                }
                count += 1;
            }
        }
    }
    if count < 300 { Err(format!("only {count} files").into()) } else { Ok(()) }
}

fn json(path: &Path) -> Result<Value, Failed> {
    Ok(serde_json::from_slice(&std::fs::read(path)?)?)
}

fn text<'a>(value: &'a Value, key: &str) -> Result<&'a str, Failed> {
    value[key].as_str().ok_or_else(|| format!("no {key} in {value}").into())
}

fn minisign(path: &Path) -> Outcome {
    for case in json(path)?.as_array().ok_or("not a list")? {
        // Some cases name a file that is not published with them.
        let Some(content) = case["file_b64"].as_str() else { continue };
        let content = base64::decode(content).ok_or("not base64")?;
        let signature = case["minisig"].as_str().unwrap_or_default();
        let accepted = PublicKey::parse(text(case, "pk")?).is_ok_and(|key| {
            let minisig = Minisig::parse(signature.as_bytes());
            minisig.is_ok_and(|minisig| minisig.verify(&key, &Blake2b512::digest(&content).into()).is_ok())
        });
        // The minisign program puts a tab into the comments it makes up; here a comment is printable.
        let expected = case["strict_accept"] == true && !signature.contains('\t');
        if accepted != expected {
            return Err(format!("{}: accepted is {accepted}", case["name"]).into());
        }
    }
    Ok(())
}

fn hex(text: &str) -> Result<Vec<u8>, Failed> {
    let digit = |at: usize| u8::from_str_radix(text.get(at..at + 2).unwrap_or("x"), 16);
    Ok((0..text.len()).step_by(2).map(digit).collect::<Result<_, _>>()?)
}

fn accepts(key: &str, message: &[u8], signature: &str) -> Result<bool, Failed> {
    let key = PublicKey { id: [0; 8], key: hex(key)?.try_into().map_err(|_| "not 32 bytes")? };
    Ok(hex(signature)?.try_into().is_ok_and(|signature| key.verify_raw(message, &signature)))
}

fn wycheproof(path: &Path) -> Outcome {
    let mut count = 0;
    for group in json(path)?["testGroups"].as_array().ok_or("no groups")? {
        for case in group["tests"].as_array().ok_or("no tests")? {
            let accepted =
                accepts(text(&group["publicKey"], "pk")?, &hex(text(case, "msg")?)?, text(case, "sig")?)?;
            if accepted != (case["result"] == "valid") {
                return Err(format!("case {}: accepted is {accepted}", case["tcId"]).into());
            }
            count += 1;
        }
    }
    if count == 151 { Ok(()) } else { Err(format!("{count} cases").into()) }
}

fn cctv(path: &Path) -> Outcome {
    let mut accepted = 0;
    for case in json(path)?.as_array().ok_or("not a list")? {
        accepted +=
            usize::from(accepts(text(case, "key")?, text(case, "msg")?.as_bytes(), text(case, "sig")?)?);
    }
    if accepted == 43 { Ok(()) } else { Err(format!("{accepted} accepted").into()) }
}

fn speccheck(path: &Path) -> Outcome {
    let mut accepted = Vec::new();
    for (index, case) in json(path)?.as_array().ok_or("not a list")?.iter().enumerate() {
        if accepts(text(case, "pub_key")?, &hex(text(case, "message")?)?, text(case, "signature")?)? {
            accepted.push(index);
        }
    }
    if accepted == [3] { Ok(()) } else { Err(format!("accepted {accepted:?}").into()) }
}
