//! An archive that was packed before, as a source of members for the next one: equal content compresses to equal bytes, so what the packet
//! shares with its archive is compressed once.

use std::collections::BTreeMap;
use std::fmt;

use crate::bundle::digest::Digest;
use crate::bundle::name::PathName;
use crate::bundle::zip::ReadAt;
use crate::model::tree::Content;
use crate::pack::PackError;
use crate::pack::container::Container;
use crate::pack::container::Shape;

/// Read and written at once.
const CHUNK_BYTES: u64 = 256 << 10;

/// Where the stored bytes of each content lie in an archive that was packed, by the digest of the content.
#[derive(Clone, Debug, Default)]
pub struct Members(BTreeMap<Digest, Member>);

/// What one member's header says, and where its stored bytes begin.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Member {
    pub(crate) shape: Shape,
    pub(crate) offset: u64,
}

impl Members {
    pub(crate) fn insert(&mut self, sha256: Digest, member: Member) {
        self.0.insert(sha256, member);
    }
}

/// A packed archive and where its members lie. Nothing taken from it is trusted: what is packed with it is verified like everything else.
#[derive(Clone, Copy)]
pub struct Donor<'a> {
    /// What [`crate::pack::pack`] said of it.
    pub members: &'a Members,
    /// The archive.
    pub archive: &'a dyn ReadAt,
}

impl fmt::Debug for Donor<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Donor").field("members", &self.members.0.len()).finish_non_exhaustive()
    }
}

impl Donor<'_> {
    /// The member with this content, where the digest of that is known without reading it.
    pub(crate) fn find(&self, content: &Content) -> Option<(Digest, Member)> {
        let sha256 = content.sha256()?;
        let member = *self.members.0.get(&sha256)?;
        (member.shape.size_bytes == content.size_bytes()).then_some((sha256, member))
    }

    /// Writes the member as it is stored under another name; gives its new place.
    pub(crate) fn copy(
        &self,
        container: &mut Container<'_>,
        path: &PathName,
        member: Member,
    ) -> Result<Member, PackError> {
        let offset = container.start(path.as_str(), member.shape)?;
        let mut done_bytes = 0;
        let mut buffer = Vec::new();
        while done_bytes < member.shape.stored_bytes {
            let chunk_bytes = CHUNK_BYTES.min(member.shape.stored_bytes - done_bytes);
            buffer.resize(chunk_bytes as usize, 0);
            self.archive
                .read_exact_at(&mut buffer, member.offset + done_bytes)
                .map_err(|source| PackError::Read { path: path.clone(), source })?;
            container.write(&buffer)?;
            done_bytes += chunk_bytes;
        }
        Ok(Member { shape: member.shape, offset })
    }
}
