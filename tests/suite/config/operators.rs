use super::{refuse, same};

#[test]
fn arithmetic_is_exact() {
    same(&[
        ("1 + 2", "3"),
        ("0.1 + 0.2", "0.3"),
        ("1.10", "1.1"),
        ("7 / 2", "3.5"),
        ("7 % 3", "1"),
        ("-7 % 3", "-1"),
        ("2 * 3 + 4", "10"),
        ("2 + 3 * 4", "14"),
        ("(2 + 3) * 4", "20"),
        ("-(-3)", "3"),
        ("9007199254740993 + 0", "9007199254740993"),
        ("18446744073709551615 + 1", "18446744073709551616"),
        ("1e3", "1000"),
        ("1.5e-3", "0.0015"),
        ("7 * 24 * 3600 * 1000", "604800000"),
        ("12345678901234567890.5 - 0.5", "12345678901234567890"),
    ]);
}

#[test]
fn operands_are_converted_as_terraform_converts_them() {
    same(&[
        ("1 + \"2\"", "3"),
        ("\"3\" * 2", "6"),
        ("-\"5\"", "-5"),
        ("\"10\" > 9", "true"),
        ("!\"true\"", "false"),
        ("\"true\" && true", "true"),
        ("\"false\" ? 1 : 2", "2"),
    ]);
}

#[test]
fn comparison() {
    same(&[
        ("1 < 2", "true"),
        ("2 <= 2", "true"),
        ("3 > 4", "false"),
        ("4 >= 4", "true"),
        ("1 == 1.0", "true"),
        ("1 == \"1\"", "false"),
        ("\"a\" != \"b\"", "true"),
        ("null == null", "true"),
        ("[1, 2] == [1, 2]", "true"),
        ("{ a = 1 } == { a = 1 }", "true"),
        ("[1] == toset([1])", "false"),
        ("true == \"true\"", "false"),
    ]);
}

#[test]
fn logic_stops_as_soon_as_the_answer_is_known() {
    same(&[
        ("true && false", "false"),
        ("true || false", "true"),
        ("false && nope.x", "false"),
        ("true || nope.x", "true"),
        ("false || false", "false"),
        ("!true", "false"),
    ]);
}

#[test]
fn only_the_branch_that_is_taken_is_evaluated() {
    same(&[
        ("true ? 1 : nope.x", "1"),
        ("false ? nope.x : 2", "2"),
        ("1 > 0 ? \"yes\" : \"no\"", "\"yes\""),
        ("true ? false ? 1 : 2 : 3", "2"),
    ]);
}

#[test]
fn precedence() {
    same(&[
        ("1 + 1 == 2 && 2 * 2 == 4", "true"),
        ("false && false || true", "true"),
        ("1 < 2 == true", "true"),
        ("!false && true", "true"),
        ("10 - 2 - 3", "5"),
        ("100 / 10 / 5", "2"),
    ]);
}

#[test]
fn what_cannot_be_computed_is_told_at_its_place() {
    refuse(&[
        ("1 / 0", "division by zero"),
        ("1 % 0", "division by zero"),
        ("\"a\" + 1", "`+` needs a number"),
        ("\"a\" + \"b\"", "strings are joined by a template"),
        ("[1] + [2]", "concat(a, b)"),
        ("{} + {}", "merge(a, b)"),
        ("null + 1", "coalesce(value, default)"),
        ("!1", "`!` needs true or false"),
        ("-\"x\"", "`-` needs a number"),
        ("1 && true", "`&&` needs true or false"),
        ("[] ? 1 : 2", "must be true or false"),
        ("79228162514264337593543950335 * 10", "more than 28 digits"),
        ("1e300", "too large"),
        ("\"1_000\" + 1", "needs a number"),
    ]);
}

#[test]
fn both_sides_are_told_at_once() {
    let said = super::value("nope.a + [nope.b, upper(1, 2)][0]").unwrap_err();
    assert_eq!(said.iter().count(), 3, "{said}");
}

#[test]
fn deep_nesting_is_refused_and_not_overflown() {
    let deep = format!("{}1{}", "(".repeat(60), ")".repeat(60));
    same(&[(&deep, "1")]);
    let deeper = format!("{}1{}", "[".repeat(5_000), "]".repeat(5_000));
    assert!(super::value(&deeper).is_err());
    let long = vec!["1"; 3_000].join(" + ");
    match super::value(&long) {
        Ok(value) => assert_eq!(value.to_string(), "3000"),
        Err(diagnostics) => assert!(diagnostics.to_string().contains("LW0"), "{diagnostics}"),
    }
}
