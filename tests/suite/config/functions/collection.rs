use crate::config::{refuse, same};

#[test]
fn built_and_cut() {
    same(&[
        ("chunklist([1, 2, 3], 2)", "[[1, 2], [3]]"),
        ("chunklist([1, 2], 0)", "[[1, 2]]"),
        ("compact([\"a\", \"\", null, \"b\"])", "[\"a\", \"b\"]"),
        ("concat([1], [2, 3], [])", "[1, 2, 3]"),
        ("distinct([2, 1, 2, 1])", "[2, 1]"),
        ("flatten([1, [2, [3, []]]])", "[1, 2, 3]"),
        ("keys({ b = 1, a = 2 })", "[\"a\", \"b\"]"),
        ("values({ b = 1, a = 2 })", "[2, 1]"),
        ("merge({ a = 1 }, { a = 2, b = 3 }, null)", "{ a = 2, b = 3 }"),
        ("range(3)", "[0, 1, 2]"),
        ("range(1, 4)", "[1, 2, 3]"),
        ("range(0, 1, 0.5)", "[0, 0.5]"),
        ("range(3, 0)", "[3, 2, 1]"),
        ("range(5, 0, -2)", "[5, 3, 1]"),
        ("range(0)", "[]"),
        ("length(range(2000))", "2000"),
        ("reverse([1, 2, 3])", "[3, 2, 1]"),
        ("slice([1, 2, 3, 4], 1, 3)", "[2, 3]"),
        ("sort([\"b\", \"a\", \"C\"])", "[\"C\", \"a\", \"b\"]"),
        ("transpose({ a = [\"1\", \"2\"], b = [\"2\"] })", "{ \"1\" = [\"a\"], \"2\" = [\"a\", \"b\"] }"),
        ("zipmap([\"a\", \"b\"], [1, 2])", "{ a = 1, b = 2 }"),
    ]);
    refuse(&[
        ("slice([1], 0, 2)", "must lie in the list"),
        ("slice([1, 2], 2, 1)", "must lie in the list"),
        ("zipmap([\"a\"], [])", "1 keys and 0 values"),
        ("range(0, 10, 0)", "never reached"),
        ("range(0, 10, -1)", "never reached"),
        ("range(99999999)", "too many elements"),
        ("merge([])", "a map is needed"),
        ("concat([1], 2)", "a list or a set is needed"),
        ("keys([])", "a map is needed"),
        ("transpose({ a = [[]] })", "a map of lists of strings"),
    ]);
}

#[test]
fn asked() {
    same(&[
        ("alltrue([])", "true"),
        ("alltrue([true, \"true\"])", "true"),
        ("anytrue([false, true])", "true"),
        ("anytrue([])", "false"),
        ("coalesce(null, \"\", \"a\")", "\"a\""),
        ("coalescelist([], [1])", "[1]"),
        ("contains([\"a\"], \"a\")", "true"),
        ("contains([1], \"1\")", "false"),
        ("element([1, 2, 3], 4)", "2"),
        ("element([1, 2, 3], -1)", "3"),
        ("index([\"a\", \"b\"], \"b\")", "1"),
        ("length(\"日本\")", "2"),
        ("length({ a = 1 })", "1"),
        ("lookup({ a = 1 }, \"a\", 0)", "1"),
        ("lookup({ a = 1 }, \"b\", 0)", "0"),
        ("matchkeys([1, 2, 3], [\"a\", \"b\", \"a\"], [\"a\"])", "[1, 3]"),
        ("one([])", "null"),
        ("one([5])", "5"),
    ]);
    refuse(&[
        ("alltrue([1])", "a list of bools"),
        ("coalesce(null, \"\")", "all of them are null or empty"),
        ("coalescelist([], [])", "all of the lists are empty"),
        ("element([], 0)", "the list is empty"),
        ("index([], 1)", "it is not in the list"),
        ("length(5)", "a list, a set, a map or a string"),
        ("lookup({}, \"b\")", "the map has no key \"b\""),
        ("matchkeys([1], [], [])", "1 values and 0 keys"),
        ("one([1, 2])", "it has 2 elements"),
    ]);
}

#[test]
fn sets() {
    same(&[
        ("setunion([\"a\"], [\"b\", \"a\"])", "toset([\"a\", \"b\"])"),
        ("setintersection([\"a\", \"b\"], [\"b\", \"c\"])", "toset([\"b\"])"),
        ("setsubtract([\"a\", \"b\"], [\"b\"])", "toset([\"a\"])"),
        ("setsymmetricdifference([\"a\", \"b\"], [\"b\", \"c\"])", "toset([\"a\", \"c\"])"),
        ("setproduct([\"a\", \"b\"], [1, 2])", "[[\"a\", 1], [\"a\", 2], [\"b\", 1], [\"b\", 2]]"),
        ("setproduct([], [1])", "[]"),
        ("setproduct(toset([\"a\"]), toset([\"b\"]))", "toset([[\"a\", \"b\"]])"),
    ]);
    refuse(&[
        ("setproduct(range(10000), range(10000))", "too many elements"),
        ("setunion(1)", "a list or a set"),
    ]);
}
