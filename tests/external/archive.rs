//! Archives as `minisign`, `unzip`, `sha256sum`, Python, 7-Zip, bsdtar, `bagit.py` and OpenSSL see them.

use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::path::Path;
use std::process::Command;
use std::process::Output;
use std::sync::Arc;

use libtest_mimic::Trial;
use trustbook::bundle::dsse;
use trustbook::bundle::name::PathName;
use trustbook::bundle::snapshot::Generator;
use trustbook::bundle::snapshot::Header;
use trustbook::bundle::snapshot::Kind;
use trustbook::bundle::snapshot::State;
use trustbook::bundle::time::Timestamp;
use trustbook::model::tree::Content;
use trustbook::model::tree::FileTree;
use trustbook::model::tree::TreeFile;
use trustbook::pack::PackInput;
use trustbook::pack::Packed;
use trustbook::pack::Signer as _;
use trustbook::pack::pack;
use trustbook::sign::GeneratedKey;

use crate::needs::Outcome;
use crate::needs::Scratch;
use crate::needs::with_tools;

pub(crate) fn trials() -> Vec<Trial> {
    vec![
        with_tools("archive: minisign verifies what is signed here", &["minisign"], minisign_verifies),
        with_tools("archive: minisign signs the same bytes", &["minisign"], minisign_signs_the_same),
        with_tools("archive: a key made by minisign signs here", &["minisign"], minisign_makes_keys),
        with_tools(
            "archive: the recipe of VERIFY.txt accepts what is right and nothing else",
            &["minisign", "unzip", "sha256sum", "sh", "find", "diff"],
            recipe,
        ),
        with_tools("archive: unzip reads the same files", &["unzip"], || same_files("unzip", &["-q"], "-d")),
        with_tools("archive: 7z reads the same files", &["7z"], || same_files("7z", &["x", "-y"], "-o")),
        with_tools("archive: bsdtar reads the same files", &["bsdtar"], || {
            same_files("bsdtar", &["-xf"], "-C")
        }),
        with_tools("archive: Python reads the same files", &["python3"], || {
            same_files("python3", &["-m", "zipfile", "-e"], "")
        }),
        with_tools(
            "archive: many files need ZIP64 and Python and unzip read them",
            &["python3", "unzip"],
            many_files,
        ),
        with_tools("archive: bagit.py accepts the bag", &["unzip", "python3", "python3:bagit"], bagit),
        with_tools("archive: OpenSSL verifies the statement", &["openssl"], openssl_verifies_the_statement),
        with_tools(
            "archive: securesystemslib verifies the statement",
            &["python3", "python3:securesystemslib", "python3:cryptography"],
            securesystemslib_verifies_the_statement,
        ),
        with_tools(
            "archive: minisign verifies the keys under their root",
            &["minisign"],
            minisign_verifies_keys,
        ),
        with_tools("archive: the conformance suite runs from outside", &["sh", "sed", "tr", "head"], suite),
    ]
}

struct Made {
    bytes: Vec<u8>,
    packed: Packed,
    key: GeneratedKey,
    files: BTreeMap<String, Vec<u8>>,
}

fn make(files: &[(String, Vec<u8>)]) -> Result<Made, libtest_mimic::Failed> {
    let key = trustbook::sign::generate(None)?;
    let signer = trustbook::sign::parse(&key.secret_text, None)?;
    let time = |text| Timestamp::parse(text).ok_or("not a time");
    let header = Header {
        kind: Kind::Archive,
        origin: "trust.example".to_owned(),
        slug: "acme".to_owned(),
        seq: 7,
        label: "Seventh".to_owned(),
        state: State::Released,
        development_key: false,
        created: time("2026-11-21T09:00:00Z")?,
        expires: time("2027-11-21T09:00:00Z")?,
        previous: None,
        verdicts: Vec::new(),
        generator: Generator { name: "trustbook".to_owned(), version: "0".to_owned() },
    };
    let mut payload = FileTree::default();
    for (path, content) in files {
        let content = Content::Bytes(Arc::from(content.as_slice()));
        let file = TreeFile { content, media_type: "text/plain".to_owned(), title: None };
        payload.files.insert(PathName::parse(path)?, file);
    }
    let mut bytes = Vec::new();
    let threads = NonZeroUsize::MIN.saturating_add(1);
    let packed = pack(
        &PackInput { header: &header, payload: &payload, signer: &signer, roles: None, threads },
        &mut bytes,
    )?;
    let files =
        files.iter().map(|(path, content)| (format!("acme-0007/data/{path}"), content.clone())).collect();
    Ok(Made { bytes, packed, key, files })
}

fn small() -> Result<Made, libtest_mimic::Failed> {
    let large = (0..400_000u32).flat_map(|number| (number / 3).to_le_bytes()).collect();
    make(&[
        ("index.html".to_owned(), b"<!doctype html>".repeat(100)),
        ("empty".to_owned(), Vec::new()),
        ("a/b/c.json".to_owned(), b"{}\n".to_vec()),
        ("large.bin".to_owned(), large),
    ])
}

impl Made {
    fn write(&self, folder: &Path) -> Outcome {
        std::fs::write(folder.join("acme-0007.zip"), &self.bytes)?;
        std::fs::write(folder.join("acme-0007.zip.minisig"), self.packed.signature.print())?;
        Ok(())
    }
}

fn run(folder: &Path, program: &str, args: &[&str]) -> Result<Output, libtest_mimic::Failed> {
    Ok(Command::new(program).args(args).current_dir(folder).output()?)
}

fn succeed(folder: &Path, program: &str, args: &[&str]) -> Result<String, libtest_mimic::Failed> {
    let output = run(folder, program, args)?;
    let shown =
        format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    if output.status.success() { Ok(shown) } else { Err(format!("{program} {args:?}: {shown}").into()) }
}

fn minisign_verifies() -> Outcome {
    let (made, scratch) = (small()?, Scratch::new("minisign-verifies")?);
    made.write(scratch.path())?;
    let key = made.key.public.to_base64();
    let shown = succeed(scratch.path(), "minisign", &["-V", "-H", "-P", &key, "-m", "acme-0007.zip"])?;
    if !shown.contains("seq=7 created=2026-11-21T09:00:00Z expires=2027-11-21T09:00:00Z file=acme-0007.zip") {
        return Err(format!("no trusted comment in {shown}").into());
    }
    std::fs::write(scratch.path().join("list"), &made.packed.tag_manifest)?;
    std::fs::write(scratch.path().join("list.minisig"), made.packed.tag_signature.print())?;
    succeed(scratch.path(), "minisign", &["-V", "-H", "-P", &key, "-m", "list"])?;
    std::fs::write(scratch.path().join("key.pub"), &made.key.public_text)?;
    succeed(scratch.path(), "minisign", &["-V", "-H", "-p", "key.pub", "-m", "list"]).map(drop)
}

fn minisign_signs_the_same() -> Outcome {
    let (made, scratch) = (small()?, Scratch::new("minisign-signs")?);
    made.write(scratch.path())?;
    std::fs::write(scratch.path().join("key"), &made.key.secret_text)?;
    let comment = &made.packed.signature.trusted_comment;
    let args = ["-S", "-s", "key", "-m", "acme-0007.zip", "-x", "theirs", "-t", comment];
    succeed(scratch.path(), "minisign", &args)?;
    let theirs = std::fs::read_to_string(scratch.path().join("theirs"))?;
    if theirs == made.packed.signature.print() {
        Ok(())
    } else {
        Err(format!("another signature: {theirs}").into())
    }
}

fn minisign_makes_keys() -> Outcome {
    let scratch = Scratch::new("minisign-keys")?;
    succeed(scratch.path(), "minisign", &["-G", "-W", "-p", "key.pub", "-s", "key"])?;
    let key = trustbook::sign::load(&scratch.path().join("key"), None)?;
    let public = std::fs::read_to_string(scratch.path().join("key.pub"))?;
    let public = trustbook::bundle::minisig::PublicKey::parse(&public)?;
    if key.public_key() == public { Ok(()) } else { Err("another public key".into()) }
}

/// The commands of VERIFY.txt, as they stand there.
fn recipe_commands(text: &str, key: &str) -> String {
    let lines =
        text.lines().skip_while(|line| !line.starts_with("  PK=")).take_while(|line| !line.is_empty());
    let commands: Vec<&str> = lines.collect();
    format!("set -e\n{}\n", commands.join("\n").replacen("PK=KEY", &format!("PK={key}"), 1))
}

fn recipe() -> Outcome {
    type Edit = fn(&Path) -> std::io::Result<()>;
    // What each does to the unpacked files before the commands that follow unpacking.
    let edits: [(&str, Edit, bool); 6] = [
        ("nothing", |_| Ok(()), true),
        ("changed file", |root| std::fs::write(root.join("data/empty"), "x"), false),
        ("file more", |root| std::fs::write(root.join("data/more"), "x"), false),
        ("tag file more", |root| std::fs::write(root.join("fetch.txt"), "x"), false),
        ("file less", |root| std::fs::remove_file(root.join("data/empty")), false),
        (
            "file replaced by a link",
            |root| {
                std::fs::rename(root.join("data/empty"), root.join("../empty"))?;
                std::os::unix::fs::symlink("../../empty", root.join("data/empty"))
            },
            false,
        ),
    ];
    let made = small()?;
    let text = trustbook::pack::verify_text(&made.packed.snapshot.header);
    let commands = recipe_commands(&text, &made.key.public.to_base64());
    for (name, edit, good) in edits {
        let scratch = Scratch::new("recipe")?;
        made.write(scratch.path())?;
        let (before, after) =
            commands.split_once("unzip -q acme-0007.zip && cd acme-0007\n").ok_or("no unzip")?;
        succeed(scratch.path(), "sh", &["-c", &format!("{before}unzip -q acme-0007.zip")])?;
        let root = scratch.path().join("acme-0007");
        edit(&root)?;
        let assignment = commands.lines().find(|line| line.trim().starts_with("PK=")).ok_or("no key")?;
        let output = run(&root, "sh", &["-c", &format!("set -e\n{assignment}\n{after}")])?;
        let shown = String::from_utf8_lossy(&output.stdout);
        let silent = shown.lines().all(|line| {
            line.starts_with("Signature and comment signature verified")
                || line.starts_with("Trusted comment: trustbook v1 ")
        });
        if (output.status.success() && silent) != good {
            return Err(format!("{name}: {shown}{}", String::from_utf8_lossy(&output.stderr)).into());
        }
    }
    Ok(())
}

fn same_files(program: &str, args: &[&str], into: &str) -> Outcome {
    let (made, scratch) = (small()?, Scratch::new(program)?);
    made.write(scratch.path())?;
    std::fs::create_dir(scratch.path().join("out"))?;
    let mut args = args.to_vec();
    args.push("acme-0007.zip");
    match into {
        "" => args.push("out"),
        "-o" => args.push("-oout"),
        option => args.extend([option, "out"]),
    }
    succeed(scratch.path(), program, &args)?;
    let mut found = BTreeMap::new();
    walk(&scratch.path().join("out"), "", &mut found)?;
    let tags = found.keys().filter(|name| !name.starts_with("acme-0007/data/")).count();
    found.retain(|name, _| name.starts_with("acme-0007/data/"));
    if tags == 8 && found == made.files {
        Ok(())
    } else {
        Err(format!("other files: {:?}", found.keys()).into())
    }
}

fn walk(folder: &Path, prefix: &str, found: &mut BTreeMap<String, Vec<u8>>) -> std::io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
        if entry.file_type()?.is_dir() {
            walk(&entry.path(), &format!("{name}/"), found)?;
        } else {
            found.insert(name, std::fs::read(entry.path())?);
        }
    }
    Ok(())
}

fn many_files() -> Outcome {
    let files: Vec<(String, Vec<u8>)> = (0..66_000)
        .map(|number| (format!("{:03}/{number}", number / 100), number.to_string().into_bytes()))
        .collect();
    let (made, scratch) = (make(&files)?, Scratch::new("many")?);
    made.write(scratch.path())?;
    let script = "import zipfile; z = zipfile.ZipFile('acme-0007.zip'); assert len(z.infolist()) == 66008; \
                  assert z.read('acme-0007/data/659/65999') == b'65999'; assert z.testzip() is None";
    succeed(scratch.path(), "python3", &["-c", script])?;
    succeed(scratch.path(), "unzip", &["-tqq", "acme-0007.zip"]).map(drop)
}

fn bagit() -> Outcome {
    let (made, scratch) = (small()?, Scratch::new("bagit")?);
    made.write(scratch.path())?;
    succeed(scratch.path(), "unzip", &["-q", "acme-0007.zip"])?;
    succeed(scratch.path(), "python3", &["-c", "import bagit; bagit.Bag('acme-0007').validate()"]).map(drop)
}

/// Envelope and key as that library reads them; a changed payload must not pass.
fn securesystemslib_verifies_the_statement() -> Outcome {
    const SCRIPT: &str = "import json, sys
from securesystemslib.dsse import Envelope
from securesystemslib.exceptions import VerificationError
from securesystemslib.signer import SSlibKey
data = json.load(open('statement'))
key = SSlibKey(data['signatures'][0]['keyid'], 'ed25519', 'ed25519', {'public': sys.argv[1]})
Envelope.from_dict(data).verify([key], 1)
data = json.load(open('statement'))
data['payload'] = 'e30='
try:
    Envelope.from_dict(data).verify([key], 1)
except VerificationError:
    sys.exit(0)
sys.exit('a changed payload verifies')
";
    let (made, scratch) = (small()?, Scratch::new("securesystemslib")?);
    std::fs::write(scratch.path().join("statement"), &made.packed.statement)?;
    let public: String = made.key.public.key.iter().map(|byte| format!("{byte:02x}")).collect();
    succeed(scratch.path(), "python3", &["-c", SCRIPT, &public]).map(drop)
}

fn minisign_verifies_keys() -> Outcome {
    let scratch = Scratch::new("keys")?;
    let vectors = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors/K-2-newer");
    for name in ["keys.json", "keys.json.minisig"] {
        std::fs::copy(vectors.join("newer").join(name), scratch.path().join(name))?;
    }
    let case = std::fs::read_to_string(vectors.join("case.txt"))?;
    let root = case.split(' ').skip_while(|word| *word != "--key").nth(1).ok_or("no key")?;
    let shown = succeed(scratch.path(), "minisign", &["-V", "-H", "-P", root, "-m", "keys.json"])?;
    if shown.contains("Trusted comment: trustbook-keys/v1 origin=trust.example version=3") {
        Ok(())
    } else {
        Err(shown.into())
    }
}

/// `tests/vectors/run.sh` with this program, as somebody with another verifier would run it.
fn suite() -> Outcome {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors");
    let shown = succeed(&folder, "sh", &["run.sh", env!("CARGO_BIN_EXE_trustbook-verify")])?;
    if shown.ends_with(" cases, 0 wrong\n") { Ok(()) } else { Err(shown.into()) }
}

fn openssl_verifies_the_statement() -> Outcome {
    const SPKI_OF_ED25519: [u8; 12] = [0x30, 0x2a, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 3, 0x21, 0];
    let (made, scratch) = (small()?, Scratch::new("openssl")?);
    let envelope = dsse::Envelope::parse(made.packed.statement.as_bytes())?;
    std::fs::write(
        scratch.path().join("key.der"),
        [SPKI_OF_ED25519.as_slice(), &made.key.public.key].concat(),
    )?;
    std::fs::write(scratch.path().join("signed"), dsse::encoded_for_signing(&envelope.payload))?;
    std::fs::write(scratch.path().join("signature"), envelope.signature)?;
    let args = [
        "pkeyutl",
        "-verify",
        "-pubin",
        "-keyform",
        "DER",
        "-inkey",
        "key.der",
        "-rawin",
        "-in",
        "signed",
        "-sigfile",
        "signature",
    ];
    succeed(scratch.path(), "openssl", &args).map(drop)
}
