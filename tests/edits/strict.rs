//! Strict JSON stays strict JSON, and no text at all makes a reader or an editor fall over.

use clawbeat::document::{Document, Format};
use proptest::prelude::*;
use serde_json::Value;

use super::laws;
use super::values::{changes, root, wishes};

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn strict_json_stays_strict_json(root in root(), pretty in any::<bool>(), wishes in wishes()) {
        let text = if pretty { serde_json::to_string_pretty(&root) } else { serde_json::to_string(&root) }.unwrap();
        let document = Document::parse(text, Format::Json).unwrap();
        let Ok(edited) = document.apply(&changes(&root, &wishes)) else { return Ok(()) };
        prop_assert!(serde_json::from_str::<Value>(&edited).is_ok(), "{}", edited);
    }

    #[test]
    fn any_text_is_read_or_refused(text in "[\\[\\]{}:,'\"/*\\\\a0 .\n\u{feff}ü#|>&?!-]{0,40}", steps in prop::collection::vec(any::<u8>(), 0..5)) {
        for format in [Format::Json5, Format::Yaml] {
            let root = Document::parse(text.as_str(), format).map(|document| document.value().clone());
            let change = laws::wish(&root.unwrap_or_default(), &steps);
            if let Err(law) = laws::check(&text, format, &[change]) {
                prop_assert!(false, "{law}");
            }
        }
    }
}
