use super::{refuse, same};

#[test]
fn lists_and_maps() {
    same(&[
        ("[1, 2, 3][1]", "2"),
        ("[[1], [2]][1][0]", "2"),
        ("{ a = 1, \"b\" = 2, (\"c\") = 3 }", "{ a = 1, b = 2, c = 3 }"),
        ("{ a : 1 }.a", "1"),
        ("{ a = { b = [5] } }.a.b[0]", "5"),
        ("{ \"x y\" = 1 }[\"x y\"]", "1"),
        ("{ 1 = \"one\" }[1]", "\"one\""),
        ("[1, 2].0", "1"),
        ("[\"a\"][\"0\"]", "\"a\""),
        ("{ \"${\"a\"}b\" = 1 }", "{ ab = 1 }"),
    ]);
}

#[test]
fn for_expressions() {
    same(&[
        ("[for x in [1, 2, 3] : x * 2]", "[2, 4, 6]"),
        ("[for x in [1, 2, 3] : x if x > 1]", "[2, 3]"),
        ("[for i, x in [\"a\", \"b\"] : \"${i}${x}\"]", "[\"0a\", \"1b\"]"),
        ("{ for x in [\"a\", \"b\"] : x => upper(x) }", "{ a = \"A\", b = \"B\" }"),
        ("{ for k, v in { a = 1, b = 2 } : v => k }", "{ \"1\" = \"a\", \"2\" = \"b\" }"),
        (
            "{ for w in [\"ab\", \"ac\", \"b\"] : substr(w, 0, 1) => w... }",
            "{ a = [\"ab\", \"ac\"], b = [\"b\"] }",
        ),
        ("[for x in toset([\"b\", \"a\"]) : x]", "[\"a\", \"b\"]"),
        ("[for x in [1, 2] : [for y in [10, 20] : x + y]]", "[[11, 21], [12, 22]]"),
        ("[for k, v in { b = 1, a = 2 } : k]", "[\"a\", \"b\"]"),
        ("[for x in [] : x.y]", "[]"),
    ]);
}

#[test]
fn splats() {
    same(&[
        ("[{ a = 1 }, { a = 2 }][*].a", "[1, 2]"),
        ("[{ a = [1] }, { a = [2] }][*].a[0]", "[1, 2]"),
        ("[{ a = 1 }].*.a", "[1]"),
        ("null[*]", "[]"),
        ("{ a = 1 }[*].a", "[1]"),
        ("\"x\"[*]", "[\"x\"]"),
        ("[][*].a", "[]"),
    ]);
}

#[test]
fn what_is_not_there_is_told_with_what_is() {
    refuse(&[
        ("[1, 2][5]", "the list has no element 5"),
        ("[1, 2][-1]", "the list has no element -1"),
        ("[1][0.5]", "whole number"),
        ("[1].a", "list[0].a"),
        ("{ alpha = 1 }.alpa", "there is \"alpha\""),
        ("{ a = 1, b = 2 }.zzz", "there are: a, b"),
        ("{ a = 1 }[\"zzz\"]", "there is no \"zzz\""),
        ("null.a", "null has no attribute"),
        ("\"abc\".a", "a string has no attributes"),
        ("\"abc\"[0]", "a string cannot be indexed"),
        ("toset([\"a\"])[0]", "a set has no order"),
        ("{ a = 1 }[[]]", "indexed by a string"),
        ("{ a = 1, a = 2 }", "a key is there twice"),
        ("{ a = 1, (\"a\") = 2 }", "the key \"a\" is there twice"),
        ("{ for x in [1, 2] : \"k\" => x }", "have the key \"k\""),
        ("[for x in 5 : x]", "goes over a list"),
        ("[for x in [1] : x if 3]", "must be true or false"),
        ("{ [] = 1 }", "must be a string"),
    ]);
}

#[test]
fn a_binding_hides_an_outer_one() {
    same(&[
        ("[for x in [1] : [for x in [2] : x]]", "[[2]]"),
        ("[for upper in [\"a\"] : upper(upper)]", "[\"A\"]"),
    ]);
}
