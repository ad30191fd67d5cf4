//! `lint --openclaw-version all`: what each known release says of a file.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::bail;
use clawbeat::releases::shape::Shape;
use clawbeat::releases::{Version, stable};
use clawbeat::repair::at_start::AtStart;
use clawbeat::report::releases::{self, FileReleases, ReleaseVerdict};
use clawbeat::rules::Verdict;

use super::super::load;
use super::super::options::QuestionOptions;
use super::super::output::print;
use super::{Args, LintFormat};

/// Says which releases would take each file. What the newest refuses is a finding, as ever.
pub(super) fn all(paths: &[PathBuf], args: &Args) -> anyhow::Result<ExitCode> {
    let question = QuestionOptions { openclaw_version: None, ..args.question.clone() };
    let look = |path: &PathBuf| -> anyhow::Result<FileReleases> {
        let name = if path.as_os_str() == "-" { "<stdin>".to_owned() } else { path.display().to_string() };
        let (loaded, document) = load::document(path, &question.at)?;
        let subject = load::analyse(path.clone(), loaded, document, &question)?;
        let verdict = |release: Version| {
            let (verdict, faults) = subject.analysis.under(release);
            ReleaseVerdict { release, verdict, is_whole: Shape::of(release).is_some(), faults }
        };
        let releases: Vec<ReleaseVerdict> = stable().map(verdict).collect();
        let is_repaired = releases.last().is_some_and(|newest| newest.verdict == Verdict::Repaired);
        let start = is_repaired.then(|| AtStart::of(subject.analysis.document.value()));
        let changes = start.filter(|start| start.open.is_empty()).map(|start| start.changes.len());
        Ok(FileReleases { path: name, releases, changes })
    };
    let files = paths.iter().map(look).collect::<anyhow::Result<Vec<_>>>()?;
    print(&match args.format {
        LintFormat::Text => releases::render_text(&files),
        LintFormat::Json => releases::render_json(&files),
        LintFormat::Sarif | LintFormat::Github => bail!("--openclaw-version all has the formats text and json"),
    })?;
    let newest = files.iter().filter_map(|file| file.releases.last());
    Ok(ExitCode::from(u8::from(newest.filter(|newest| newest.verdict != Verdict::Valid).count() > 0)))
}
