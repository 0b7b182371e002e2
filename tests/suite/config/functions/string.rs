use crate::config::{refuse, same};

#[test]
fn strings() {
    same(&[
        ("chomp(\"a\\r\\n\\n\")", "\"a\""),
        ("endswith(\"abc\", \"bc\")", "true"),
        ("startswith(\"abc\", \"bc\")", "false"),
        ("strcontains(\"abc\", \"b\")", "true"),
        ("indent(2, \"a\\nb\")", "\"a\\n  b\""),
        ("join(\", \", [\"a\", 1, true])", "\"a, 1, true\""),
        ("join(\"-\", [\"a\"], [\"b\"])", "\"a-b\""),
        ("join(\"-\", [])", "\"\""),
        ("lower(\"ÄB\")", "\"äb\""),
        ("upper(\"äb\")", "\"ÄB\""),
        ("replace(\"a.b.c\", \".\", \"-\")", "\"a-b-c\""),
        ("replace(\"hello\", \"/l+/\", \"L\")", "\"heLo\""),
        ("replace(\"a-b\", \"/(\\\\w)-(\\\\w)/\", \"$2-$1\")", "\"b-a\""),
        ("replace(\"a/b\", \"/\", \"-\")", "\"a-b\""),
        ("split(\",\", \"a,b,c\")", "[\"a\", \"b\", \"c\"]"),
        ("split(\",\", \"\")", "[\"\"]"),
        ("split(\"\", \"ab\")", "[\"a\", \"b\"]"),
        ("strrev(\"añb\")", "\"bña\""),
        ("substr(\"hello\", 1, 3)", "\"ell\""),
        ("substr(\"hello\", -3, -1)", "\"llo\""),
        ("substr(\"hello\", 1, -1)", "\"ello\""),
        ("substr(\"日本語\", 1, 1)", "\"本\""),
        ("substr(\"a\", 10, 5)", "\"\""),
        ("title(\"hello big-world\")", "\"Hello Big-World\""),
        ("trim(\"??a?!\", \"?!\")", "\"a\""),
        ("trimprefix(\"aab\", \"a\")", "\"ab\""),
        ("trimsuffix(\"abb\", \"b\")", "\"ab\""),
        ("trimspace(\"  a \\n\")", "\"a\""),
    ]);
    refuse(&[
        ("join(\",\", [[]])", "a list of strings"),
        ("substr(\"a\", 0, -2)", "a length from 0 or -1"),
        ("replace(\"a\", \"/(/\", \"\")", "not a regular expression"),
        ("indent(-1, \"a\")", "a whole number from 0"),
        ("indent(99999, \"a\")", "more than 1000 spaces"),
    ]);
}

#[test]
fn regular_expressions() {
    same(&[
        ("regex(\"[a-z]+\", \"12ab34\")", "\"ab\""),
        ("regex(\"(\\\\d+)-(\\\\d+)\", \"10-20\")", "[\"10\", \"20\"]"),
        ("regex(\"(?P<host>[^:]+):(?P<port>\\\\d+)\", \"a:9092\")", "{ host = \"a\", port = \"9092\" }"),
        ("regexall(\"[a-z]\", \"a1b2\")", "[\"a\", \"b\"]"),
        ("regexall(\"x\", \"abc\")", "[]"),
        ("length(regexall(\"a\", \"banana\"))", "3"),
    ]);
    refuse(&[
        ("regex(\"x\", \"abc\")", "the pattern does not match"),
        ("regex(\"(\", \"abc\")", "not a regular expression"),
    ]);
}
