use super::{folder, loaded_with};
use leeward::config::{Code, Diagnostic, Diagnostics, Inputs, Place, SourceFile, load};
use leeward::report::diagnostics::{Validation, text};
use std::collections::BTreeSet;

fn told(content: &str) -> Diagnostics {
    loaded_with(content, &Inputs::default()).unwrap_err()
}

#[test]
fn codes_are_unique_and_explained() {
    let texts: BTreeSet<&str> = Code::ALL.iter().map(|code| code.text()).collect();
    assert_eq!(texts.len(), Code::ALL.len());
    for code in Code::ALL {
        assert!(code.text().starts_with("LW01"), "{code}");
        assert!(code.explanation().len() > 20 && code.explanation().ends_with('.'), "{code}");
        assert_eq!(format!("{code}"), code.text());
    }
}

#[test]
fn the_error_of_the_design() {
    let content = "cluster \"hangzhou\" { bootstrap = [\"a:1\"] }\ncluster \"shanghai\" { bootstrap = [\"b:1\"] }\n\npair \"orders\" {\n  primary   = cluster.hangzou\n  secondary = cluster.shanghai\n}\n";
    insta::assert_snapshot!(text(&told(content), false), @r#"
    error[LW0107]: cluster.hangzou is not declared
     --> estate.hcl:5:15
      |
    5 |   primary   = cluster.hangzou
      |               ^^^^^^^^^^^^^^^ no such cluster
      |
    help: there is a cluster "hangzhou" (estate.hcl:1)
    "#);
}

#[test]
fn as_json_they_have_terraforms_shape() {
    let json = serde_json::to_string_pretty(&Validation::of(&told("topic \"t\" { partitons = 1 }"))).unwrap();
    insta::assert_snapshot!(json);
    let nothing = serde_json::to_value(Validation::of(&Diagnostics::default())).unwrap();
    assert_eq!(nothing["valid"], true);
    assert_eq!(nothing["error_count"], 0);
}

#[test]
fn all_are_told_at_once_in_the_order_of_files_and_lines() {
    let folder = folder(&[
        ("b.hcl", "topik \"t\" {}\ntopic \"u\" {}\n"),
        ("a.hcl", "cluster \"c\" {\n"),
        ("c.hcl", "locals {\n  a = 1 +\n}\n"),
    ]);
    let diagnostics = load(folder.path(), &Inputs::default()).unwrap_err();
    let places: Vec<String> =
        diagnostics.iter().map(|d| format!("{} {}", d.place().unwrap(), d.code)).collect();
    assert_eq!(
        places,
        [
            "a.hcl:1 LW0101",
            "b.hcl:1 LW0103",
            "b.hcl:2 LW0106",
            "b.hcl:2 LW0106",
            "b.hcl:2 LW0106",
            "c.hcl:2 LW0101"
        ]
    );
}

#[test]
fn names_of_a_file_that_cannot_be_parsed_are_not_missed() {
    let folder =
        folder(&[("a.hcl", "cluster \"c\" {\n"), ("b.hcl", "output \"x\" { value = cluster.c.name }\n")]);
    let said = text(&load(folder.path(), &Inputs::default()).unwrap_err(), false);
    assert!(!said.contains("LW0107"), "{said}");
}

#[test]
fn one_broken_local_is_told_once_however_often_it_is_used() {
    let diagnostics = told(
        "locals {\n  a = nope.x\n  b = local.a\n  c = [local.a, local.b]\n}\noutput \"o\" { value = local.c }",
    );
    assert_eq!(diagnostics.iter().count(), 1, "{diagnostics}");
}

#[test]
fn an_empty_folder_and_one_that_is_not_there() {
    let said = text(&load(folder(&[]).path(), &Inputs::default()).unwrap_err(), false);
    assert!(said.contains("holds no *.hcl file"), "{said}");
    let said = text(&load(std::path::Path::new("/none"), &Inputs::default()).unwrap_err(), false);
    assert!(said.contains("/none cannot be read"), "{said}");
}

#[test]
fn a_file_that_is_no_text() {
    let folder = folder(&[("a.hcl", "")]);
    std::fs::write(folder.path().join("b.hcl"), [b'a', 0xff]).unwrap();
    let said = text(&load(folder.path(), &Inputs::default()).unwrap_err(), false);
    assert!(said.contains("b.hcl is not UTF-8 text (byte 1)"), "{said}");
}

#[test]
fn places_count_characters() {
    let file = SourceFile::new("a.hcl", "é = 1\nüü x");
    assert_eq!(file.position(0), (1, 1));
    assert_eq!(file.position(3), (1, 3));
    assert_eq!(file.position(12), (2, 4));
    assert_eq!(Place::new(&file, 12..13).text(), "x");
    assert_eq!(file.position(999), (2, 1));
}

#[test]
fn warnings_and_patches_are_rendered() {
    let file = SourceFile::new("a.hcl", "value = onee\n");
    let warning = Diagnostic::warning(Code::Call, "this is odd")
        .at(Place::new(&file, 8..12), "here")
        .help("did you mean one?")
        .patch(Place::new(&file, 8..12), "one");
    insta::assert_snapshot!(text(&warning.into(), false), @r"
    warning[LW0115]: this is odd
     --> a.hcl:1:9
      |
    1 | value = onee
      |         ^^^^ here
      |
    help: did you mean one?
      |
    1 - value = onee
    1 + value = one
      |
    ");
}
