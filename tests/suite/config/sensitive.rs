use super::{loaded, refused, same, value};
use leeward::estate::{Call, Hook, Output, Resource, Secret, Variable};

#[test]
fn what_is_computed_from_a_secret_is_one() {
    let marked = [
        "sensitive(\"a\")",
        "\"x${sensitive(\"a\")}\"",
        "sensitive(1) + 1",
        "1 < sensitive(2)",
        "sensitive(1) == 1",
        "[sensitive(1)] == [1]",
        "!sensitive(true)",
        "-sensitive(1)",
        "sensitive(true) && true",
        "true && sensitive(true)",
        "sensitive(true) ? 1 : 2",
        "sensitive([1, 2])[0]",
        "[1, 2][sensitive(0)]",
        "sensitive({ a = 1 }).a",
        "{ a = 1 }[sensitive(\"a\")]",
        "sensitive([{ a = 1 }])[*].a",
        "[for x in sensitive([1]) : x]",
        "[for x in [1] : x if sensitive(true)]",
        "{ for x in [1] : sensitive(\"k\") => x }",
        "{ (sensitive(\"k\")) = 1 }",
        "upper(sensitive(\"a\"))",
        "join(\",\", [\"a\", sensitive(\"b\")])",
        "jsonencode({ a = sensitive(1) })",
        "format(\"%s\", sensitive(\"a\"))",
        "length(sensitive([1]))",
        "max([1, sensitive(2)]...)",
        "max(sensitive([1, 2])...)",
        "contains([sensitive(1)], 1)",
        "flatten([[sensitive(1)]])",
        "lookup({ a = 1 }, sensitive(\"a\"))",
        "base64encode(sensitive(\"a\"))",
        "sha256(sensitive(\"a\"))",
        "templatestring(\"$${a}b\", { a = sensitive(\"x\") })",
        "\"%{ if sensitive(true) }a%{ endif }b\"",
        "\"%{ for x in sensitive([1]) }a%{ endfor }b\"",
        "can(sensitive(1))",
        "tostring(sensitive(1))",
        "toset([sensitive(\"a\")])",
        "keys(sensitive({ a = 1 }))",
        "sort([sensitive(\"a\")])",
        "env(\"NONE\", \"default\")",
        "zipmap([sensitive(\"a\")], [1])",
    ];
    for expression in marked {
        assert_eq!(value(expression).unwrap().to_string(), "(sensitive)", "{expression}");
    }
}

#[test]
fn marks_of_elements_stay_with_the_elements() {
    let shown = |expression: &str| value(expression).unwrap().to_string();
    assert_eq!(shown("[1, sensitive(2)]"), "[\n  1,\n  (sensitive),\n]");
    assert_eq!(shown("merge({ a = 1 }, { b = sensitive(2) })"), "{\n  \"a\" = 1\n  \"b\" = (sensitive)\n}");
    assert_eq!(shown("concat([1], [sensitive(2)])[0]"), "1");
    assert_eq!(shown("concat([1], [sensitive(2)])[1]"), "(sensitive)");
    assert_eq!(shown("keys({ a = sensitive(1) })"), "[\n  \"a\",\n]");
    assert_eq!(shown("values({ a = sensitive(1), b = 2 })[1]"), "2");
    assert_eq!(shown("length([sensitive(1)])"), "1");
    assert_eq!(shown("lookup({ a = sensitive(1), b = 2 }, \"b\")"), "2");
    assert_eq!(shown("element([sensitive(1), 2], 1)"), "2");
}

#[test]
fn marks_can_be_seen_and_taken_off() {
    same(&[
        ("nonsensitive(sensitive(1))", "1"),
        ("nonsensitive([sensitive(1)])", "[1]"),
        ("nonsensitive(1)", "1"),
        ("issensitive(sensitive(1))", "true"),
        ("issensitive([sensitive(1)])", "true"),
        ("issensitive(1)", "false"),
    ]);
}

#[test]
fn a_message_does_not_show_what_is_sensitive() {
    let faulty = [
        "sensitive(\"tops3cret\") + 1",
        "tonumber(sensitive(\"tops3cret\"))",
        "regex(sensitive(\"(tops3cret\"), \"\")",
        "jsondecode(sensitive(\"{tops3cret\"))",
        "{ a = 1 }[sensitive(\"tops3cret\")]",
        "sensitive({ tops3cret = 1 }).a",
        "[1][sensitive(\"tops3cret\")]",
        "lookup({}, sensitive(\"tops3cret\"))",
        "{ for x in [1, 2] : sensitive(\"tops3cret\") => x }",
        "format(\"%d\", sensitive(\"tops3cret\"))",
        "!sensitive(\"tops3cret\")",
        "sensitive(\"tops3cret\") ? 1 : 2",
        "file(sensitive(\"tops3cret\"))",
        "parseint(sensitive(\"tops3cret\"), 10)",
    ];
    for expression in faulty {
        let said = value(expression).unwrap_err();
        for diagnostic in said.iter() {
            let labels: Vec<&str> = diagnostic.labels.iter().map(|label| label.text.as_str()).collect();
            let all = format!("{} {labels:?} {:?}", diagnostic.message, diagnostic.help);
            assert!(!all.contains("tops3cret"), "{expression} shows the secret: {all}");
        }
    }
}

const CLUSTER: &str = "cluster \"c\" { bootstrap = [\"a:1\"] }\n";

fn topic(line: &str) -> String {
    let fields = ["name = \"t\"", "partitions = 1", "replication_factor = 1"];
    let word = line.split(' ').next().unwrap();
    let rest: Vec<&str> =
        fields.into_iter().filter(|field| !field.starts_with(&format!("{word} "))).collect();
    format!("{CLUSTER}topic \"t\" {{\n  cluster = cluster.c\n  {}\n  {line}\n}}", rest.join("\n  "))
}

#[test]
fn a_secret_may_not_stand_where_it_would_be_shown() {
    let cases = [
        topic("name = sensitive(\"t\")"),
        topic("config = { a = sensitive(\"b\") }"),
        topic("partitions = sensitive(1)"),
        format!("{CLUSTER}application \"a\" {{\n  stop {{ exec = [\"x\", sensitive(\"y\")] }}\n}}"),
        "output \"o\" { value = sensitive(1) }".to_owned(),
        "output \"o\" { value = { a = [sensitive(1)] } }".to_owned(),
        "cluster \"c\" { bootstrap = [sensitive(\"a:1\")] }".to_owned(),
    ];
    for text in cases {
        let said = refused(&text);
        assert!(said.contains("LW0123"), "{text}\n{said}");
    }
}

#[test]
fn an_output_may_be_sensitive_if_it_says_so() {
    let estate = loaded("output \"o\" {\n  value = \"x${sensitive(1)}\"\n  sensitive = true\n}").estate;
    match &estate.outputs["o"] {
        Output::Sensitive(secret) => assert_eq!(secret.expose(), "\"x1\""),
        Output::Plain(value) => panic!("{value} is plain"),
    }
    assert!(!format!("{estate:?}").contains("x1"));
}

#[test]
fn secrets_in_clear_are_noted() {
    let secret = |password: &str| {
        let text = format!(
            "variable \"v\" {{\n  default = \"x\"\n  sensitive = true\n}}\nvariable \"w\" {{ default = \"x\" }}\ncluster \"c\" {{\n  bootstrap = [\"a:1\"]\n  security {{\n    protocol = \"SASL_SSL\"\n    mechanism = \"PLAIN\"\n    username = \"u\"\n    password = {password}\n  }}\n}}"
        );
        loaded(&text)
            .estate
            .clear_secrets
            .into_iter()
            .map(|(address, field)| format!("{address} {field}"))
            .collect::<Vec<_>>()
    };
    for clear in ["\"x\"", "var.w", "sensitive(\"x\")", "(\"x\")", "<<EOT\nx\nEOT\n"] {
        assert_eq!(secret(clear), ["cluster.c security.password"], "{clear}");
    }
    for kept in ["env(\"NONE\", \"x\")", "var.v", "sensitive(var.w)"] {
        let clear = secret(kept);
        assert!(clear.is_empty(), "{kept}: {clear:?}");
    }
}

const HOOKS: &str = r#"
application "billing" {
  groups = ["billing"]
  stop {
    exec        = ["true"]
    environment = { TOKEN = sensitive("s3cr3t"), MODE = "fast" }
  }
  start {
    exec        = ["true"]
    environment = sensitive({ TOKEN = "s3cr3t" })
  }
}
fence "orders" {
  pair    = pair.orders
  webhook = sensitive("https://gate.internal/s3cr3t")
}
cluster "hangzhou" { bootstrap = ["hz:9092"] }
cluster "shanghai" { bootstrap = ["sh:9092"] }
pair "orders" {
  primary   = cluster.hangzhou
  secondary = cluster.shanghai
}
"#;

#[test]
fn hooks_may_be_given_secrets_and_show_none() {
    let estate = loaded(HOOKS).estate;
    let shown = format!("{estate:?}");
    assert!(!shown.contains("s3cr3t"), "{shown}");
    let Resource::Application(billing) = &estate.resources[&"application.billing".parse().unwrap()].resource
    else {
        panic!("no application");
    };
    let environment = |hook: &Option<Hook>| match &hook.as_ref().unwrap().call {
        Call::Exec { environment, .. } => environment.clone(),
        Call::Webhook { .. } => panic!("no program"),
    };
    let secret = Variable::Secret(Secret::new("s3cr3t"));
    let plain = Variable::Plain("fast".into());
    assert_eq!(environment(&billing.stop), [("MODE".into(), plain), ("TOKEN".into(), secret.clone())].into());
    assert_eq!(environment(&billing.start), [("TOKEN".into(), secret)].into());
    for (good, bad, words) in [
        ("sensitive(\"https://gate.internal/s3cr3t\")", "sensitive(\"ftp://s3cr3t\")", "it is not shown"),
        ("sensitive({ TOKEN = \"s3cr3t\" })", "sensitive({ TOKEN = [\"s3cr3t\"] })", "it is not shown"),
        ("exec        = [\"true\"]", "exec        = [sensitive(\"s3cr3t\")]", "exec cannot be sensitive"),
    ] {
        assert!(HOOKS.contains(good), "{good}");
        let said = refused(&HOOKS.replace(good, bad));
        assert!(said.contains(words), "{said}");
    }
}
