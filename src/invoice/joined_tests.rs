//! Exports that overlap, in one file or several, and files that are no text.

use super::*;

/// How many rows count, how many are left out since they stand there again, and what those come to in micro-dollars.
fn counted(texts: &[&str]) -> (usize, usize, i128) {
    let bill = read_all(texts).unwrap();
    assert_eq!(bill.left_out, 0, "{texts:?}: {:?}", bill.unread);
    let again: Money = bill.repeated.iter().filter_map(|row| row.cost).sum();
    (bill.rows.len(), bill.repeated.len(), again.pico() / 1_000_000)
}

/// A request is known by its id; without one two that are alike may be two.
#[test]
fn a_request_that_stands_there_again_counts_once() {
    let head = "generation_id,created_at,cost_total,tokens_prompt,tokens_completion,tokens_cached,model_permaslug";
    let row = |id: u8, second: u8| format!("gen-{id},2026-11-02 03:46:{second:02}.000,0.0123,1000,20,0,m");
    let table = |rows: &[String]| format!("{head}\n{}\n", rows.join("\n"));
    let (early, late) = (table(&[row(1, 1), row(2, 2)]), table(&[row(2, 2), row(3, 3)]));
    // Of four rows one is there twice: $0.0123 are 12,300 micro-dollars.
    for texts in
        [vec![&*format!("{early}{late}")], vec![&*early, &*late], vec![&*format!("\u{feff}{early}\u{feff}{late}")]]
    {
        assert_eq!(counted(&texts), (3, 1, 12_300), "{texts:?}");
    }
    let request = r#"{"id":"gen-1","created_at":"2026-11-02T03:46:01Z","model":"m","usage":0.0123,
"native_tokens_prompt":1000,"native_tokens_cached":0,"native_tokens_completion":20}"#;
    assert_eq!(counted(&[&early, request]), (2, 1, 12_300), "a table and the interface tell the same");
    // Whatever stands for an id in an export that was made anonymous, it is not one.
    assert_eq!(counted(&[&table(&[row(1, 1), row(1, 2)])]), (2, 0, 0));
    let no_id = early
        .replace("generation_id", "x")
        .replace("cost_total", "cost_total,generation_id")
        .replace("0.0123", "0.0123,");
    assert_eq!(counted(&[&no_id, &no_id]), (4, 0, 0));
    let log =
        |id: &str| format!(r#"{{{id}"spend":0.5,"prompt_tokens":9,"startTime":"2026-11-02T00:00:00","model":"m"}}"#);
    let (named, bare) = (log(r#""request_id":"r","#), log(""));
    assert_eq!(counted(&[&format!("[{named},{named}]\n{named}")]), (1, 2, 1_000_000));
    assert_eq!(counted(&[&format!("[{bare},{bare}]\n{bare}")]), (3, 0, 0));
}

/// A sum is known by all that is said of it: there is one of a day and a model, a key and so on.
#[test]
fn a_sum_that_stands_there_again_counts_once() {
    let head = "usage_date_utc,model,workspace,api_key,token_type,cost_usd";
    let row = |day: u8, key: &str| format!("2026-11-0{day},Claude Haiku 4.5,Default,{key},output,1.25");
    let table = |rows: &[String]| format!("{head}\n{}\n", rows.join("\n"));
    let overlapping = [table(&[row(2, "a"), row(3, "a")]), table(&[row(3, "a"), row(3, "b"), row(4, "a")])];
    assert_eq!(counted(&[&overlapping.concat()]), (4, 1, 1_250_000));
    assert_eq!(counted(&[&overlapping[0], &overlapping[1]]), (4, 1, 1_250_000));
    let bucket = |minute: u8, workspace: u8| {
        format!(
            r#"{{"starting_at":"2026-11-02T00:0{minute}:00Z","ending_at":"2026-11-02T00:0{}:00Z",
"results":[{{"uncached_input_tokens":73,"output_tokens":7,"model":"m","workspace_id":"{workspace}"}}]}}"#,
            minute + 1
        )
    };
    let page = |buckets: &[String]| format!("{{\"data\":[{}],\"has_more\":false}}", buckets.join(","));
    let (early, late) = (page(&[bucket(1, 1), bucket(2, 1)]), page(&[bucket(2, 1), bucket(2, 2), bucket(3, 1)]));
    // However it is laid out.
    let laid_out = serde_json::to_string_pretty(&serde_json::from_str::<serde_json::Value>(&late).unwrap()).unwrap();
    for texts in [vec![&*format!("{early}{late}")], vec![&*early, &*late], vec![&*early, &*laid_out]] {
        assert_eq!(counted(&texts), (4, 1, 0), "{texts:?}");
    }
    // A day of two models: both stand there again.
    let day = r#"{"startTime":"2026-11-02","spend":3.5,"models":{"a":2.25,"b":1.25}}"#;
    assert_eq!(counted(&[&format!("[{day},{day}]")]), (2, 2, 3_500_000));
    // The end of a day that was exported before it was over is another sum, and which counts nobody can say.
    assert_eq!(counted(&[&table(&[row(2, "a"), row(2, "a").replace("1.25", "1.50")])]), (2, 0, 0));
}

/// Pages may stand in files of their own; exports of two kinds are no bill.
#[test]
fn several_files_are_one_bill() {
    let page = |day: u8, more: bool| {
        format!(
            r#"{{"data":[{{"starting_at":"2026-11-0{day}T00:00:00Z","ending_at":"2026-11-0{}T00:00:00Z",
"results":[{{"uncached_input_tokens":{day},"model":"m"}}]}}],"has_more":{more}}}"#,
            day + 1
        )
    };
    let (first, last) = (page(2, true), page(3, false));
    assert_eq!(counted(&[&first, &last]), (2, 0, 0));
    assert_eq!(counted(&[&last, &first]), (2, 0, 0));
    let empty = r#"{"data":[],"has_more":false}"#;
    assert_eq!(counted(&[&first, empty]), (1, 0, 0));
    assert_eq!(read_all(&[&first]), Err((0, NoInvoice::Page(ExportKind::AnthropicUsage))));
    let cost = "usage_date_utc,model,token_type,cost_usd\n2026-11-02,m,output,1\n";
    let kinds = NoInvoice::Second(ExportKind::ClaudeCost, ExportKind::AnthropicUsage);
    assert_eq!(read_all(&[&last, cost]), Err((1, kinds.clone())));
    assert_eq!(
        kinds.to_string(),
        "Claude Console cost, and the bill before it is Anthropic usage report: what is in both would count twice; \
         name exports of one kind"
    );
    let spent = r#"{"spend":1,"startTime":"2026-11-02T00:00:00","model":"m"}"#;
    let kinds = NoInvoice::Second(ExportKind::LitellmSpend, ExportKind::AnthropicUsage);
    assert_eq!(read_all(&[&last, spent]), Err((1, kinds)));
    assert_eq!(read_all(&[&last, "{}"]), Err((1, NoInvoice::Unknown)));
    assert_eq!(read_all(&[cost, &last, "{\"a\":"]), Err((2, NoInvoice::Broken { line: 1, column: 5 })));
}

/// The marks are those of the formats' own descriptions.
#[test]
fn what_is_no_text_is_named() {
    let wide = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<_>>();
    let told = |bytes: &[u8]| text(bytes.to_vec()).unwrap_err().to_string();
    let marked = [b"\xff\xfe".to_vec(), wide("usage_date_utc,model")].concat();
    for (bytes, what) in [
        (&b"\x1f\x8b\x08\0\0"[..], "this is gzip: unpack it first"),
        (
            b"PK\x03\x04\x14\0",
            "this is a zip archive or a workbook of a spreadsheet: unpack it first, or save the sheet",
        ),
        (b"\x28\xb5\x2f\xfd\0", "this is zstd: unpack it first"),
        (&marked, "this is UTF-16: save it as CSV in UTF-8"),
        (b"\xfe\xff\0u\0s", "this is UTF-16: "),
        (&wide("usage_date_utc,model"), "this is UTF-16: "),
        (b"%PDF-1.7", "this is a PDF: name the provider's export"),
        (b"SQLite format 3\0\x10", "this is an SQLite database: "),
        (b"\x7fELF\x02\x01\x01\0abcdefghijk", "this is a binary file: "),
        (b"usage_date_utc\ncaf\xe9,1\n", "line 2: this is not UTF-8; save the file as UTF-8"),
    ] {
        assert!(told(bytes).starts_with(what), "{what}: {}", told(bytes));
    }
    assert_eq!(text(b"\xef\xbb\xbfa,b".to_vec()).unwrap(), "\u{feff}a,b");
}

/// Lists within lists are followed so far and no further.
#[test]
fn what_is_nested_without_end_is_no_bill() {
    let spent = r#"{"spend":1,"startTime":"2026-11-02T00:00:00","model":"m"}"#;
    let nested = |depth: usize| format!("{}{spent}{}", "[".repeat(depth), "]".repeat(depth));
    assert_eq!(counted(&[&nested(3)]), (1, 0, 0));
    assert_eq!(read(&nested(100_000)), Err(NoInvoice::Unknown));
    assert!(matches!(read(&"[".repeat(100_000)), Err(NoInvoice::Broken { .. })));
}
