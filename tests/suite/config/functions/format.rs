use crate::config::{refuse, same};

#[test]
fn verbs() {
    same(&[
        ("format(\"%s is %d\", \"a\", 5)", "\"a is 5\""),
        ("format(\"%s\", 1.5)", "\"1.5\""),
        ("format(\"100%%\")", "\"100%\""),
        ("format(\"%v %v %v\", \"a\", [1, \"b\"], { c = null })", "\"a [1,\\\"b\\\"] {\\\"c\\\":null}\""),
        ("format(\"%#v\", \"a\")", "\"\\\"a\\\"\""),
        ("format(\"%q\", \"a\\\"b\")", "\"\\\"a\\\\\\\"b\\\"\""),
        ("format(\"%t\", true)", "\"true\""),
        ("format(\"%5d|%-5d|%05d\", 42, 42, 42)", "\"   42|42   |00042\""),
        ("format(\"%+d % d\", 1, 2)", "\"+1  2\""),
        ("format(\"%05d\", -42)", "\"-0042\""),
        ("format(\"%.2f\", 3.14159)", "\"3.14\""),
        ("format(\"%.1f\", 0.25)", "\"0.2\""),
        ("format(\"%f\", 1)", "\"1.000000\""),
        ("format(\"%8.3f|\", 2.5)", "\"   2.500|\""),
        ("format(\"%x %X %o %b\", 255, 255, 8, 5)", "\"ff FF 10 101\""),
        ("format(\"%x\", -255)", "\"-ff\""),
        ("format(\"%e\", 1500000)", "\"1.500000e+06\""),
        ("format(\"%.1e\", 0.00025)", "\"2.5e-04\""),
        ("format(\"%g\", 1.50)", "\"1.5\""),
        ("format(\"%10s|%-10s|\", \"a\", \"b\")", "\"         a|b         |\""),
        ("format(\"%.2s\", \"abc\")", "\"ab\""),
        ("format(\"%[2]s %[1]s\", \"a\", \"b\")", "\"b a\""),
        ("format(\"%d\", 3.9)", "\"3\""),
    ]);
}

#[test]
fn lists_of_formats() {
    same(&[
        ("formatlist(\"%s-%s\", [\"a\", \"b\"], \"x\")", "[\"a-x\", \"b-x\"]"),
        ("formatlist(\"%s%d\", [\"a\", \"b\"], [1, 2])", "[\"a1\", \"b2\"]"),
        ("formatlist(\"%s\", [])", "[]"),
        ("formatlist(\"x\")", "[\"x\"]"),
    ]);
}

#[test]
fn formats_that_do_not_fit_are_refused() {
    refuse(&[
        ("format(\"%d\", \"x\")", "%d needs a number"),
        ("format(\"%s\")", "asks for value 1, 0 are given"),
        ("format(\"%s\", 1, 2)", "uses 1 of the 2 values"),
        ("format(\"%\")", "the format ends behind"),
        ("format(\"%y\", 1)", "there is no verb %y"),
        ("format(\"%s\", [1])", "%s needs a string"),
        ("format(\"%t\", 5)", "%t needs a bool"),
        ("format(\"%999999d\", 5)", "too large"),
        ("format(\"%[0]d\", 5)", "counts from 1"),
        ("formatlist(\"%s%s\", [1], [1, 2])", "of the same length"),
    ]);
}
