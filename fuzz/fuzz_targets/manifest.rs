//! Lists of files, `snapshot.json` and what they are made of.
#![no_main]

use trustbook::bundle::json::Json;
use trustbook::bundle::manifest::Manifest;
use trustbook::bundle::name::PathName;
use trustbook::bundle::snapshot::Snapshot;
use trustbook::bundle::time::Timestamp;
use trustbook_fuzz::same;

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    same(data, Json::parse(data).ok().map(|json| json.print()));
    same(data, Snapshot::parse(data).ok().map(|snapshot| snapshot.print()));
    same(data, Manifest::parse(data).ok().map(|manifest| manifest.print()));
    if let Ok(text) = std::str::from_utf8(data) {
        same(data, PathName::parse(text).ok().map(|name| name.to_string()));
        same(data, Timestamp::parse(text).map(|time| time.to_string()));
    }
});
