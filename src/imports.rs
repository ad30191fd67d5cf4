//! Whether the picture in `lib.rs` is true: each room imports only those before it, and no files import each other in a
//! circle. The order is written once, there. And whether each name of a type means one thing.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

/// The imports of a file, as paths from the root of the crate.
struct Imports {
    used: Vec<Vec<String>>,
    /// Names that it hands on, and where they come from.
    handed_on: BTreeMap<String, Vec<String>>,
}

fn module(file: &Path, src: &Path) -> Vec<String> {
    let inside = file.strip_prefix(src).unwrap().with_extension("");
    let mut parts: Vec<String> = inside.iter().map(|part| part.to_str().unwrap().to_owned()).collect();
    if parts.last().is_some_and(|last| last == "mod") {
        parts.pop();
    }
    parts
}

/// What runs in front of the library, and what only tests use.
const NOT_LIBRARY: [&str; 5] = ["cli", "main", "lib", "imports", "counted"];

/// All library files but tests, by module.
fn files() -> BTreeMap<Vec<String>, String> {
    let mut files = code();
    files.retain(|module, _| !NOT_LIBRARY.contains(&&*module[0]));
    files
}

/// All files but tests, by module, without comments.
fn code() -> BTreeMap<Vec<String>, String> {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let (mut found, mut folders) = (BTreeMap::new(), vec![src.clone()]);
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|end| end == "rs") {
                let module = module(&path, &src);
                if !module.iter().any(|part| part == "tests") {
                    let text = fs::read_to_string(path).unwrap();
                    let code = text.split("#[cfg(test)]\n#[allow").next().unwrap().split("#[cfg(test)]\nmod").next();
                    let lines = code.unwrap().lines().filter(|line| !line.trim_start().starts_with("//"));
                    found.insert(module, lines.collect::<Vec<_>>().join("\n"));
                }
            }
        }
    }
    found
}

/// `a::{b, c::d}` as `a::b` and `a::c::d`.
fn spread(tree: &str) -> Vec<Vec<String>> {
    let Some((before, inside)) = tree.split_once('{') else {
        let path = tree.split(" as ").next().unwrap_or(tree);
        return vec![path.split("::").map(|part| part.trim().to_owned()).collect()];
    };
    let before: Vec<String> = before.split("::").map(|part| part.trim().to_owned()).filter(|p| !p.is_empty()).collect();
    let inside = inside.rsplit_once('}').map_or(inside, |(inside, _)| inside);
    let (mut parts, mut depth) = (vec![String::new()], 0);
    for c in inside.chars() {
        depth += i32::from(c == '{') - i32::from(c == '}');
        match c {
            ',' if depth == 0 => parts.push(String::new()),
            c => parts.last_mut().unwrap().push(c),
        }
    }
    let parts = parts.iter().filter(|part| !part.trim().is_empty());
    parts.flat_map(|part| spread(part.trim())).map(|path| [before.clone(), path].concat()).collect()
}

fn imports(module: &[String], code: &str, files: &BTreeMap<Vec<String>, String>) -> Imports {
    let mut found = Imports { used: Vec::new(), handed_on: BTreeMap::new() };
    let mut rest = code;
    while let Some(at) = rest.find("use ") {
        let before = rest[..at].rsplit('\n').next().unwrap().trim();
        rest = &rest[at + 4..];
        if !before.is_empty() && !before.starts_with("pub") {
            continue;
        }
        let Some(end) = rest.find(';') else { break };
        for path in spread(&rest[..end].replace('\n', " ")) {
            let ups = path.iter().take_while(|part| *part == "super").count();
            let mut full = match path[0].as_str() {
                "crate" => path[1..].to_vec(),
                "super" => [&module[..module.len() - ups.min(module.len())], &path[ups..]].concat(),
                "self" => [module, &path[1..]].concat(),
                first if files.contains_key(&[module, &[first.to_owned()]].concat()) => [module, &path].concat(),
                _ => continue,
            };
            if full.last().is_some_and(|last| last == "self") {
                full.pop();
            }
            if full.is_empty() {
                continue;
            }
            match before.starts_with("pub") {
                true => drop(found.handed_on.insert(full.last().unwrap().clone(), full)),
                false => found.used.push(full),
            }
        }
    }
    found
}

/// The file that a path leads to, through those that hand it on.
fn file_of(path: &[String], all: &BTreeMap<Vec<String>, Imports>) -> Option<Vec<String>> {
    let mut path = path.to_vec();
    for _ in 0..8 {
        let length = (1..=path.len()).rev().find(|length| all.contains_key(&path[..*length]))?;
        let (file, rest) = path.split_at(length);
        match rest.first().and_then(|name| all[file].handed_on.get(name)) {
            Some(from) => path = [from.as_slice(), &rest[1..]].concat(),
            None => return Some(file.to_vec()),
        }
    }
    None
}

#[test]
fn each_room_imports_only_those_before_it() {
    let picture = include_str!("lib.rs").split("each imports only those before it:").nth(1).unwrap();
    let picture = picture.split("```text").nth(1).unwrap().split("```").next().unwrap().replace("//!", " ");
    let order: Vec<&str> = picture.split([',', ' ', '\n']).filter(|room| !room.is_empty()).collect();
    let place = |room: &str| order.iter().position(|known| *known == room);
    let files = files();
    let rooms: BTreeSet<&str> = files.keys().map(|module| module[0].as_str()).collect();
    assert_eq!(rooms, order.iter().copied().collect(), "the rooms on disk and in lib.rs");
    for (module, code) in &files {
        // Also where a path is written out in an expression.
        for named in code.split("crate::").skip(1) {
            let room = named.split(|c: char| !c.is_ascii_lowercase()).next().unwrap();
            assert!(place(room) <= place(&module[0]), "{} imports {room}, which stands above it", module.join("::"));
        }
    }
}

/// What a renderer does not do: sums, shares and differences are worked out in `report/page`.
const ARITHMETIC: [&str; 9] = [
    ".percent_of(",
    ".times_over(",
    ".per(",
    ".pico()",
    "from_pico(",
    "as f64",
    "Estimate::sum",
    "Spending::sum",
    ".sum()",
];

/// The folders of the renderers under `report`.
const FORMATS: [&str; 3] = ["text", "markdown", "html"];

/// Names that hold money; one of them beside `+`, `-`, `*` or `/` is arithmetic.
const AMOUNTS: [&str; 14] = [
    "amount", "cost", "saving", "typical", "low", "high", "before", "worth", "percent", "share", "price", "per_day",
    "instead", "figure",
];

fn is_arithmetic(line: &str) -> bool {
    let holds_amount = |operand: &str| {
        let name = operand.trim_matches(|c: char| !c.is_alphanumeric() && c != '_');
        let name = name.rsplit(['.', ')']).find(|part| !part.is_empty()).unwrap_or(name);
        AMOUNTS.iter().any(|amount| name == *amount || name.ends_with(&format!("_{amount}")))
    };
    let words: Vec<&str> = line.split_whitespace().collect();
    let operates = words.windows(3).any(|three| {
        ["+", "-", "*", "/", "+=", "-="].contains(&three[1]) && (holds_amount(three[0]) || holds_amount(three[2]))
    });
    operates || ARITHMETIC.iter().any(|call| line.contains(call))
}

#[test]
fn renderers_do_no_arithmetic_on_money() {
    let yes = ["let more = there.cost - here;", "total += agent.cost;", "now.percent_of(all)", "Estimate::sum(later)"];
    assert!(yes.iter().all(|line| is_arithmetic(line)));
    assert!(!is_arithmetic("let width = column.width - cell.width() + 2;"));
    let is_renderer = |module: &&Vec<String>| matches!(&module[..], [first, format, ..] if first == "report" && FORMATS.contains(&&**format));
    let files = files();
    let renderers: Vec<_> = files.keys().filter(is_renderer).collect();
    assert!(renderers.len() > 15, "renderers are found");
    for module in renderers {
        let line = files[module].lines().find(|line| is_arithmetic(line));
        assert_eq!(line, None, "{} works something out", module.join("::"));
    }
}

#[test]
fn no_files_import_each_other_in_a_circle() {
    let files = files();
    let all: BTreeMap<Vec<String>, Imports> =
        files.iter().map(|(module, code)| (module.clone(), imports(module, code, &files))).collect();
    let mut arrows: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (module, imports) in &all {
        for file in imports.used.iter().filter_map(|path| file_of(path, &all)) {
            // A file and the files in its own folder are one thing.
            if !module.starts_with(&file) {
                arrows.entry(module.join("::")).or_default().insert(file.join("::"));
            }
        }
    }
    assert!(arrows.values().map(BTreeSet::len).sum::<usize>() > 500, "imports are found");
    for from in arrows.keys() {
        assert!(!reaches(&arrows, from, from), "{from} imports itself through others");
    }
}

/// Whether imports lead from one file to another.
fn reaches(arrows: &BTreeMap<String, BTreeSet<String>>, from: &str, to: &str) -> bool {
    let (mut seen, mut next) = (BTreeSet::new(), vec![from]);
    while let Some(file) = next.pop() {
        for found in arrows.get(file).into_iter().flatten() {
            if found == to {
                return true;
            }
            if seen.insert(found.as_str()) {
                next.push(found);
            }
        }
    }
    false
}

/// Names of types that several modules declare, and why.
const IDIOMS: [(&str, &str); 2] = [
    ("Args", "clap's: the arguments of the command that the module is"),
    ("GivenSchema", "one type: without the feature `schema` there is none"),
];

/// What begins the declaration of a type.
const DECLARES: [&str; 5] = ["struct", "enum", "union", "trait", "type"];

/// The types that a text declares. What is indented is a type of a trait, or seen in one function only.
fn types(code: &str) -> BTreeSet<&str> {
    let declared = code.lines().filter(|line| line.starts_with(|first: char| first.is_ascii_lowercase()));
    let names = declared.filter_map(|line| {
        let line = line.strip_prefix("pub").map_or(line, |seen| match seen.strip_prefix('(') {
            Some(by) => by.split_once(')').map_or(by, |(_, line)| line),
            None => seen,
        });
        let (first, rest) = line.trim_start().split_once(' ')?;
        DECLARES.contains(&first).then(|| rest.split(|c: char| !c.is_alphanumeric()).next())?
    });
    names.collect()
}

/// The names of types that more than one module declares, with the modules.
fn doubled(files: &BTreeMap<Vec<String>, String>) -> BTreeMap<&str, Vec<String>> {
    let mut declared: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for (module, code) in files {
        types(code).into_iter().for_each(|name| declared.entry(name).or_default().push(module.join("::")));
    }
    declared.retain(|_, modules| modules.len() > 1);
    declared
}

#[test]
fn a_type_has_a_name_of_its_own() {
    let file = |module: &str, code: &str| (vec![module.to_owned()], code.to_owned());
    let made_up = [file("a", "struct Row;\nstruct Own;"), file("b", "pub(in crate::a) type Row<'a> = &'a str;")];
    let made_up = made_up.into_iter().chain([file("c", "pub enum Row {}\nfn f() {\n    struct Own;\n}")]).collect();
    assert_eq!(doubled(&made_up), [("Row", ["a", "b", "c"].map(str::to_owned).to_vec())].into());
    let files = code();
    assert!(files.values().map(|code| types(code).len()).sum::<usize>() > 500, "types are found");
    let doubled = doubled(&files);
    let names: Vec<&str> = doubled.keys().copied().collect();
    assert_eq!(names, IDIOMS.map(|(name, _)| name), "{doubled:#?}");
}
