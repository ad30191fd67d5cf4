//! What a config says stays text: names and values with markup, quotes, control and direction characters.

use scraper::{Html, Selector};
use serde_json::json;

use super::grid::data;
use crate::common::Desk;

/// A page as a parser by the HTML standard sees it.
pub(crate) struct Page {
    pub(crate) html: Html,
    pub(crate) source: String,
}

impl Page {
    pub(crate) fn find(&self, selector: &str) -> Vec<scraper::ElementRef<'_>> {
        self.html.select(&Selector::parse(selector).unwrap()).collect()
    }

    /// The text of the first match, spaces collapsed.
    pub(crate) fn text(&self, selector: &str) -> String {
        let found = self.find(selector);
        let first = found.first().unwrap_or_else(|| panic!("no {selector}"));
        first.text().collect::<String>().split_whitespace().collect::<Vec<_>>().join(" ")
    }
}

/// The page of a config.
pub(crate) fn open(desk: &Desk, config: &str) -> Page {
    open_with(desk, &[config], 0)
}

/// The page that a report with these arguments writes before it ends with this code.
pub(crate) fn open_with(desk: &Desk, arguments: &[&str], code: i32) -> Page {
    let answer = desk.ask(&[&["report", "--format", "html"], arguments].concat());
    assert_eq!(answer.code, code, "{answer:?}");
    Page { html: Html::parse_document(&answer.stdout), source: answer.stdout }
}

const HOSTILE: [&str; 6] = [
    "<img src=x onerror=alert(1)>",
    "</script><script>alert(1)</script>",
    "\"'><b>",
    "<!--",
    "]]>{{7*7}}",
    "a\u{1b}[31m\u{202e}b\u{2028}",
];

#[test]
fn names_and_values_are_inert() {
    let entries: serde_json::Map<String, serde_json::Value> = HOSTILE
        .iter()
        .map(|text| {
            let heartbeat = json!({ "every": "1h", "model": format!("anthropic/{text}"), "target": text, "prompt": text,
                "activeHours": { "start": text, "end": "10:00", "timezone": text } });
            ((*text).to_owned(), json!({ "heartbeat": heartbeat, "name": text }))
        })
        .chain([("tame".to_owned(), json!({ "heartbeat": { "every": "30m", "target": "none" } }))])
        .collect();
    let config = json!({ "meta": { "lastTouchedVersion": "2026.9.6" }, "models": { "providers": { "x<q>": {
            "baseUrl": "https://x", "models": [{ "id": "</script><b>m", "name": "</script>", "contextWindow": 200_000,
            "cost": { "input": 1, "output": 2, "cacheRead": 0, "cacheWrite": 0 } }] } } },
        "agents": { "entries": entries, "defaults": { "model": "x<q>/</script><b>m" } } });
    let desk = Desk::new();
    desk.write("<i>&name.json", config.to_string());
    let page = open(&desk, "<i>&name.json");
    for element in ["img", "b", "i", "iframe", "object", "link", "base", "[onerror]", "a", "[style]"] {
        assert!(page.find(element).is_empty(), "{element}");
    }
    assert_eq!(page.find("script").len(), 2);
    assert_eq!(page.find("style").len(), 1);
    assert_eq!(page.find("meta[http-equiv]").len(), 1);
    let controls = |text: &str| {
        text.chars().any(|c| (c.is_control() && c != '\n') || ('\u{202a}'..='\u{202e}').contains(&c) || c == '\u{2028}')
    };
    assert!(!controls(&page.source));
    // They are on the page all the same, as text, and in the data that the script reads.
    assert!(page.text("main").contains("<img src=x onerror=alert(1)>"));
    assert!(page.text("title").contains("<i>&name.json"));
    let data = data(&page);
    let models = data["sheets"].as_array().unwrap().iter().flat_map(|sheet| sheet["models"].as_array().unwrap());
    let mut written = models.map(|model| model["writes"].as_str().unwrap());
    assert!(written.any(|model| model.contains("</script>")), "{data}");
    let embedded: Vec<&str> = page.source.split("id=\"what-if-data\">").nth(1).unwrap().split("</script>").collect();
    assert!(!embedded[0].contains('<'));
}

/// The policy names the hash of the very style and script on the page, and lets nothing else through.
#[test]
fn the_policy_allows_this_page_s_own_style_and_script_only() {
    use sha2::{Digest, Sha256};
    let page = open(&Desk::with_fixture("personal.json5"), "personal.json5");
    let policy = page.find("meta[http-equiv=Content-Security-Policy]")[0].attr("content").unwrap().to_owned();
    let hash = |selector: &str| {
        let text: String = page.find(selector)[0].text().collect();
        data_encoding::BASE64.encode(&Sha256::digest(text))
    };
    let (style, script) = (hash("style"), hash("script:not([type])"));
    assert_eq!(
        policy,
        format!(
            "default-src 'none'; style-src 'sha256-{style}'; script-src 'sha256-{script}'; base-uri 'none'; form-action 'none'"
        )
    );
    for outside in ["http://", "https://", "url(", "@import", "src="] {
        let found = page.source.lines().find(|line| line.contains(outside));
        assert_eq!(found.map(|line| &line[..line.len().min(200)]), None, "{outside}");
    }
}
