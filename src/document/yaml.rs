//! Reading YAML: `serde_yaml` decides what is valid and what it means, `yaml-edit` says where each value stands.

use std::ops::Range;

use serde_json::{Map, Number, Value};
use serde_yaml::Value as Yaml;
use yaml_edit::{YamlFile, YamlNode};

use super::position::{LineIndex, body, byte_at};
use super::syntax::SyntaxError;
use super::tree::{Node, NodeShape, Property};

/// What reading gives: the value, the span tree if there is one, and the comments.
pub(super) type ReadYaml = (Value, Option<Node>, Vec<Range<usize>>);

pub(super) fn read(text: &str, lines: &LineIndex) -> Result<ReadYaml, SyntaxError> {
    let body = body(text);
    let content = &text[body.clone()];
    if let Some(at) = deep_flow(content) {
        let message = format!("brackets nested deeper than {MAX_FLOW} levels");
        return Err(SyntaxError { message, position: lines.position(text, body.start + at) });
    }
    // Through the crate's own value, because only that refuses duplicate keys.
    let refused = |error: serde_yaml::Error| {
        let place = error.location();
        let byte = place.map_or(0, |p| byte_at(content, p.line().max(1) - 1, p.column().max(1) - 1, |c| c == '\n'));
        SyntaxError { message: message(&error), position: lines.position(text, body.start + byte) }
    };
    let mut yaml: Yaml = serde_yaml::from_str(content).map_err(refused)?;
    // Helm, Ansible and kubectl all merge `<<`.
    yaml.apply_merge().map_err(refused)?;
    let value = to_json(yaml).map_err(|message| SyntaxError { message, position: lines.position(text, body.start) })?;
    let (tree, comments) = tree(text);
    Ok((value, tree, comments))
}

/// The bytes of each YAML document of a text, together all of it.
pub(super) fn documents(text: &str) -> Vec<Range<usize>> {
    let start = body(text).start;
    let file = YamlFile::parse(&text[start..]).tree();
    let starts = file.documents().skip(1).map(|document| document.byte_range().start as usize + start);
    let mut ranges = Vec::new();
    let mut from = 0;
    for next in starts.chain([text.len()]) {
        ranges.push(from..next);
        from = next;
    }
    ranges
}

/// The span tree of a text, if it has one, and the comments.
pub(super) fn tree(text: &str) -> (Option<Node>, Vec<Range<usize>>) {
    let body = body(text);
    let file = YamlFile::parse(&text[body.clone()]).tree();
    let shift = |range: Range<u32>| range.start as usize + body.start..range.end as usize + body.start;
    let comments = file.comments().map(|comment| shift(comment.text_range().into())).collect();
    let span = |node: &YamlNode| {
        let range = node.byte_range();
        let range = shift(range.start..range.end);
        let written = text.get(range.clone()).unwrap_or_default();
        // A block node reaches to the start of the next line; blanks at the end of a block text are its own.
        let is_text = written.starts_with(['|', '>']);
        let length = if is_text { written.trim_end_matches(['\n', '\r']) } else { written.trim_end() }.len();
        range.start..range.start + length
    };
    (root(&file, &span), comments)
}

/// Far more open brackets than the parser allows, even counting those in plain text. The parser would refuse them too,
/// but in time that grows with the square of their number.
const MAX_FLOW: usize = 1000;

fn deep_flow(text: &str) -> Option<usize> {
    let mut depth = 0_usize;
    text.bytes().position(|byte| {
        match byte {
            b'[' | b'{' => depth += 1,
            b']' | b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        depth > MAX_FLOW
    })
}

fn message(error: &serde_yaml::Error) -> String {
    let text = error.to_string();
    let end = text.find(" at line ").unwrap_or(text.len());
    if text.contains("more than one document") {
        return "more than one YAML document in the file, expected one, or --at PATH to pick the one that has it"
            .to_owned();
    }
    text[..end].to_owned()
}

fn to_json(yaml: Yaml) -> Result<Value, String> {
    Ok(match yaml {
        Yaml::Null => Value::Null,
        Yaml::Bool(value) => Value::Bool(value),
        Yaml::String(text) => Value::String(text),
        Yaml::Number(number) => json_number(&number).map_or(Value::Null, Value::Number),
        Yaml::Sequence(list) => Value::Array(list.into_iter().map(to_json).collect::<Result<_, _>>()?),
        Yaml::Tagged(tagged) => to_json(tagged.value)?,
        Yaml::Mapping(mapping) => {
            let mut map = Map::with_capacity(mapping.len());
            for (key, value) in mapping {
                map.insert(key_text(key)?, to_json(value)?);
            }
            Value::Object(map)
        }
    })
}

fn json_number(number: &serde_yaml::Number) -> Option<Number> {
    let whole = number.as_i64().map(Number::from).or_else(|| number.as_u64().map(Number::from));
    whole.or_else(|| number.as_f64().and_then(Number::from_f64))
}

fn key_text(key: Yaml) -> Result<String, String> {
    match key {
        Yaml::String(text) => Ok(text),
        Yaml::Bool(value) => Ok(value.to_string()),
        Yaml::Number(number) => Ok(number.to_string()),
        Yaml::Null => Ok("null".to_owned()),
        Yaml::Tagged(tagged) => key_text(tagged.value),
        Yaml::Sequence(_) | Yaml::Mapping(_) => Err("a list or mapping as a key, expected plain text".to_owned()),
    }
}

fn root(file: &YamlFile, span: &impl Fn(&YamlNode) -> Range<usize>) -> Option<Node> {
    let document = file.document()?;
    let mapping = || document.as_mapping().map(YamlNode::Mapping);
    let sequence = || document.as_sequence().map(YamlNode::Sequence);
    let scalar = || document.as_scalar().map(YamlNode::Scalar);
    let tagged = document.as_tagged().map(YamlNode::TaggedNode);
    tagged.or_else(mapping).or_else(sequence).or_else(scalar).map(|yaml| node(&yaml, span))
}

fn node(yaml: &YamlNode, span: &impl Fn(&YamlNode) -> Range<usize>) -> Node {
    if let Some(tagged) = yaml.as_tagged() {
        let mapping = tagged.as_mapping().map(YamlNode::Mapping);
        if let Some(inside) = mapping.or_else(|| tagged.as_sequence().map(YamlNode::Sequence)) {
            return node(&inside, span);
        }
    }
    let shape = if let Some(mapping) = yaml.as_mapping() {
        let properties = mapping.entries().filter_map(|entry| {
            let key = entry.key_node()?;
            let key_range = span(&key);
            let value = entry.value_node().map(|value| node(&value, span));
            let value = value.unwrap_or(Node { range: key_range.end..key_range.end, shape: NodeShape::Scalar });
            Some(Property { key: key_name(&key), key_range, value })
        });
        NodeShape::Object(properties.collect())
    } else if let Some(sequence) = yaml.as_sequence() {
        NodeShape::Array(sequence.values().map(|value| node(&value, span)).collect())
    } else if yaml.is_alias() {
        NodeShape::Alias
    } else {
        NodeShape::Scalar
    };
    let mut node = Node { range: span(yaml), shape };
    let in_block = yaml.as_mapping().is_some_and(|mapping| !mapping.is_flow_style())
        || yaml.as_sequence().is_some_and(|sequence| !sequence.is_flow_style());
    if in_block && let Some(last) = node.items().last() {
        // A comment behind the last item is no part of the value.
        node.range.end = last.end;
    }
    node
}

fn key_name(key: &YamlNode) -> String {
    key.as_scalar().map_or_else(|| key.to_string(), |scalar| scalar.as_string())
}
