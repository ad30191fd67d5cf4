//! Edits of YAML.

use super::*;

const FORMAT: Format = Format::Yaml;

mod setting {
    use super::*;

    table! {
        a_scalar_changes_only_its_bytes:
            "a: x\nevery :  5m  # too often\nb: 1\n", ["every = '1h'"] => "a: x\nevery :  1h  # too often\nb: 1\n";
        a_string_keeps_its_quotes:
            "a: 'x' # c\nb: \"y\"\n", ["a = 'it\\'s'", "b = '24:00'"] => "a: 'it''s' # c\nb: \"24:00\"\n";
        what_some_reader_would_take_for_another_type_is_quoted:
            "a: x\nb: x\nc: x\nd: x\ne: x\nf: x\n",
            ["a = 'off'", "b = 'on'", "c = 'null'", "d = '24:00'", "e = '0m'", "f = '1h'"]
            => "a: \"off\"\nb: \"on\"\nc: \"null\"\nd: \"24:00\"\ne: 0m\nf: 1h\n";
        numbers_booleans_and_null_are_plain:
            "a: 0x10\nb: 'x'\nc: y\n", ["a = 17", "b = true", "c = null"] => "a: 17\nb: true\nc: null\n";
        a_value_behind_an_empty_key:
            "a: # none yet\nb:\nc: 1\n", ["a = 5", "b = 'x'"] => "a: 5 # none yet\nb: x\nc: 1\n";
        an_empty_key_at_the_end_of_the_file: "a:\n  b:", ["a.b = 1"] => "a:\n  b: 1";
        a_scalar_becomes_an_object:
            "model: x # mine\nb: 1\n", ["model = {primary: 'p/q', fallbacks: ['z']}"]
            => "model: # mine\n  primary: p/q\n  fallbacks:\n    - z\nb: 1\n";
        an_object_becomes_a_scalar_and_its_comments_stay:
            "a: 1\nheartbeat:\n  # quick\n  every: 5m # x\n  model: y # z\nb: 1\n", ["heartbeat = false"]
            => "a: 1\n# quick\n# x\nheartbeat: false # z\nb: 1\n";
        an_object_with_a_comment_behind_its_key_becomes_a_scalar:
            "heartbeat: # mine\n  every: 5m # x\n  # last\nb: 1\n", ["heartbeat = false"]
            => "# x\nheartbeat: false # mine\n  # last\nb: 1\n";
        a_block_text_becomes_a_scalar:
            "prompt: |-\n  a\n\n  b\nb: 1\n", ["prompt = 'x'"] => "prompt: x\nb: 1\n";
        a_list_element: "l:\n- a\n- b # two\n", ["l[1] = 'c'"] => "l:\n- a\n- c # two\n";
        a_list_element_becomes_an_object: "l:\n- a\n- b\n", ["l[1] = {id: 'b', k: 1}"] => "l:\n- a\n- id: b\n  k: 1\n";
        a_list_element_becomes_a_scalar:
            "l:\n  - id: a # x\n    n: 1\n  - b\n", ["l[0] = 'a'"] => "l:\n  # x\n  - a\n  - b\n";
        inside_of_a_list: "l:\n- id: a\n- id: b\n  heartbeat: {every: 5m}\n", ["l[1].heartbeat.every = '1h'"]
            => "l:\n- id: a\n- id: b\n  heartbeat: {every: 1h}\n";
        in_flow_style: "h: {every: '5m', model: x} # c\n", ["h.every = '1h'", "h.model = 'y z'"]
            => "h: {every: '1h', model: 'y z'} # c\n";
        with_crlf: "a:\r\n  b: 5m # c\r\n  c:\r\n    d: 1\r\n", ["a.b = '1h'", "a.c = 2"]
            => "a:\r\n  b: 1h # c\r\n  c: 2\r\n";
        keeps_an_anchor_that_nobody_uses: "a: &x 1\nb: &y\n  c: 1\n", ["a = 2", "b = 3"] => "a: &x 2\nb: &y 3\n";
        drops_a_tag: "a: !env X\nb: !x\n  c: 1\n", ["a = '1h'", "b.c = 2"] => "a: 1h\nb: !x\n  c: 2\n";
        what_a_merge_brings_is_overridden:
            "d: &d {every: 5m, n: 1}\nh:\n  <<: *d\n", ["h.every = '1h'"]
            => "d: &d {every: 5m, n: 1}\nh:\n  <<: *d\n  every: 1h\n";
        an_alias_gives_way: "a: &x 1\nb: *x # c\n", ["b = 2"] => "a: &x 1\nb: 2 # c\n";
        a_null_parent_becomes_an_object:
            "heartbeat:\nb: ~\n", ["heartbeat.every = '1h'", "b.c = 1"]
            => "heartbeat:\n  every: 1h\nb:\n  c: 1\n";
    }
}

mod adding {
    use super::*;

    table! {
        to_a_block: "h:\n  every: 5m # quick\n\n# next\nb: 1\n", ["h.model = 'x/y'"]
            => "h:\n  every: 5m # quick\n  model: x/y\n\n# next\nb: 1\n";
        to_a_file_without_final_newline: "a: 1", ["b.c = 2"] => "a: 1\nb:\n  c: 2";
        with_four_columns: "a:\n    b: 1\n", ["c.d = 2", "a.e.f = 3"]
            => "a:\n    b: 1\n    e:\n        f: 3\nc:\n    d: 2\n";
        with_crlf: "a:\r\n  b: 1\r\n", ["a.c.d = 2"] => "a:\r\n  b: 1\r\n  c:\r\n    d: 2\r\n";
        after_a_byte_order_mark: "\u{feff}a: 1\n", ["b = 2"] => "\u{feff}a: 1\nb: 2\n";
        among_quotes: "\"a\": \"x\"\n", ["b = 'y'"] => "\"a\": \"x\"\n\"b\": \"y\"\n";
        a_key_that_needs_quotes: "a: 'x'\n", ["[\"b c\"] = 1", "on = 2", "[\"1\"] = 3"]
            => "a: 'x'\n'b c': 1\n'on': 2\n'1': 3\n";
        to_an_empty_object: "a: x\nheartbeat: {} # c\n", ["heartbeat.every = '1h'"]
            => "a: x\nheartbeat: # c\n  every: 1h\n";
        to_an_empty_list: "a: []\n", ["a[0].id = 'x'"] => "a:\n  - id: x\n";
        to_an_empty_document: "{}\n", ["a.b = 1"] => "a:\n  b: 1\n";
        to_flow_style: "h: {every: 5m}\ng: { a: 1 }\n", ["h.model = 'x/y'", "g.b = {c: [1, 'x']}"]
            => "h: {every: 5m, model: x/y}\ng: { a: 1, b: { c: [1, x] } }\n";
        to_flow_style_on_lines: "h: {\n    a: 1, # one\n    b: 2 # two\n  }\n", ["h.c = 3"]
            => "h: {\n    a: 1, # one\n    b: 2, # two\n    c: 3\n  }\n";
        to_json_in_yaml: "{\"a\":{\"b\":1}}\n", ["a.c = 'x'"] => "{\"a\":{\"b\":1,\"c\":\"x\"}}\n";
        behind_a_dash: "l:\n- id: x\n  k: 1\n- id: y\n", ["l[0].m = 1", "l[1].m.o = 2"]
            => "l:\n- id: x\n  k: 1\n  m: 1\n- id: y\n  m:\n    o: 2\n";
        an_element: "l:\n  - a # one\n  # end\nb: [1]\n", ["l[1] = {id: 'b', c: []}", "b[1] = 2"]
            => "l:\n  - a # one\n  - id: b\n    c: []\n  # end\nb: [1, 2]\n";
        a_list_as_the_file_indents_them: "a:\n- x\n", ["b = ['v', ['z']]"] => "a:\n- x\nb:\n- v\n- - z\n";
        after_a_block_text: "h:\n  t: |\n    text\n\nb: 1\n", ["h.m = 1"] => "h:\n  t: |\n    text\n  m: 1\n\nb: 1\n";
        after_a_block_text_that_keeps_its_blank_lines:
            "h:\n  t: |+\n    text\n\n\nb: 1", ["h.m = 1"] => "h:\n  t: |+\n    text\n\n\n  m: 1\nb: 1";
        after_a_block_text_with_a_comment_before_the_end_of_the_document:
            "h:\n  t: |+ # text\n    x\n\n...\n", ["h.m = 1", "b = 2"]
            => "h:\n  t: |+ # text\n    x\n\n  m: 1\nb: 2\n...\n";
        before_the_end_of_the_document: "---\na: 1\n...\n", ["b = 2"] => "---\na: 1\nb: 2\n...\n";
        beside_a_merge: "d: &d {a: 1}\nh:\n  <<: *d\n", ["h.b = 2"] => "d: &d {a: 1}\nh:\n  <<: *d\n  b: 2\n";
    }
}

mod removing {
    use super::*;

    table! {
        the_first: "a: 1\nb: 2\n", ["a = -"] => "b: 2\n";
        the_middle: "a: 1\nb:\n  c: 2\n  d: 3\ne: 4\n", ["b = -"] => "a: 1\ne: 4\n";
        the_last: "a:\n  b: 1\n  c: 2\nd: 3\n", ["a.c = -"] => "a:\n  b: 1\nd: 3\n";
        the_last_without_final_newline: "a: 1\r\nb: 2", ["b = -"] => "a: 1";
        the_only_one: "h:\n  every: 5m\nb: 1\n", ["h.every = -"] => "h: {}\nb: 1\n";
        the_only_one_with_its_comment: "h:\n  every: 5m # quick\nb: 1\n", ["h.every = -"] => "h: {} # quick\nb: 1\n";
        the_only_one_of_all: "a: 1\n", ["a = -"] => "{}\n";
        and_leaving_the_comment_behind_it: "h:\n  every: 5m # quick\n  b: 1\n", ["h.every = -"]
            => "h:\n  # quick\n  b: 1\n";
        and_leaving_the_comments_inside_it:
            "h:\n  every:\n    # in\n    x: 1 # a\n    y: 2\n  b: 1\n", ["h.every = -"]
            => "h:\n  # in\n  # a\n  b: 1\n";
        the_first_behind_a_dash: "l:\n- a: 1\n  b: 2\n", ["l[0].a = -"] => "l:\n- b: 2\n";
        the_first_behind_a_dash_with_its_comment: "l:\n- a: 1 # x\n  b: 2\n", ["l[0].a = -"] => "l:\n- # x\n  b: 2\n";
        from_flow_style: "h: {a: 1, b: 2} # c\n", ["h.a = -"] => "h: {b: 2} # c\n";
        the_only_one_in_flow_style: "h: { a: 1 }\n", ["h.a = -"] => "h: {}\n";
        an_element: "l:\n  - a\n  # b is gone soon\n  - b # two\n  - c\n", ["l = ['a', 'c']"]
            => "l:\n  - a\n  # b is gone soon\n  # two\n  - c\n";
        the_only_element: "l:\n- a\n", ["l = []"] => "l: []\n";
        a_block_text: "a: |\n  x\n\n  y\nb: 1\n", ["a = -"] => "b: 1\n";
        what_is_not_there: "a: 1\n", ["b.c = -"] => "a: 1\n";
    }
}

#[test]
fn what_reaches_other_places_is_refused_by_name() {
    let text = "a: &x\n  t: 1\ng: *x\nm:\n  <<: *x\n";
    for (change, message) in [
        ("g.t = 2", "'g' is an alias or a merge of what is written elsewhere, so an edit could reach other places"),
        ("g.n = 2", "'g' is an alias or a merge of what is written elsewhere, so an edit could reach other places"),
        ("m.t = -", "'m' is an alias or a merge of what is written elsewhere, so an edit could reach other places"),
        ("a.t = 2", "'a' has the anchor '&x' that is used elsewhere, so an edit would reach other places"),
    ] {
        assert_eq!(try_edit(FORMAT, text, &[change]).unwrap_err().to_string(), message);
    }
}

#[test]
fn what_was_put_in_comes_out_without_a_trace() {
    for text in ["a: x # y\n", "a:\n  - 1\n", "a: 1", "# top\r\na: 1\r\n\r\n# end\r\n", "{a: 1}\n"] {
        assert_eq!(edit(FORMAT, &edit(FORMAT, text, &["h.every = '1h'"]), &["h = -"]), text);
    }
}
