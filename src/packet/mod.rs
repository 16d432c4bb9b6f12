//! The procurement packet: a view of one snapshot for one audience, as documents, tables, data and originals.
//!
//! [`plan`] says what is there, missing, stale and expired, before anything is built; [`assemble`] builds what the plan
//! allows. Both are pure: the audience's snapshot goes in, findings and files come out.

mod assemble;
mod blocks;
mod chapters;
mod checklist;
#[cfg(test)]
mod fixture;
mod frame;
mod originals;
mod profile;
mod request;
mod sheets;
mod start;
mod summary;
#[cfg(test)]
mod tests;

pub use assemble::assemble;
pub use checklist::Checklist;
pub use checklist::ChecklistItem;
pub use checklist::ItemState;
pub use checklist::plan;
pub use frame::file_name;
pub use profile::BUILT_IN;
pub use profile::Expectation;
pub use profile::PacketProfile;
pub use profile::SectionKind;
pub use request::ArchiveRef;
pub use request::PacketRequest;
