//! The what-if panel: whatever it is set to, it shows what `report` says of a config with those values.

use clawbeat::document::{Change, KeyPath};
use serde_json::Value;

use crate::common::{Desk, fixture};
use crate::driver::{Browser, Element};
use crate::page;
use crate::written::{SUBJECTS, Subject, Values, written};

/// The panel of an open page.
struct Panel<'b> {
    browser: &'b Browser,
}

impl Panel<'_> {
    fn options(&self, select: &str) -> Vec<Element> {
        self.browser.find_all(&format!("#{select} option"))
    }

    fn choose(&self, select: &str, at: usize) {
        self.browser.click(&self.options(select)[at]);
    }

    /// What the panel says that a config would hold.
    fn writes(&self) -> Value {
        let text = self.browser.run("return document.getElementById('wi-writes').textContent");
        let quoted = text.as_str().unwrap().split(", ").map(|pair| {
            let (key, value) = pair.split_once(": ").unwrap();
            format!("\"{key}\":{value}")
        });
        serde_json::from_str(&format!("{{{}}}", quoted.collect::<Vec<_>>().join(","))).unwrap()
    }

    fn exact(&self) -> String {
        self.browser.run("return document.getElementById('wi-month').value").as_str().unwrap().to_owned()
    }
}

/// The page of a config in a browser, beside the config.
fn opened(browser: &Browser, subject: Subject) -> (Desk, Value, Panel<'_>) {
    let desk = Desk::with_fixture(subject.file);
    let config = json5::from_str(&fixture(subject.file)).unwrap();
    browser.open(&page(&desk, subject.file));
    (desk, config, Panel { browser })
}

/// A config after the commands that the page gives, as a shell runs them.
#[allow(clippy::disallowed_methods, reason = "a shell is what runs the commands")]
fn carried_out(browser: &Browser, config: &Value) -> Value {
    let commands = browser.run("return document.getElementById('wi-commands').textContent");
    let commands = commands.as_str().unwrap();
    assert!(!commands.contains("# by hand"), "{commands}");
    let script = format!("openclaw() {{ shift 2; printf '%s\\n' \"$@\"; }}\n{commands}\n");
    let output = std::process::Command::new("sh").arg("-c").arg(script).output().unwrap();
    let arguments = String::from_utf8(output.stdout).unwrap();
    let mut config = config.clone();
    for (path, value) in arguments.lines().zip(arguments.lines().skip(1)).step_by(2) {
        let change = Change::set(path.parse::<KeyPath>().unwrap(), serde_json::from_str::<Value>(value).unwrap());
        change.make(&mut config).unwrap();
    }
    config
}

/// Whatever is chosen, the commands below it make a config of it that costs what the panel says.
#[test]
#[ignore = "needs Chromium: tests/browser/run"]
fn what_was_tried_can_be_made_so() {
    let browser = Browser::start();
    for subject in SUBJECTS {
        let (desk, config, panel) = opened(&browser, subject);
        assert_eq!(browser.run("return document.getElementById('wi-made').hidden"), true, "nothing differs yet");
        let holds = || {
            desk.write("tried.json", carried_out(&browser, &config).to_string());
            let report = desk.report(&["tried.json", "--agent", subject.agent]);
            assert_eq!(report["totals"]["current"]["cost"]["typical"], panel.exact(), "{subject:?} {}", panel.writes());
        };
        for at in 0..panel.options("wi-interval").len() {
            panel.choose("wi-interval", at);
            holds();
        }
        browser.click(&browser.find("#wi-isolated"));
        holds();
        panel.choose("wi-model", 1);
        holds();
        browser.click(&browser.find("#wi-light"));
        holds();
        browser.click(&browser.find("#wi-reset"));
        assert_eq!(carried_out(&browser, &config), config);
    }
}

/// An address brings its settings back, also on a page that was opened anew; what a page does not have is left alone.
#[test]
#[ignore = "needs Chromium: tests/browser/run"]
fn an_address_holds_what_was_tried() {
    let browser = Browser::start();
    let desk = Desk::with_fixture("personal.json5");
    let file = page(&desk, "personal.json5");
    browser.open(&file);
    let panel = Panel { browser: &browser };
    panel.choose("wi-interval", 4);
    panel.choose("wi-model", 1);
    browser.click(&browser.find("#wi-light"));
    let (writes, exact) = (panel.writes(), panel.exact());
    let address = browser.run("return location.hash").as_str().unwrap().to_owned();
    browser.open(std::path::Path::new("/dev/null"));
    browser.run(&format!("location.href = 'file://{}{address}'", file.display()));
    assert_eq!((panel.writes(), panel.exact()), (writes, exact));
    browser.run("location.hash = '#what-if:every=7y&model=nobody%2Fknows&agent=gone&lightContext=false'");
    assert_eq!(panel.writes()["lightContext"], false);
    assert_eq!(browser.console(), Vec::<String>::new());
}

#[test]
#[ignore = "needs Chromium: tests/browser/run"]
fn commands_and_the_patch_are_copied_as_they_stand() {
    let browser = Browser::start();
    let desk = Desk::with_fixture("personal.json5");
    browser.open(&page(&desk, "personal.json5"));
    browser.devtools("Browser.grantPermissions", &serde_json::json!({ "permissions": ["clipboardReadWrite"] }));
    let patch = desk.ask(&["diff", "personal.json5"]).stdout;
    browser.run("document.getElementById('patch').open = true");
    for (id, text) in [("patch-text", patch.as_str()), ("command-0", "clawbeat diff personal.json5 --month 2026-11")] {
        assert_eq!(browser.run(&format!("return document.getElementById('{id}').textContent")), text);
        let button = browser.find(&format!("[data-copies={id}]"));
        browser.click(&button);
        browser.run("return new Promise((done) => setTimeout(done, 100))");
        assert_eq!(browser.run(&format!("return document.querySelector('[data-copies={id}]').textContent")), "Copied");
        // Pasted where a person would paste it.
        browser.run(
            "const box = document.createElement('textarea'); box.id = 'box'; document.body.append(box); box.focus()",
        );
        browser.keys(&browser.find("#box"), "\u{e009}v\u{e000}");
        assert_eq!(browser.run("return document.getElementById('box').value"), text.replace("\r\n", "\n"));
        browser.run("document.getElementById('box').remove()");
    }
}

/// What the binary says of the config that the panel stands for.
fn reported(desk: &Desk, config: &Value, subject: Subject, writes: &Value) -> String {
    let values = Values {
        every: writes["every"].as_str().unwrap(),
        model: writes["model"].as_str().unwrap(),
        isolated: writes["isolatedSession"].as_bool().unwrap(),
        light: writes["lightContext"].as_bool().unwrap(),
        retention: writes["cacheRetention"].as_str(),
    };
    desk.write("tried.json", written(config, subject, &values).to_string());
    let report = desk.report(&["tried.json", "--agent", subject.agent]);
    report["totals"]["current"]["cost"]["typical"].as_str().unwrap().to_owned()
}

#[test]
#[ignore = "needs Chromium: tests/browser/run"]
fn every_control_shows_what_report_says() {
    let browser = Browser::start();
    for subject in SUBJECTS {
        let (desk, config, panel) = opened(&browser, subject);
        let agree = || {
            let writes = panel.writes();
            assert_eq!(panel.exact(), reported(&desk, &config, subject, &writes), "{subject:?} {writes}");
        };
        agree();
        let mut seen = vec![panel.exact()];
        for select in ["wi-interval", "wi-model", "wi-retention"] {
            for at in 0..panel.options(select).len() {
                panel.choose(select, at);
                agree();
                seen.push(panel.exact());
            }
        }
        for check in ["#wi-light", "#wi-isolated", "#wi-light"] {
            browser.click(&browser.find(check));
            agree();
            seen.push(panel.exact());
        }
        browser.click(&browser.find("#wi-reset"));
        assert_eq!(panel.exact(), seen[0]);
        seen.sort();
        seen.dedup();
        assert!(seen.len() > 8, "{}: the controls hardly move the figure: {seen:?}", subject.file);
        assert_eq!(browser.console(), Vec::<String>::new());
    }
}

#[test]
#[ignore = "needs Chromium: tests/browser/run"]
fn the_panel_works_by_keyboard_and_is_read_out() {
    let browser = Browser::start();
    let desk = Desk::with_fixture("personal.json5");
    browser.open(&page(&desk, "personal.json5"));
    let panel = Panel { browser: &browser };
    let expected = ["Interval (every)", "Model", "Cache retention", "isolatedSession", "lightContext"];
    let controls = ["#wi-interval", "#wi-model", "#wi-retention", "#wi-isolated", "#wi-light"];
    for (control, name) in controls.into_iter().zip(expected) {
        assert_eq!(browser.label(&browser.find(control)), name);
    }
    assert_eq!(browser.run("return document.getElementById('wi-answer').ariaLive"), "polite");
    // Tab goes from control to control in reading order, and where the focus is can be seen.
    // A script may focus without showing it, so the first one is come back to by Shift and Tab.
    browser.keys(&browser.find("#wi-interval"), "\u{e004}");
    browser.keys(&browser.find("#wi-model"), "\u{e008}\u{e004}");
    let outline = "const style = getComputedStyle(document.activeElement); return [document.activeElement.id, style.outlineStyle]";
    for id in ["wi-interval", "wi-model", "wi-retention", "wi-isolated", "wi-light", "wi-reset"] {
        assert_eq!(browser.run(outline), serde_json::json!([id, "solid"]));
        browser.keys(&browser.find(&format!("#{id}")), "\u{e004}");
    }
    let before = panel.exact();
    browser.keys(&browser.find("#wi-interval"), "\u{e015}");
    let longer = panel.exact();
    assert_ne!(before, longer);
    browser.keys(&browser.find("#wi-isolated"), " ");
    assert_ne!(panel.exact(), longer);
    browser.keys(&browser.find("#wi-reset"), "\u{e007}");
    assert_eq!(panel.exact(), before);
}

#[test]
#[ignore = "needs Chromium: tests/browser/run"]
fn a_roster_is_tried_agent_by_agent() {
    let browser = Browser::start();
    let desk = Desk::with(
        r#"{ "agents": { "defaults": { "model": "openai/gpt-5.5" }, "entries": {
            "fast": { "heartbeat": { "every": "15m", "target": "none" } },
            "slow": { "heartbeat": { "every": "4h", "target": "none", "isolatedSession": true } } } },
            "meta": { "lastTouchedVersion": "2026.9.6" } }"#,
    );
    browser.open(&page(&desk, "openclaw.json"));
    let panel = Panel { browser: &browser };
    let report = desk.report(&["openclaw.json"]);
    let cost = |of: &Value| of["current"]["cost"]["typical"].as_str().unwrap().to_owned();
    for (at, agent) in ["fast", "slow"].into_iter().enumerate() {
        panel.choose("wi-agent", at);
        let found = report["agents"].as_array().unwrap().iter().find(|entry| entry["id"] == agent).unwrap();
        assert_eq!(panel.exact(), cost(found), "{agent}");
        let all = browser.run("return document.getElementById('wi-all').textContent");
        let total: f64 = cost(&report["totals"]).parse().unwrap();
        assert!(all.as_str().unwrap().contains(&format!("${total:.2}")), "{all} for {total}");
    }
}
