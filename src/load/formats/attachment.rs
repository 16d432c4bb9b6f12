//! What no other row reads: kept, hashed and listed, never guessed at.

use super::Format;
use super::Input;
use super::Read;
use crate::model::evidence::Body;
use crate::model::evidence::EvidenceKind;
use crate::model::finding::Checked;

/// The row.
pub(super) const ROW: Format = Format {
    id: "attachment",
    title: "an attachment",
    media_type: "application/octet-stream",
    kind: EvidenceKind::Attachment,
    docs: "**What it reads.** Nothing: the file is kept, hashed and listed, and has no effect on any verdict.\n\n\
           **Traps.** A file that should have been recognised ends here with a note; name its `format` in the evidence index \
           to be told why it is not what you think it is.\n\n\
           **Source.** None.",
    detect: |_| false,
    read,
};

fn read(_: &Input<'_>) -> Checked<Read> {
    Checked::ok(Read::new(Body::Attachment))
}
