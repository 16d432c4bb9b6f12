//! The two files that make the root folder a BagIt 1.0 bag (RFC 8493), in the one form the format allows.

use crate::bundle::snapshot::Header;

/// The folder of the payload.
pub const PAYLOAD_FOLDER: &str = "data";
/// The name of the bag declaration.
pub const BAGIT: &str = "bagit.txt";
/// The name of the bag's metadata.
pub const BAG_INFO: &str = "bag-info.txt";
/// The recipe for standard tools.
pub const VERIFY_TEXT: &str = "VERIFY.txt";
/// The bag declaration.
pub const BAGIT_TEXT: &str = "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n";

/// The metadata of a bag with this header and payload: follows from them, so it is never read, only compared.
pub fn bag_info_text(header: &Header, payload_bytes: u64, payload_files: u64) -> String {
    format!(
        "Bagging-Date: {}\nExternal-Identifier: {}#{}\nPayload-Oxum: {payload_bytes}.{payload_files}\n",
        header.created.date(),
        header.origin,
        header.seq
    )
}
