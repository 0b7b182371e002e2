use super::{folder, good};
use leeward::config::{Diagnostics, Inputs, Loaded, Severity, load};
use leeward::estate::Output;
use leeward::report::diagnostics::{Validation, text};

/// What `output "v"` of a configuration with this variable `x` gives, as JSON.
fn given(
    variable: &str,
    vars: &[(&str, &str)],
    files: &[(&str, &str)],
    environment: &[(&str, &str)],
) -> Result<Loaded, Diagnostics> {
    let content = format!("variable \"x\" {{\n{variable}\n}}\noutput \"v\" {{ value = var.x }}\n");
    let mut all = vec![("main.hcl", content.as_str())];
    all.extend_from_slice(files);
    let folder = folder(&all);
    let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
    let inputs = Inputs {
        vars: vars.iter().map(owned).collect(),
        var_files: ["one.hclvars", "two.hclvars"]
            .iter()
            .map(|name| folder.path().join(name))
            .filter(|path| path.exists())
            .collect(),
        environment: environment.iter().map(owned).collect(),
        ..Inputs::default()
    };
    load(folder.path(), &inputs)
}

fn json(loaded: Result<Loaded, Diagnostics>) -> String {
    match &good(loaded).estate.outputs["v"] {
        Output::Plain(value) => value.to_string(),
        Output::Sensitive(_) => "(sensitive)".to_owned(),
    }
}

fn told(variable: &str, vars: &[(&str, &str)]) -> String {
    text(&given(variable, vars, &[], &[]).unwrap_err(), false)
}

#[test]
fn values_are_converted_to_the_type() {
    let cases = [
        ("type = string", "5", "\"5\""),
        ("type = number", "5.50", "5.5"),
        ("type = bool", "true", "true"),
        ("type = list(number)", "[1, \"2\"]", "[1,2]"),
        ("type = set(string)", "[\"b\", \"a\", \"b\"]", "[\"a\",\"b\"]"),
        ("type = map(string)", "{ a = 1 }", "{\"a\":\"1\"}"),
        ("type = tuple([string, number])", "[1, \"2\"]", "[\"1\",2]"),
        ("type = object({ a = string })", "{ a = 1, b = 2 }", "{\"a\":\"1\"}"),
        ("type = object({ a = optional(string), b = optional(number, 7) })", "{}", "{\"a\":null,\"b\":7}"),
        (
            "type = list(object({ a = optional(bool, true) }))",
            "[{}, { a = false }]",
            "[{\"a\":true},{\"a\":false}]",
        ),
        ("type = any", "[1, \"a\"]", "[1,\"a\"]"),
        ("type = any", "plain text", "\"plain text\""),
        ("", "[1]", "[1]"),
        ("", "text", "\"text\""),
    ];
    for (variable, text, expected) in cases {
        assert_eq!(json(given(variable, &[("x", text)], &[], &[])), expected, "{variable} from {text}");
    }
}

#[test]
fn the_stronger_giver_wins() {
    let variable = "type = string\ndefault = \"default\"";
    let environment: &[(&str, &str)] = &[("LEEWARD_VAR_x", "environment")];
    let folder_file = ("a.vars.hcl", "x = \"folder\"");
    let second = ("b.vars.hcl", "x = \"second\"");
    let named = ("one.hclvars", "x = \"named\"");
    assert_eq!(json(given(variable, &[], &[], &[])), "\"default\"");
    assert_eq!(json(given(variable, &[], &[], environment)), "\"environment\"");
    assert_eq!(json(given(variable, &[], &[folder_file], environment)), "\"folder\"");
    assert_eq!(json(given(variable, &[], &[folder_file, second], environment)), "\"second\"");
    assert_eq!(json(given(variable, &[], &[second, named], environment)), "\"named\"");
    assert_eq!(json(given(variable, &[], &[named, ("two.hclvars", "x = \"later\"")], &[])), "\"later\"");
    assert_eq!(json(given(variable, &[("x", "line"), ("x", "last")], &[named], environment)), "\"last\"");
}

#[test]
fn null_gives_the_default_where_a_variable_is_not_nullable() {
    let null = ("a.vars.hcl", "x = null");
    assert_eq!(json(given("default = 1\nnullable = false", &[], &[null], &[])), "1");
    assert_eq!(json(given("default = 1", &[], &[null], &[])), "null");
    let said = text(&given("nullable = false", &[], &[null], &[]).unwrap_err(), false);
    assert!(said.contains("variable \"x\" has no value"), "{said}");
}

#[test]
fn misfits_say_where_they_are() {
    let cases = [
        ("type = number", "five", "a number is needed, this is the string \"five\""),
        ("type = list(number)", "[1, \"x\"]", "at [1]: a number is needed"),
        ("type = map(list(bool))", "{ a = [1] }", "at [\"a\"][0]: a bool is needed"),
        (
            "type = object({ a = object({ b = string }) })",
            "{ a = {} }",
            "at .a: the attribute \"b\" is missing",
        ),
        ("type = tuple([string])", "[1, 2]", "a list of exactly 1 is needed"),
        ("type = list(string)", "{ a = 1 }", "a list is needed, this is a map of 1"),
        ("type = list(string)", "[", "a `[` is not closed"),
        ("type = cluster", "{}", "a reference to a cluster is needed"),
    ];
    for (variable, value, words) in cases {
        let said = told(variable, &[("x", value)]);
        assert!(said.contains(words), "{variable} from {value} should say \"{words}\":\n{said}");
    }
}

#[test]
fn types_that_are_none() {
    let cases = [
        ("type = strin", "there is no type strin"),
        ("type = \"string\"", "a type is written without quotes"),
        ("type = list", "list needs the type of its elements"),
        ("type = list(string, number)", "list(…) takes one type"),
        ("type = object(string)", "object takes its attributes in braces"),
        ("type = tuple(string)", "tuple takes its types in brackets"),
        ("type = optional(string)", "inside of object"),
        ("type = object({ a = optional(number, var.y) })", "must be a constant"),
        ("type = 5", "a type is string, number"),
        ("type = nope(string)", "there is no type nope(…)"),
    ];
    for (variable, words) in cases {
        let said = told(variable, &[("x", "1")]);
        assert!(said.contains(words), "{variable} should say \"{words}\":\n{said}");
    }
}

#[test]
fn validation() {
    let variable = "type = number\nvalidation {\n  condition = var.x > 5\n  error_message = \"x is ${var.x}, which is too small.\"\n}";
    assert_eq!(json(given(variable, &[("x", "6")], &[], &[])), "6");
    insta::assert_snapshot!(told(variable, &[("x", "5")]), @r#"
    error[LW0120]: variable "x" is refused: x is 5, which is too small.
     --> main.hcl:4:15
      |
    4 |   condition = var.x > 5
      |               ^^^^^^^^^ this does not hold
    "#);
    let secret = format!("sensitive = true\n{variable}");
    assert!(told(&secret, &[("x", "5")]).contains("the message is sensitive"));
    assert!(told("validation { condition = true }", &[("x", "5")]).contains("needs error_message"));
    assert!(
        told("validation {\n condition = 5\n error_message = \"\"\n}", &[("x", "5")])
            .contains("must be true or false")
    );
}

#[test]
fn values_for_what_is_not_declared() {
    let said = told("default = 1", &[("y", "2")]);
    assert!(said.contains("error[LW0121]") && said.contains("there is a variable \"x\""), "{said}");
    let loaded = good(given("default = 1", &[], &[("a.vars.hcl", "y = 2")], &[]));
    assert_eq!(loaded.warnings.count(Severity::Warning), 1);
    let said = text(&given("default = 1", &[], &[("a.vars.hcl", "topic \"t\" {}")], &[]).unwrap_err(), false);
    assert!(said.contains("a variables file holds values only"), "{said}");
    let said = text(&given("", &[], &[("a.vars.hcl", "x = local.y")], &[]).unwrap_err(), false);
    assert!(said.contains("nothing can be referred to here"), "{said}");
}

/// Loads a configuration with these values in `a.vars.hcl`; answers all that is told, for people and for machines.
fn told_of(variable: &str, values: &str) -> [String; 2] {
    let diagnostics = match given(variable, &[], &[("a.vars.hcl", values)], &[]) {
        Ok(loaded) => loaded.warnings,
        Err(diagnostics) => diagnostics,
    };
    [text(&diagnostics, false), serde_json::to_string(&Validation::of(&diagnostics)).unwrap()]
}

#[test]
fn a_sensitive_value_is_not_shown_where_it_is_wrong() {
    let variable = "type = list(number)\nsensitive = true";
    for value in ["hunter2", "[hunter2", "[1, hunter2", "abc="] {
        let said = told(variable, &[("x", value)]);
        assert!(said.contains("error[") && !said.contains(value), "{value}: {said}");
    }
    for values in ["x = \"hunter2\"", "x = [nothing(\"hunter2\")]", "x = \"hunter2\" y"] {
        for said in told_of(variable, values) {
            assert!(said.contains("LW01") && !said.contains("hunter2"), "{values}: {said}");
        }
    }
    insta::assert_snapshot!(told_of(variable, "x = \"hunter2\"")[0], @r#"
    error[LW0119]: variable "x" has a value of the wrong type
     --> a.vars.hcl:1:5
      |
    1 | * = "*******"
      |     ^^^^^^^^^ the value, which is sensitive, is of another type
    "#);
}

#[test]
fn a_broken_file_of_values_is_told_once_and_shows_none() {
    let [said, json] = told_of("type = number", "x = \"hunter2\" \"é\" y");
    assert!(!json.contains("hunter2"), "{json}");
    insta::assert_snapshot!(said, @r#"
    error[LW0101]: a new line must begin here
     --> a.vars.hcl:1:15
      |
    1 | * = "*******" "**" *
      |               ^ too much for one line
      |
    help: attributes stand on lines of their own
    "#);
}

#[test]
fn values_that_nothing_takes_are_told_in_one_and_not_shown() {
    let [said, json] = told_of("default = 1", "api_key = \"hunter2\"\nxx = 5\nother = \"hunter2\"\n");
    assert!(!json.contains("hunter2"), "{json}");
    insta::assert_snapshot!(said, @r#"
    warning[LW0121]: values are given for variables that are not declared: api_key, other
     --> a.vars.hcl:1:1
      |
    1 | api_key = "*******"
      | ^^^^^^^ the first of them

    warning[LW0121]: a value is given for the variable "xx", which is not declared
     --> a.vars.hcl:2:1
      |
    2 | xx = *
      | ^^ no such variable
      |
    help: there is a variable "x"
    "#);
}

#[test]
fn unknown_parts_of_a_variable() {
    assert!(told("tpye = string\ndefault = 1", &[]).contains("there is \"type\""));
    assert!(told("default = 1\nvalidate {}", &[]).contains("a variable has no block \"validate\""));
}

#[test]
fn variable_files_that_cannot_be_read() {
    let inputs = Inputs { var_files: vec!["/none/at/all.hcl".into()], ..Inputs::default() };
    let said = text(&load(folder(&[("a.hcl", "")]).path(), &inputs).unwrap_err(), false);
    assert!(said.contains("/none/at/all.hcl cannot be read"), "{said}");
}
