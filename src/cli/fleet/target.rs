//! Which file an answer may be written to: a new one, an empty one, or one that such an answer was written to before.

use std::fs::{self, File};
use std::io::Read;
use std::path::Path;

use anyhow::{Context, bail};
use clawbeat::fleet::Field;

use super::FleetFormat;
use super::inputs::Inputs;

/// How many bytes show what a file holds.
const START: u64 = 64;

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
    let read = File::open(output).and_then(|file| file.take(START).read_to_end(&mut start));
    read.with_context(|| format!("cannot read {}", output.display()))?;
    if !is_begun(&start, format) {
        bail!(
            "{} is there and no earlier answer in this format, so it is left as it is; name another file for the answer, \
             or remove this one",
            output.display()
        );
    }
    Ok(())
}

/// Whether a file begins as an answer in a format does, as far as it goes.
fn is_begun(start: &[u8], format: FleetFormat) -> bool {
    let begins = |with: &str| start.starts_with(with.as_bytes()) || with.as_bytes().starts_with(start);
    match format {
        // The agents of a line are a number, those of a config are not.
        FleetFormat::Ndjson => {
            Field::names().any(|name| begins(&format!("{{\"{name}\":"))) && !start.starts_with(AGENTS)
        }
        FleetFormat::Json | FleetFormat::Plan => begins("{\"schemaVersion\":") || begins("{\n  \"schemaVersion\":"),
        FleetFormat::Html => begins("<!DOCTYPE html>"),
        #[cfg(feature = "parquet")]
        FleetFormat::Parquet => begins("PAR1"),
        FleetFormat::Text => begins("OpenClaw refuses ") || start.first().is_none_or(u8::is_ascii_digit),
    }
}

/// How a config begins that is written on one line.
const AGENTS: &[u8] = b"{\"agents\":{";

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
            ("{\"schemaVersion\":1,", Plan),
            ("{\n  \"schemaVersion\": 1,", Json),
            ("<!DOCTYPE html><html", Html),
            ("2 configs cost about $3 a month", Text),
        ];
        answers.iter().for_each(|(start, format)| assert!(is_begun(start.as_bytes(), *format), "{start} {format:?}"));
        let others = [
            "{\"agents\":{\"defaults\":{}}}",
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
