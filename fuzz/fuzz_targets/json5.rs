//! Any JSON5 text, any change: the editor keeps the laws or refuses.

#![no_main]

mod any_change;

use clawbeat::document::Format;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| any_change::keeps_the_laws(bytes, Format::Json5));
