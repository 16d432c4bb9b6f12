//! Arguments, terminal, clock, environment.
