use super::{loaded, refused};
use leeward::estate::{Estate, Output};

const PAIR: &str = r#"
cluster "a" {
  bootstrap = ["a:1"]
  endpoint  = "a.internal"
  security { protocol = "PLAINTEXT" }
}
cluster "b" {
  bootstrap = ["b:1"]
  endpoint  = "b.internal"
}
pair "p" {
  primary   = cluster.a
  secondary = cluster.b
}
"#;

fn after(estate: &Estate, address: &str) -> Vec<String> {
    estate.resources[&address.parse().unwrap()].after.iter().map(ToString::to_string).collect()
}

fn output(expression: &str) -> String {
    let estate = loaded(&format!("{PAIR}output \"v\" {{ value = {expression} }}")).estate;
    match &estate.outputs["v"] {
        Output::Plain(value) => value.to_string(),
        Output::Sensitive(_) => "(sensitive)".into(),
    }
}

#[test]
fn everything_declared_is_readable() {
    let cases = [
        ("cluster.a.endpoint", "\"a.internal\""),
        ("cluster.a.name", "\"a\""),
        ("cluster.a[\"endpoint\"]", "\"a.internal\""),
        ("cluster.a.bootstrap[0]", "\"a:1\""),
        ("cluster.a.timeout", "null"),
        ("cluster.a.security.protocol", "\"PLAINTEXT\""),
        ("cluster.a.security.username", "null"),
        ("cluster.b.security", "null"),
        ("pair.p.active.name", "\"a\""),
        ("pair.p.standby.endpoint", "\"b.internal\""),
        ("pair.p.primary.name", "\"a\""),
        ("pair.p.active == cluster.a", "true"),
        ("[for c in [cluster.a, cluster.b] : c.name]", "[\"a\",\"b\"]"),
        ("pair.p.name", "\"p\""),
    ];
    for (expression, expected) in cases {
        assert_eq!(output(expression), expected, "{expression}");
    }
}

#[test]
fn what_is_read_becomes_an_edge_also_through_locals() {
    let estate = loaded(&format!(
        "{PAIR}
locals {{
  where = pair.p.active.endpoint
  twice = [local.where, local.where]
}}
dns \"d\" {{
  rfc2136 {{
    server     = \"10.0.0.1\"
    key_name   = \"k\"
    key_secret = env(\"NONE\", \"MDEyMzQ1Njc4OTAxMjM0NTY3ODk=\")
  }}
}}
dns_record \"r\" {{
  dns    = dns.d
  zone   = \"x.\"
  name   = \"k.x.\"
  type   = \"CNAME\"
  ttl    = 5
  values = [local.twice[1]]
}}
topic \"t\" {{
  for_each           = toset([cluster.b.name])
  pair               = pair.p
  partitions         = 1
  replication_factor = 1
}}
application \"app\" {{
  groups     = []
  depends_on = [topic.t, dns_record.r]
}}"
    ))
    .estate;
    assert_eq!(after(&estate, "pair.p"), ["cluster.a", "cluster.b"]);
    assert_eq!(after(&estate, "dns_record.r"), ["cluster.a", "pair.p", "dns.d"]);
    assert_eq!(after(&estate, "topic.t[\"b\"]"), ["cluster.b", "pair.p"]);
    assert_eq!(after(&estate, "application.app"), ["topic.t[\"b\"]", "dns_record.r"]);
}

#[test]
fn one_member_is_an_edge_of_its_own() {
    let estate = loaded(&format!(
        "{PAIR}
topic \"t\" {{
  for_each           = toset([\"x\", \"y\"])
  pair               = pair.p
  partitions         = 1
  replication_factor = 1
}}
access \"w\" {{
  pair       = pair.p
  principals = [\"User:u\"]
  operations = [\"READ\"]
  topics     = [topic.t[\"x\"].name]
}}"
    ))
    .estate;
    assert_eq!(after(&estate, "access.w"), ["pair.p", "topic.t[\"x\"]"]);
}

#[test]
fn circles_are_shown_as_their_path() {
    let locals = "locals {\n  a = local.b\n  b = [local.c]\n  c = \"${local.a}\"\n}";
    insta::assert_snapshot!(refused(locals), @r#"
    error[LW0112]: local.a needs itself: local.a → local.b → local.c → local.a
     --> estate.hcl:4:10
      |
    4 |   c = "${local.a}"
      |          ^^^^^^^ this closes the circle
      |
    help: take one of these references out
    "#);
    let own = format!(
        "{PAIR}topic \"t\" {{\n  name = topic.t.name\n  pair = pair.p\n  partitions = 1\n  replication_factor = 1\n}}"
    );
    assert!(refused(&own).contains("topic.t.name → topic.t.name"));
}

#[test]
fn resources_may_not_depend_on_each_other() {
    let text = "application \"a\" {\n  groups = application.b.groups\n}\napplication \"b\" {\n  groups = []\n  depends_on = [application.a]\n}";
    let said = refused(text);
    assert!(
        said.contains("these depend on each other: application.a → application.b → application.a"),
        "{said}"
    );
}

#[test]
fn a_long_chain_of_references_is_followed() {
    let chain: String = (1..1_000).map(|n| format!("  l{n} = local.l{} + 1\n", n - 1)).collect();
    let estate =
        loaded(&format!("locals {{\n  l0 = 0\n{chain}}}\noutput \"v\" {{ value = local.l999 }}")).estate;
    assert_eq!(estate.outputs["v"], Output::Plain(999.into()));
}

#[test]
fn a_chain_that_is_too_long_is_refused_and_not_overflown() {
    let chain: String = (1..20_000).map(|n| format!("  l{} = local.l{} + 1\n", n - 1, n)).collect();
    let said = refused(&format!("locals {{\n{chain}  l19999 = 0\n}}"));
    assert!(said.contains("LW0127"), "{}", said.lines().take(5).collect::<Vec<_>>().join("\n"));
}

#[test]
fn depends_on_takes_references() {
    let app =
        |depends: &str| format!("{PAIR}application \"x\" {{\n  groups = []\n  depends_on = {depends}\n}}");
    assert!(refused(&app("[\"pair.p\"]")).contains("written without quotes"));
    assert!(refused(&app("pair.p")).contains("this is no list"));
    assert!(refused(&app("[1]")).contains("the number 1"));
    assert!(refused(&app("[pair.q]")).contains("pair.q is not declared"));
}

#[test]
fn lifecycle() {
    let app = |lifecycle: &str| {
        format!("application \"x\" {{\n  groups = [\"g\"]\n  lifecycle {{\n{lifecycle}\n  }}\n}}")
    };
    let estate = loaded(&app(
        "prevent_destroy = 1 > 0\nignore_changes = [groups, config[\"a.b\"], config.c, \"d.e\"]",
    ))
    .estate;
    let lifecycle = &estate.resources.values().next().unwrap().lifecycle;
    assert!(lifecycle.prevent_destroy);
    assert_eq!(lifecycle.ignore_changes, ["groups", "config.a.b", "config.c", "d.e"]);
    let all = loaded(&app("ignore_changes = all")).estate;
    assert_eq!(all.resources.values().next().unwrap().lifecycle.ignore_changes, ["all"]);
    let cases = [
        ("prevent_destroy = 5", "must be true or false"),
        ("ignore_changes = 5", "a list of fields, or all"),
        ("ignore_changes = [a[0]]", "a list of fields, or all"),
        ("create_before_destroy = true", "lifecycle has no attribute"),
        ("postcondition {}", "lifecycle has no block"),
        ("precondition {\n condition = 1 > 2\n error_message = \"no ${1 + 1}\"\n}", "application.x: no 2"),
        ("precondition { condition = true }", "needs error_message"),
    ];
    for (text, words) in cases {
        let said = refused(&app(text));
        assert!(said.contains(words), "{text}\nshould say \"{words}\":\n{said}");
    }
}

#[test]
fn members_made_of_members_are_edges_by_their_key() {
    let text = |keys: &str| {
        format!(
            "{PAIR}
topic \"t\" {{
  for_each           = toset([\"x\", \"y\", \"z\"])
  pair               = pair.p
  partitions         = 1
  replication_factor = 1
}}
access \"w\" {{
  for_each   = {keys}
  pair       = pair.p
  principals = [\"User:u\"]
  operations = [\"READ\"]
  topics     = [each.value]
}}"
        )
    };
    let estate = loaded(&text("{ for key, t in topic.t : key => t.name }")).estate;
    assert_eq!(after(&estate, "access.w[\"x\"]"), ["pair.p", "topic.t[\"x\"]"]);
    let estate = loaded(&text("{ all = join(\"-\", [for t in topic.t : t.name]) }")).estate;
    assert_eq!(after(&estate, "access.w[\"all\"]").len(), 4);
}

#[test]
fn a_thousand_members_of_members_are_quick() {
    let estate = loaded(&format!(
        "{PAIR}
topic \"t\" {{
  for_each           = {{ for n in range(1000) : \"t${{n}}\" => n }}
  pair               = pair.p
  partitions         = 1
  replication_factor = 1
}}
access \"w\" {{
  for_each   = {{ for key, t in topic.t : key => t.name }}
  pair       = pair.p
  principals = [\"User:u\"]
  operations = [\"READ\"]
  topics     = [each.value]
}}"
    ))
    .estate;
    let edges: usize = estate.resources.values().map(|declared| declared.after.len()).sum();
    assert_eq!(edges, 2 + 1_000 + 2_000);
}

#[test]
fn what_grows_without_end_is_refused() {
    let doubled = |base: &str, step: &str| {
        let steps: String = (1..60)
            .map(|n| format!("  l{n} = {}\n", step.replace('@', &format!("local.l{}", n - 1))))
            .collect();
        refused(&format!("locals {{\n  l0 = {base}\n{steps}}}"))
    };
    assert!(doubled("\"xxxxxxxx\"", "\"${@}${@}\"").contains("this text becomes too long"));
    assert!(doubled("[1, 2, 3]", "concat(@, @)").contains("too many elements"));
}
