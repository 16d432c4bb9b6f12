//! stub
pub(crate) fn run(_: &std::path::Path, _: u16, _: &crate::cli::args::AsOf) -> crate::cli::Answer { Ok(2) }
