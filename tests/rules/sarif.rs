//! The SARIF that the binary prints fits the official schema of SARIF 2.1.0, and its fixes name the bytes they mean.

use serde_json::Value;

use crate::bare;

fn sarif(config: &str) -> Value {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("open claw.json5");
    std::fs::write(&path, config).unwrap();
    let arguments = ["lint", "--format", "sarif", "--month", "2026-11"];
    let output = bare::clawbeat().args(arguments).arg(&path).output().unwrap();
    serde_json::from_slice(&output.stdout).unwrap()
}

#[test]
fn output_fits_the_official_schema() {
    let mut schema: Value = serde_json::from_str(include_str!("../../schemas/sarif-2.1.0.schema.json")).unwrap();
    // The one pattern of the schema that is no valid regular expression, in both its places; the log has no `language`.
    for holder in ["run", "toolComponent"] {
        schema["definitions"][holder]["properties"]["language"].as_object_mut().unwrap().remove("pattern");
    }
    let validator = jsonschema::validator_for(&schema).unwrap();
    for config in [
        "{}",
        "{ agents: { defaults: { heartbeat: { every: '30 min', enabled: false, isolatedSesion: true } } } }",
        "{\r\n  agents: { defaults: {\r\n    heartbeat: { every: 30, target: 'none', ackMaxChars: 3 } } } }",
        "{ agents: { defaults: { heartbeat: {",
        "{ agents: { defaults: { model: 'anthropic/claude-opus-4-6', heartbeat: { target: 'none' } } } }",
    ] {
        let log = sarif(config);
        let problems: Vec<String> = validator.iter_errors(&log).map(|error| error.to_string()).collect();
        assert!(problems.is_empty(), "{config}: {problems:?}");
        assert_ne!(log["runs"][0]["tool"]["driver"]["rules"].as_array().unwrap().len(), 0);
    }
}

#[test]
fn a_fix_is_a_replacement_of_the_right_columns() {
    let log = sarif("{ agents: { defaults: { heartbeat: { every: 30, target: 'none' } } } }");
    let results = log["runs"][0]["results"].as_array().unwrap();
    let wrong_type = results.iter().find(|result| result["ruleId"] == "wrong-type").unwrap();
    let replacement = &wrong_type["fixes"][0]["artifactChanges"][0]["replacements"][0];
    // `30` stands in columns 45 and 46; SARIF counts from 1 and its end is after the last.
    assert_eq!(replacement["deletedRegion"]["startColumn"], 45);
    assert_eq!(replacement["deletedRegion"]["endColumn"], 47);
    assert_eq!(replacement["insertedContent"]["text"], "'30m'");
    let uri = wrong_type["locations"][0]["physicalLocation"]["artifactLocation"]["uri"].as_str().unwrap();
    assert!(uri.starts_with("file:///") && uri.ends_with("/open%20claw.json5"), "{uri}");
}
