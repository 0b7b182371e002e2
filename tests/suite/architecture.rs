//! What must stay true of the code's shape: who imports whom, how long things are, who prints.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// The import table: each module of `src`, and the modules it may use.
const IMPORTS: [(&str, &[&str]); 15] = [
    ("estate", &[]),
    ("config", &["estate"]),
    ("provider", &["estate"]),
    ("observe", &["estate", "provider", "offsets"]),
    ("state", &["estate"]),
    ("offsets", &["estate"]),
    ("plan", &["estate", "state"]),
    ("runbook", &["estate", "state", "offsets", "plan"]),
    ("status", &["estate", "state", "offsets", "plan"]),
    ("policy", &["estate", "plan"]),
    ("run", &["estate", "observe", "offsets", "plan", "provider", "state"]),
    ("tail", &["estate", "provider", "state", "offsets"]),
    ("report", &["estate", "config", "state", "offsets", "plan", "policy", "status", "run", "tail"]),
    ("sandbox", &[]),
    (
        "cli",
        &[
            "estate", "config", "provider", "observe", "state", "offsets", "plan", "runbook", "status",
            "policy", "run", "tail", "report", "sandbox",
        ],
    ),
];

const LONGEST_FILE: usize = 500;
const LONGEST_FUNCTION: usize = 60;
const FORBIDDEN_NAMES: [&str; 7] = ["errors", "error", "util", "utils", "common", "types", "helpers"];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(rust_files(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    files.sort();
    files
}

fn shown(path: &Path) -> String {
    path.strip_prefix(root()).unwrap().display().to_string()
}

/// The lines of a file that are code: no comments, no documentation.
fn code(path: &Path) -> Vec<(usize, String)> {
    let text = fs::read_to_string(path).unwrap();
    let numbered = text.lines().enumerate().map(|(at, line)| (at + 1, line.to_owned()));
    numbered.filter(|(_, line)| !line.trim_start().starts_with("//")).collect()
}

/// The top-level modules that a line names behind `crate::`.
fn named_modules(line: &str) -> BTreeSet<String> {
    line.split("crate::")
        .skip(1)
        .map(|rest| rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect::<String>())
        .filter(|name| IMPORTS.iter().any(|(module, _)| module == name))
        .collect()
}

#[test]
fn modules_import_only_what_the_table_allows() {
    let mut offences = Vec::new();
    for (module, allowed) in IMPORTS {
        for file in rust_files(&root().join("src").join(module)) {
            for (number, line) in code(&file) {
                for other in named_modules(&line) {
                    if other != module && !allowed.contains(&other.as_str()) {
                        offences.push(format!("{}:{number} uses {other}", shown(&file)));
                    }
                }
            }
        }
    }
    assert!(offences.is_empty(), "{offences:#?}");
}

#[test]
fn every_module_of_the_library_is_in_the_table() {
    let library = fs::read_to_string(root().join("src/lib.rs")).unwrap();
    let declared: BTreeSet<&str> =
        library.lines().filter_map(|line| line.strip_prefix("pub mod ")?.strip_suffix(';')).collect();
    assert_eq!(declared, IMPORTS.iter().map(|(module, _)| *module).collect());
}

#[test]
fn nothing_is_called_by_a_word_that_says_nothing() {
    let offences: Vec<String> = rust_files(&root().join("src"))
        .iter()
        .filter(|path| FORBIDDEN_NAMES.contains(&path.file_stem().unwrap().to_str().unwrap()))
        .map(|path| shown(path))
        .collect();
    assert!(offences.is_empty(), "{offences:#?}");
}

#[test]
fn files_are_short() {
    let files = ["src", "tests", "benches"].map(|folder| root().join(folder));
    let offences: Vec<String> = files
        .iter()
        .filter(|folder| folder.exists())
        .flat_map(|folder| rust_files(folder))
        .map(|path| (fs::read_to_string(&path).unwrap().lines().count(), path))
        .filter(|(lines, _)| *lines > LONGEST_FILE)
        .map(|(lines, path)| format!("{}: {lines} lines", shown(&path)))
        .collect();
    assert!(offences.is_empty(), "{offences:#?}");
}

/// Functions with the number of their lines; relies on rustfmt, which closes a body at its own indentation.
fn functions(path: &Path) -> Vec<(usize, String, usize)> {
    let text = fs::read_to_string(path).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    let mut found = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        let words: Vec<&str> = line.split_whitespace().collect();
        let Some(position) = words.iter().position(|word| *word == "fn") else { continue };
        let qualifiers = ["pub", "async", "const", "pub(crate)", "pub(super)"];
        if !words[..position].iter().all(|word| qualifiers.contains(word) || word.starts_with("pub(")) {
            continue;
        }
        let indentation = &line[..line.len() - line.trim_start().len()];
        let heading = lines[at..].iter().find(|line| line.ends_with([';', '{', '}']));
        if heading.is_some_and(|line| line.ends_with(';')) {
            // A trait's method without a body.
            continue;
        }
        let close = format!("{indentation}}}");
        let length = lines[at..].iter().position(|line| **line == close).map_or(1, |length| length + 1);
        found.push((at + 1, words[position + 1].to_owned(), length));
    }
    found
}

#[test]
fn functions_are_short() {
    let mut offences = Vec::new();
    for folder in ["src", "tests"] {
        for path in rust_files(&root().join(folder)) {
            for (line, name, length) in functions(&path) {
                if length > LONGEST_FUNCTION {
                    offences.push(format!("{}:{line} {name}: {length} lines", shown(&path)));
                }
            }
        }
    }
    assert!(offences.is_empty(), "{offences:#?}");
}

/// Lines of `src`, outside of the folders named, that contain one of the needles.
fn lines_with(needles: &[&str], outside_of: &[&str]) -> Vec<String> {
    let mut offences = Vec::new();
    for path in rust_files(&root().join("src")) {
        let name = shown(&path);
        if outside_of.iter().any(|folder| name.starts_with(&format!("src/{folder}"))) {
            continue;
        }
        for (number, line) in code(&path) {
            if needles.iter().any(|needle| line.contains(needle)) {
                offences.push(format!("{name}:{number} {}", line.trim()));
            }
        }
    }
    offences
}

#[test]
fn only_the_command_line_and_reports_print() {
    let offences = lines_with(&["println!", "eprintln!", "print!(", "eprint!("], &["cli", "report"]);
    assert!(offences.is_empty(), "{offences:#?}");
}

#[test]
fn only_providers_and_the_sandbox_talk_to_the_network() {
    let clients = ["krafka::", "rdkafka::", "reqwest::", "hickory_proto::", "TcpStream", "UdpSocket"];
    let offences = lines_with(&clients, &["provider", "sandbox"]);
    assert!(offences.is_empty(), "{offences:#?}");
}

#[test]
fn planning_is_synchronous_and_reads_no_clock() {
    let impure = ["async ", ".await", "::now()", "std::fs", "std::env", "rand::"];
    let elsewhere = ["cli", "config", "estate", "observe", "provider", "report", "run", "sandbox", "state"];
    let offences: Vec<String> = lines_with(&impure, &elsewhere)
        .into_iter()
        .filter(|line| {
            ["src/plan", "src/policy", "src/offsets", "src/status"]
                .iter()
                .any(|module| line.starts_with(module))
        })
        .collect();
    assert!(offences.is_empty(), "{offences:#?}");
}

#[test]
fn the_function_scanner_sees_lengths() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("sample.rs");
    fs::write(&path, "pub fn a() {\n    b();\n}\n\nasync fn b() {}\n// fn c() {\nlet fn_d = 1;\n").unwrap();
    let found = functions(&path);
    assert_eq!(found[0], (1, "a()".to_owned(), 3));
    assert_eq!(found[1].1, "b()");
    assert_eq!(found.len(), 2);
}
