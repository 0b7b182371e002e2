use super::{folder, good, refused};
use leeward::config::{Inputs, load};
use leeward::estate::{Output, Resource};
use leeward::report::diagnostics::text;

const ROOT: &str = r#"
cluster "a" { bootstrap = ["a:1"] }
cluster "b" { bootstrap = ["b:1"] }
pair "p" {
  primary   = cluster.a
  secondary = cluster.b
}
module "set" {
  source   = "./modules/set"
  for_each = { x = 1, y = 2 }
  pair     = pair.p
  prefix   = each.key
  sizes    = { orders = each.value }
}
output "names" { value = { for key, set in module.set : key => set.names } }
output "first" { value = module.set["x"].names[0] }
output "all" { value = flatten(values(module.set)[*].names) }
"#;

const SET: &str = r#"
variable "pair" { type = pair }
variable "prefix" { type = string }
variable "sizes" { type = map(number) }
variable "suffix" { default = "s" }
locals { names = { for name, size in var.sizes : name => "${var.prefix}-${name}${var.suffix}" } }
topic "t" {
  for_each           = var.sizes
  name               = local.names[each.key]
  pair               = var.pair
  partitions         = each.value
  replication_factor = 1
}
module "inner" {
  source = "../inner"
  count  = 2
  topic  = one(values(topic.t)).name
}
output "names" { value = concat(values(topic.t)[*].name, module.inner[*].shout) }
"#;

const INNER: &str = r#"
variable "topic" { type = string }
output "shout" { value = "${upper(var.topic)}@${path.module}" }
"#;

fn files<'a>(root: &'a str, set: &'a str) -> tempfile::TempDir {
    folder(&[("main.hcl", root), ("modules/set/main.hcl", set), ("modules/inner/main.hcl", INNER)])
}

fn told(root: &str, set: &str) -> String {
    text(&load(files(root, set).path(), &Inputs::default()).unwrap_err(), false)
}

#[test]
fn modules_have_instances_inputs_and_outputs() {
    let estate = good(load(files(ROOT, SET).path(), &Inputs::default())).estate;
    let topics: Vec<String> = estate
        .topics()
        .map(|(address, topic)| format!("{address} {} {}", topic.name, topic.partitions))
        .collect();
    insta::assert_snapshot!(topics.join("\n"), @r#"
    module.set["x"].topic.t["orders"] x-orderss 1
    module.set["y"].topic.t["orders"] y-orderss 2
    "#);
    let output = |name: &str| match &estate.outputs[name] {
        Output::Plain(value) => value.to_string(),
        Output::Sensitive(_) => panic!("{name} is not sensitive"),
    };
    assert_eq!(output("first"), "\"x-orderss\"");
    insta::assert_snapshot!(output("all"), @r#"["x-orderss","X-ORDERSS@modules/inner","X-ORDERSS@modules/inner","y-orderss","Y-ORDERSS@modules/inner","Y-ORDERSS@modules/inner"]"#);
}

#[test]
fn a_block_given_to_a_module_is_an_edge() {
    let estate = good(load(files(ROOT, SET).path(), &Inputs::default())).estate;
    let (address, _) = estate.topics().next().unwrap();
    let after: Vec<String> = estate.resources[address].after.iter().map(ToString::to_string).collect();
    assert_eq!(after, ["pair.p"]);
}

#[test]
fn depends_on_of_a_call_and_on_a_module_concerns_all_of_its_blocks() {
    let root = ROOT.replace("prefix   = each.key", "prefix   = each.key\n  depends_on = [cluster.b]");
    let root = format!("{root}\napplication \"late\" {{\n  groups = []\n  depends_on = [module.set]\n}}");
    let estate = good(load(files(&root, SET).path(), &Inputs::default())).estate;
    let after = |address: &str| -> Vec<String> {
        estate.resources[&address.parse().unwrap()].after.iter().map(ToString::to_string).collect()
    };
    assert_eq!(after("module.set[\"x\"].topic.t[\"orders\"]"), ["cluster.b", "pair.p"]);
    assert_eq!(
        after("application.late"),
        ["module.set[\"x\"].topic.t[\"orders\"]", "module.set[\"y\"].topic.t[\"orders\"]"]
    );
}

#[test]
fn the_same_folder_may_be_called_twice() {
    let root = format!(
        "{ROOT}\nmodule \"other\" {{\n  source = \"./modules/inner\"\n  topic = \"z\"\n}}\noutput \"z\" {{ value = module.other.shout }}"
    );
    let estate = good(load(files(&root, SET).path(), &Inputs::default())).estate;
    assert_eq!(estate.outputs["z"], Output::Plain("Z@modules/inner".into()));
}

#[test]
fn faults_of_calls() {
    let cases = [
        (ROOT.replace("prefix   =", "prefx ="), "module.set takes no \"prefx\""),
        (ROOT.replace("prefix   =", "prefx ="), "there is a variable \"prefix\""),
        (ROOT.replace("prefix   =", "prefx ="), "module.set needs \"prefix\""),
        (ROOT.replace("./modules/set", "./modules/none"), "there is no such folder"),
        (ROOT.replace("./modules/set", "registry/set"), "a module's source is a path"),
        (ROOT.replace("\"./modules/set\"", "local.x"), "must be a literal string"),
        (
            ROOT.replace("module.set[\"x\"].names[0]", "module.set[\"x\"].nams"),
            "there is an output \"names\"",
        ),
        (ROOT.replace("module.set[\"x\"]", "module.sett[\"x\"]"), "there is a module \"set\" (main.hcl:8)"),
        (
            ROOT.replace("pair     = pair.p", "pair = cluster.a"),
            "a reference to a pair is needed, this is cluster.a",
        ),
        (ROOT.replace("sizes    = {", "sizes    = { a = \"x\","), "at [\"a\"]: a number is needed"),
        (ROOT.replace("source   = \"./modules/set\"", ""), "a module needs a source"),
    ];
    for (root, words) in cases {
        let said = told(&root, SET);
        assert!(said.contains(words), "should say \"{words}\":\n{said}");
    }
}

#[test]
fn a_module_that_calls_itself_is_a_circle() {
    let root = "module \"a\" { source = \"./m\" }";
    let inside = "module \"b\" { source = \"../m\" }";
    let folder = folder(&[("main.hcl", root), ("m/main.hcl", inside)]);
    let said = text(&load(folder.path(), &Inputs::default()).unwrap_err(), false);
    assert!(said.contains("module.b calls itself: m → m"), "{said}");
}

#[test]
fn a_circle_through_a_module_is_shown_as_its_path() {
    let root = "module \"a\" {\n  source = \"./m\"\n  in = module.a.out\n}";
    let inside = "variable \"in\" {}\noutput \"out\" { value = var.in }";
    let folder = folder(&[("main.hcl", root), ("m/main.hcl", inside)]);
    let said = text(&load(folder.path(), &Inputs::default()).unwrap_err(), false);
    assert!(said.contains("module.a.var.in → module.a.output.out → module.a.var.in"), "{said}");
}

#[test]
fn a_fault_in_a_module_is_told_once_and_at_its_place() {
    let set = SET.replace("replication_factor = 1", "replication_factor = 0");
    let said = told(ROOT, &set);
    assert_eq!(said.matches("error[").count(), 1, "{said}");
    assert!(said.contains("modules/set/main.hcl:"), "{said}");
}

#[test]
fn names_of_the_caller_are_unknown_in_the_module() {
    let said = told(ROOT, &SET.replace("var.pair", "pair.p"));
    assert!(said.contains("pair.p is not declared"), "{said}");
}

#[test]
fn a_topic_stays_a_topic() {
    let estate = good(load(files(ROOT, SET).path(), &Inputs::default())).estate;
    let declared = estate.resources.values().filter(|d| matches!(d.resource, Resource::Topic(_))).count();
    assert_eq!(declared, 2);
    assert!(refused("module \"m\" \"n\" {}").contains("a module has one label"));
}

#[test]
fn a_module_has_no_settings() {
    let said = told(ROOT, &format!("leeward {{}}\n{SET}"));
    assert!(said.contains("a module has no settings"), "{said}");
}
