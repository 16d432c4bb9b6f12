//! What a snapshot is rendered to.

pub mod packet_csv;
pub mod packet_sheet;
pub mod pdf;
pub mod xlsx;
