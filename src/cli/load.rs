//! From arguments to an [`Analysis`]: finds and reads the config, its includes, prices and workload, and asks the clock
//! for the month. The only place where the environment and the clock are read.

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::{Context, anyhow, bail};
use clawbeat::analysis::{Analysis, Setup, SharedLoader};
use clawbeat::catalogue::{Catalogue, Plans};
use clawbeat::document::{Document, Format, KeyPath};
use clawbeat::files::folder::{NAMES, config_in, configs_below};
use clawbeat::files::include::{IncludeError, IncludeScope};
use clawbeat::files::read::{Loaded, ReadError, TextSource};
use clawbeat::files::{discover, read, workspace};
use clawbeat::gateway::{Gateway, Surroundings, text};
use clawbeat::releases::Release;
use clawbeat::simulate::months::AllMonths;
use clawbeat::simulate::schedule::Period;
use clawbeat::workload::Workload;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde_json::Value;

use super::options::{ConfigOptions, QuestionOptions};
use super::output::complain;
use super::subject::LoadedConfig;

/// Reads an included file: the path as written and the directory of the including file, to the file.
pub(super) type IncludeReader = Arc<dyn Fn(&str, &str) -> Result<(Loaded, Document), String> + Send + Sync>;

/// An environment variable, if it is set and readable.
pub(super) fn env(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

/// The config to read: the one named, else the one `OPENCLAW_CONFIG_PATH` names, else the one in this folder, else the one
/// OpenClaw would read, which the environment says.
pub(super) fn config_path(given: Option<&Path>, no_env: bool) -> anyhow::Result<PathBuf> {
    if let Some(path) = given {
        return Ok(path.to_owned());
    }
    let is_named = !no_env && env("OPENCLAW_CONFIG_PATH").is_some_and(|path| !path.is_empty());
    if let Some(here) = config_in(Path::new("")).filter(|_| !is_named) {
        return Ok(here);
    }
    if no_env {
        bail!("--no-env: the environment says where OpenClaw's config is, so name the file");
    }
    let found = discover::discover(&env, &|path| path.exists());
    found.map(|place| place.path).map_err(|error| anyhow!("{error}\nname one: clawbeat report path/to/openclaw.json"))
}

/// The configs that arguments name: themselves, or those in a folder.
pub(super) fn configs(named: &[PathBuf]) -> anyhow::Result<Vec<PathBuf>> {
    let mut configs = Vec::new();
    for path in named {
        if !path.is_dir() {
            configs.push(path.to_owned());
            continue;
        }
        let found = configs_below(path, &mut Err)?;
        if found.is_empty() {
            bail!("no config in {}: expected a file named {}", path.display(), NAMES.join(", "));
        }
        configs.extend(found);
    }
    Ok(configs)
}

/// Reads a config and everything it is asked under.
pub(super) fn subject(options: &ConfigOptions) -> anyhow::Result<LoadedConfig> {
    let path = match of_state_dir(options) {
        Some(path) => path,
        None => config_path(options.config.as_deref(), options.question.no_env)?,
    };
    let (loaded, document) = document(&path, &options.question.at)?;
    hint_at_place(&path.display().to_string(), &document);
    Ok(analyse(path, loaded, document, &options.question)?.repaired())
}

/// The config of the state directory that was named, where no config was.
fn of_state_dir(options: &ConfigOptions) -> Option<PathBuf> {
    #[cfg(feature = "records")]
    {
        let dirs = options.question.state_dir.iter().filter(|_| options.config.is_none());
        dirs.map(|dir| dir.join("openclaw.json")).find(|path| path.exists())
    }
    #[cfg(not(feature = "records"))]
    {
        let _ = options;
        None
    }
}

/// What the configs of a call are asked under, whichever they are; read once.
pub(super) struct Common {
    catalogue: Catalogue,
    workload: Workload,
    variables: BTreeMap<String, String>,
    months: Arc<AllMonths>,
}

impl Common {
    /// Reads prices, load and environment.
    pub(super) fn read(question: &QuestionOptions) -> anyhow::Result<Self> {
        let plans = plans(question.plans.as_deref())?;
        Ok(Common {
            workload: workload(question, &plans)?,
            catalogue: catalogue(question.prices.as_deref())?.with_plans(plans),
            variables: if question.no_env { BTreeMap::new() } else { variables() },
            months: Arc::default(),
        })
    }
}

/// Asks about a document that was read.
pub(super) fn analyse(
    path: PathBuf,
    loaded: Loaded,
    document: Document,
    question: &QuestionOptions,
) -> anyhow::Result<LoadedConfig> {
    analyse_under(&Common::read(question)?, None, path, loaded, document, question)
}

/// The same under what was read before, and under a load of its own where it has one.
pub(super) fn analyse_under(
    common: &Common,
    own_load: Option<Workload>,
    path: PathBuf,
    loaded: Loaded,
    document: Document,
    question: &QuestionOptions,
) -> anyhow::Result<LoadedConfig> {
    let reader = reader(&loaded, document.format(), question.no_env)?;
    let setup = Setup {
        version: question.version()?,
        surroundings: Surroundings {
            variables: common.variables.clone(),
            stand_ins: BTreeMap::new(),
            anthropic_auth: question.anthropic_auth.mode(),
            host_zone: question.timezone.clone().unwrap_or(TimeZone::UTC),
        },
        catalogue: common.catalogue.clone(),
        workload: own_load.unwrap_or_else(|| common.workload.clone()),
        anchor: question.anchor,
        loader: loader(reader.clone()),
        months: Arc::clone(&common.months),
    };
    if matches!(loaded.source, TextSource::Stdin) {
        text::stands_alone(&document).map_err(anyhow::Error::msg)?;
    }
    #[cfg(feature = "records")]
    let records = super::measured::records(&loaded, question)?;
    #[cfg(feature = "records")]
    let recorded = question.recorded.or(records.as_ref().and_then(|(records, _)| records.release));
    #[cfg(not(feature = "records"))]
    let recorded = question.recorded;
    let is_named =
        question.openclaw_version.is_some() || document.value().pointer("/meta/lastTouchedVersion").is_some();
    let recorded = recorded.filter(|_| !is_named);
    let setup = Setup { version: setup.version.or(recorded), ..setup };
    let mut no_month = false;
    let mut analysis = Analysis::new(document, setup, |gateway| {
        period(question, gateway).unwrap_or_else(|| {
            no_month = true;
            Period { start: jiff::Timestamp::UNIX_EPOCH, end: jiff::Timestamp::UNIX_EPOCH, zone: TimeZone::UTC }
        })
    });
    if let Some(release) = recorded {
        analysis.release = Release::recorded(release);
    }
    if no_month {
        bail!("--month is outside the calendar; expected a month before 9999-12");
    }
    if let Some(id) = &question.agent
        && !analysis.gateway().agents.iter().any(|agent| agent.id == id.to_lowercase())
    {
        let ids: Vec<&str> = analysis.gateway().agents.iter().map(|agent| agent.id.as_str()).collect();
        bail!("no agent '{id}' in {}; it has '{}'", path.display(), ids.join("', '"));
    }
    let is_of_this_machine = question.at.is_root() && question.workspace.is_none() && !question.no_workspace;
    if let TextSource::File { real, .. } = &loaded.source
        && is_of_this_machine
    {
        let own = workspace::named(analysis.gateway(), &analysis.expanded.value, real, &|name: &str| {
            if question.no_env { None } else { env(name) }
        });
        let load = analysis.workload().clone().with_own_workspaces(own);
        analysis.ask_under(load);
    }
    #[cfg(feature = "records")]
    {
        let found = records.as_ref().map(|(records, _)| records);
        analysis.jobs = super::measured::jobs(&loaded, &analysis.expanded.value, question, found);
        analysis.recorded = found.map(|records| super::measured::beside(&analysis, records, question));
    }
    #[cfg(feature = "records")]
    let observed = records
        .and_then(|(records, named)| super::measured::take_in(&mut analysis, &records, &named, question).transpose())
        .transpose()?;
    #[cfg(not(feature = "records"))]
    let observed = None;
    Ok(LoadedConfig { path: path.display().to_string(), loaded, analysis, reader, repair: None, observed })
}

/// Whether a config is read and nothing beside it, so that whatever says the same is told the same.
#[cfg(feature = "fleet")]
pub(super) fn is_read_alone(loaded: &Loaded, document: &Document, question: &QuestionOptions) -> bool {
    let TextSource::File { real, symlink, .. } = &loaded.source else { return true };
    // The gateway of this machine has its folder, its records and its jobs.
    let own = [discover::state_dir(&env), discover::discover(&env, &|path| path.exists()).ok().map(|own| own.path)];
    let mut own = own.into_iter().flatten().filter_map(|path| path.canonicalize().ok());
    let is_own = own.any(|own| own == *real || Some(own.as_path()) == real.parent());
    !symlink && !is_own && question.state_dir.is_empty() && !workspace::names_neighbours(document.value())
}

/// The environment, as far as it is text.
fn variables() -> BTreeMap<String, String> {
    std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
        .collect()
}

/// Reads and parses a config. A syntax error names file, line and column.
pub(super) fn document(path: &Path, at: &KeyPath) -> anyhow::Result<(Loaded, Document)> {
    let loaded = read::read(path, &mut std::io::stdin().lock())?;
    let format = format(path, &loaded);
    let name = if path == Path::new("-") { "<stdin>".to_owned() } else { path.display().to_string() };
    let document = parsed(path, &name, &loaded, format, at)?;
    Ok((loaded, document))
}

/// Parses a config that was read, known by its path and to its reader by a name.
pub(super) fn parsed(
    path: &Path,
    name: &str,
    loaded: &Loaded,
    format: Format,
    at: &KeyPath,
) -> anyhow::Result<Document> {
    text::config(path, name, &loaded.text, format, at).map_err(anyhow::Error::msg)
}

/// Says where the config is likely to be, in a file that is read as one and is none.
pub(super) fn hint_at_place(name: &str, document: &Document) {
    misplaced(name, document).into_iter().for_each(|hint| complain(&format!("warning: {hint}")));
}

/// Why what was read is hardly a gateway's config: others are in the file that are, or it was picked and has no agents.
pub(super) fn misplaced(name: &str, document: &Document) -> Option<String> {
    let here = document.at();
    let root = if here.is_root() { "its root".to_owned() } else { format!("'{here}'") };
    if let Some(place) = document.place_of("agents") {
        let place = here.join_all(&place).to_string();
        let shown = if place.contains(['"', '[']) { format!("'{place}'") } else { place };
        return Some(format!("{name} has no agents at {root}; is the config a part of it? say --at {shown}"));
    }
    let holds = |key: &str| document.value().get(key).is_some();
    let is_empty = !holds("agents") && !holds("$include") && !here.is_root();
    is_empty.then(|| format!("{name} has no agents at {root}; does --at name the config?"))
}

/// The format by the file's extension, on standard input by its content.
pub(super) fn format(path: &Path, loaded: &Loaded) -> Format {
    let by_name = path.extension().and_then(|extension| extension.to_str()).and_then(Format::from_extension);
    match loaded.source {
        TextSource::Stdin => Format::sniff(&loaded.text),
        TextSource::File { .. } => by_name.unwrap_or_else(|| Format::sniff(&loaded.text)),
    }
}

/// A JSON5, JSON or YAML file of our own.
pub(super) fn data_file(path: &Path) -> anyhow::Result<Value> {
    let (_, document) = document(path, &KeyPath::root())?;
    Ok(document.value().clone())
}

pub(super) fn catalogue(prices: Option<&Path>) -> anyhow::Result<Catalogue> {
    let Some(path) = prices else { return Ok(Catalogue::builtin()) };
    Catalogue::with_prices(&data_file(path)?).with_context(|| format!("prices file {}", path.display()))
}

/// The plans that are built in and, before them, those of a file.
///
/// # Errors
///
/// A file that cannot be read or does not keep its schema; the message says where.
pub(super) fn plans(own: Option<&Path>) -> anyhow::Result<Plans> {
    let Some(path) = own else { return Ok(Plans::default()) };
    let (_, document) = document(path, &KeyPath::root())?;
    Plans::read(document.value()).map_err(|misfit| {
        let at = document.position(document.span_or_nearest(&misfit.path).start);
        anyhow!("plans file {}:{}:{}: {misfit}", path.display(), at.line, at.column)
    })
}

fn workload(question: &QuestionOptions, plans: &Plans) -> anyhow::Result<Workload> {
    let mut load = named_workload(&question.workload, plans)?;
    if let Some(id) = &question.plan {
        load.plan = Some(plans.named(id).cloned().ok_or_else(|| anyhow!("--plan: {}", plans.unknown(id)))?);
    }
    let Some(folder) = &question.workspace else { return Ok(load) };
    let files = workspace::read(folder).with_context(|| format!("workspace {}", folder.display()))?;
    Ok(load.with_workspace(files))
}

fn named_workload(name: &str, plans: &Plans) -> anyhow::Result<Workload> {
    if let Some(preset) = Workload::preset(name) {
        return Ok(preset);
    }
    let path = Path::new(name);
    if !path.exists() {
        bail!("no workload '{name}': neither a file nor one of '{}'", clawbeat::workload::PRESETS.join("', '"));
    }
    Ok(Workload::read_knowing(&data_file(path)?, name, plans)?)
}

/// Reads included files beside the config; nothing can be included from standard input.
fn reader(loaded: &Loaded, format: Format, no_env: bool) -> anyhow::Result<IncludeReader> {
    let TextSource::File { real, .. } = &loaded.source else {
        return Ok(Arc::new(|_: &str, _: &str| Err("standard input includes no files".to_owned())));
    };
    let directory = real.parent().unwrap_or(Path::new(".")).to_owned();
    let roots = if no_env { Vec::new() } else { discover::include_roots(&env) };
    let scope = IncludeScope::new(&directory, &roots)?;
    Ok(Arc::new(move |file: &str, including: &str| {
        let including = if including.is_empty() { directory.clone() } else { PathBuf::from(including) };
        let loaded = scope.read(&including, file).map_err(|error| match error {
            // The file is named beside the message already.
            IncludeError::Read(ReadError::Io { source, .. }) => source.to_string(),
            other => other.to_string(),
        })?;
        // OpenClaw reads JSON5 under any name; a config in YAML may include more of it.
        let by_name = Path::new(file).extension().and_then(|extension| extension.to_str());
        let by_name = by_name.and_then(Format::from_extension).filter(|_| format == Format::Yaml);
        let document = Document::parse(loaded.text.clone(), by_name.unwrap_or(Format::Json5));
        Ok((loaded, document.map_err(|error| error.to_string())?))
    }))
}

/// The trees of included files, each with its directory. Each is read once, so that all answers are about the same bytes.
fn loader(reader: IncludeReader) -> SharedLoader {
    type Read = Result<(Value, String), String>;
    let known: Mutex<HashMap<(String, String), Read>> = Mutex::default();
    Arc::new(move |file: &str, including: &str| {
        let read = || {
            let (loaded, document) = reader(file, including)?;
            let inside = match &loaded.source {
                TextSource::File { real, .. } => real.parent().map(|parent| parent.display().to_string()),
                TextSource::Stdin => None,
            };
            Ok((document.value().clone(), inside.unwrap_or_default()))
        };
        let mut known = known.lock().unwrap_or_else(PoisonError::into_inner);
        known.entry((file.to_owned(), including.to_owned())).or_insert_with(read).clone()
    })
}

fn period(options: &QuestionOptions, gateway: &Gateway) -> Option<Period> {
    let zone = options.timezone.clone().unwrap_or_else(|| gateway.user_zone.clone());
    match options.month {
        Some(month) => Period::month(month, zone),
        None => Period::thirty_days(this_month(zone.clone()), zone),
    }
}

/// The first day of the month in a zone.
pub(super) fn this_month(zone: TimeZone) -> Date {
    jiff::Timestamp::now().to_zoned(zone).date().first_of_month()
}
