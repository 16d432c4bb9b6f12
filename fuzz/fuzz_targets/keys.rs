//! `keys.json`, public keys, secret keys and signatures.
#![no_main]

use trustbook::bundle::base64;
use trustbook::bundle::keys::KeySet;
use trustbook::bundle::minisig::Minisig;
use trustbook::bundle::minisig::PublicKey;
use trustbook_fuzz::same;

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    same(data, KeySet::parse(data).ok().map(|set| set.print()));
    same(data, Minisig::parse(data).ok().map(|minisig| minisig.print()));
    let Ok(text) = std::str::from_utf8(data) else { return };
    same(data, base64::decode(text).map(|bytes| base64::encode(&bytes)));
    let key = PublicKey::parse(text).ok();
    same(data, key.filter(|_| !text.contains('\n')).map(|key| key.to_base64()));
    let _ = trustbook::sign::parse(text, None);
});
