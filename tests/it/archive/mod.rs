//! Archives end to end: packed, signed, verified, and altered in every way that comes to mind.

mod altered;
mod command;
mod forge;
mod hostile;
mod mutated;
mod packed;
