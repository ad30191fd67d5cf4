//! Which file an answer may be written to: a new one, an empty one, or one that such an answer was written to before.

use std::fs::{self, File};
use std::io::{BufRead, BufReader, Read};
use std::path::Path;

use anyhow::{Context, bail};
use clawbeat::document::Named;
use clawbeat::fleet::Field;
use serde_json::{Map, Value};

use super::inputs::Inputs;
use super::options::FleetFormat;

/// How many bytes of its first line show what a file holds.
const START: u64 = 1 << 20;

/// An answer is never written over one of the configs.
pub(super) fn refuse_config(output: &Path, inputs: &Inputs) -> anyhow::Result<()> {
    let (Ok(real), Inputs::Paths(paths)) = (fs::canonicalize(output), inputs) else { return Ok(()) };
    if paths.iter().any(|path| fs::canonicalize(path).is_ok_and(|path| path == real)) {
        bail!("{} is one of the configs; name another file for the answer", output.display());
    }
    Ok(())
}

/// Whatever else a file holds, it is not written over: it may be a config that standard input names later.
pub(super) fn refuse_other(output: &Path, format: FleetFormat) -> anyhow::Result<()> {
    if output.as_os_str() == "-" || !output.is_file() {
        return Ok(());
    }
    let mut start = Vec::new();
    // Of what is laid out for people, the second line names what it is.
    let lines = if matches!(format, FleetFormat::Json) { 3 } else { 1 };
    let read = File::open(output).and_then(|file| {
        let mut file = BufReader::new(file.take(START));
        (0..lines).try_for_each(|_| file.read_until(b'\n', &mut start).map(|_| ()))
    });
    read.with_context(|| format!("cannot read {}", output.display()))?;
    if !is_begun(&start, format) {
        bail!(
            "{} exists and is not an earlier answer in this format, so it is left alone; name another file for the answer, \
             or remove this one",
            output.display()
        );
    }
    Ok(())
}

/// Whether a file begins as an answer in a format does. Of a run that was killed the first line may be torn.
fn is_begun(start: &[u8], format: FleetFormat) -> bool {
    let begins = |with: &str| start.starts_with(with.as_bytes()) || with.as_bytes().starts_with(start);
    let first = serde_json::from_slice::<Map<String, Value>>(start).ok();
    match format {
        FleetFormat::Ndjson => first.as_ref().map_or_else(|| Field::names().any(|name| is_torn(start, name)), is_line),
        FleetFormat::Plan => first.map_or_else(|| is_torn(start, "schemaVersion"), |plan| plan.contains_key("changes")),
        FleetFormat::Json => begins("{\n  \"schemaVersion\": 1,\n  \"configs\": "),
        FleetFormat::Html => begins("<!DOCTYPE html>"),
        #[cfg(feature = "parquet")]
        FleetFormat::Parquet => begins("PAR1"),
        FleetFormat::Text => begins("OpenClaw refuses ") || start.first().is_none_or(u8::is_ascii_digit),
    }
}

/// Whether an object is a line of an answer, and not one that asks: a config has agents, and where it is given in a line it is
/// its `config`.
fn is_line(object: &Map<String, Value>) -> bool {
    let is_asked = object.get("agents").is_some_and(Value::is_object)
        || object.get("config").is_some_and(|config| config.at("sha256").is_none());
    !is_asked && object.keys().all(|key| Field::names().chain(["terms"]).any(|name| name == key))
}

/// Whether a line that is not whole begins with a name.
fn is_torn(start: &[u8], name: &str) -> bool {
    let with = format!("{{\"{name}\":");
    !start.ends_with(b"\n") && (start.starts_with(with.as_bytes()) || with.as_bytes().starts_with(start))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_an_earlier_answer_is_written_over() {
        use FleetFormat::{Html, Json, Ndjson, Plan, Text};
        let answers = [
            ("{\"id\":\"a\",\"path\":null}\n", Ndjson),
            ("{\"agents\":2}\n", Ndjson),
            ("{\"i", Ndjson),
            ("", Ndjson),
            ("{\"id\":\"a\",\"config\":{\"path\":\"a\",\"sha256\":\"1\"},\"terms\":\"2\"}\n", Ndjson),
            ("{\"schemaVersion\":1,", Plan),
            ("{\"schemaVersion\":1,\"tool\":\"clawbeat\",\"changes\":[]}\n", Plan),
            ("{\n  \"schemaVersion\": 1,\n  \"configs\": 3,\n", Json),
            ("<!DOCTYPE html><html", Html),
            ("2 configs cost about $3 a month", Text),
        ];
        answers.iter().for_each(|(start, format)| assert!(is_begun(start.as_bytes(), *format), "{start} {format:?}"));
        let others = [
            "{\"agents\":{\"defaults\":{}}}",
            "{\"id\":\"a\",\"config\":{\"agents\":{}}}\n",
            "{\"id\":\"a\",\"text\":\"{}\"}",
            "{\"id\":\"a\",\"x\":1}\n",
            "{\"schemaVersion\":1,\"tool\":\"clawbeat\",\"plan\":\"1\"}\n",
            "{\n  \"schemaVersion\": 1,\n  \"config\": {\n",
            "{ agents: {} }",
            "{\n  \"agents\": {}",
            "agents:\n  defaults: {}",
            "// x",
        ];
        for start in others {
            for format in [Ndjson, Plan, Json, Html, Text] {
                assert!(!is_begun(start.as_bytes(), format), "{start} {format:?}");
            }
        }
    }
}
