//! Loopback preview with live reload.
