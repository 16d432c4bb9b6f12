//! Every limit of the format, in one place. Over a limit means refused with the limit and the actual value, never cut.

/// Bytes of one path component.
pub const MAX_COMPONENT_BYTES: usize = 100;
/// Components of one path, counted inside the archive's root folder.
pub const MAX_PATH_COMPONENTS: usize = 12;
/// Bytes of one path, counted inside the archive's root folder.
pub const MAX_PATH_BYTES: usize = 180;
/// Bytes of the archive's root folder, `<slug>-<seq>`.
pub const MAX_ROOT_BYTES: usize = 80;
/// Files in one archive.
pub const MAX_MEMBERS: usize = 100_000;
/// Bytes of one manifest.
pub const MAX_MANIFEST_BYTES: u64 = 32 << 20;
/// Bytes of `snapshot.json`, and of any JSON this format reads.
pub const MAX_JSON_BYTES: u64 = 16 << 20;
/// Nesting of JSON arrays and objects.
pub const MAX_JSON_DEPTH: usize = 32;
/// Values in one JSON text.
pub const MAX_JSON_VALUES: usize = 1 << 20;
/// Bytes of any other tag file (`bagit.txt`, `VERIFY.txt`, the statement, …).
pub const MAX_TAG_FILE_BYTES: u64 = 1 << 20;
/// Bytes of a signature file.
pub const MAX_SIGNATURE_BYTES: u64 = 4096;
/// Bytes of a signature's trusted comment.
pub const MAX_COMMENT_BYTES: usize = 400;
/// Bytes of one file's content, before compression.
pub const MAX_FILE_BYTES: u64 = 1 << 40;
/// How much larger than its stored form a file may be: the most that deflate can do is 1032.
pub const MAX_RATIO: u64 = 1100;
/// The highest sequence number.
pub const MAX_SEQ: u64 = 9_999_999;
/// Keys in `keys.json`, roots included.
pub const MAX_KEYS: usize = 1000;
/// Leaves of the log, so that the hashes of all fit a list of files.
pub const MAX_LEAVES: usize = 1 << 20;
/// Bytes of a checkpoint with its signatures, and of a proof.
pub const MAX_NOTE_BYTES: usize = 64 << 10;
