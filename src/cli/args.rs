//! The command line, as clap reads it. The help texts are the manual's first page.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::Args;
use clap::Parser;
use clap::Subcommand;
use clap::ValueEnum;

const AFTER: &str = "A first try, in an empty folder:
  trustbook init && trustbook build && trustbook serve

Exit codes: 0 done · 1 the answer is no (`check`, `inspect`, `diff --fail-on-weaker`, `build --reproduce`) · \
2 it could not be done; `verify` has its own, see `trustbook verify --help`";

/// Trust centers and evidence bundles: judged by explicit rules, signed, verifiable offline.
#[derive(Debug, Parser)]
#[command(name = "trustbook", version, about, max_term_width = 100, arg_required_else_help = true, after_help = AFTER)]
pub(crate) struct Cli {
    /// The project's folder, the one with `trustbook.yaml`
    #[arg(long, global = true, value_name = "DIR", default_value = ".")]
    pub root: PathBuf,
    /// What to do
    #[command(subcommand)]
    pub command: Command,
}

/// How something is reported.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For people
    #[default]
    Human,
    /// For programs
    Json,
}

/// How a comparison is reported.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum DiffFormat {
    /// For people
    #[default]
    Human,
    /// For programs
    Json,
    /// For a comment on a change
    Markdown,
}

/// When everything is judged.
#[derive(Clone, Debug, Default, Args)]
pub(crate) struct AsOf {
    /// Judge everything at this instant (RFC 3339, or a day); default: SOURCE_DATE_EPOCH, else now
    #[arg(long, value_name = "TIME")]
    pub as_of: Option<String>,
}

/// Which key signs.
#[derive(Clone, Debug, Default, Args)]
pub(crate) struct KeyArgs {
    /// Minisign secret key file; default: TRUSTBOOK_KEY_FILE, else a development key for drafts
    #[arg(long, value_name = "FILE")]
    pub key: Option<PathBuf>,
    /// Folder with release.key, attest.key and log.key, for a project with key roles; default: TRUSTBOOK_KEYS_DIR
    #[arg(long, value_name = "DIR", conflicts_with = "key")]
    pub keys: Option<PathBuf>,
    /// File whose first line is the password of the key; default: TRUSTBOOK_KEY_PASSWORD
    #[arg(long, value_name = "FILE")]
    pub password_file: Option<PathBuf>,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Write a small commented project that builds at once
    Init {
        /// Where; default: the project's folder
        dir: Option<PathBuf>,
    },
    /// Read and judge everything, write nothing; exit 1 when the verdict does not pass
    ///
    /// Exit 0: the verdict passes. 1: it does not. 2: an input was refused, or there is no such project or profile. Where only
    /// inputs were refused, the verdict over the others is printed beside the findings; it never passes then.
    #[command(
        after_help = "Examples:\n  trustbook check\n  trustbook check --profile release-gate --as-of 2026-03-31 --format json"
    )]
    Check {
        /// Judge by this profile instead of the project's first
        #[arg(long, value_name = "NAME")]
        profile: Option<String>,
        /// When
        #[command(flatten)]
        as_of: AsOf,
        /// Treat warnings as errors
        #[arg(long)]
        strict: bool,
        /// How to report
        #[arg(long, value_enum, default_value_t)]
        format: Format,
    },
    /// Make a draft of the next snapshot: site, packet and signed archive in `public/`
    #[command(
        after_help = "Examples:\n  trustbook build\n  trustbook build --as-of 2026-03-31T12:00:00Z --key release.key\n  trustbook build --reproduce public/snapshots/0001/example-0001.zip"
    )]
    Build {
        /// When
        #[command(flatten)]
        as_of: AsOf,
        /// Key
        #[command(flatten)]
        key: KeyArgs,
        /// Write nothing; say whether this archive comes out of this checkout, byte for byte
        #[arg(long, value_name = "ARCHIVE", conflicts_with_all = ["as_of", "format"])]
        reproduce: Option<PathBuf>,
        /// Threads; default: as many as there are processors
        #[arg(long, value_name = "N")]
        threads: Option<usize>,
        /// How to report
        #[arg(long, value_enum, default_value_t)]
        format: Format,
    },
    /// Seal the next snapshot under its number and append it to `history/`
    #[command(after_help = "Examples:\n  trustbook release --key release.key --password-file password.txt")]
    Release {
        /// When
        #[command(flatten)]
        as_of: AsOf,
        /// Key
        #[command(flatten)]
        key: KeyArgs,
        /// Sign with the development key; the snapshot says so for ever
        #[arg(long, conflicts_with_all = ["key", "keys"])]
        development: bool,
        /// Threads; default: as many as there are processors
        #[arg(long, value_name = "N")]
        threads: Option<usize>,
        /// How to report
        #[arg(long, value_enum, default_value_t)]
        format: Format,
    },
    /// Make a procurement packet for one customer, in `packets/`
    #[command(
        after_help = "Examples:\n  trustbook packet --for \"Customer AG\"\n  trustbook packet --checklist"
    )]
    Packet {
        /// For whom, as the first page names them
        #[arg(long = "for", value_name = "NAME")]
        recipient: Option<String>,
        /// Packet profile
        #[arg(long, value_name = "NAME", default_value = "public")]
        profile: String,
        /// Add the changes since this snapshot
        #[arg(long, value_name = "SEQ")]
        since: Option<u32>,
        /// Make it from the newest released snapshot, not from a draft; needs its inputs and its key
        #[arg(long, conflicts_with_all = ["as_of"])]
        released: bool,
        /// Build although something in it is expired or missing; the packet records it
        #[arg(long)]
        force: bool,
        /// Print the checklist of what is missing or stale, build nothing
        #[arg(long)]
        checklist: bool,
        /// When
        #[command(flatten)]
        as_of: AsOf,
        /// Key
        #[command(flatten)]
        key: KeyArgs,
    },
    /// Verify an archive, a packet or an unpacked folder
    #[command(disable_help_flag = true)]
    Verify {
        /// See `trustbook verify --help`
        #[arg(trailing_var_arg = true, allow_hyphen_values = true, value_name = "FILE --key KEY …")]
        args: Vec<OsString>,
    },
    /// Say what changed between two snapshots, archives or bills of materials
    #[command(
        after_help = "Examples:\n  trustbook diff 1 2 --fail-on-weaker\n  trustbook diff example-0001.zip example-0002.zip --format markdown\n  trustbook diff old.cdx.json new.cdx.json"
    )]
    Diff {
        /// The older one: an archive, a folder, a number in `history/`, or the file of an SBOM
        old: String,
        /// The newer one
        new: String,
        /// Exit 1 when something became weaker
        #[arg(long)]
        fail_on_weaker: bool,
        /// How to report
        #[arg(long, value_enum, default_value_t)]
        format: DiffFormat,
    },
    /// Say what each file is and what was read from it; exit 1 when one is refused
    #[command(
        after_help = "Examples:\n  trustbook inspect evidence/*.json\n  trustbook inspect --diff old.cdx.json new.cdx.json --format json"
    )]
    Inspect {
        /// Files; with --diff two of them, the older first
        #[arg(required = true)]
        files: Vec<PathBuf>,
        /// Say what changed between two bills of materials
        #[arg(long)]
        diff: bool,
        /// How to report; Markdown goes with --diff
        #[arg(long, value_enum, default_value_t)]
        format: DiffFormat,
    },
    /// Preview on this machine, reloading when something is saved
    Serve {
        /// Port on the loopback interface; 0 takes a free one
        #[arg(long, default_value_t = 4114)]
        port: u16,
        /// When
        #[command(flatten)]
        as_of: AsOf,
    },
    /// Make, show, replace and revoke signing keys
    Keys {
        /// What to do
        #[command(subcommand)]
        command: KeysCommand,
    },
    /// Print the JSON Schema of a file format, or write all of them
    Schema {
        /// Which; without it, their list
        name: Option<String>,
        /// Write all schemas into this folder
        #[arg(long, value_name = "DIR", conflicts_with = "name")]
        out: Option<PathBuf>,
    },
    /// Explain a finding code, a criterion kind, a format, a check; without it, list them
    Explain {
        /// Such as `duplicate-id`
        code: Option<String>,
    },
    /// Print the digest of the source state that evidence can name
    SourceState,
    /// Print completions for a shell
    Completions {
        /// Which shell
        shell: clap_complete::Shell,
    },
}

/// What to do with keys.
#[derive(Debug, Subcommand)]
pub(crate) enum KeysCommand {
    /// Make a key pair that `minisign` can read too
    #[command(
        after_help = "Examples:\n  trustbook keys generate --out release.key\n  trustbook keys generate --roles --origin trust.example --out secret-keys"
    )]
    Generate {
        /// Where the secret key goes; the public key goes beside it as `.pub`. With --roles: the folder of the secret keys
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
        /// Make a root key, a key for each role under it, and the project's `keys/keys.json`
        #[arg(long, requires = "origin")]
        roles: bool,
        /// The project's `site.origin`, for --roles
        #[arg(long, value_name = "ORIGIN", requires = "roles")]
        origin: Option<String>,
        /// File whose first line is the password; without it TRUSTBOOK_KEY_PASSWORD
        #[arg(long, value_name = "FILE")]
        password_file: Option<PathBuf>,
        /// Leave the secret key unencrypted (for a secret store)
        #[arg(long, conflicts_with = "password_file")]
        unencrypted: bool,
    },
    /// Print the public key, its id and its fingerprint
    Show {
        /// Public or secret key file; without it the project's key roles
        file: Option<PathBuf>,
        /// File whose first line is the password of a secret key
        #[arg(long, value_name = "FILE")]
        password_file: Option<PathBuf>,
    },
    /// Replace the key of a role from a snapshot on, or hand over to a new root
    Rotate {
        /// root, release, attest or log
        role: String,
        /// The first snapshot of the new key; default: the next one
        #[arg(long, value_name = "SEQ")]
        from: Option<u64>,
        /// Folder with root.key; the new key goes there. Default: TRUSTBOOK_KEYS_DIR
        #[arg(long, value_name = "DIR")]
        keys: Option<PathBuf>,
        /// File whose first line is the password; without it TRUSTBOOK_KEY_PASSWORD
        #[arg(long, value_name = "FILE")]
        password_file: Option<PathBuf>,
        /// Leave the new secret key unencrypted (for a secret store)
        #[arg(long, conflicts_with = "password_file")]
        unencrypted: bool,
    },
    /// End the trust in a key, but for what the log already holds
    Revoke {
        /// The key's id, 16 hex digits
        id: String,
        /// Why, for readers
        #[arg(long, value_name = "TEXT")]
        reason: String,
        /// What the log holds below this index stays valid; default: all that it holds
        #[arg(long, value_name = "SIZE")]
        log_size: Option<u64>,
        /// Folder with root.key; default: TRUSTBOOK_KEYS_DIR
        #[arg(long, value_name = "DIR")]
        keys: Option<PathBuf>,
        /// File whose first line is the password; without it TRUSTBOOK_KEY_PASSWORD
        #[arg(long, value_name = "FILE")]
        password_file: Option<PathBuf>,
    },
}
