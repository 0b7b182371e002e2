//! Every estate under modules/ and examples/ is valid, in layout, plans from nothing, and says what it should.

use leeward::config::{Inputs, Loaded, load};
use leeward::estate::{
    AuthorityFacts, Broker, ClusterFacts, ConnectFacts, Object, ObjectId, Observed, Reading, Resource, What,
    ZoneFacts, desired,
};
use leeward::plan::{Options, Plan, plan};
use leeward::policy;
use leeward::report::text::{View, plan_in};
use leeward::state::State;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_owned()
}

/// The estates that stand for themselves.
const ESTATES: [&str; 2] = ["modules/protected-topic-set/example", "examples/two-region-sasl"];

fn read(folder: &str) -> Loaded {
    let secret = "bGVld2FyZC1sZWV3YXJkLWxlZXdhcmQtbGVld2FyZA==";
    let names = ["FRANKFURT_PASSWORD", "DUBLIN_PASSWORD", "CONNECT_PASSWORD", "TSIG_KEY"];
    let environment = names.map(|name| (name.to_owned(), secret.to_owned())).into();
    let inputs = Inputs { environment, ..Inputs::default() };
    load(&root().join(folder), &inputs).unwrap_or_else(|diagnostics| {
        let said: Vec<String> = diagnostics.iter().map(|one| format!("{one:?}")).collect();
        panic!("{folder}: {said:#?}")
    })
}

/// A world in which every place answers and nothing is there yet.
fn empty_world(loaded: &Loaded) -> Observed {
    let mut readings: BTreeMap<ObjectId, Reading> =
        desired(&loaded.estate).into_iter().map(|desired| (desired.id, Reading::Absent)).collect();
    for declared in loaded.estate.resources.values() {
        let (at, name) = (&declared.address, &declared.address.name);
        let seen = match &declared.resource {
            Resource::Cluster(_) => (ObjectId::new(at, What::Cluster), Object::Cluster(cluster(name))),
            Resource::Connect(connect) => {
                (ObjectId::new(at, What::Connect), Object::Connect(worker(&connect.cluster.name)))
            }
            Resource::DnsRecord(record) => {
                let id = ObjectId::new(&record.dns, What::Zone(record.zone.clone()));
                (id, Object::Zone(zone()))
            }
            _ => continue,
        };
        readings.insert(seen.0, Reading::Present(seen.1));
    }
    Observed { readings, ..Observed::default() }
}

fn cluster(name: &str) -> ClusterFacts {
    let broker = |id| Broker { id, advertised: format!("{name}-{id}:9093"), rack: None };
    ClusterFacts {
        cluster_id: format!("id-of-{name}"),
        brokers: (0..3).map(broker).collect(),
        topics: Some(BTreeSet::new()),
        groups: Some(BTreeSet::new()),
    }
}

fn worker(cluster: &str) -> ConnectFacts {
    let plugin =
        |part| (format!("org.apache.kafka.connect.mirror.Mirror{part}Connector"), "4.3.1".to_owned());
    ConnectFacts {
        version: "4.3.1".into(),
        kafka_cluster_id: format!("id-of-{cluster}"),
        plugins: ["Source", "Checkpoint", "Heartbeat"].map(plugin).into(),
        mirrors: BTreeMap::new(),
    }
}

fn zone() -> ZoneFacts {
    let answers = AuthorityFacts { authority: "ns1:53".into(), serial: Some(1), fault: None };
    ZoneFacts { transferred: true, authorities: vec![answers], refusal: None }
}

fn planned(folder: &str) -> Plan {
    let loaded = read(folder);
    let observed = empty_world(&loaded);
    let mut plan = plan(&loaded.estate, &observed, &State::new("a-lineage"), &Options::default()).unwrap();
    plan.findings = policy::check(&plan, &loaded.estate, &observed);
    plan
}

fn shown(plan: &Plan) -> String {
    anstream::adapter::strip_str(&plan_in(plan, &View::default(), 120)).to_string()
}

#[test]
fn the_first_plan_of_the_module_protected_topic_set() {
    insta::assert_snapshot!(shown(&planned("modules/protected-topic-set/example")));
}

#[test]
fn the_first_plan_of_two_regions_with_sasl() {
    insta::assert_snapshot!(shown(&planned("examples/two-region-sasl")));
}

#[test]
fn what_is_shipped_is_not_warned_of() {
    // The module's example leaves the failover out, and with it the policy.
    let told = |folder| -> Vec<String> {
        planned(folder)
            .findings
            .into_iter()
            .map(|finding| format!("{} {}", finding.code, finding.severity))
            .collect()
    };
    assert_eq!(told("examples/two-region-sasl"), [""; 0]);
    assert_eq!(told("modules/protected-topic-set/example"), ["LW1601 info"]);
}

#[test]
fn nothing_shipped_warns_or_shows_a_secret() {
    for folder in ESTATES {
        assert!(read(folder).warnings.is_empty(), "{folder}");
        let plan = serde_json::to_string(&planned(folder)).unwrap();
        assert!(!plan.contains("bGVld2FyZ"), "{folder}");
    }
}

#[test]
fn everything_shipped_is_in_layout() {
    for folder in ["modules", "examples"] {
        let mut command = Command::new(env!("CARGO_BIN_EXE_leeward"));
        let output =
            command.args(["fmt", "-check", "-recursive"]).current_dir(root().join(folder)).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    }
}

#[test]
fn every_module_and_example_has_a_readme() {
    for folder in ["modules", "examples"] {
        for entry in std::fs::read_dir(root().join(folder)).unwrap() {
            let readme = entry.unwrap().path().join("README.md");
            assert!(std::fs::read_to_string(&readme).is_ok_and(|text| text.starts_with("# ")), "{readme:?}");
        }
    }
}

#[test]
fn the_readme_of_the_module_names_all_of_its_variables_and_outputs() {
    let folder = root().join("modules/protected-topic-set");
    let readme = std::fs::read_to_string(folder.join("README.md")).unwrap();
    for file in ["variables.hcl", "outputs.hcl"] {
        let body =
            hcl_edit::parser::parse_body(&std::fs::read_to_string(folder.join(file)).unwrap()).unwrap();
        for block in body.blocks() {
            let row = format!("| `{}` |", block.labels[0].as_str());
            assert!(readme.contains(&row), "the README has no row {row}");
        }
    }
}

/// What the module says when its topics are `topics`.
fn refused(topics: &str) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    let module = root().join("modules/protected-topic-set");
    for file in ["variables.hcl", "topics.hcl", "outputs.hcl"] {
        let to = folder.path().join("set").join(file);
        std::fs::create_dir_all(to.parent().unwrap()).unwrap();
        std::fs::copy(module.join(file), to).unwrap();
    }
    let estate = format!(
        "cluster \"a\" {{\n  bootstrap = [\"a:9092\"]\n}}\ncluster \"b\" {{\n  bootstrap = [\"b:9092\"]\n}}\n\
         pair \"p\" {{\n  primary = cluster.a\n  secondary = cluster.b\n}}\n\
         module \"m\" {{\n  source = \"./set\"\n  pair = pair.p\n  topics = {topics}\n}}\n"
    );
    std::fs::write(folder.path().join("estate.hcl"), estate).unwrap();
    match load(folder.path(), &Inputs::default()) {
        Ok(_) => Vec::new(),
        Err(diagnostics) => diagnostics.iter().map(|one| one.message.clone()).collect(),
    }
}

#[test]
fn the_module_refuses_what_would_not_survive() {
    assert_eq!(refused("{ orders = {} }"), [""; 0]);
    for topics in ["{}", "{ a-internal = {} }", "{ \"a.replica\" = {} }", "{ __a = {} }"] {
        assert!(!refused(topics).is_empty(), "{topics}");
    }
    let said = refused("{ a = { min_insync_replicas = 3 } }").join("\n");
    assert!(said.contains("no broker may fail"), "{said}");
}
