//! Files that a config is made from and that are none themselves: templates, and programs that write one. OpenClaw never
//! reads them, so nothing can be said of what it would make of them.

use std::path::Path;

/// Ends of names of templates, as their engines document them.
const TEMPLATES: &[&str] = &[
    "j2",
    "jinja",
    "jinja2",
    "tpl",
    "tmpl",
    "tmplt",
    "gotmpl",
    "template",
    "erb",
    "mustache",
    "hbs",
    "handlebars",
    "njk",
    "ejs",
    "liquid",
    "epp",
    "envsubst",
];
/// Ends of names of files that other tools make a config from, and what those files are.
const PROGRAMS: &[(&str, &str)] = &[
    ("nix", "a Nix expression"),
    ("jsonnet", "a Jsonnet program"),
    ("libsonnet", "a Jsonnet program"),
    ("cue", "a CUE file"),
    ("dhall", "a Dhall expression"),
    ("tf", "a Terraform file"),
    ("hcl", "an HCL file"),
    ("pkl", "a Pkl module"),
    ("ts", "a TypeScript program"),
    ("js", "a JavaScript program"),
    ("mjs", "a JavaScript program"),
    ("py", "a Python program"),
    ("sh", "a shell script"),
    ("toml", "a TOML file"),
];
/// What engines put around what they replace: Jinja, Helm and Go; Jinja's statements; ERB and EJS.
const MARKS: &[&str] = &["{{", "{%", "<%"];

/// Why a file is no config but what one is made from; `parses` is whether it reads as one all the same.
pub fn unrendered(path: &Path, text: &str, parses: bool) -> Option<String> {
    let name = path.display();
    let end = path.extension().and_then(|end| end.to_str()).unwrap_or_default().to_ascii_lowercase();
    if let Some((_, what)) = PROGRAMS.iter().find(|(known, _)| *known == end).filter(|_| !parses) {
        return Some(format!("{name} is {what}, not a config: build the config first and name the resulting file"));
    }
    let is_marked = MARKS.iter().any(|mark| text.contains(mark));
    let is_template = if TEMPLATES.contains(&end.as_str()) { is_marked || !parses } else { is_marked && !parses };
    is_template.then(|| format!("{name} is a template, not a config: render it first and name the resulting file"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_config_is_made_from_is_told_from_a_config() {
        let of = |name: &str, text: &str, parses: bool| unrendered(Path::new(name), text, parses);
        for (name, text) in [
            ("openclaw.json.j2", "{ every: {{ every }} }"),
            ("openclaw.json.tpl", "{ every: ${every} }"),
            ("openclaw.json", "{ every: {{ every }} }"),
            ("templates/configmap.yaml", "data: {{ .Values.config | toYaml }}"),
            ("config.json", "{% if x %}{}{% endif %}"),
            ("config.json.erb", "{ every: <%= every %> }"),
        ] {
            assert!(of(name, text, false).is_some_and(|said| said.contains("is a template")), "{name}");
        }
        assert!(of("home.nix", "{ every = \"1h\"; }", false).is_some_and(|said| said.contains("a Nix expression")));
        assert!(of("openclaw.json.j2", "{ every: \"{{ every }}\" }", true).is_some());
        // What a name alone says does not make a template of a config, nor do braces in a prompt.
        assert_eq!(of("openclaw.template", "{}", true), None);
        assert_eq!(of("openclaw.json", "{ prompt: \"{{ date }}\" }", true), None);
        assert_eq!(of("openclaw.json", "{ every: }", false), None);
    }
}
