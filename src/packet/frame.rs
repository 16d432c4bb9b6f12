//! What stands on every page, sheet and text of a packet: publisher, snapshot, state, audience.

use serde_json::Value;
use serde_json::json;

use crate::model::snapshot::Snapshot;
use crate::model::snapshot::SnapshotState;
use crate::model::visibility::Audience;
use crate::packet::profile::PacketProfile;
use crate::packet::request::PacketRequest;

/// Warnings above every page; empty for a released public packet with nothing to warn of.
pub(super) fn marks(snapshot: &Snapshot, request: &PacketRequest) -> Vec<String> {
    let head = &snapshot.head;
    let mut marks = Vec::new();
    if let Some(notice) = &snapshot.site.notice {
        marks.push(notice.clone());
    }
    match (head.state, head.development) {
        (SnapshotState::Draft, true) => {
            marks.push(
                "Draft, development key: not released, may change, proves nothing about its sender"
                    .to_owned(),
            );
        }
        (SnapshotState::Draft, false) => marks.push("Draft: not released, may change".to_owned()),
        (SnapshotState::Released, true) => {
            marks.push("Development key: proves nothing about its sender".to_owned());
        }
        (SnapshotState::Released, false) => {}
    }
    if let Audience::Named(name) = &head.audience {
        marks.push(match &request.recipient {
            Some(recipient) => format!("Restricted: for {recipient} (audience {name}), not for publication"),
            None => format!("Restricted: for the audience {name}, not for publication"),
        });
    }
    if let Some(reason) = &request.expired_because {
        marks.push(format!("Contains expired items, sent because: {reason}"));
    }
    marks
}

/// The one line for sheets and texts: snapshot, state, as-of, audience.
pub(super) fn line(snapshot: &Snapshot, request: &PacketRequest) -> String {
    let head = &snapshot.head;
    let state = match (head.state, head.development) {
        (SnapshotState::Draft, true) => "draft, development key",
        (SnapshotState::Draft, false) => "draft",
        (SnapshotState::Released, true) => "released with a development key",
        (SnapshotState::Released, false) => "released",
    };
    let mut line = format!(
        "{} · snapshot {}, {state} · as of {} · audience: {}",
        snapshot.site.title,
        head.number(),
        head.as_of.human(),
        head.audience.name()
    );
    if let Some(recipient) = &request.recipient {
        line.push_str(&format!(" · for {recipient}"));
    }
    if let Some(notice) = &snapshot.site.notice {
        line.push_str(&format!(" · {notice}"));
    }
    line
}

/// The name of the packet's file, such as `packet-0042-public.zip`.
pub fn file_name(snapshot: &Snapshot, profile: &PacketProfile) -> String {
    format!("packet-{}-{}.zip", snapshot.head.number(), profile.id)
}

/// Addresses for people to read: `mailto:` and `tel:` are for `security.txt`.
pub(super) fn addresses(contacts: &[String]) -> impl Iterator<Item = &str> {
    contacts
        .iter()
        .map(|contact| contact.strip_prefix("mailto:").or(contact.strip_prefix("tel:")).unwrap_or(contact))
}

/// The keys of `data.json` that the look of every page needs.
pub(super) fn page(snapshot: &Snapshot, request: &PacketRequest, title: &str) -> Value {
    let head = &snapshot.head;
    let mut audience = format!("audience: {}", head.audience.name());
    if let Some(recipient) = &request.recipient {
        audience.push_str(&format!(", for {recipient}"));
    }
    json!({
        "title": title,
        "marks": marks(snapshot, request),
        "header-start": snapshot.site.title,
        "header-end": format!("Snapshot {} · as of {}", head.number(), head.as_of.human()),
        "footer-start": format!("{title} · {audience}"),
    })
}

/// The name and scheme a reader can compare: `trust.example.com`, snapshot and document.
pub(super) fn identifier(snapshot: &Snapshot, profile: &PacketProfile, document: &str) -> String {
    format!("{}/{}/packet/{}/{document}", snapshot.site.origin, snapshot.head.number(), profile.id)
}
