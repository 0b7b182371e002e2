//! Maps of many keys, which are cut into pieces for the parser: nobody may notice.

use super::{folder, good, value_in};
use leeward::config::{Inputs, Value, load};
use leeward::report::diagnostics::text;
use proptest::prelude::*;
use std::fmt::Write as _;

/// The value of `local.map` in a file, as it is shown.
fn shown(content: &str) -> String {
    let folder = folder(&[("estate.hcl", content)]);
    match value_in(folder.path(), &Inputs::default(), "local.map") {
        Ok(value) => value.to_string(),
        Err(diagnostics) => panic!("{}", text(&diagnostics, false)),
    }
}

/// What a map from `k0` to this many numbers is shown as.
fn numbers(keys: usize) -> String {
    Value::map((0..keys).map(|key| (format!("k{key}"), Value::from(key)))).to_string()
}

/// A file with a map whose lines are made by `line`.
fn file(keys: usize, line: impl Fn(usize) -> String) -> String {
    let lines: String = (0..keys).map(line).collect();
    format!("locals {{\n  map = {{\n{lines}  }}\n}}\n")
}

fn refused(content: &str) -> String {
    let folder = folder(&[("estate.hcl", content)]);
    text(&load(folder.path(), &Inputs::default()).unwrap_err(), false)
}

#[test]
fn a_map_of_many_keys_is_a_map() {
    let keys = 3_000;
    let lines: [fn(usize) -> String; 9] = [
        |key| format!("    k{key} = {key}\n"),
        |key| format!("    \"k{key}\" = {key},\n"),
        |key| format!("    k{key} : {key}\n"),
        |key| format!("    (\"k{key}\") = {key}\n    "),
        |key| format!("    k{key} = {key} # a comment\n"),
        |key| format!("    // a comment }}\n    k{key} = {key}\n\n"),
        |key| format!("k{key} = {key}\n"),
        |key| format!("    k{key} = true ? {key} : 0\n"),
        |key| format!("    k{key} = (\n    {key}\n    )\r\n"),
    ];
    for (index, line) in lines.into_iter().enumerate() {
        assert_eq!(shown(&file(keys, line)), numbers(keys), "line {index}");
    }
    let on_one_line: Vec<String> = (0..keys).map(|key| format!("k{key} = {key}")).collect();
    assert_eq!(shown(&format!("locals {{\n  map = {{ {} }}\n}}\n", on_one_line.join(", "))), numbers(keys));
    assert_eq!(shown(&format!("locals {{\n  map = {{{}}}\n}}\n", on_one_line.join(",   "))), numbers(keys));
}

#[test]
fn values_of_a_large_map_may_be_anything() {
    let inner = file(600, |key| format!("    k{key} = {key}\n"));
    let inner = inner.trim_start_matches("locals {\n  map = ").strip_suffix("}\n").unwrap();
    let all = file(600, |key| match key % 4 {
        0 => format!("    k{key} = [{{ a = 1 }}, {{ a = 1 }}]\n"),
        1 => format!("    k{key} = <<EOT\n  x = {key}\n  }}\n  EOT\n"),
        2 => format!("    k{key} = {{ for n in [1, 2] : \"n${{n}}\" => n }}\n"),
        _ => format!("    k{key} = \"${{{{ a = {key} }}.a}} }}\"\n"),
    });
    let with_map = all.replacen("    k0 =", &format!("    inner = {inner}\n    k0 ="), 1);
    let folder = folder(&[("estate.hcl", &with_map)]);
    for (expression, expected) in [
        ("local.map.inner", numbers(600).as_str()),
        ("length(local.map)", "601"),
        ("local.map.k0", "[{ a = 1 }, { a = 1 }]"),
        ("trimspace(local.map.k597)", "\"x = 597\\n  }\""),
        ("local.map.k598", "{ n1 = 1, n2 = 2 }"),
        ("local.map.k599", "\"599 }\""),
    ] {
        let same = value_in(folder.path(), &Inputs::default(), expression).unwrap();
        let expected = value_in(folder.path(), &Inputs::default(), expected).unwrap();
        assert_eq!(same.to_string(), expected.to_string(), "{expression}");
    }
}

#[test]
fn what_is_wrong_in_a_large_map_is_told_at_its_place() {
    let twice = file(2_000, |key| format!("    k{} = 1\n", if key == 1_500 { 3 } else { key }));
    insta::assert_snapshot!(refused(&twice), @r#"
    error[LW0108]: the key "k3" is there twice
        --> estate.hcl:1503:5
         |
       6 |     k3 = 1
         |     -- the first
    ...
    1503 |     k3 = 1
         |     ^^ the second
    "#);
    let unknown = file(2_000, |key| format!("    k{key} = {}\n", if key == 1_500 { "var.x" } else { "1" }));
    insta::assert_snapshot!(refused(&unknown), @r#"
    error[LW0107]: var.x is not declared
        --> estate.hcl:1503:13
         |
    1503 |     k1500 = var.x
         |             ^^^^^ no such variable
         |
    help: none is declared
    "#);
    let broken = file(2_000, |key| format!("    k{key} = {}\n", if key == 1_500 { "1 +" } else { "1" }));
    insta::assert_snapshot!(refused(&broken), @r#"
    error[LW0101]: a value is missing
        --> estate.hcl:1503:16
         |
    1503 |     k1500 = 1 +
         |                ^ nothing follows
    "#);
    let as_list = format!(
        "{}topic \"t\" {{\n  for_each = toset([local.map])\n}}\n",
        file(600, |key| format!("    k{key} = 1\n"))
    );
    insta::assert_snapshot!(refused(&as_list), @r#"
    error[LW0117]: the set of a for_each holds strings
       --> estate.hcl:606:14
        |
    606 |   for_each = toset([local.map])
        |              ^^^^^^^^^^^^^^^^^^ it holds a map of 600
        |
    help: a map has any values: { key = value }
    "#);
}

#[test]
fn large_blocks_stay_blocks() {
    let mut content = String::from(
        "cluster \"a\" { bootstrap = [\"a:1\"] }\ntopic \"t\" {\n  cluster = cluster.a\n  partitions = 1\n  replication_factor = 1\n  config = {\n",
    );
    for key in 0..2_000 {
        let _ = writeln!(content, "    \"key.{key}\" = {key}");
    }
    content.push_str("  }\n}\n");
    let folder = folder(&[("estate.hcl", &content)]);
    let estate = good(load(folder.path(), &Inputs::default())).estate;
    let (_, topic) = estate.topics().next().unwrap();
    assert_eq!(topic.config.len(), 2_000);
    assert_eq!(topic.config["key.1999"], "1999");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn however_it_is_laid_out(
        seams in prop::collection::vec(
            prop::sample::select(vec!["\n", ",", ", ", ",\n", "\n\n   ", " # c }\n", "\n  ", ",   ", "\r\n\t\t", " /* { */\n", "\n    // x = {\n"]),
            900,
        ),
        opening in prop::sample::select(vec!["{", "{ ", "{\n", "{ # {\n"]),
        closing in prop::sample::select(vec!["}", " }", "\n}", "# }\n}", "\n  }"]),
    ) {
        let mut map = opening.to_owned();
        for (key, seam) in seams.iter().enumerate() {
            let _ = write!(map, "k{key} = {key}{seam}");
        }
        let content = format!("locals {{\n  map = {map}{closing}\n}}\n");
        prop_assert_eq!(shown(&content), numbers(seams.len()), "{}", content);
    }
}
