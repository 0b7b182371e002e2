//! The flags that Terraform's users know, on a real estate.

use super::estate::{Estate, lines, said};
use super::hand::Hand;
use super::sandbox;
use crate::report::fits::faults;
use leeward::report::schema::schema;
use serde_json::Value;
use std::process::Command;

/// Topics on the first cluster, the second of which needs the first.
const TOPICS: &str = r#"
variable "retention" {
  type    = number
  default = 1000
}

topic "a" {
  cluster            = cluster.hzTAG
  name               = "a-TAG"
  partitions         = 1
  replication_factor = 1
  config             = { "retention.ms" = var.retention }
  on_remove          = "delete"
}

topic "b" {
  cluster            = cluster.hzTAG
  name               = "b-TAG"
  partitions         = 1
  replication_factor = 1
  config             = { "retention.ms" = var.retention }
  on_remove          = "delete"
  depends_on         = [topic.a]
}

topic "c" {
  cluster            = cluster.hzTAG
  name               = "c-TAG"
  partitions         = 1
  replication_factor = 1
  on_remove          = "delete"
}
"#;

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

fn topics(sandbox: &leeward::sandbox::Sandbox, estate: &Estate) -> Vec<Option<usize>> {
    let hand = Hand::on(sandbox, "hangzhou");
    ["a-TAG", "b-TAG", "c-TAG"].map(|name| hand.partitions(&estate.tagged(name))).to_vec()
}

#[test]
fn a_target_brings_what_it_needs_and_nothing_else() {
    let Some(sandbox) = sandbox() else { return };
    let estate = Estate::new(&sandbox);
    estate.write("main.hcl", TOPICS);
    let said = estate.ok(&["apply", "-auto-approve", "-target", "topic.b", "-parallelism=1"]);
    insta::assert_snapshot!(lines(&said, "Only"), @"Only topic.b and what belongs to it: the rest of the estate was left out.");
    assert!(said.contains("2 added"), "{said}");
    assert_eq!(topics(&sandbox, &estate), [Some(1), Some(1), None]);
    let refused = estate.refused(&["plan", "-target", "topic.d"]);
    insta::assert_snapshot!(lines(&refused, "error"), @"error: -target topic.d: nothing of that address is declared or owned; `leeward state list` shows what is owned");
    let gone = estate.ok(&["destroy", "-auto-approve", "-target", "topic.a"]);
    assert!(gone.contains("2 destroyed"), "what needs a topic goes before it: {gone}");
    assert_eq!(topics(&sandbox, &estate), [None; 3]);
}

#[test]
fn variables_come_from_flags_files_and_the_environment() {
    let Some(sandbox) = sandbox() else { return };
    let estate = Estate::new(&sandbox);
    estate.write("main.hcl", TOPICS);
    estate.write("given.hclvars", "retention = 3000\n");
    let wanted = |arguments: &[&str]| {
        let plan = json(&estate.ok(&[&["plan", "-json", "-target=topic.a"], arguments].concat()));
        plan["changes"][0]["after"]["topic"]["config"]["retention.ms"]["own"].clone()
    };
    assert_eq!(wanted(&[]), "1000");
    assert_eq!(wanted(&["-var", "retention=2000"]), "2000");
    assert_eq!(wanted(&["-var-file", "given.hclvars"]), "3000");
    assert_eq!(wanted(&["-var-file=given.hclvars", "-var=retention=2000"]), "2000");
    let refused = estate.refused(&["plan", "-var", "retension=1"]);
    insta::assert_snapshot!(refused.split("error: the conf").next().unwrap().split("warning").next().unwrap(), @r#"
    error[LW0121]: a value is given for the variable "retension", which is not declared
     |
    help: there is a variable "retention"
    "#);
    let refused = estate.refused(&["plan", "-var", "retention=long"]);
    assert!(refused.contains("variable \"retention\" has a value of the wrong type"), "{refused}");
}

/// Without a look at the world the plan compares with what leeward last saw; an apply looks before it changes.
#[test]
fn without_a_refresh_a_plan_compares_with_what_was_seen_last() {
    let Some(sandbox) = sandbox() else { return };
    let estate = Estate::new(&sandbox);
    estate.write("main.hcl", TOPICS);
    estate.apply();
    let hand = Hand::on(&sandbox, "hangzhou");
    let topic = estate.tagged("a-TAG");
    hand.set(&topic, "retention.ms", "5000");
    let unseen = estate.leeward(&["plan", "-refresh=false", "-detailed-exitcode"]);
    assert_eq!(unseen.status.code(), Some(0), "{}", said(&unseen));
    assert_eq!(estate.plan().0, 2);
    let refused = estate.refused(&[
        "apply",
        "-auto-approve",
        "-refresh=false",
        "-var=retention=2000",
        "-target=topic.a",
    ]);
    insta::assert_snapshot!(refused.split("Done so far").nth(1).unwrap(), @"
    : 0 added, 0 changed, 0 destroyed.
    error: 1 step failed
      ✗ topic.a: change topic a-TAG on hzTAG: it is not as the plan expects: config.retention.ms 1000 → 5000 (it was left as it is; make a new plan)
    help: mend the cause, then `leeward resume RUN` tries again what is left, or `leeward apply` plans anew
    ");
    assert_eq!(hand.setting(&topic, "retention.ms"), "5000");
    estate.ok(&["destroy", "-auto-approve"]);
}

#[test]
fn nobody_is_asked_where_nobody_can_answer() {
    let Some(sandbox) = sandbox() else { return };
    let estate = Estate::new(&sandbox);
    estate.write("main.hcl", TOPICS);
    for arguments in [&["apply", "-input=false"][..], &["apply"]] {
        let refused = estate.refused(arguments);
        let error = refused.split("\nerror").nth(1).unwrap();
        insta::allow_duplicates! {
            insta::assert_snapshot!(error, @"
            : nobody can answer here whether to apply this: nothing was changed
            help: give -auto-approve, or save the plan with `leeward plan -out FILE` and run `leeward apply FILE`
            ");
        }
    }
    assert_eq!(topics(&sandbox, &estate), [None; 3]);
}

#[test]
fn a_plan_of_3000_topics_fits_a_comment_and_its_json_the_schema() {
    let Some(sandbox) = sandbox() else { return };
    let estate = Estate::new(&sandbox);
    estate.write(
        "main.hcl",
        "topic \"t\" {\n  count = 3000\n  pair = pair.main\n  name = \"t-TAG-${count.index}\"\n  partitions = 1\n  \
         replication_factor = 1\n}\n",
    );
    let markdown = estate.ok(&["plan", "-markdown", "-out", "p.lw"]);
    assert!(markdown.chars().count() <= 60_000, "{}", markdown.chars().count());
    assert!(
        markdown.starts_with("## leeward plan\n\n**Plan: 3,000 to add, 0 to change, 0 to destroy"),
        "{markdown}"
    );
    assert!(markdown.contains("more resources.") && markdown.contains("`leeward apply p.lw`"), "{markdown}");
    let schema = |name: &str| json(&schema(name).unwrap());
    let saved = json(&std::fs::read_to_string(estate.path().join("p.lw")).unwrap());
    assert_eq!(faults(&schema("plan"), &saved), Vec::<String>::new());
    let shown = json(&estate.ok(&["show", "-json", "p.lw"]));
    assert_eq!(faults(&schema("plan-json"), &shown), Vec::<String>::new());
    assert!(shown["changes"].as_array().unwrap().len() >= 6000);
}

/// All that an estate writes and says, at the most talkative: no secret is in any of it.
#[test]
fn no_secret_is_logged_said_or_kept() {
    let Some(sandbox) = super::sasl_sandbox() else { return };
    let estate = Estate::new(&sandbox);
    estate.write("main.hcl", TOPICS);
    let mut heard = String::new();
    let mut hear = |arguments: &[&str]| {
        let output = Command::new(env!("CARGO_BIN_EXE_leeward"))
            .args(arguments)
            .args(["-log-format", "json"])
            .current_dir(estate.path())
            .env("LEEWARD_LOG", "trace")
            .output()
            .unwrap();
        assert!(output.status.success(), "{arguments:?}: {}", said(&output));
        let logged = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(logged.lines().filter(|line| line.starts_with('{')).map(json).count() > 3, "{logged}");
        heard.push_str(&said(&output));
    };
    hear(&["plan", "-out", "p.lw"]);
    hear(&["apply", "p.lw"]);
    hear(&["plan", "-json"]);
    hear(&["destroy", "-auto-approve"]);
    assert!(heard.contains("topic.a"));
    let sasl = sandbox.layout().sasl.as_ref().unwrap();
    let secrets = [&sasl.admin.password, &sandbox.layout().zone.key.secret];
    for file in walk(estate.path()) {
        if !file.ends_with("sandbox.vars.hcl") {
            heard.push_str(&String::from_utf8_lossy(&std::fs::read(file).unwrap()));
        }
    }
    for secret in secrets {
        assert!(!heard.contains(secret), "{}", lines(&heard, secret));
    }
}

fn walk(folder: &std::path::Path) -> Vec<std::path::PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { walk(&path) } else { vec![path] }).collect()
}
