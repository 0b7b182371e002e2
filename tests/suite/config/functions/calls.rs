use crate::config::{refuse, same, value_in};
use leeward::config::Inputs;

#[test]
fn calls() {
    same(&[
        ("max([1, 5, 3]...)", "5"),
        ("max(1, [5, 3]...)", "5"),
        ("try(nope.x, \"default\")", "\"default\""),
        ("try([][0], {}.a, 3)", "3"),
        ("try(1, nope.x)", "1"),
        ("can(nope.x)", "false"),
        ("can(1 + 1)", "true"),
        ("can(regex(\"^a\", \"b\"))", "false"),
    ]);
    refuse(&[
        ("uper(\"a\")", "there is upper"),
        ("provider::x::f(1)", "no namespace holds functions"),
        ("upper()", "it is called like upper(string)"),
        ("upper(\"a\", \"b\")", "called with 2"),
        ("max(1...)", "only a list or set can be spread"),
        ("try(nope.x)", "nope is not declared"),
        ("can()", "can(expression)"),
        ("can(1, 2)", "can(expression)"),
        ("upper([])", "a string is needed, this is a list of 0"),
        ("upper(null)", "a string is needed, this is null"),
    ]);
}

#[test]
fn conversions() {
    same(&[
        ("tostring(1)", "\"1\""),
        ("tostring(true)", "\"true\""),
        ("tostring(null)", "null"),
        ("tonumber(\"1.50\")", "1.5"),
        ("tobool(\"true\")", "true"),
        ("tolist(toset([\"b\", \"a\", \"b\"]))", "[\"a\", \"b\"]"),
        ("toset([\"b\", \"a\", \"b\"])", "toset([\"a\", \"b\"])"),
        ("tomap({ a = 1 })", "{ a = 1 }"),
        ("length(toset([1, 1, 2]))", "2"),
    ]);
    refuse(&[
        ("tonumber(\"x\")", "a number or a string that holds one"),
        ("tonumber(\"0x10\")", "a number or a string that holds one"),
        ("tonumber(\"\")", "a number or a string that holds one"),
        ("tobool(\"yes\")", "a bool"),
        ("tolist(\"a\")", "a list or a set"),
        ("tomap([])", "a map"),
        ("tostring([])", "a string, a number or a bool"),
    ]);
}

#[test]
fn the_environment_is_given_and_sensitive() {
    let empty = tempfile::tempdir().unwrap();
    let environment = [("NAME".to_owned(), "v".to_owned())].into();
    let inputs = Inputs { environment, ..Inputs::default() };
    let shown = |text: &str| value_in(empty.path(), &inputs, text).unwrap().to_string();
    assert_eq!(shown("env(\"NAME\")"), "(sensitive)");
    assert_eq!(shown("nonsensitive(env(\"NAME\"))"), "\"v\"");
    assert_eq!(shown("nonsensitive(env(\"OTHER\", \"d\"))"), "\"d\"");
    refuse(&[("env(\"NAME\")", "the environment has no NAME")]);
}

#[test]
fn a_fault_of_many_members_is_told_for_a_few() {
    let said = crate::config::refused("application \"a\" {\n  count = 5000\n  stop {}\n}");
    assert_eq!(said.matches("error[").count(), 10, "{said}");
}
