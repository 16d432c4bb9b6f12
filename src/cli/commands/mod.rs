//! One file a command. Each returns its exit code, or why it could not.

pub(crate) mod build;
pub(crate) mod check;
pub(crate) mod completions;
pub(crate) mod diff;
pub(crate) mod explain;
pub(crate) mod init;
pub(crate) mod inspect;
pub(crate) mod keys;
pub(crate) mod packet;
pub(crate) mod release;
pub(crate) mod schema;
pub(crate) mod serve;
pub(crate) mod source_state;
pub(crate) mod verify;
