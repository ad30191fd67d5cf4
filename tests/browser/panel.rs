//! The what-if panel: whatever it is set to, it shows what `report` says of a config with those values.

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
        let desk = Desk::with_fixture(subject.file);
        let config: Value = json5::from_str(&fixture(subject.file)).unwrap();
        browser.open(&page(&desk, subject.file));
        let panel = Panel { browser: &browser };
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
    browser.run("document.getElementById('wi-interval').focus()");
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
