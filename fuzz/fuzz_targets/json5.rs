//! Any text, any change: the editor keeps the laws of `tests/edits/laws.rs` or refuses. The bytes before the first zero
//! say the change, the others are the text.

#![no_main]

// Only whether a law was broken is asked here.
#[allow(dead_code)]
#[path = "../../tests/edits/laws.rs"]
mod laws;

use clawbeat::document::{Document, Format};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let (steps, text) = bytes.split_at(bytes.iter().position(|byte| *byte == 0).map_or(0, |at| at + 1));
    let Ok(text) = std::str::from_utf8(text) else { return };
    let Ok(document) = Document::parse(text, Format::Json5) else { return };
    let change = laws::wish(document.value(), steps.strip_suffix(&[0]).unwrap_or(steps));
    if let Err(law) = laws::check(text, Format::Json5, &[change]) {
        panic!("{law}");
    }
});
