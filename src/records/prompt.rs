//! What a gateway noted of the make-up of a session's last prompt (`systemPromptReport`): sizes only, of which it leaves out
//! a third of the tools.

use serde::Deserialize;
use serde_json::value::RawValue;

use super::Prompt;
use super::era::Marks;
use super::ids::digest;
use super::row::loose;

/// What the wire adds to a tool beside its schema, name and description, in characters (measured on 2026.9.6).
const AROUND_A_TOOL: u64 = 45;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct SessionEntry<'a> {
    #[serde(borrow)]
    system_prompt_report: Option<&'a RawValue>,
    input_tokens: Option<&'a RawValue>,
    output_tokens: Option<&'a RawValue>,
    cache_read: Option<&'a RawValue>,
    cache_write: Option<&'a RawValue>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct SystemPromptReport {
    session_id: String,
    generated_at: i64,
    system_prompt: System,
    #[serde(default)]
    injected_workspace_files: Vec<InjectedFile>,
    #[serde(default)]
    skills: Skills,
    tools: Tools,
    #[serde(default)]
    current_turn: PromptTurn,
}

#[derive(Deserialize)]
struct System {
    chars: u64,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct InjectedFile {
    #[serde(default)]
    injected_chars: u64,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Skills {
    prompt_chars: u64,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Tools {
    #[serde(default)]
    schema_chars: u64,
    #[serde(default)]
    entries: Vec<Tool>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Tool {
    #[serde(default)]
    name: String,
    #[serde(default)]
    summary_chars: u64,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct PromptTurn {
    prompt_chars: u64,
    runtime_context_chars: u64,
}

/// What an entry of the index of sessions holds from some release on.
pub(super) fn marks(entry: &str) -> Marks {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct ReportFields<'a> {
        #[serde(borrow)]
        bootstrap_total_max_chars: Option<&'a RawValue>,
        bootstrap_truncation: Option<&'a RawValue>,
    }
    let entry = serde_json::from_str::<SessionEntry<'_>>(entry).ok();
    let Some(report) = entry.and_then(|entry| loose::<ReportFields<'_>>(entry.system_prompt_report)) else {
        return Marks::default();
    };
    Marks {
        report: true,
        cap_of_all: report.bootstrap_total_max_chars.is_some(),
        cuts: report.bootstrap_truncation.is_some(),
        ..Marks::default()
    }
}

/// Of an entry of the index of sessions.
pub(super) fn noted(entry: &str) -> Option<Prompt> {
    let entry: SessionEntry<'_> = serde_json::from_str(entry).ok()?;
    let report: SystemPromptReport = loose(entry.system_prompt_report)?;
    let tool = |tool: &Tool| tool.summary_chars + tool.name.len() as u64 + AROUND_A_TOOL;
    let cached = [entry.cache_read, entry.cache_write];
    // Without what the cache took, which early releases leave out, the others say nothing of a prompt.
    let counted = [entry.input_tokens, entry.output_tokens].into_iter().chain(cached);
    let counted = counted.filter(|_| cached.iter().any(Option::is_some));
    Some(Prompt {
        counted: counted.filter_map(loose::<u64>).fold(0, u64::saturating_add),
        session: digest(&report.session_id.as_str()),
        at: report.generated_at,
        system: report.system_prompt.chars,
        files: report.injected_workspace_files.iter().map(|file| file.injected_chars).sum(),
        skills: report.skills.prompt_chars,
        tools: report.tools.schema_chars + report.tools.entries.iter().map(tool).sum::<u64>(),
        message: report.current_turn.prompt_chars + report.current_turn.runtime_context_chars,
    })
}
