use super::{loaded, refused};

const CLUSTER: &str = "cluster \"c\" { bootstrap = [\"a:1\"] }\n";

fn topics(meta: &str, name: &str) -> String {
    format!(
        "{CLUSTER}topic \"t\" {{\n{meta}\nname = {name}\ncluster = cluster.c\npartitions = 1\nreplication_factor = 1\n}}\n"
    )
}

fn names(meta: &str, name: &str) -> Vec<String> {
    loaded(&topics(meta, name))
        .estate
        .topics()
        .map(|(address, topic)| format!("{address} {}", topic.name))
        .collect()
}

#[test]
fn for_each() {
    assert_eq!(
        names("for_each = { b = 2, a = 1 }", "\"${each.key}${each.value}\""),
        ["topic.t[\"a\"] a1", "topic.t[\"b\"] b2"]
    );
    assert_eq!(names("for_each = toset([\"x\", \"x\"])", "each.value"), ["topic.t[\"x\"] x"]);
    assert!(names("for_each = {}", "each.key").is_empty());
    assert_eq!(names("for_each = { \"q\\\"\" = \"n\" }", "each.value"), ["topic.t[\"q\\\"\"] n"]);
}

#[test]
fn count() {
    assert_eq!(names("count = 2", "\"t${count.index}\""), ["topic.t[0] t0", "topic.t[1] t1"]);
    assert_eq!(names("count = true ? 1 : 0", "\"t\""), ["topic.t[0] t"]);
    assert!(names("count = 0", "\"t\"").is_empty());
}

#[test]
fn a_repeated_block_is_a_map_or_a_list_of_references() {
    let text = format!(
        "{}{}output \"a\" {{ value = topic.t[\"x\"].name }}\noutput \"b\" {{ value = [for k, t in topic.t : \"${{k}}-${{t.name}}\"] }}\noutput \"c\" {{ value = length(topic.t) }}",
        topics("for_each = toset([\"x\", \"y\"])", "each.key"),
        "application \"app\" {\n  count = 2\n  groups = [\"g${count.index}\"]\n}\noutput \"d\" { value = application.app[*].groups[0] }\n"
    );
    let outputs: Vec<String> =
        loaded(&text).estate.outputs.iter().map(|(name, output)| format!("{name} {output:?}")).collect();
    insta::assert_snapshot!(outputs.join("\n"), @r#"
    a Plain(String("x"))
    b Plain(Array [String("x-x"), String("y-y")])
    c Plain(Number(2))
    d Plain(Array [String("g0"), String("g1")])
    "#);
}

#[test]
fn what_cannot_be_repeated() {
    let cases = [
        ("for_each = [\"a\"]", "toset(list) makes a set of it"),
        ("for_each = null", "this is null"),
        ("for_each = \"a\"", "a map or a set of strings"),
        ("for_each = 3", "count = condition ? 1 : 0"),
        ("for_each = toset([1])", "the set of a for_each holds strings"),
        ("for_each = sensitive({ a = 1 })", "for_each cannot be sensitive"),
        ("for_each = toset([sensitive(\"a\")])", "for_each cannot be sensitive"),
        ("count = -1", "a whole number from 0"),
        ("count = 1.5", "a whole number from 0"),
        ("count = \"x\"", "a whole number from 0"),
        ("count = 99999999", "count is too large"),
        ("count = sensitive(1)", "count cannot be sensitive"),
        ("count = 1\nfor_each = {}", "either for_each or count"),
        ("for_each = topic.t", "topic.t needs itself: topic.t → topic.t"),
    ];
    for (meta, words) in cases {
        let said = refused(&topics(meta, "\"t\""));
        assert!(said.contains(words), "{meta} should say \"{words}\":\n{said}");
    }
    assert!(refused(&topics("", "each.key")).contains("the block has no for_each"));
    assert!(refused(&topics("", "\"t${count.index}\"")).contains("the block has no count"));
}

#[test]
fn dynamic_blocks() {
    let text = |dynamic: &str| {
        format!(
            "{CLUSTER}cluster \"d\" {{ bootstrap = [\"b:1\"] }}\npair \"p\" {{\n  primary = cluster.c\n  secondary = cluster.d\n}}\ntopic \"t\" {{\n  pair = pair.p\n  partitions = 1\n  replication_factor = 3\n{dynamic}\n}}"
        )
    };
    let overrides = |dynamic: &str| -> Vec<String> {
        let loaded = loaded(&text(dynamic));
        let (_, topic) = loaded.estate.topics().next().unwrap();
        topic.overrides.iter().map(|(side, other)| format!("{side} {:?}", other.replication_factor)).collect()
    };
    let by_map = "dynamic \"side\" {\n  for_each = { primary = 1, secondary = 2 }\n  labels = [side.key]\n  content { replication_factor = side.value }\n}";
    assert_eq!(overrides(by_map), ["primary Some(1)", "secondary Some(2)"]);
    let iterator = "dynamic \"side\" {\n  for_each = [\"secondary\"]\n  iterator = it\n  labels = [it.value]\n  content { replication_factor = it.key + 1 }\n}";
    assert_eq!(overrides(iterator), ["secondary Some(1)"]);
    assert!(overrides("dynamic \"side\" {\n  for_each = []\n  content {}\n}").is_empty());
    let cases = [
        ("dynamic \"side\" {\n  content {}\n}", "needs for_each"),
        ("dynamic \"side\" { for_each = [] }", "needs content"),
        ("dynamic \"sied\" {\n  for_each = []\n  content {}\n}", "there is \"side\""),
        ("dynamic \"side\" {\n  for_each = 5\n  content {}\n}", "a list, a set or a map"),
        ("dynamic \"side\" {\n  for_each = [1]\n  content {}\n}", "side needs a label"),
        ("dynamic \"side\" {\n  for_each = [1]\n  labels = \"x\"\n  content {}\n}", "a list with one string"),
        (
            "dynamic \"side\" {\n  for_each = [1]\n  iterator = \"x\"\n  content {}\n}",
            "iterator is a bare name",
        ),
        (
            "dynamic \"side\" {\n  for_each = [1, 2]\n  labels = [\"primary\"]\n  content {}\n}",
            "has side \"primary\" twice",
        ),
        ("side \"primary\" {}\nside \"primary\" {}", "has side \"primary\" twice"),
    ];
    for (dynamic, words) in cases {
        let said = refused(&text(dynamic));
        assert!(said.contains(words), "{dynamic}\nshould say \"{words}\":\n{said}");
    }
}
