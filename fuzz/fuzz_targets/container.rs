//! The container: lists of members and their contents.
#![no_main]

use trustbook::bundle::zip;

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let input = data.to_vec();
    let Ok(entries) = zip::parse(&input) else { return };
    let (mut out, mut directory, mut buffers) = (Vec::new(), Vec::new(), zip::Buffers::default());
    for entry in &entries {
        let from = usize::try_from(entry.content_offset()).unwrap();
        out.extend(entry.local_header());
        out.extend(&input[from..from + usize::try_from(entry.stored_bytes).unwrap()]);
        directory.extend(entry.central_header());
        let mut read_bytes = 0;
        let read = zip::read_content(&input, entry, &mut buffers, &mut |piece| read_bytes += piece.len() as u64);
        assert!(read_bytes <= entry.size_bytes && (read.is_err() || read_bytes == entry.size_bytes));
    }
    let end = zip::end_records(entries.len() as u64, directory.len() as u64, out.len() as u64);
    assert!([out, directory, end].concat() == input, "read, and would be written otherwise");
});
