//! Edits of JSON5.

use super::*;

const FORMAT: Format = Format::Json5;

mod setting {
    use super::*;

    table! {
        a_scalar_changes_only_its_bytes:
            "{ a: 'x', every : /* now */ '5m' /* too often */, b: 1, }", ["every = '1h'"]
            => "{ a: 'x', every : /* now */ '1h' /* too often */, b: 1, }";
        a_string_keeps_its_quotes:
            r#"{"a": 'it', b: "x"}"#, ["a = 'it\\'s'", "b = 'y'"] => r#"{"a": 'it\'s', b: "y"}"#;
        a_scalar_becomes_an_object:
            "{\n  model: 'x', // mine\n}", ["model = {primary: 'y'}"]
            => "{\n  model: {\n    primary: 'y',\n  }, // mine\n}";
        an_object_becomes_a_scalar_and_its_comments_stay:
            "{\n  heartbeat: {\n    // quick\n    every: '5m', /* x */\n  },\n}", ["heartbeat = false"]
            => "{\n  // quick\n  /* x */\n  heartbeat: false,\n}";
        an_object_is_changed_inside:
            "{ a: { b: 1, /* keep */ c: 2 } }", ["a = {b: 1, c: 3, d: 4}"]
            => "{ a: { b: 1, /* keep */ c: 3, d: 4 } }";
        an_array_element_is_changed_inside:
            "{ list: [{ id: 'a' }, { id: 'b', heartbeat: { every: '5m' } }] }",
            ["list[1].heartbeat.every = '1h'"]
            => "{ list: [{ id: 'a' }, { id: 'b', heartbeat: { every: '1h' } }] }";
        the_last_of_duplicate_keys_counts:
            "{ every: '1m', every: '5m' }", ["every = '1h'"] => "{ every: '1m', every: '1h' }";
        numbers_booleans_and_null_are_plain:
            "{\"a\": 0x10, \"b\": .5, \"c\": 'x'}", ["a = 17", "b = true", "c = null"]
            => "{\"a\": 17, \"b\": true, \"c\": null}";
        the_root_is_replaced_around_its_comments:
            "// top\n[ /* in */ 1 ]\n", ["[0] = 2"] => "// top\n[ /* in */ 2 ]\n";
        a_null_parent_becomes_an_object:
            "{\n  \"heartbeat\": null\n}\n", ["heartbeat.every = '1h'"]
            => "{\n  \"heartbeat\": {\n    \"every\": \"1h\"\n  }\n}\n";
    }
}

mod adding {
    use super::*;

    table! {
        to_plain_json:
            "{\n  \"a\": 1\n}\n", ["b = 'x'"] => "{\n  \"a\": 1,\n  \"b\": \"x\"\n}\n";
        to_a_file_without_final_newline:
            "{\n  \"a\": 1\n}", ["b = 2"] => "{\n  \"a\": 1,\n  \"b\": 2\n}";
        with_bare_keys_single_quotes_and_trailing_comma:
            "{\n  a: 'x',\n}\n", ["every = '1h'"] => "{\n  a: 'x',\n  every: '1h',\n}\n";
        with_a_quoted_key_where_it_must_be:
            "{ a: 'x' }", ["b-c = 1"] => "{ a: 'x', 'b-c': 1 }";
        with_single_quoted_keys:
            "{ 'a': 1 }", ["b = 'x'"] => "{ 'a': 1, 'b': 'x' }";
        with_unicode_keys:
            "{\n  \"größe\": \"ü\"\n}", ["größe = 'ß'", "[\"名前\"] = '太郎'"]
            => "{\n  \"größe\": \"ß\",\n  \"名前\": \"太郎\"\n}";
        with_tabs:
            "{\n\t\"a\": {\n\t\t\"b\": 1\n\t}\n}", ["a.c.d = 2"]
            => "{\n\t\"a\": {\n\t\t\"b\": 1,\n\t\t\"c\": {\n\t\t\t\"d\": 2\n\t\t}\n\t}\n}";
        with_four_spaces:
            "{\n    a: 1\n}", ["b.c = 2"] => "{\n    a: 1,\n    b: {\n        c: 2\n    }\n}";
        with_crlf:
            "{\r\n  \"a\": 1\r\n}\r\n", ["b.c = 2"]
            => "{\r\n  \"a\": 1,\r\n  \"b\": {\r\n    \"c\": 2\r\n  }\r\n}\r\n";
        after_a_byte_order_mark:
            "\u{feff}{\n  a: 1\n}", ["b = 2"] => "\u{feff}{\n  a: 1,\n  b: 2\n}";
        to_an_object_in_one_line:
            "{a: {hb: {every: '30m'}, z: 1}, b: 2}", ["a.hb.activeHours.start = '08:00'"]
            => "{a: {hb: {every: '30m', activeHours: {start: '08:00'}}, z: 1}, b: 2}";
        to_minified_json:
            r#"{"a":{"b":1},"c":[]}"#, ["a.h.every = '1h'", "a.h.on = true", "c[0].id = 'x'"]
            => r#"{"a":{"b":1,"h":{"every":"1h","on":true}},"c":[{"id":"x"}]}"#;
        in_one_line_after_a_trailing_comma:
            "{ a: 1, b: 2, }", ["c = 3"] => "{ a: 1, b: 2, c: 3, }";
        in_one_line_after_a_comment:
            "{ a: 1 /* one */ }", ["b = 2"] => "{ a: 1 /* one */, b: 2 }";
        in_one_line_that_a_comment_ends:
            "{ a: 1 // one\n}", ["b = 2"] => "{ a: 1, // one\n  b: 2\n}";
        after_a_comment_on_the_last_line:
            "{\n  a: 1 // one\n}", ["b = 2"] => "{\n  a: 1, // one\n  b: 2\n}";
        before_a_comment_on_a_later_line:
            "{\n  a: 1, // one\n  // b: disabled\n}", ["c = 2"]
            => "{\n  a: 1, // one\n  c: 2,\n  // b: disabled\n}";
        after_a_comma_that_follows_comments:
            "{\n  a: 1 // one, really\n  , /* end */\n}", ["b = 2"]
            => "{\n  a: 1 // one, really\n  , /* end */\n  b: 2,\n}";
        with_leading_commas:
            "{ a: 1\n, b: 2\n}", ["c.d = 3"] => "{ a: 1\n, b: 2\n, c: {\n  d: 3\n}\n}";
        to_an_empty_root:
            "{}", ["agents.defaults.heartbeat.every = '1h'", "agents.defaults.heartbeat.lightContext = true"]
            => "{\n  \"agents\": {\n    \"defaults\": {\n      \"heartbeat\": {\n        \"every\": \"1h\",\n        \"lightContext\": true\n      }\n    }\n  }\n}";
        to_an_empty_object_among_lines:
            "{\n  a: 'x',\n  heartbeat: {},\n}", ["heartbeat.every = '1h'"]
            => "{\n  a: 'x',\n  heartbeat: {\n    every: '1h',\n  },\n}";
        to_an_empty_object_in_one_line:
            "{ a: { heartbeat: {} } }", ["a.heartbeat.every = '1h'"]
            => "{ a: { heartbeat: { every: \"1h\" } } }";
        to_an_empty_object_with_a_comment:
            "{ heartbeat: { /* defaults */ } }", ["heartbeat.every = '1h'"]
            => "{ heartbeat: { /* defaults */ every: \"1h\" } }";
        to_an_empty_object_with_comment_lines:
            "{\n  heartbeat: {\n    // every: '5m',\n  }\n}", ["heartbeat.every = '1h'"]
            => "{\n  heartbeat: {\n    // every: '5m',\n    every: \"1h\"\n  }\n}";
        to_an_empty_object_with_a_comment_on_its_first_line:
            "{\n  heartbeat: { // none\n  }\n}", ["heartbeat.every = '1h'"]
            => "{\n  heartbeat: { // none\n    every: \"1h\"\n  }\n}";
        an_agent_in_a_list:
            "{\n  \"list\": [\n    { \"id\": \"a\" },\n    { \"id\": \"b\" }\n  ]\n}", ["list[1].heartbeat = {every: '1h', model: 'm'}"]
            => "{\n  \"list\": [\n    { \"id\": \"a\" },\n    { \"id\": \"b\", \"heartbeat\": { \"every\": \"1h\", \"model\": \"m\" } }\n  ]\n}";
        an_element:
            "{ a: ['x', 'y'], b: [\n  1,\n  2\n] }", ["a[2] = 'z'", "b[2] = 3"]
            => "{ a: ['x', 'y', 'z'], b: [\n  1,\n  2,\n  3\n] }";
        two_keys_to_one_missing_parent:
            "{\n  agents: {}\n}", ["agents.defaults.heartbeat.isolatedSession = true", "agents.defaults.heartbeat.lightContext = true"]
            => "{\n  agents: {\n    defaults: {\n      heartbeat: {\n        isolatedSession: true,\n        lightContext: true\n      }\n    }\n  }\n}";
        a_list_of_plain_values_in_one_line:
            "{\n  \"a\": 1\n}", ["b = ['x', 'y']"] => "{\n  \"a\": 1,\n  \"b\": [\"x\", \"y\"]\n}";
    }
}

mod removing {
    use super::*;

    table! {
        the_first: "{\n  a: 1,\n  b: 2\n}", ["a = -"] => "{\n  b: 2\n}";
        the_middle: "{\n  a: 1,\n  b: 2, \n  c: 3\n}", ["b = -"] => "{\n  a: 1,\n  c: 3\n}";
        the_last: "{\n  a: 1,\n  b: 2\n}", ["b = -"] => "{\n  a: 1\n}";
        the_last_with_its_comma: "{\n  a: 1,\n  b: 2,\n}", ["b = -"] => "{\n  a: 1,\n}";
        the_only_one: "{\n  h: {\n    a: 1,\n  }\n}", ["h.a = -"] => "{\n  h: {}\n}";
        the_last_before_its_bracket: "{\r\n  a: 1,\r\n  b: 2 }", ["b = -"] => "{\r\n  a: 1 }";
        the_last_after_a_line_comment: "{\n  a: 1, // one\n  b: 2}", ["b = -"] => "{\n  a: 1 // one\n}";
        the_first_in_one_line: "{ a: 1, b: 2 }", ["a = -"] => "{ b: 2 }";
        the_middle_in_one_line: "{a: 1, b: 2, c: 3}", ["b = -"] => "{a: 1, c: 3}";
        the_last_in_one_line: "{ a: 1, b: 2 }", ["b = -"] => "{ a: 1 }";
        from_minified_json: r#"{"a":1,"b":{"c":2},"d":3}"#, ["b = -", "d = -"] => r#"{"a":1}"#;
        one_of_two_on_a_line: "{\n  a: 1, b: 2,\n  c: 3\n}", ["b = -"] => "{\n  a: 1,\n  c: 3\n}";
        with_leading_commas: "{ a: 1\n, b: 2\n, c: 3\n}", ["b = -"] => "{ a: 1\n, c: 3\n}";
        the_first_with_leading_commas: "{ a: 1\n, b: 2\n}", ["a = -"] => "{ b: 2\n}";
        and_leaving_the_comment_behind_it: "{\n  a: 1,\n  b: 2, // two\n  c: 3\n}", ["b = -"]
            => "{\n  a: 1,\n  // two\n  c: 3\n}";
        and_leaving_the_comment_above_it: "{\n  // one\n  a: 1,\n}", ["a = -"] => "{\n  // one\n}";
        and_leaving_the_comments_inside_it:
            "{\n  a: {\n    // why\n    b: 1, /* x */\n  },\n  c: 2\n}", ["a = -"]
            => "{\n  // why\n  /* x */\n  c: 2\n}";
        and_leaving_inner_comments_in_one_line:
            "{ a: 1, b: { /* why */ c: 1 } }", ["b = -"] => "{ a: 1 /* why */ }";
        and_leaving_the_comment_before_a_comma:
            "{ a: 1 /* one */, b: 2 }", ["a = -"] => "{ /* one */ b: 2 }";
        all_of_duplicate_keys: "{ a: 1, b: 2, a: 3 }", ["a = -"] => "{ b: 2 }";
        what_is_not_there: "{ a: 1 }", ["b.c = -"] => "{ a: 1 }";
        an_element: "{\n  list: [\n    { id: 'a' }, // first\n    { id: 'b' }\n  ]\n}", ["list[1] = -"]
            => "{\n  list: [\n    { id: 'a' } // first\n  ]\n}";
        and_adding_in_one_go:
            "{\n  every: '5m', // fast\n  b: 2\n}", ["every = -", "interval = '1h'", "b = -"]
            => "{\n  // fast\n  interval: '1h'\n}";
    }
}

#[test]
fn what_was_put_in_comes_out_without_a_trace() {
    let text = "{\n  a: 'x', // y\n}\n";
    assert_eq!(edit(FORMAT, &edit(FORMAT, text, &["h.every = '1h'"]), &["h = -"]), text);
}
