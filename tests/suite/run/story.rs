//! From the configuration to a world in memory and back: whatever goes wrong at whichever call, a run that is
//! taken up leaves nothing for the next plan to do, and the world that an undisturbed run leaves.

use super::sample::address;
use super::shelf::Shelf;
use super::world::recordless;
use jiff::Timestamp;
use leeward::config::{Inputs, load};
use leeward::estate::{Estate, Object, ObjectId, Reading};
use leeward::observe::{observe, queries};
use leeward::plan::{Options as PlanOptions, Plan, plan};
use leeward::provider::memory::World;
use leeward::provider::{Faulty, Memory, Moment, Provider, Trouble};
use leeward::run::{Options, Runs, Silent, Stop, execute};
use leeward::state::{State, Store};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;
use tempfile::TempDir;

const PLACES: &str = r#"
cluster "hangzhou" { bootstrap = ["hz:9092"] }
cluster "shanghai" { bootstrap = ["sh:9092"] }
connect "hangzhou" {
  url     = "http://hz:8083"
  cluster = cluster.hangzhou
}
connect "shanghai" {
  url     = "http://sh:8083"
  cluster = cluster.shanghai
}
pair "orders" {
  primary   = cluster.hangzhou
  secondary = cluster.shanghai
}
dns "main" {
  rfc2136 {
    server     = "127.0.0.1:53"
    key_name   = "leeward."
    key_secret = "c2VjcmV0IHNlY3JldCBzZWNyZXQ="
  }
}
"#;

const FIRST: &str = r#"
topic "orders" {
  pair               = pair.orders
  partitions         = 3
  replication_factor = 3
  config             = { "retention.ms" = 1000 }
}
topic "gone" {
  count              = 3
  name               = "gone-${count.index}"
  cluster            = cluster.hangzhou
  partitions         = 1
  replication_factor = 3
  on_remove          = "delete"
}
access "writers" {
  pair       = pair.orders
  principals = ["User:old"]
  topics     = ["orders"]
  operations = ["WRITE"]
  on         = "active"
}
replication "orders" {
  pair   = pair.orders
  topics = [topic.orders.name]
  groups = ["billing"]
  naming = "identity"
}
dns_record "bootstrap" {
  dns    = dns.main
  zone   = "example.com."
  name   = "kafka.example.com."
  type   = "CNAME"
  ttl    = 30
  values = ["hz.example.com."]
}
"#;

/// The same, with something of everything changed, and one block removed.
fn second() -> String {
    let gone = FIRST.find("topic \"gone\"").unwrap()..FIRST.find("access \"writers\"").unwrap();
    let mut text = FIRST.to_owned();
    text.replace_range(gone, "");
    text.replace("= 1000", "= 2000")
        .replace("partitions         = 3", "partitions         = 6")
        .replace("User:old", "User:new")
        .replace("[\"billing\"]", "[\"billing\", \"fulfilment\"]")
        .replace("[\"hz.example.com.\"]", "[\"sh.example.com.\"]")
}

fn estate(text: &str) -> Estate {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("main.hcl"), format!("{PLACES}{text}")).unwrap();
    load(folder.path(), &Inputs::default()).unwrap().estate
}

/// A world, what is owned of it, and the journals of the runs.
struct Story {
    world: Arc<Memory>,
    store: Shelf,
    folder: TempDir,
}

impl Story {
    fn new(estate: &Estate) -> Self {
        let folder = tempfile::tempdir().unwrap();
        Self { world: Arc::new(Memory::of(estate)), store: Shelf::default(), folder }
    }

    /// The same world and state, without journals.
    async fn copy(&self) -> Self {
        let store = Shelf::holding(self.store.load().await.unwrap());
        let folder = tempfile::tempdir().unwrap();
        Self { world: Arc::new(Memory::with(self.world.world())), store, folder }
    }

    fn runs(&self) -> Runs {
        Runs::beside(&self.folder.path().join("s.json"))
    }

    async fn state(&self) -> State {
        self.store.load().await.unwrap().unwrap_or_else(|| State::new("lineage"))
    }

    async fn plan(&self, estate: &Estate) -> Plan {
        let state = self.state().await;
        let observed = observe(self.world.as_ref(), &queries(estate, &state.resources)).await;
        plan(estate, &observed, &state, &PlanOptions::default()).unwrap()
    }

    /// Applies over a world with trouble at a call, and resumes until it is done; answers how many calls were made.
    async fn apply(&self, estate: &Estate, trouble: Option<(usize, Trouble)>) -> usize {
        let plan = self.plan(estate).await;
        assert!(plan.is_applicable() && plan.deferred.is_empty(), "{:?} {:?}", plan.refused, plan.deferred);
        let id = self.runs().begin(plan, Timestamp::now(), 1).unwrap().id;
        let faulty = Faulty::new(Arc::clone(&self.world) as Arc<dyn Provider>);
        let faulty = trouble.into_iter().fold(faulty, |faulty, (call, trouble)| faulty.at(call, trouble));
        let (stop, mut calls) = (Stop::default(), 0);
        let options = Options { pause: Duration::ZERO, ..Options::new(&stop, &Silent) };
        for attempt in 0..3 {
            let clean = Faulty::new(Arc::clone(&self.world) as Arc<dyn Provider>);
            let world = if attempt == 0 { &faulty } else { &clean };
            let mut run = self.runs().recover(&id).unwrap().run;
            tokio::select! {
                ending = execute(&mut run, self.state().await, recordless(world), &self.store, &options) => {
                    calls += world.calls();
                    if ending.unwrap().whole {
                        return calls;
                    }
                }
                () = world.died() => {}
            }
        }
        panic!("{trouble:?}: the run does not come to its end");
    }

    /// What is there of all that the estate wants, without the ids of the topics' lives.
    async fn wanted(&self, estate: &Estate) -> BTreeMap<ObjectId, Reading> {
        let observed = observe(self.world.as_ref(), &queries(estate, &self.state().await.resources)).await;
        let mut readings = observed.readings;
        for reading in readings.values_mut() {
            if let Reading::Present(Object::Topic(topic)) = reading {
                topic.incarnation = None;
            }
        }
        readings
    }
}

/// All that can go wrong at a call.
const TROUBLES: [Trouble; 5] = [
    Trouble::Fail,
    Trouble::LoseAnswer,
    Trouble::Die(Moment::Before),
    Trouble::Die(Moment::Midway),
    Trouble::Die(Moment::After),
];

/// Goes from one estate to the next with trouble at every call, one at a time.
async fn from(before: &[&Estate], after: &Estate) {
    let first = Story::new(before.first().unwrap_or(&after));
    for estate in before {
        first.apply(estate, None).await;
    }
    let undisturbed = first.copy().await;
    let calls = undisturbed.apply(after, None).await;
    let (wanted, world) = (undisturbed.wanted(after).await, shape(undisturbed.world.world()));
    assert!(calls > 5, "{calls} calls");
    for call in 1..=calls {
        for trouble in TROUBLES {
            let story = first.copy().await;
            story.apply(after, Some((call, trouble))).await;
            let left = story.plan(after).await;
            assert!(left.is_empty(), "{trouble:?} at call {call} left {:#?}", left.steps);
            assert_eq!(story.wanted(after).await, wanted, "{trouble:?} at call {call}");
            assert_eq!(shape(story.world.world()), world, "{trouble:?} at call {call}");
            let owned = story.state().await.resources.into_keys().collect::<Vec<_>>();
            let expected = undisturbed.state().await.resources.into_keys().collect::<Vec<_>>();
            assert_eq!(owned, expected, "{trouble:?} at call {call}");
        }
    }
}

/// The names of everything in a world: nothing is left over, either.
fn shape(world: World) -> Vec<String> {
    let topics = world.clusters.iter().flat_map(|(place, cluster)| {
        let bindings = cluster.bindings.iter().map(ToString::to_string);
        cluster.topics.keys().cloned().chain(bindings).map(move |name| format!("{place} {name}"))
    });
    let connectors = world
        .connects
        .iter()
        .flat_map(|(place, connect)| connect.connectors.keys().map(move |name| format!("{place} {name}")));
    let mut all: Vec<String> = topics.chain(connectors).collect();
    all.sort();
    all
}

#[tokio::test]
async fn whatever_goes_wrong_while_an_estate_is_made() {
    from(&[], &estate(FIRST)).await;
}

#[tokio::test]
async fn whatever_goes_wrong_while_an_estate_is_changed() {
    from(&[&estate(FIRST)], &estate(&second())).await;
}

#[tokio::test]
async fn whatever_goes_wrong_while_an_estate_is_left() {
    from(&[&estate(FIRST)], &estate("")).await;
}

#[tokio::test]
async fn starts_are_noted_once_and_kept() {
    let estate = estate(FIRST);
    let story = Story::new(&estate);
    story.apply(&estate, None).await;
    let state = story.state().await;
    let starts = &state.starts[&address("replication.orders")];
    assert_eq!(starts.iter().map(|start| start.partition).collect::<Vec<_>>(), [0, 1, 2]);
}
