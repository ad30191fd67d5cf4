//! As much of a WebDriver client as the tests need: JSON over plain HTTP to a chromedriver of their own.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};

use serde_json::{Value, json};
use tempfile::TempDir;

/// How WebDriver names an element in JSON.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

/// A headless Chromium, closed with this value.
pub(crate) struct Browser {
    driver: Child,
    /// Held open, because the driver would end without it.
    _output: BufReader<ChildStdout>,
    port: u16,
    session: String,
    _profile: TempDir,
}

/// An element of the page.
#[derive(Clone, Debug)]
pub(crate) struct Element(String);

impl Browser {
    /// Starts one that keeps a log of its console and of every request.
    #[allow(clippy::disallowed_methods, reason = "a browser finds its own files by the environment")]
    pub(crate) fn start() -> Self {
        let mut driver = Command::new("chromedriver")
            .arg("--port=0")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("chromedriver is missing; tests/browser/setup installs it");
        let mut output = BufReader::new(driver.stdout.take().unwrap());
        let started = output
            .by_ref()
            .lines()
            .map_while(Result::ok)
            .find(|line| line.contains("successfully on port"))
            .expect("chromedriver names its port");
        let port = started.rsplit(' ').next().unwrap().trim_end_matches('.').parse().unwrap();
        let profile = TempDir::new().unwrap();
        let args = json!([
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--hide-scrollbars",
            format!("--user-data-dir={}", profile.path().display())
        ]);
        let mut browser = Browser { driver, _output: output, port, session: String::new(), _profile: profile };
        let wanted = json!({ "capabilities": { "alwaysMatch": {
            "browserName": "chrome",
            "goog:chromeOptions": { "args": args },
            "goog:loggingPrefs": { "browser": "ALL", "performance": "ALL" } } } });
        let answer = browser.http("POST", "/session", Some(&wanted));
        browser.session = answer["sessionId"].as_str().expect("a session").to_owned();
        // The browser's own start page loads things of its own.
        browser.post("url", &json!({ "url": "about:blank" }));
        browser.requests();
        browser
    }

    /// Opens a file.
    pub(crate) fn open(&self, file: &Path) {
        self.post("url", &json!({ "url": format!("file://{}", file.display()) }));
    }

    /// The first element of a CSS selector.
    pub(crate) fn find(&self, selector: &str) -> Element {
        self.find_all(selector).into_iter().next().unwrap_or_else(|| panic!("no {selector} on the page"))
    }

    /// All elements of a CSS selector.
    pub(crate) fn find_all(&self, selector: &str) -> Vec<Element> {
        let found = self.post("elements", &json!({ "using": "css selector", "value": selector }));
        found.as_array().unwrap().iter().map(|one| Element(one[ELEMENT].as_str().unwrap().to_owned())).collect()
    }

    /// Clicks as a person does.
    pub(crate) fn click(&self, element: &Element) {
        self.post(&format!("element/{}/click", element.0), &json!({}));
    }

    /// Types into an element.
    pub(crate) fn keys(&self, element: &Element, keys: &str) {
        self.post(&format!("element/{}/value", element.0), &json!({ "text": keys }));
    }

    /// The name that assistive technology reads out.
    pub(crate) fn label(&self, element: &Element) -> String {
        self.get(&format!("element/{}/computedlabel", element.0)).as_str().unwrap_or_default().to_owned()
    }

    /// Runs a function body in the page.
    pub(crate) fn run(&self, script: &str) -> Value {
        self.post("execute/sync", &json!({ "script": script, "args": [] }))
    }

    /// Sends a command of the DevTools protocol.
    pub(crate) fn devtools(&self, command: &str, params: &Value) -> Value {
        self.post("goog/cdp/execute", &json!({ "cmd": command, "params": params }))
    }

    /// Lays the page out for a screen of that width, in light or dark.
    pub(crate) fn screen(&self, width: u32, scheme: &str) {
        let size = json!({ "width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 500 });
        self.devtools("Emulation.setDeviceMetricsOverride", &size);
        let features = json!({ "features": [{ "name": "prefers-color-scheme", "value": scheme }] });
        self.devtools("Emulation.setEmulatedMedia", &features);
    }

    /// What was said on the console since the last call.
    pub(crate) fn console(&self) -> Vec<String> {
        let log = self.post("se/log", &json!({ "type": "browser" }));
        log.as_array().unwrap().iter().map(|entry| entry["message"].as_str().unwrap().to_owned()).collect()
    }

    /// What was requested since the last call.
    pub(crate) fn requests(&self) -> Vec<String> {
        let log = self.post("se/log", &json!({ "type": "performance" }));
        let events =
            log.as_array().unwrap().iter().map(|entry| {
                serde_json::from_str::<Value>(entry["message"].as_str().unwrap()).unwrap()["message"].clone()
            });
        let sent = events.filter(|event| event["method"] == "Network.requestWillBeSent");
        sent.map(|event| event["params"]["request"]["url"].as_str().unwrap().to_owned()).collect()
    }

    fn get(&self, what: &str) -> Value {
        self.http("GET", &format!("/session/{}/{what}", self.session), None)
    }

    fn post(&self, what: &str, body: &Value) -> Value {
        self.http("POST", &format!("/session/{}/{what}", self.session), Some(body))
    }

    fn http(&self, method: &str, path: &str, body: Option<&Value>) -> Value {
        let body = body.map(ToString::to_string).unwrap_or_default();
        let (status, body) = self.exchange(method, path, &body).unwrap();
        let value: Value = serde_json::from_str(&body).unwrap_or_else(|_| panic!("{status}: {body}"));
        assert!(status.starts_with("HTTP/1.1 200"), "{path}: {}", value["value"]["message"]);
        value["value"].clone()
    }

    fn exchange(&self, method: &str, path: &str, body: &str) -> std::io::Result<(String, String)> {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port))?;
        let head = format!(
            "{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n",
            self.port,
            body.len()
        );
        stream.write_all(head.as_bytes())?;
        stream.write_all(body.as_bytes())?;
        // The driver leaves the connection open, so the length in the head says where the answer ends.
        let mut answer = BufReader::new(stream);
        let (mut head, mut length) = (String::new(), 0);
        loop {
            let mut line = String::new();
            answer.read_line(&mut line)?;
            if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
                length = value.trim().parse().unwrap();
            }
            if line.trim().is_empty() {
                break;
            }
            head += &line;
        }
        let mut body = vec![0; length];
        answer.read_exact(&mut body)?;
        Ok((head, String::from_utf8(body).unwrap()))
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // Without this the driver would leave its browser behind.
        let _ = self.exchange("DELETE", &format!("/session/{}", self.session), "");
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }
}
