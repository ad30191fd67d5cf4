//! The part of a config that reaches out or is reached: ports, addresses, programs, servers and what single texts must
//! look like.

use std::collections::HashSet;

use serde_json::Value;

use super::{APRIL, Checks, PORT, object, text};
use crate::document::{KeyPath, Named};
use crate::releases::shape::{formats, retired};
use crate::secrets::keys::is_secret_key;

/// How often a channel is looked at where nothing says so.
const HEALTH_CHECK_MINUTES: f64 = 5.0;

/// Headers that a connection sets by itself.
const OWN_HEADERS: [&str; 4] = ["host", "connection", "upgrade", "content-length"];

/// Providers of web searches that became plugins.
const SEARCH_PLUGINS: [&str; 12] = [
    "brave",
    "duckduckgo",
    "exa",
    "firecrawl",
    "gemini",
    "grok",
    "kimi",
    "minimax",
    "ollama",
    "perplexity",
    "searxng",
    "tavily",
];

/// The MCP servers of the gateway and of nodes, each with its place.
fn mcp_servers(config: &Value) -> Vec<(KeyPath, &Value)> {
    let root = KeyPath::root();
    let all = [root.key("mcp").key("servers"), root.key("nodeHost").key("mcp").key("servers")];
    let of = |path: KeyPath| {
        let servers = path.resolve(config).and_then(Value::as_object).into_iter().flatten();
        servers.map(move |(name, server)| (path.key(name), server)).collect::<Vec<_>>()
    };
    all.into_iter().flat_map(of).collect()
}

impl Checks<'_> {
    pub(super) fn gateway(&mut self) {
        let gateway = KeyPath::root().key("gateway");
        let Some(fields) = self.config.get("gateway") else { return };
        let tailscale = fields.at("tailscale.mode").and_then(Value::as_str).unwrap_or("off");
        let bind = text(fields, "bind").unwrap_or("loopback");
        let is_exposed = matches!(tailscale, "serve" | "funnel");
        let host = text(fields, "customBindHost").unwrap_or_default();
        if is_exposed && bind != "loopback" && !(bind == "custom" && host.starts_with("127.")) {
            self.say(gateway.key("bind"), "with Tailscale the gateway must be bound to \"loopback\"");
        }
        if self.is_current() && is_exposed && fields.at("auth.mode").and_then(Value::as_str) == Some("none") {
            self.say(gateway.key("auth").key("mode"), "with Tailscale the gateway must ask who is there");
        }
        let minutes = |key: &str| fields.get(key).and_then(Value::as_f64);
        let checked = minutes("channelHealthCheckMinutes").unwrap_or(HEALTH_CHECK_MINUTES);
        if !self.is_current()
            && checked != 0.0
            && minutes("channelStaleEventThresholdMinutes").is_some_and(|stale| stale < checked)
        {
            let what = format!("expected at least the {checked} minutes of gateway.channelHealthCheckMinutes");
            self.say(gateway.key("channelStaleEventThresholdMinutes"), what);
        }
        if let Some(roles) = fields.get("roles")
            && let (Some(usual), Some(all)) = (text(roles, "default"), object(roles, "definitions"))
            && (all.is_empty() || !all.contains_key(usual))
        {
            self.say(gateway.key("roles").key("default"), "no such role in gateway.roles.definitions");
        }
    }

    pub(super) fn browser(&mut self) {
        let profiles = self.config.at("browser.profiles").and_then(Value::as_object);
        for (name, profile) in profiles.into_iter().flatten().filter(|(_, profile)| profile.is_object()) {
            let path = KeyPath::root().key("browser").key("profiles").key(name);
            // The oldest release reads the driver "extension" as the session that already runs.
            let driver = match text(profile, "driver").unwrap_or_default() {
                "extension" if self.version == APRIL => "existing-session",
                driver => driver,
            };
            let own = matches!(driver, "existing-session" | "extension");
            let has = |key: &str| profile.get(key).is_some_and(|value| *value != 0 && *value != "");
            if !own && !has("cdpPort") && !has("cdpUrl") {
                self.say(path, "a browser profile needs a 'cdpPort' or a 'cdpUrl'");
            } else if driver != "existing-session" && has("userDataDir") {
                self.say(path.key("userDataDir"), "'userDataDir' belongs to the driver \"existing-session\"");
            } else if driver == "extension" && has("cdpUrl") {
                self.say(path.key("cdpUrl"), "the driver \"extension\" takes no 'cdpUrl'");
            }
        }
    }

    /// Paths that must be absolute, addresses that must be safe, and a program that must be named.
    pub(super) fn addresses(&mut self) {
        let config = self.config;
        let of = |path: &KeyPath| path.resolve(config).and_then(Value::as_str);
        let root = KeyPath::root();
        let worktrees = root.key("worktreeRoot");
        let is_home = |path: &str| path == "~" || path.starts_with("~/");
        if of(&worktrees).is_some_and(|path| !path.starts_with('/') && !is_home(path)) {
            self.say(worktrees, "expected an absolute path, or one that starts with ~");
        }
        let password = root.key("desktop").key("host").key("passwordFile");
        if of(&password).is_some_and(|path| !path.trim().starts_with('/')) {
            self.say(password, "expected an absolute path");
        }
        let refresh = root.key("models").key("catalogRefresh").key("url");
        let is_safe = |url: &str| {
            let local = ["localhost", "127.0.0.1", "[::1]"];
            let host = |rest: &str| rest.split(['/', ':', '?', '#']).next().unwrap_or_default().to_owned();
            url.strip_prefix("https://").is_some_and(|rest| !host(rest).is_empty())
                || url.strip_prefix("http://").is_some_and(|rest| local.iter().any(|name| rest.starts_with(name)))
        };
        if of(&refresh).is_some_and(|url| !is_safe(url)) {
            self.say(refresh, "expected an https address, or http on localhost");
        }
        let command = root.key("audio").key("transcription").key("command");
        let names_none =
            |command: &Vec<Value>| !command.first().and_then(Value::as_str).is_some_and(|name| is_program(name.trim()));
        if !self.is_current()
            && self.version != APRIL
            && command.resolve(config).and_then(Value::as_array).is_some_and(names_none)
        {
            self.say(command, "expected a program first: its path, or a name of letters, digits and . _ + -");
        }
        let providers = root.key("secrets").key("providers");
        for (name, provider) in providers.resolve(config).and_then(Value::as_object).into_iter().flatten() {
            if text(provider, "command").is_some_and(|path| !path.starts_with('/')) {
                self.say(providers.key(name).key("command"), "expected an absolute path");
            }
        }
        let search = root.key("tools").key("web").key("search").key("provider");
        if self.version != APRIL && of(&search).is_some_and(|name| name.trim().is_empty()) {
            self.say(search, "expected the name of a provider");
        }
        for (path, server) in mcp_servers(self.config) {
            let has_command = text(server, "command").is_some_and(|command| !command.trim().is_empty());
            if self.version != APRIL && text(server, "transport") == Some("stdio") && !has_command {
                self.say(path.key("transport"), "the transport \"stdio\" needs a 'command'");
            }
        }
        let projects = root.key("cloudWorkers").key("projectProfiles");
        for (name, _) in projects.resolve(config).and_then(Value::as_object).into_iter().flatten() {
            if !name.split_once('/').is_some_and(|(host, rest)| host.contains('.') && !rest.is_empty()) {
                self.say(projects.key(name), "a project is named \"host/owner/repository\"");
            }
        }
    }

    /// Single texts.
    pub(super) fn formats(&mut self) {
        for (place, fits, asked) in formats::FORMATS {
            for (path, value) in retired::all_at(self.config, place) {
                if value.as_str().is_some_and(|text| !fits(text)) {
                    self.say(path, format!("expected {asked}"));
                }
            }
        }
    }

    /// Providers of web searches have been plugins since 2026.7.
    pub(super) fn searches(&mut self) {
        let search = KeyPath::root().key("tools").key("web").key("search");
        let fields = search.resolve(self.config).and_then(Value::as_object).filter(|_| self.version != APRIL);
        for (name, value) in fields.into_iter().flatten() {
            if name == "apiKey" && self.is_current() {
                self.say(search.key(name), "belongs in the 'config.webSearch' of its plugin, in plugins.entries");
            }
            if SEARCH_PLUGINS.contains(&name.as_str()) && value.is_object() {
                self.say(search.key(name), "belongs in the 'config.webSearch' of its plugin, in plugins.entries");
            }
        }
    }

    /// A portal has a domain and a port of its own.
    pub(super) fn portal(&mut self) {
        let portal = KeyPath::root().key("gateway").key("portals").key("ingress");
        let Some(ingress) = portal.resolve(self.config) else { return };
        let gateway = self.config.get("gateway").unwrap_or(&Value::Null);
        if ingress.get("port").and_then(Value::as_u64)
            == Some(gateway.get("port").and_then(Value::as_u64).unwrap_or(PORT))
        {
            self.say(portal.key("port"), "a portal needs another port than the gateway's");
        }
        let origins = gateway.at("controlUi.allowedOrigins").and_then(Value::as_array).into_iter().flatten();
        let origins = origins.chain(gateway.get("publicOrigin")).filter_map(Value::as_str);
        let domain = text(ingress, "domain").unwrap_or_default().to_lowercase();
        let is_inside = |host: String| host == domain || host.ends_with(&format!(".{domain}"));
        if !domain.is_empty() && origins.filter_map(formats::host).any(is_inside) {
            self.say(portal.key("domain"), "a portal needs another domain than the gateway's");
        }
    }

    /// Secrets of cloud workers are references.
    pub(super) fn workers(&mut self) {
        for (path, settings) in retired::all_at(self.config, "cloudWorkers.profiles.*.settings") {
            let mut open = vec![settings];
            while let Some(value) = open.pop() {
                match value {
                    Value::Array(items) => open.extend(items),
                    Value::Object(fields) => {
                        for (key, inner) in fields {
                            let name = key.to_lowercase();
                            let is_secret =
                                name == "keyref" || is_secret_key(name.strip_suffix("ref").unwrap_or(&name));
                            match is_secret {
                                true if ["source", "provider", "id"].iter().any(|part| text(inner, part).is_none()) => {
                                    self.say(path.clone(), format!("'{key}' must be a secret reference"));
                                }
                                true => {}
                                false => open.push(inner),
                            }
                        }
                    }
                    _ => {}
                }
            }
        }
    }

    /// Headers that a remote gateway is asked with.
    pub(super) fn headers(&mut self) {
        let path = KeyPath::root().key("gateway").key("remote").key("edgeAuth");
        let Some(headers) = path.resolve(self.config).and_then(Value::as_object) else { return };
        let mut seen = HashSet::new();
        for name in headers.keys() {
            let folded = name.to_lowercase();
            let fits = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c);
            let is_own = OWN_HEADERS.contains(&folded.as_str()) || folded.starts_with("sec-websocket-");
            if name.is_empty() || !name.chars().all(fits) || is_own || !seen.insert(folded) {
                self.say(path.key(name), "expected the name of a header that the connection does not set itself, once");
            }
        }
        if headers.is_empty() {
            self.say(path, "expected a header");
        }
    }

    /// A server that signs in for each who asks is on the web, and has no account of its own.
    pub(super) fn servers(&mut self) {
        let nodes = KeyPath::root().key("nodeHost").key("mcp").key("servers");
        let servers = nodes.resolve(self.config).and_then(Value::as_object).into_iter().flatten();
        for (name, _) in servers.filter(|(name, _)| name.trim().is_empty()).collect::<Vec<_>>() {
            self.say(nodes.key(name), "a server needs a name");
        }
        for (path, server) in mcp_servers(self.config) {
            let identity = server.at("oauth.identity").and_then(Value::as_str);
            if identity != Some("per-requester") {
                continue;
            }
            let path = path.key("oauth");
            let is_local = server.get("command").is_some() || text(server, "transport") == Some("stdio");
            let has_url = text(server, "url").is_some_and(|url| !url.is_empty());
            if text(server, "auth") != Some("oauth") || is_local || !has_url {
                self.say(path.key("identity"), "\"per-requester\" needs a 'url' and auth: \"oauth\", and no 'command'");
            } else if server.at("oauth.authProfileId").and_then(Value::as_str).is_some_and(|id| !id.is_empty()) {
                self.say(path.key("authProfileId"), "\"per-requester\" takes no account of the server's own");
            }
        }
    }
}

/// Whether a text names a program and nothing that a shell would read otherwise.
fn is_program(name: &str) -> bool {
    let is_path = name.starts_with(['.', '~']) || name.contains(['/', '\\']);
    let is_bare = !name.is_empty()
        && !name.starts_with('-')
        && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '+' | '-'));
    (is_path || is_bare) && !name.contains([';', '&', '|', '`', '$', '<', '>', '"', '\'', '\r', '\n', '\0'])
}
