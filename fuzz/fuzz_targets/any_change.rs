//! One change of one text, held to the laws of `tests/edits/laws.rs`.

// Only whether a law was broken is asked here.
#[allow(dead_code)]
#[path = "../../tests/edits/laws.rs"]
mod laws;

use clawbeat::document::{Document, Format};

/// The bytes before the first zero say the change, the others are the text.
pub fn keeps_the_laws(bytes: &[u8], format: Format) {
    let (steps, text) = bytes.split_at(bytes.iter().position(|byte| *byte == 0).map_or(0, |at| at + 1));
    let Ok(text) = std::str::from_utf8(text) else { return };
    let Ok(document) = Document::parse(text, format) else { return };
    let change = laws::wish(document.value(), steps.strip_suffix(&[0]).unwrap_or(steps));
    if let Err(law) = laws::check(text, format, &[change]) {
        panic!("{law}");
    }
}
