//! The transport of Signal: what 2026.9.6 makes of the keys that the channel and its accounts once had for it. They go
//! together into one object an account, or all stay, and then the file is refused. Read from its repairs, and asked of it.

use std::net::{Ipv4Addr, Ipv6Addr};

use serde_json::{Map, Value, json};

type AccountKeys = Map<String, Value>;

/// The keys of an account that are one transport now.
const KEYS: [&str; 9] = [
    "configPath",
    "httpUrl",
    "httpHost",
    "httpPort",
    "cliPath",
    "autoStart",
    "startupTimeoutMs",
    "receiveMode",
    "ignoreStories",
];
/// The port of a server that the gateway starts itself.
const PORT: u64 = 8080;

/// Whether a key of the channel or an account is part of an old transport.
pub(super) fn is_old(key: &str) -> bool {
    key == "apiMode" || KEYS.contains(&key)
}

/// The channel with transports in place of the old keys; none if there are none, or they stay as they are.
pub(super) fn migrated(channel: &Value) -> Option<Value> {
    let mut channel = channel.as_object().filter(|channel| has_old(channel))?.clone();
    name_servers(&mut channel);
    let accounts = channel.get("accounts").and_then(Value::as_object).into_iter().flatten();
    let accounts = accounts.filter_map(|(id, account)| Some((id.as_str(), account.as_object()?)));
    let mut all = Accounts { all: vec![("", &channel)] };
    all.all.extend(accounts);
    let transports = all.transports()?;
    let made = all.written(&channel, &transports);
    (!lacks_a_number(&made)).then_some(Value::Object(made))
}

fn has_old(channel: &AccountKeys) -> bool {
    let accounts = channel.get("accounts").and_then(Value::as_object).into_iter().flat_map(Map::values);
    let mut all = accounts.filter_map(Value::as_object).chain([channel]);
    all.any(|account| account.keys().any(|key| is_old(key)))
}

/// A host and a port are one address first, of the channel and of each account.
fn name_servers(channel: &mut AccountKeys) {
    let shared = ["httpUrl", "httpHost", "httpPort"].map(|key| channel.get(key).cloned());
    name_server(channel, &[None, None, None]);
    let accounts = channel.get_mut("accounts").and_then(Value::as_object_mut);
    for account in accounts.into_iter().flat_map(Map::values_mut).filter_map(Value::as_object_mut) {
        name_server(account, &shared);
    }
}

fn name_server(account: &mut AccountKeys, [url, host, port]: &[Option<Value>; 3]) {
    let had = ["httpHost", "httpPort"].map(|key| account.shift_remove(key));
    if had.iter().all(Option::is_none) || account.contains_key("httpUrl") {
        return;
    }
    if url.as_ref().is_some_and(Value::is_string) {
        return;
    }
    let of = |own: &Option<Value>, shared: &Option<Value>| own.clone().filter(|own| !own.is_null()).or(shared.clone());
    let host = of(&had[0], host);
    let host = host.as_ref().and_then(Value::as_str).map(str::trim).filter(|host| !host.is_empty());
    let host = host.unwrap_or("127.0.0.1");
    let host = if host.contains(':') && !host.starts_with('[') { format!("[{host}]") } else { host.to_owned() };
    let port = of(&had[1], port).filter(Value::is_number).unwrap_or_else(|| json!(PORT));
    account.insert("httpUrl".to_owned(), json!(format!("http://{host}:{port}")));
    account.entry("autoStart").or_insert(json!(true));
}

/// The channel, which is an account too, and its accounts.
struct Accounts<'a> {
    all: Vec<(&'a str, &'a AccountKeys)>,
}

impl<'a> Accounts<'a> {
    fn root(&self) -> &'a AccountKeys {
        self.all[0].1
    }

    /// What an account has, or else the channel.
    fn of(&self, account: &'a AccountKeys, key: &str) -> Option<&'a Value> {
        account.get(key).or_else(|| self.root().get(key))
    }

    fn text(&self, account: &'a AccountKeys, key: &str) -> Option<&'a str> {
        self.of(account, key).and_then(filled)
    }

    /// The transport of each account that gets one; none if the keys stay as they are.
    fn transports(&self) -> Option<Vec<Option<Value>>> {
        let sockets = self.all.iter().filter_map(|(_, account)| account.get("transport")?.as_object());
        for transport in sockets.filter(|transport| transport.contains_key("socketPath")) {
            if transport.get("kind") != Some(&json!("managed-native")) || !is_transport(transport) {
                return None;
            }
        }
        let mut transports = Vec::new();
        for (at, (_, account)) in self.all.iter().enumerate() {
            transports.push(if self.gets_one(at) { Some(self.transport(account)?) } else { None });
        }
        self.share_ports(&mut transports)?;
        Some(transports)
    }

    /// Whether the channel itself is an account.
    fn root_is_account(&self) -> bool {
        self.all.len() == 1 || self.root().get("account").and_then(filled).is_some() || own(self.root()).is_some()
    }

    /// The account that is the channel itself by its name.
    fn default_account(&self) -> Option<usize> {
        let named = |fits: fn(&str) -> bool| (1..self.all.len()).find(|at| fits(self.all[*at].0));
        named(|id| id == "default").or_else(|| named(|id| id.trim().eq_ignore_ascii_case("default")))
    }

    fn gets_one(&self, at: usize) -> bool {
        let account = self.all[at].1;
        let dropped = match at {
            0 => {
                let owner = self.default_account().map(|at| self.all[at].1);
                let owns =
                    |owner: &AccountKeys| own(owner).is_some() || KEYS.iter().any(|key| owner.contains_key(*key));
                !self.root_is_account() || owner.is_some_and(owns)
            }
            at => Some(at) == self.default_account() && own(self.root()).is_some(),
        };
        let names = ["account", "configPath", "httpUrl", "cliPath"];
        let was_set_up = || {
            names.iter().any(|key| self.text(account, key).is_some())
                || self.of(account, "autoStart").is_some_and(Value::is_boolean)
        };
        !dropped && (own(account).is_some() || was_set_up())
    }

    /// The transport of an account; none if only a look at its server would tell.
    fn transport(&self, account: &'a AccountKeys) -> Option<Value> {
        if let Some(own) = own(account) {
            return Some(own);
        }
        let url = match self.text(account, "httpUrl") {
            Some(url) => Some(address(url)?),
            None => None,
        };
        let starts = match self.of(account, "autoStart") {
            Some(Value::Bool(starts)) => *starts,
            _ => url.is_none(),
        };
        let at = || url.as_ref().map_or_else(|| format!("http://127.0.0.1:{PORT}"), Address::to_string);
        match self.root().get("apiMode").map(|mode| mode.as_str().unwrap_or_default()) {
            Some("container") => Some(json!({ "kind": "container", "url": at() })),
            Some("native") if !starts => Some(json!({ "kind": "external-native", "url": at() })),
            None | Some("auto") if url.is_some() || !starts => None,
            Some(_) if self.of(account, "autoStart") == Some(&json!(false)) => {
                Some(json!({ "kind": "external-native", "url": at() }))
            }
            _ => Some(self.managed(account, url.as_ref())),
        }
    }

    /// That of a server that the gateway starts.
    fn managed(&self, account: &'a AccountKeys, url: Option<&Address>) -> Value {
        let mut made = json!({ "kind": "managed-native" });
        for key in ["configPath", "cliPath"] {
            if let Some(text) = self.text(account, key) {
                made[key] = json!(text);
            }
        }
        if let Some(url) = url.filter(|url| url.host != "127.0.0.1" || !url.is_of(PORT)) {
            made["url"] = json!(url.to_string());
        }
        let mut keep = |key: &str, fits: fn(&Value) -> bool| {
            if let Some(value) = self.of(account, key).filter(|value| fits(value)) {
                made[key] = value.clone();
            }
        };
        keep("startupTimeoutMs", Value::is_number);
        keep("receiveMode", |mode| matches!(mode.as_str(), Some("on-start" | "manual")));
        keep("ignoreStories", Value::is_boolean);
        made
    }

    /// Servers that are started get ports of their own; none if there is none.
    fn share_ports(&self, transports: &mut [Option<Value>]) -> Option<()> {
        let named = self.default_account();
        let first = match (own(self.root()), named) {
            (Some(_), _) => Some(0),
            (None, Some(at)) => Some(at),
            (None, None) => self.root_is_account().then_some(0),
        };
        let is_of_a_socket = |transport: &Value| transport.get("socketPath").is_some();
        let is_managed = |transport: &Value| transport["kind"] == "managed-native" && !is_of_a_socket(transport);
        let has_own = |at: usize| self.all[at].1.get("transport").is_some_and(Value::is_object);
        let mut taken = Vec::new();
        for (at, transport) in transports.iter().enumerate() {
            let Some(transport) = transport.as_ref().filter(|one| (at > 0 || first == Some(0)) && !is_of_a_socket(one))
            else {
                continue;
            };
            let url = transport["url"].as_str().and_then(address);
            let binds = is_managed(transport) && url.as_ref().is_some_and(|url| url.is_of(port_of(transport)));
            taken.extend(url.filter(|url| !binds && url.is_local()).map(|url| url.port()));
            if is_managed(transport) && (Some(at) == first || has_own(at)) {
                taken.push(port_of(transport));
            }
        }
        for (at, transport) in transports.iter_mut().enumerate() {
            let is_settled = (at == 0 && first != Some(0)) || has_own(at) || Some(at) == first;
            let Some(transport) = transport.as_mut().filter(|one| !is_settled && is_managed(one)) else { continue };
            let wanted = transport["httpPort"].as_u64().filter(|port| !taken.contains(port));
            let port = wanted.or_else(|| (PORT..=65_535).find(|port| !taken.contains(port)))?;
            let url = transport["url"]
                .as_str()
                .and_then(address)
                .filter(|url| url.is_of(port_of(transport)) && url.is_local());
            if let Some(url) = url {
                transport["url"] = json!(Address { port: u16::try_from(port).ok(), ..url }.to_string());
            }
            transport["httpPort"] = json!(port);
            taken.push(port);
        }
        Some(())
    }

    /// The channel with the transports in it.
    fn written(&self, channel: &AccountKeys, transports: &[Option<Value>]) -> AccountKeys {
        let mut made = channel.clone();
        let named = self.default_account();
        let put = |fields: &mut AccountKeys, transport: Option<Value>| match transport {
            Some(transport) => drop(fields.insert("transport".to_owned(), transport)),
            None => drop(fields.shift_remove("transport")),
        };
        put(&mut made, transports[0].clone().filter(|_| self.root_is_account()));
        if let Some(at) = named {
            put(&mut made, own(self.root()).or_else(|| transports[at].clone()));
        }
        let mut accounts = made.get_mut("accounts").and_then(Value::as_object_mut);
        for (at, (id, _)) in self.all.iter().enumerate().skip(1) {
            let account = accounts.as_mut().and_then(|accounts| accounts.get_mut(*id)).and_then(Value::as_object_mut);
            let Some(account) = account else { continue };
            put(account, transports[at].clone().filter(|_| Some(at) != named));
            KEYS.iter().for_each(|key| drop(account.shift_remove(*key)));
        }
        made.retain(|key, _| !is_old(key));
        made
    }
}

/// The port of a server that the gateway starts.
fn port_of(transport: &Value) -> u64 {
    transport["httpPort"].as_u64().unwrap_or(PORT)
}

fn filled(value: &Value) -> Option<&str> {
    value.as_str().map(str::trim).filter(|text| !text.is_empty())
}

/// The transport that an account has already.
fn own(account: &AccountKeys) -> Option<Value> {
    let transport = account.get("transport")?;
    transport.as_object().is_some_and(is_transport).then(|| transport.clone())
}

fn is_transport(transport: &AccountKeys) -> bool {
    let url = transport.get("url");
    let leads = |url: &Value| url.as_str().is_some_and(|url| address(url).is_some());
    let is_port = |port: &Value| port.as_u64().is_some_and(|port| (1..=65_535).contains(&port));
    match transport.get("kind").and_then(Value::as_str) {
        Some("managed-native") => {
            let socket = transport.get("socketPath");
            let is_socket = |path: &Value| {
                let path = path.as_str().unwrap_or_default();
                let tidy = path.split('/').skip(1).all(|part| !matches!(part, "" | "." | ".."));
                path.starts_with('/') && path.len() <= 103 && tidy && !path.contains('\0')
            };
            let alone = ["url", "httpHost", "httpPort"].iter().all(|key| !transport.contains_key(*key))
                && transport.get("receiveMode") != Some(&json!("on-start"));
            socket.is_none_or(|path| is_socket(path) && alone)
                && transport.get("httpPort").is_none_or(is_port)
                && url.is_none_or(leads)
        }
        Some("external-native" | "container") => url.is_some_and(leads),
        _ => false,
    }
}

/// Whether a container has nobody to speak for, and then everything stays as it was.
fn lacks_a_number(channel: &AccountKeys) -> bool {
    let is_on = |account: &AccountKeys| account.get("enabled") != Some(&json!(false));
    let is_container = |account: &AccountKeys| own(account).is_some_and(|transport| transport["kind"] == "container");
    let number =
        |account: &AccountKeys| account.get("account").or_else(|| channel.get("account")).and_then(filled).is_some();
    if !is_on(channel) {
        return false;
    }
    let accounts = channel.get("accounts").and_then(Value::as_object).into_iter().flatten();
    let accounts: Vec<(&String, &AccountKeys)> =
        accounts.filter_map(|(id, one)| Some((id, one.as_object()?))).collect();
    let is_default = |id: &str| id.trim().eq_ignore_ascii_case("default");
    let named = accounts.iter().find(|(id, _)| is_default(id)).map(|(_, account)| *account);
    let by_root = is_container(channel) && named.is_none_or(is_on) && !named.map_or_else(|| number(channel), number);
    let by_account = |(id, account): &(&String, &AccountKeys)| {
        let roots = is_default(id) && own(channel).is_some();
        is_on(account) && !roots && is_container(account) && !number(account)
    };
    by_root || accounts.iter().any(by_account)
}

/// Where a server listens.
struct Address {
    scheme: &'static str,
    host: String,
    port: Option<u16>,
    path: String,
}

impl Address {
    fn port(&self) -> u64 {
        self.port.map_or(if self.scheme == "https" { 443 } else { 80 }, u64::from)
    }

    /// Whether it is a plain server's with this port.
    fn is_of(&self, port: u64) -> bool {
        self.scheme == "http" && self.port() == port
    }

    fn is_local(&self) -> bool {
        let host = self.host.trim_matches(['[', ']']);
        let host = host.strip_suffix('.').unwrap_or(host);
        matches!(host, "localhost" | "::" | "::1" | "0.0.0.0")
            || host.ends_with(".localhost")
            || host.starts_with("127.")
    }
}

impl std::fmt::Display for Address {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}://{}", self.scheme, self.host)?;
        if let Some(port) = self.port {
            write!(f, ":{port}")?;
        }
        f.write_str(&self.path)
    }
}

/// Reads an address as OpenClaw does: with or without `http://`, and without a user.
fn address(text: &str) -> Option<Address> {
    let text = text.trim();
    let (scheme, rest) = match text.split_once("://") {
        Some((scheme, rest)) if scheme.chars().all(|c| c.is_ascii_alphanumeric() || "+.-".contains(c)) => {
            (scheme.to_ascii_lowercase(), rest)
        }
        _ => ("http".to_owned(), text),
    };
    let (scheme, usual) = match scheme.as_str() {
        "http" => ("http", 80),
        "https" => ("https", 443),
        _ => return None,
    };
    let end = rest.find(['/', '\\', '?', '#']).unwrap_or(rest.len());
    let (place, path) = rest.split_at(end);
    let path = path.split(['?', '#']).next().unwrap_or_default().replace('\\', "/");
    let after_host = place.rfind(']').map_or(0, |end| end + 1);
    let (host, port) = match place[after_host..].find(':') {
        Some(at) => (&place[..after_host + at], &place[after_host + at + 1..]),
        None => (place, ""),
    };
    let host = host.to_lowercase();
    let is_host = match host.strip_prefix('[') {
        Some(inside) => inside.strip_suffix(']').is_some_and(|inside| inside.parse::<Ipv6Addr>().is_ok()),
        None => {
            !host.is_empty() && !host.contains(|c: char| c.is_whitespace() || c.is_control() || "<>[]^|%@".contains(c))
        }
    };
    let last = host.trim_end_matches('.').rsplit('.').next().unwrap_or_default();
    let is_number = !last.is_empty() && last.chars().all(|c| c.is_ascii_digit());
    let port = if port.is_empty() { None } else { Some(port.parse::<u16>().ok()?) };
    let fits = is_host && (!is_number || host.parse::<Ipv4Addr>().is_ok());
    let path = path.trim_end_matches('/').to_owned();
    fits.then_some(Address { scheme, host, port: port.filter(|port| *port != usual), path })
}
