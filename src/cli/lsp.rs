//! `clawbeat lsp`: findings, fixes and figures in an editor, over standard input and output. Nothing is kept but the open
//! texts: each question is answered by reading the text again, which takes milliseconds, so that no answer is stale.

mod lines;

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context as _, bail};
use clawbeat::document::{Edit, KeyPath};
use clawbeat::files::read::{Fingerprint, Loaded, TextSource};
use clawbeat::plan::{Lever, Plan};
use clawbeat::report::{AgentReport, BillingKind, GivenFlags, Question};
use clawbeat::rules::{Finding, Safety, Severity, rule};
use clawbeat::simulate::estimate::Estimate;
use clawbeat::words::{amount, count, plain, tokens};
use lsp_server::{Connection, ErrorCode, Message, Notification, Request, Response};
use lsp_types::notification::{
    DidChangeTextDocument, DidCloseTextDocument, DidOpenTextDocument, Notification as _, PublishDiagnostics,
};
use lsp_types::request::{CodeActionRequest, CodeLensRequest, HoverRequest, Request as _};
use lsp_types::{
    CodeAction, CodeActionKind, CodeActionOptions, CodeActionParams, CodeActionProviderCapability, CodeLens,
    CodeLensOptions, CodeLensParams, Command, Diagnostic, DiagnosticSeverity, DidChangeTextDocumentParams,
    DidCloseTextDocumentParams, DidOpenTextDocumentParams, Hover, HoverContents, HoverParams, HoverProviderCapability,
    MarkupContent, MarkupKind, NumberOrString, PublishDiagnosticsParams, ServerCapabilities,
    TextDocumentSyncCapability, TextDocumentSyncKind, TextEdit, Uri, WorkspaceEdit,
};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::Cli;
use super::laid_out::WhenAsked;
use super::lint::{Linted, Look, RuleOptions};
use super::options::QuestionOptions;
use super::subject::LoadedConfig;
use lines::LineStarts;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    question: QuestionOptions,
    #[command(flatten)]
    rules: RuleOptions,
    /// Speak over standard input and output, as it does anyway: what editors add
    #[arg(long, hide = true)]
    stdio: bool,
}

/// All safe fixes of a file in one.
const FIX_ALL: &str = "source.fixAll.clawbeat";

pub(super) fn run(_: &Args) -> anyhow::Result<ExitCode> {
    let (connection, threads) = Connection::stdio();
    let able = ServerCapabilities {
        text_document_sync: Some(TextDocumentSyncCapability::Kind(TextDocumentSyncKind::FULL)),
        hover_provider: Some(HoverProviderCapability::Simple(true)),
        code_lens_provider: Some(CodeLensOptions { resolve_provider: Some(false) }),
        code_action_provider: Some(CodeActionProviderCapability::Options(CodeActionOptions {
            code_action_kinds: Some(vec![CodeActionKind::QUICKFIX, CodeActionKind::new(FIX_ALL)]),
            ..CodeActionOptions::default()
        })),
        ..ServerCapabilities::default()
    };
    connection.initialize(serde_json::to_value(able)?).context("no language client is at the other end")?;
    let mut texts = Texts::default();
    for message in &connection.receiver {
        match message {
            Message::Request(request) if connection.handle_shutdown(&request)? => break,
            Message::Request(request) => connection.sender.send(texts.answer(request).into())?,
            Message::Notification(told) => {
                if let Some(news) = texts.take(told)? {
                    connection.sender.send(Notification::new(PublishDiagnostics::METHOD.to_owned(), news).into())?;
                }
            }
            Message::Response(_) => {}
        }
    }
    drop(connection);
    threads.join()?;
    Ok(ExitCode::SUCCESS)
}

/// The open texts.
#[derive(Default)]
struct Texts(HashMap<Uri, String>);

impl Texts {
    /// Takes in what the editor tells, and says what is found in a text that is new.
    fn take(&mut self, told: Notification) -> anyhow::Result<Option<PublishDiagnosticsParams>> {
        let uri = match told.method.as_str() {
            DidOpenTextDocument::METHOD => {
                let DidOpenTextDocumentParams { text_document: opened } = serde_json::from_value(told.params)?;
                self.0.insert(opened.uri.clone(), opened.text);
                opened.uri
            }
            DidChangeTextDocument::METHOD => {
                let changed: DidChangeTextDocumentParams = serde_json::from_value(told.params)?;
                let text = changed.content_changes.into_iter().next_back();
                self.0.insert(changed.text_document.uri.clone(), text.map(|change| change.text).unwrap_or_default());
                changed.text_document.uri
            }
            DidCloseTextDocument::METHOD => {
                let DidCloseTextDocumentParams { text_document: closed } = serde_json::from_value(told.params)?;
                self.0.remove(&closed.uri);
                return Ok(Some(PublishDiagnosticsParams::new(closed.uri, Vec::new(), None)));
            }
            _ => return Ok(None),
        };
        let found = match self.open(&uri) {
            _ if !is_config(&path(&uri)) => Vec::new(),
            Ok(open) => open.diagnostics(),
            Err(error) => vec![unseen(&error)],
        };
        Ok(Some(PublishDiagnosticsParams::new(uri, found, None)))
    }

    /// Answers one question. A text that is no config has no answer; one that cannot be read has none either, and its
    /// findings say why.
    fn answer(&self, Request { id, method, params }: Request) -> Response {
        let answer = match method.as_str() {
            CodeActionRequest::METHOD => {
                asked(params, |asked: CodeActionParams| Ok(self.open(&asked.text_document.uri)?.actions(&asked)))
            }
            CodeLensRequest::METHOD => {
                asked(params, |asked: CodeLensParams| self.open(&asked.text_document.uri)?.lenses())
            }
            HoverRequest::METHOD => asked(params, |asked: HoverParams| {
                let place = asked.text_document_position_params;
                Ok(self.open(&place.text_document.uri)?.hover(place.position))
            }),
            _ => {
                return Response::new_err(id, ErrorCode::MethodNotFound as i32, format!("'{method}' is not offered"));
            }
        };
        match answer {
            Ok(value) => Response::new_ok(id, value),
            Err(error) => Response::new_err(id, ErrorCode::InvalidParams as i32, format!("{error:#}")),
        }
    }

    /// An open text that may be a config.
    fn open<'a>(&'a self, uri: &'a Uri) -> anyhow::Result<Open<'a>> {
        let text = self.0.get(uri).with_context(|| format!("{} is not open", uri.as_str()))?;
        let path = path(uri);
        if !is_config(&path) {
            bail!("{}: only files named openclaw.json, .json5 or .yaml are read", path.display());
        }
        let Some(super::Command::Lsp(WhenAsked(Args { question, rules, .. }))) = Cli::under(Some(&path))?.command
        else {
            bail!("{}: the settings turn this into another command", path.display());
        };
        Ok(Open { uri, text, look: Look::in_editor(path, question, &rules)? })
    }
}

/// Reads the parameters of a question and answers it.
fn asked<P: DeserializeOwned, A: Serialize>(
    params: serde_json::Value,
    answer: impl FnOnce(P) -> anyhow::Result<A>,
) -> anyhow::Result<serde_json::Value> {
    let params = serde_json::from_value(params)?;
    Ok(answer(params).ok().map(serde_json::to_value).transpose()?.unwrap_or_default())
}

/// The file that an address means.
fn path(uri: &Uri) -> PathBuf {
    let path = uri.path().as_estr().decode().into_string_lossy().into_owned();
    // On Windows an address has a slash before the drive.
    let path = if cfg!(windows) { path.trim_start_matches('/') } else { &path };
    PathBuf::from(path)
}

/// Whether a file is a gateway's config by its name, as for the pre-commit hook: `openclaw.json`, `openclaw.prod.yaml`.
fn is_config(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let Some((stem, end)) = name.rsplit_once('.') else { return false };
    (stem == "openclaw" || stem.starts_with("openclaw.")) && ["json", "json5", "yaml", "yml"].contains(&end)
}

/// A text as the editor shows it.
struct Open<'a> {
    uri: &'a Uri,
    text: &'a str,
    look: Look<'a>,
}

impl Open<'_> {
    fn linted(&self) -> anyhow::Result<Linted<'_>> {
        let given = path(self.uri);
        let real = given.canonicalize().unwrap_or_else(|_| given.clone());
        self.look.lint_text(Loaded {
            text: self.text.to_owned(),
            fingerprint: Fingerprint::of(self.text.as_bytes()),
            source: TextSource::File { given, real, symlink: false },
        })
    }

    /// What is found; where the text cannot be looked at, why.
    fn diagnostics(&self) -> Vec<Diagnostic> {
        let lines = LineStarts::new(self.text);
        match self.linted() {
            Ok(linted) => linted.file().lint.findings.iter().map(|finding| diagnostic(finding, &lines)).collect(),
            Err(error) => vec![unseen(&error)],
        }
    }

    /// The fixes of what is found in a range, and all safe ones at once.
    fn actions(&self, asked: &CodeActionParams) -> Vec<CodeAction> {
        let Ok(linted) = self.linted() else { return Vec::new() };
        let lines = LineStarts::new(self.text);
        let is_wanted = |kind: &str| {
            let only = asked.context.only.as_deref();
            only.is_none_or(|only| only.iter().any(|wanted| kind.starts_with(wanted.as_str())))
        };
        let touches = |range: lsp_types::Range| range.start <= asked.range.end && asked.range.start <= range.end;
        let mut actions = Vec::new();
        for (_, finding, _, edits) in linted.file().fixable().filter(|_| is_wanted("quickfix")) {
            let diagnostic = diagnostic(finding, &lines);
            let (Some(fix), Some(edits)) = (&finding.fix, edits.filter(|_| touches(diagnostic.range))) else {
                continue;
            };
            let caution = match fix.safety {
                Safety::Safe => "",
                Safety::Unsafe => " (may change what runs, what the agent knows or which model answers)",
            };
            actions.push(CodeAction {
                title: format!("Fix {}{caution}", finding.rule),
                kind: Some(CodeActionKind::QUICKFIX),
                edit: Some(self.edit(edits, &lines)),
                diagnostics: Some(vec![diagnostic]),
                is_preferred: Some(fix.safety == Safety::Safe),
                ..CodeAction::default()
            });
        }
        if is_wanted(FIX_ALL)
            && let Some(subject) = &linted.subject
            && let Ok(edits) = subject.analysis.document.edits(&linted.fixes(Safety::Safe))
            && !edits.is_empty()
        {
            actions.push(CodeAction {
                title: "Make all safe fixes of clawbeat".to_owned(),
                kind: Some(CodeActionKind::new(FIX_ALL)),
                edit: Some(self.edit(edits, &lines)),
                ..CodeAction::default()
            });
        }
        actions
    }

    #[allow(clippy::mutable_key_type, reason = "the protocol's own map; nothing changes an address in it")]
    fn edit(&self, edits: Vec<Edit>, lines: &LineStarts<'_>) -> WorkspaceEdit {
        let edits = edits.into_iter().map(|edit| TextEdit::new(lines.range(&edit.range), edit.text)).collect();
        WorkspaceEdit::new(HashMap::from([(self.uri.clone(), edits)]))
    }

    /// The pages of the rules that found something there, and of the setting.
    fn hover(&self, place: lsp_types::Position) -> Option<Hover> {
        let linted = self.linted().ok()?;
        let lines = LineStarts::new(self.text);
        let byte = lines.byte(place);
        let mut pages: Vec<&str> = Vec::new();
        for finding in &linted.file().lint.findings {
            let page = rule(finding.rule).map(|rule| rule.page).filter(|_| finding.range.contains(&byte));
            pages.extend(page.filter(|page| !pages.contains(page)));
        }
        pages.extend(linted.subject.as_ref().and_then(|subject| setting(subject, byte)).map(Lever::page));
        let value = pages.join("\n\n---\n\n");
        let contents = HoverContents::Markup(MarkupContent { kind: MarkupKind::Markdown, value });
        (!pages.is_empty()).then_some(Hover { contents, range: None })
    }

    /// What a month costs, over each heartbeat block.
    fn lenses(&self) -> anyhow::Result<Vec<CodeLens>> {
        let linted = self.linted()?;
        let Some(subject) = &linted.subject else { return Ok(Vec::new()) };
        let lines = LineStarts::new(self.text);
        let Look { question, .. } = &self.look;
        let nothing = Plan::nothing(subject.analysis.gateway().agents.len());
        let report = subject.answer(&nothing, question, GivenFlags::default(), Question::default());
        let lens = |(block, agents): (&KeyPath, Vec<&AgentReport>)| {
            let start = subject.analysis.document.key_span(block)?.start;
            let command = Command { title: told(&agents, report.unit), ..Command::default() };
            Some(CodeLens { range: lines.range(&(start..start)), command: Some(command), data: None })
        };
        Ok(blocks(subject, &report.agents).into_iter().filter_map(lens).collect())
    }
}

/// Why a text was not looked at.
fn unseen(error: &anyhow::Error) -> Diagnostic {
    Diagnostic {
        severity: Some(DiagnosticSeverity::INFORMATION),
        source: Some(SOURCE.to_owned()),
        message: plain(&format!("{error:#}")),
        ..Diagnostic::default()
    }
}

/// Who says it.
const SOURCE: &str = "clawbeat";

fn diagnostic(finding: &Finding, lines: &LineStarts<'_>) -> Diagnostic {
    let place = finding.held_by.as_ref().map(|held| format!("{}: ", held.file)).unwrap_or_default();
    let help = finding.help.as_ref().map(|help| format!("\nhelp: {help}")).unwrap_or_default();
    Diagnostic {
        range: lines.range(&finding.range),
        severity: Some(match finding.severity {
            Severity::Error => DiagnosticSeverity::ERROR,
            Severity::Warning => DiagnosticSeverity::WARNING,
            Severity::Info => DiagnosticSeverity::INFORMATION,
        }),
        code: Some(NumberOrString::String(finding.rule.to_owned())),
        source: Some(SOURCE.to_owned()),
        message: format!("{place}{}{help}", finding.message).lines().map(plain).collect::<Vec<_>>().join("\n"),
        ..Diagnostic::default()
    }
}

/// The setting whose key stands at a byte, in a heartbeat block.
fn setting(subject: &LoadedConfig, byte: usize) -> Option<Lever> {
    let (document, gateway) = (&subject.analysis.document, subject.analysis.gateway());
    let mut blocks =
        gateway.defaults_block.iter().chain(gateway.agents.iter().filter_map(|agent| agent.own_block.as_ref()));
    blocks.find_map(|block| {
        let is_there = |lever: &Lever| {
            let key = document.key_span(&block.key(lever.key()));
            key.is_some_and(|key| key.contains(&byte))
        };
        Lever::ALL.into_iter().find(is_there)
    })
}

/// The heartbeat blocks of the file, each with the running agents that it decides for: the shared one for all without
/// a block of their own.
fn blocks<'a>(subject: &'a LoadedConfig, reports: &'a [AgentReport]) -> Vec<(&'a KeyPath, Vec<&'a AgentReport>)> {
    let gateway = subject.analysis.gateway();
    let running = |id: &str| reports.iter().find(|report| report.id == id && report.enrolled);
    let sharing =
        gateway.agents.iter().filter(|agent| agent.own_block.is_none()).filter_map(|agent| running(&agent.id));
    let shared = gateway.defaults_block.as_ref().map(|block| (block, sharing.collect()));
    let own = gateway
        .agents
        .iter()
        .filter_map(|agent| Some((agent.own_block.as_ref()?, running(&agent.id).into_iter().collect())));
    shared.into_iter().chain(own).collect()
}

/// The month of some agents, in one line.
fn told(agents: &[&AgentReport], unit: clawbeat::money::Unit) -> String {
    let month = Estimate::sum(agents.iter().map(|agent| &agent.current));
    let whose = match agents {
        [] => return "no agent runs because of this block".to_owned(),
        [one] => one.id.clone(),
        several => format!("{} agents", several.len()),
    };
    if month.runs == 0 {
        return plain(&format!("no runs ({whose})"));
    }
    let runs = format!("{} runs", count(month.runs));
    let is_priced = agents.iter().all(|agent| matches!(agent.billing.kind, BillingKind::Tokens | BillingKind::Free));
    let figure = match month.typical().filter(|_| is_priced) {
        Some(cost) => format!("{} a month", amount(cost, unit)),
        None => {
            let all: u64 = agents.iter().map(|agent| agent.usage.tokens_per_day).sum();
            format!("{} tokens a day, no price", tokens(all))
        }
    };
    plain(&format!("{figure}, {runs} ({whose})"))
}
