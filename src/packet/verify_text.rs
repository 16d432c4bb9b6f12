//! `VERIFY.txt`: how to check a packet with standard tools, and what each answer means.

use crate::model::snapshot::Snapshot;
use crate::model::snapshot::SnapshotState;
use crate::packet::frame;
use crate::packet::profile::PacketProfile;
use crate::packet::request::PacketRequest;
use crate::packet::start;

/// The text.
pub(super) fn text(snapshot: &Snapshot, profile: &PacketProfile, request: &PacketRequest) -> String {
    let head = &snapshot.head;
    let file = frame::file_name(snapshot, profile);
    let commands = start::commands(snapshot, profile);
    let command = |position: usize| commands.get(position).map(String::as_str).unwrap_or_default();
    let mut out =
        format!("How to check this packet\n========================\n\n{}\n", frame::line(snapshot, request));
    for mark in frame::marks(snapshot, request) {
        out.push_str(&format!("! {mark}\n"));
    }
    out.push_str(&format!(
        "
Nothing in here proves itself. You need two files beside this folder, {file} and
{file}.minisig, and the publisher's public key from a place that is not this packet: an earlier
packet you checked, the contract, or the publisher's site under its own name ({origin}).
This packet names key id {key_id}; a key from inside what it verifies verifies nothing.

1. Is it from them, and unaltered?

   {minisign}

   `Signature and comment signature verified` means: the file is, byte for byte, what the holder of KEY
   signed. The trusted comment names the origin, the snapshot and the file.
   Any other answer: stop, and ask the publisher.

2. Unpack it, and check every file.

   {unzip}
   {sha256sum}

   Every line must say OK. This is needed when the files travelled further without their archive.

",
        origin = snapshot.site.origin,
        key_id = head.key_id,
        minisign = command(0),
        unzip = command(1),
        sha256sum = command(2),
    ));
    let mut step = 3;
    if let Some(archive) = &request.archive {
        out.push_str(&format!(
            "{step}. Does it belong to the published archive?\n\n   {} has the SHA-256\n   {}\n   and its snapshot.json\n   {}\n   `trustbook-verify {} --key KEY` checks that archive, every record and every signature in it.\n\n",
            archive.name, archive.sha256, archive.snapshot_sha256, archive.name
        ));
        step += 1;
    }
    out.push_str(&format!(
        "{step}. Is it still good?\n\n   As of {}, good until {}.\n   After that day ask for a newer one: dates inside were judged at the first of the two.\n",
        head.as_of.human(),
        head.expires.human()
    ));
    if head.state == SnapshotState::Draft || head.development {
        out.push_str("\n   This one is a draft or was signed with a development key: a valid signature says nothing about\n   who made it. Do not rely on it.\n");
    }
    out
}
