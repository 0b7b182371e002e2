use crate::config::{refuse, same};

#[test]
fn numbers() {
    same(&[
        ("abs(-5)", "5"),
        ("ceil(1.2)", "2"),
        ("floor(-1.2)", "-2"),
        ("log(8, 2)", "3"),
        ("log(1000, 10)", "3"),
        ("max(1, 2.5, -3)", "2.5"),
        ("min(1, 2.5, -3)", "-3"),
        ("parseint(\"ff\", 16)", "255"),
        ("parseint(\"-101\", 2)", "-5"),
        ("pow(2, 10)", "1024"),
        ("pow(2, 0)", "1"),
        ("pow(4, 0.5)", "2"),
        ("pow(2, -1)", "0.5"),
        ("signum(-3)", "-1"),
        ("signum(0)", "0"),
        ("signum(0.1)", "1"),
        ("sum([1, 2.5, \"3\"])", "6.5"),
        ("sum([])", "0"),
    ]);
    refuse(&[
        ("log(-1, 10)", "is no number"),
        ("log(0, 10)", "is no number"),
        ("parseint(\"xyz\", 10)", "no whole number of base 10"),
        ("parseint(\"1\", 1)", "a base from 2 to 36"),
        ("pow(10, 9999)", "more than 28 digits"),
        ("pow(10, 99999)", "no number of up to 28 digits"),
        ("sum([\"a\"])", "a list of numbers"),
        ("max()", "max(number, …)"),
        ("sum([79228162514264337593543950335, 1])", "more than 28 digits"),
    ]);
}
