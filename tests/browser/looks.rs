//! What the page asks of a reader's device and eyes: no request, no complaint, no sideways scrolling, enough contrast in
//! light and dark, and everything but the panel without a script.

use std::path::Path;

use data_encoding::BASE64;
use serde_json::{Value, json};

use crate::common::{Desk, fixture};
use crate::driver::Browser;
use crate::page;

/// The lowest contrast of any visible text with what is painted behind it, and that text (WCAG 2.2, 1.4.3).
const CONTRAST: &str = r#"
const channels = (text) => text.match(/[\d.]+/g).map(Number);
const light = ([r, g, b]) => [r, g, b].map((c) => c / 255).map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4))
  .reduce((sum, c, at) => sum + c * [0.2126, 0.7152, 0.0722][at], 0);
const ratio = (one, other) => { const [a, b] = [light(one), light(other)].sort((x, y) => y - x); return (a + 0.05) / (b + 0.05); };
const behind = (element) => {
  for (let at = element; at; at = at.parentElement) {
    const paint = channels(getComputedStyle(at).backgroundColor);
    if (paint.length === 3 || paint[3] > 0) return paint;
  }
  return [255, 255, 255];
};
let worst = [99, ""], texts = 0;
const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
while (walker.nextNode()) {
  const element = walker.currentNode.parentElement;
  if (!walker.currentNode.data.trim() || ["SCRIPT", "NOSCRIPT", "STYLE", "title"].includes(element.tagName)) continue;
  const style = getComputedStyle(element);
  const paint = element.namespaceURI.endsWith("svg") ? style.fill : style.color;
  const found = ratio(channels(paint), behind(element));
  texts += 1;
  if (found < worst[0]) worst = [found, walker.currentNode.data];
}
return [worst[0], worst[1], texts];
"#;

fn subjects() -> Vec<(&'static str, String)> {
    let roster: Vec<String> =
        (0..50).map(|at| format!(r#""agent-{at}": {{ "heartbeat": {{ "every": "{}m" }} }}"#, 5 + at)).collect();
    vec![
        ("personal.json5", fixture("personal.json5")),
        ("nexos.json5", fixture("nexos.json5")),
        ("team.json5", fixture("team.json5")),
        ("no-route.json5", r#"{ meta: { lastTouchedVersion: "2026.9.6" }, agents: { defaults: { heartbeat: { every: "30m" } } } }"#.to_owned()),
        ("unknown-price.json5", r#"{ meta: { lastTouchedVersion: "2026.9.6" }, agents: { defaults: {
            model: "acme/secret-model-9", heartbeat: { every: "1h", target: "none", activeHours: { start: "08:00", end: "20:00" } } } } }"#.to_owned()),
        ("roster.json5", format!(r#"{{ meta: {{ lastTouchedVersion: "2026.9.6" }}, agents: {{ defaults: {{
            model: "anthropic/claude-opus-4-6", heartbeat: {{ target: "none" }} }}, entries: {{ {} }} }} }}"#, roster.join(","))),
    ]
}

#[test]
#[ignore = "needs Chromium: tests/browser/run"]
fn every_page_is_silent_and_fits_and_can_be_read() {
    let browser = Browser::start();
    let pictures = std::env::var_os("CLAWBEAT_SCREENSHOTS");
    for (name, config) in subjects() {
        let desk = Desk::new();
        desk.write(name, config);
        let file = page(&desk, name);
        for scheme in ["light", "dark"] {
            for width in [390, 1280] {
                browser.screen(width, scheme);
                browser.open(&file);
                let own = format!("file://{}", file.display());
                assert_eq!(browser.requests(), [own], "{name}");
                assert_eq!(browser.console(), Vec::<String>::new(), "{name}");
                let across = browser.run("return document.documentElement.scrollWidth").as_u64().unwrap();
                assert!(across <= u64::from(width), "{name} is {across} wide at {width}");
                if let Some(folder) = &pictures {
                    let file = format!("{}-{scheme}-{width}.png", name.trim_end_matches(".json5"));
                    picture(&browser, &Path::new(folder).join(file));
                }
                browser.run("document.querySelectorAll('details').forEach((one) => { one.open = true; })");
                let opened = browser.run("return document.documentElement.scrollWidth").as_u64().unwrap();
                assert!(opened <= u64::from(width), "{name} is {opened} wide at {width} with its details open");
                let contrast = browser.run(CONTRAST);
                assert!(contrast[0].as_f64().unwrap() >= 4.5, "{name}, {scheme}: {contrast}");
                assert!(contrast[2].as_u64().unwrap() > 50, "{name}: hardly any text was looked at: {contrast}");
            }
        }
    }
}

/// The whole page as it stands.
fn picture(browser: &Browser, file: &Path) {
    let shot = browser.devtools("Page.captureScreenshot", &json!({ "format": "png", "captureBeyondViewport": true }));
    std::fs::write(file, BASE64.decode(shot["data"].as_str().unwrap().as_bytes()).unwrap()).unwrap();
}

#[test]
#[ignore = "needs Chromium: tests/browser/run"]
fn without_a_script_everything_but_the_panel_is_there() {
    let browser = Browser::start();
    let desk = Desk::with_fixture("personal.json5");
    let file = page(&desk, "personal.json5");
    browser.devtools("Emulation.setScriptExecutionDisabled", &json!({ "value": true }));
    browser.open(&file);
    // The page's own scripts are off; the driver's still run.
    let seen = browser.run(
        "return ['#what-if-panel', 'noscript p', '#now', '#parts', '#steps li', '#frontier svg', '#intervals', '#day svg', '#notes', '#next pre']
            .map((one) => { const found = document.querySelector(one); return found !== null && found.checkVisibility(); })",
    );
    let mut expected = vec![Value::Bool(true); 10];
    expected[0] = Value::Bool(false);
    assert_eq!(seen, Value::Array(expected));
    assert_eq!(browser.console(), Vec::<String>::new());
}

#[test]
#[ignore = "needs Chromium: tests/browser/run"]
fn what_a_config_says_stays_text_in_a_browser() {
    let browser = Browser::start();
    let hostile = r#"<img src=x onerror=alert(1)></script><script>document.title='owned'</script>"#;
    let config = json!({ "meta": { "lastTouchedVersion": "2026.9.6" }, "agents": {
        "defaults": { "model": "anthropic/claude-opus-4-6", "heartbeat": { "target": "none" } },
        "entries": { hostile: { "heartbeat": { "every": "1h", "model": format!("anthropic/{hostile}") } },
                     "b\u{202e}\"'": { "heartbeat": { "every": "2h" } } } } });
    let desk = Desk::with(config.to_string());
    browser.open(&page(&desk, "openclaw.json"));
    assert_eq!(browser.run("return document.title"), "Heartbeat cost of openclaw.json");
    assert_eq!(browser.run("return document.querySelectorAll('img, iframe, link, [onerror]').length"), 0);
    assert_eq!(browser.run("return document.scripts.length"), 2);
    assert_eq!(browser.console(), Vec::<String>::new());
    assert_eq!(browser.requests().len(), 1);
}
