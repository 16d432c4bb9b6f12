//! The trusted comment of a signature: the facts a person must see without this program, on one line, as `minisign -V` shows it.

use crate::bundle::snapshot::Header;

/// The comment of the archive with this header, for both of its signatures. It follows from the header, so it is never read, only compared.
pub fn trusted_comment(header: &Header) -> String {
    format!(
        "trustbook v1 origin={} seq={} created={} expires={} file={}",
        header.origin,
        header.seq,
        header.created,
        header.expires,
        header.file_name()
    )
}
