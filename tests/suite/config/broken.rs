//! Broken configurations, each with the exact words that its author is told.

use super::folder;
use leeward::config::{Inputs, load};
use leeward::report::diagnostics::text;

/// What every case may use: it declares a good estate.
const GOOD: &str = include_str!("broken/good.hcl.part");

#[test]
fn every_broken_configuration_is_told_what_is_wrong() {
    let cases = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/suite/config/broken");
    let mut names: Vec<_> = std::fs::read_dir(cases)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "hcl"))
        .collect();
    names.sort();
    assert!(names.len() >= 60, "there are only {} cases", names.len());
    for path in names {
        let name = path.file_stem().unwrap().to_str().unwrap();
        let content = std::fs::read_to_string(&path).unwrap();
        let folder = folder(&[("estate.hcl", &content), ("good.hcl", GOOD)]);
        match load(folder.path(), &Inputs::default()) {
            Ok(_) => panic!("{name} is accepted"),
            Err(diagnostics) => {
                insta::with_settings!({ snapshot_path => "broken/snapshots", prepend_module_to_snapshot => false, omit_expression => true }, {
                    insta::assert_snapshot!(name, text(&diagnostics, false));
                })
            }
        }
    }
}

#[test]
fn the_good_part_is_good() {
    super::loaded(GOOD);
}
