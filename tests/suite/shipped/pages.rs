//! The pages: their links lead somewhere, and what they call exists.

use regex::Regex;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// All Markdown files that are written by hand or made for people.
fn pages() -> Vec<PathBuf> {
    let mut pages = Vec::new();
    let mut folders =
        vec![root().join("docs"), root().join("examples"), root().join("modules"), root().join("benches")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            match path.extension() {
                _ if path.is_dir() => folders.push(path),
                Some(extension) if extension == "md" => pages.push(path),
                _ => {}
            }
        }
    }
    pages.extend(["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md"].map(|name| root().join(name)));
    pages
}

#[test]
fn every_link_leads_to_a_file() {
    let link = Regex::new(r"\]\(([^)#:]+)(#[^)]*)?\)").unwrap();
    for page in pages() {
        let text = fs::read_to_string(&page).unwrap();
        for found in link.captures_iter(&text) {
            let target = &found[1];
            let leads_to = page.parent().unwrap().join(target);
            assert!(leads_to.exists(), "{} links to {target}, which is not there", page.display());
        }
    }
}

#[test]
fn every_command_that_a_page_shows_exists() {
    let call = Regex::new(r"^(?:\$ )?leeward ([a-z][a-z-]*)").unwrap();
    let mut called = BTreeSet::new();
    for page in pages() {
        let text = fs::read_to_string(&page).unwrap();
        // What stands between fences is what a person can type.
        let fenced = text.split("```").skip(1).step_by(2).flat_map(str::lines);
        called.extend(fenced.filter_map(|line| call.captures(line)).map(|found| found[1].to_owned()));
    }
    // The first line of a plan: `leeward will change 3 things`.
    called.remove("will");
    assert!(called.len() > 5, "{called:?}");
    for command in called {
        let help = Command::new(env!("CARGO_BIN_EXE_leeward")).args([&command, "--help"]).output().unwrap();
        assert!(help.status.success(), "a page shows leeward {command}, which is not there");
    }
}
