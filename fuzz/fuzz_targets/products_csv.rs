//! Hostile tables of products; the first byte says where the upload is cut in two. Never a panic,
//! the same lines wherever it is cut, and no cell that we write is a formula.
#![no_main]

use libfuzzer_sys::fuzz_target;
use torg_platform::csv::{defuse, undo_defuse};
use torg_shop::domain::{IMPORT_LINES_MAX, Import};

fn read(parts: &[&[u8]]) -> String {
    let mut import = Import::default();
    for part in parts {
        import.feed(part);
    }
    let read = import.finish();
    match &read {
        Ok(lines) => assert!(lines.len() <= IMPORT_LINES_MAX),
        Err(wrong) => assert!(!wrong.is_empty() && wrong.len() <= 101),
    }
    format!("{read:?}")
}

fuzz_target!(|bytes: &[u8]| {
    let Some((cut, table)) = bytes.split_first() else {
        return;
    };
    let whole = read(&[table]);
    let at = usize::from(*cut).min(table.len());
    let (first, second) = table.split_at(at);
    assert_eq!(read(&[first, second]), whole);
    let single: Vec<&[u8]> = table.chunks(1).collect();
    assert_eq!(read(&single), whole);
    if let Ok(text) = std::str::from_utf8(table) {
        let cell = defuse(text);
        assert!(!cell.starts_with(['=', '+', '-', '@', '\t', '\r']));
        assert_eq!(undo_defuse(&cell), text);
    }
});
