//! The bytes of a bill as text. What is packed, or is no text, is named as what it is.

use super::NoInvoice;

/// The largest bill that is read, in bytes.
pub const MAX_BILL_BYTES: u64 = 256 << 20;

const UNPACK: &str = "unpack it first";
const AS_CSV: &str = "save it as CSV in UTF-8";
const EXPORT: &str = "name the provider's export as CSV or JSON";

/// How a file begins that is no text, what it is, and what would help.
const MARKS: [(&[u8], &str, &str); 12] = [
    (b"\x1f\x8b", "gzip", UNPACK),
    (
        b"PK\x03\x04",
        "a zip archive or a workbook of a spreadsheet",
        "unpack it first, or save the sheet as CSV in UTF-8",
    ),
    (b"PK\x05\x06", "an empty zip archive", EXPORT),
    (b"\x28\xb5\x2f\xfd", "zstd", UNPACK),
    (b"\xfd7zXZ\0", "xz", UNPACK),
    (b"BZh", "bzip2", UNPACK),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive", UNPACK),
    (b"\xff\xfe", "UTF-16", AS_CSV),
    (b"\xfe\xff", "UTF-16", AS_CSV),
    (b"%PDF-", "a PDF", EXPORT),
    (b"SQLite format 3\0", "an SQLite database", EXPORT),
    (b"PAR1", "parquet", AS_CSV),
];
/// So many bytes show whether there are zeros among them, which no text has.
const START: usize = 4_096;

/// The text of a bill.
///
/// # Errors
///
/// It is packed, or no text in UTF-8.
pub fn text(bytes: Vec<u8>) -> Result<String, NoInvoice> {
    if let Some((_, what, instead)) = MARKS.iter().find(|(mark, ..)| bytes.starts_with(mark)) {
        return Err(NoInvoice::NoText { what, instead });
    }
    let start = &bytes[..bytes.len().min(START)];
    if start.contains(&0) {
        // Without a mark at its start every other byte of plain letters is a zero.
        let zeros = start.iter().filter(|byte| **byte == 0).count();
        let (what, instead) = if zeros * 3 > start.len() { ("UTF-16", AS_CSV) } else { ("a binary file", EXPORT) };
        return Err(NoInvoice::NoText { what, instead });
    }
    String::from_utf8(bytes).map_err(|error| {
        let before = &error.as_bytes()[..error.utf8_error().valid_up_to()];
        NoInvoice::NotUtf8 { line: before.iter().filter(|byte| **byte == b'\n').count() + 1 }
    })
}
