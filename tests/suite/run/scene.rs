//! Three pairs between two clusters in memory, with what is owned of them and the runs that were made.

use super::shelf::Shelf;
use crate::estate::sample::address;
use jiff::Timestamp;
use leeward::config::{Inputs, load};
use leeward::estate::{Address, Estate, Fault, FaultKind, Observed, Occasion, Side};
use leeward::observe::{flow, observe, queries};
use leeward::offsets::{Certainty, Flow, Row};
use leeward::plan::{Options as PlanOptions, Plan, Recipe, StepId, plan};
use leeward::provider::Memory;
use leeward::run::{
    Approval, Event, Happening, Options, Run, RunId, Runs, Stop, Witness, World, execute, found, settle,
};
use leeward::runbook::{Asker, Begun, Several, Sources, in_waves};
use leeward::state::{State, Store as _};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;
use tempfile::TempDir;

static NOBODY: Asker = Asker { host: String::new(), took: Duration::ZERO };

const PLACES: &str = r#"
cluster "hangzhou" {
  bootstrap = ["hz:9092"]
  endpoint  = "hz.example.com."
}
cluster "shanghai" {
  bootstrap = ["sh:9092"]
  endpoint  = "sh.example.com."
}
connect "hangzhou" {
  url     = "http://hz:8083"
  cluster = cluster.hangzhou
}
connect "shanghai" {
  url     = "http://sh:8083"
  cluster = cluster.shanghai
}
dns "main" {
  rfc2136 {
    server     = "127.0.0.1:53"
    key_name   = "leeward."
    key_secret = "c2VjcmV0IHNlY3JldCBzZWNyZXQ="
  }
}
failover_policy "all" {
  rto = "10m"
  wave { pairs = [pair.orders, pair.payments] }
  wave { pairs = [pair.archive] }
}
output "where" { value = pair.archive.active.name }
"#;

const PAIR: &str = r#"
pair "LABEL" {
  primary   = cluster.hangzhou
  secondary = cluster.shanghai
}
topic "LABEL" {
  pair               = pair.LABEL
  partitions         = 2
  replication_factor = 1
}
replication "LABEL" {
  pair   = pair.LABEL
  topics = [topic.LABEL.name]
  groups = ["LABEL-readers"]
  naming = "identity"
  mirror_maker { replication_factor = 1 }
}
dns_record "LABEL" {
  dns    = dns.main
  zone   = "example.com."
  name   = "LABEL.example.com."
  type   = "CNAME"
  ttl    = 30
  values = [pair.LABEL.active.endpoint]
}
application "LABEL" {
  stop  { exec = ["stop-LABEL"] }
  start { exec = ["start-LABEL"] }
}
fence "LABEL" {
  pair   = pair.LABEL
  method = "max_message_bytes"
}
failover_policy "LABEL" {
  pair         = pair.LABEL
  applications = [APPLICATIONS]
  fence        = fence.LABEL
  rpo          = "30s"
  rto          = "5m"
  APPROVE
}
"#;

pub const PAIRS: [&str; 3] = ["orders", "payments", "archive"];

/// The estate; `applications` are those of each pair, or its own.
pub fn text(applications: Option<&str>) -> String {
    let pair = |name: &str| {
        let own = format!("application.{name}");
        let approve = if name == "payments" { "approve \"cutover\" {}" } else { "" };
        PAIR.replace("APPLICATIONS", applications.unwrap_or(&own))
            .replace("APPROVE", approve)
            .replace("LABEL", name)
    };
    PAIRS.map(pair).concat() + PLACES
}

/// A world with the estate applied, what is owned of it, and its runs.
pub struct Scene {
    text: String,
    pub world: Memory,
    store: Shelf,
    folder: TempDir,
}

impl Scene {
    pub async fn of(text: String) -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("main.hcl"), &text).unwrap();
        let first = estate(&text, &BTreeMap::new());
        let scene = Self { text, world: Memory::of(&first), store: Shelf::default(), folder };
        let made = scene.steady().await;
        let mut run = scene.begin(made);
        assert!(scene.go_on(&mut run).await, "{:#?}", run.past);
        scene
    }

    pub async fn state(&self) -> State {
        self.store.load().await.unwrap().unwrap_or_else(|| State::new("lineage"))
    }

    pub fn runs(&self) -> Runs {
        Runs::beside(&self.folder.path().join("s.json"))
    }

    pub fn begin(&self, plan: Plan) -> Run {
        let seed = self.runs().list().unwrap().len() as u64;
        let id = self.runs().begin(plan, Timestamp::now(), seed).unwrap().id;
        self.recover(&id)
    }

    pub fn recover(&self, id: &RunId) -> Run {
        self.runs().recover(id).unwrap().run
    }

    pub async fn go_on(&self, run: &mut Run) -> bool {
        self.go_on_until(run, None).await
    }

    /// The same, but it stops once a step is done that begins with this one.
    pub async fn go_on_until(&self, run: &mut Run, last: Option<StepId>) -> bool {
        let word = Approval { by: "ann@site".into(), reason: "go".into(), at: Timestamp::UNIX_EPOCH };
        let approvals = BTreeMap::from([("payments/cutover".to_owned(), word)]);
        let stop = Arc::new(Stop::default());
        let stopping = Stopping { stop: Arc::clone(&stop), last };
        let options =
            Options { approvals: &approvals, pause: Duration::ZERO, ..Options::new(&stop, &stopping) };
        let world = World { objects: &self.world, records: &self.world };
        execute(run, self.state().await, world, &self.store, &options).await.unwrap().whole
    }

    /// What the next apply would do.
    pub async fn steady(&self) -> Plan {
        let state = self.state().await;
        let now = estate(&self.text, &state.actives());
        let observed = observe(&self.world, &queries(&now, &state.resources)).await;
        plan(&now, &observed, &state, &PlanOptions::default()).unwrap()
    }

    /// Lets nobody answer on one side.
    pub fn cut(&self, side: &str) {
        let fault = Fault::new(FaultKind::Unreachable, "connection refused");
        for place in [format!("cluster.{side}"), format!("connect.{side}")] {
            self.world.cut(&address(&place), fault.clone());
        }
    }

    pub fn heal(&self, side: &str) {
        for place in [format!("cluster.{side}"), format!("connect.{side}")] {
            self.world.heal(&address(&place));
        }
    }

    /// Ends a run whose active sides have died, and plans the unplanned one that goes on from it.
    pub async fn turned(&self, run: &mut Run, waves: &[&[&str]]) -> Plan {
        settle(run, self.state().await, &self.store).await.unwrap();
        let begun = Begun::each(&run.id.to_string(), &run.plan, &found(&run.past)).unwrap();
        let of = |name: &&&str| begun.contains_key(&address(&format!("pair.{name}")));
        let left = waves.iter().map(|wave| wave.iter().filter(of).copied().collect::<Vec<_>>());
        let left: Vec<Vec<&str>> = left.filter(|wave| !wave.is_empty()).collect();
        let left: Vec<&[&str]> = left.iter().map(Vec::as_slice).collect();
        let plan = self.planned_after(Recipe::Unplanned, &left, &begun).await;
        let (by, who) = ("next".to_owned(), "ann@site".to_owned());
        run.record(vec![Event::Superseded { by, who, reason: "it is dead".into() }]).unwrap();
        plan
    }

    /// The failover of these pairs to their other sides, by wave.
    pub async fn planned(&self, recipe: Recipe, waves: &[&[&str]]) -> Plan {
        self.planned_after(recipe, waves, &BTreeMap::new()).await
    }

    async fn planned_after(
        &self,
        recipe: Recipe,
        waves: &[&[&str]],
        begun: &BTreeMap<Address, Begun>,
    ) -> Plan {
        let state = self.state().await;
        let behind = |pairs: &[&str]| {
            let mut actives = state.actives();
            for pair in pairs {
                let side = actives.entry(address(&format!("pair.{pair}"))).or_default();
                *side = side.other();
            }
            estate(&self.text, &actives)
        };
        let now = estate(&self.text, &state.actives());
        let has_moved =
            |name: &str| begun.get(&address(&format!("pair.{name}"))).is_some_and(Begun::has_moved);
        let stays = |name: &str| recipe == Recipe::Reprotect || has_moved(name);
        let moving: Vec<&str> = waves.concat().into_iter().filter(|name| !stays(name)).collect();
        let then = behind(&moving);
        let mut asked = queries(&now, &state.resources);
        asked.extend(queries(&then, &state.resources));
        let (mut parts, mut known) = (Vec::new(), BTreeSet::new());
        for name in waves.concat() {
            let (before, then) = match (has_moved(name), stays(name)) {
                (true, _) => (behind(&[name]), now.clone()),
                (false, true) => (now.clone(), now.clone()),
                (false, false) => (now.clone(), behind(&[name])),
            };
            asked.extend(queries(&before, &state.resources));
            asked.extend(queries(&then, &state.resources));
            parts.push(Part::read(self, before, then, &state, name).await);
        }
        asked.retain(|query| known.insert(query.id()));
        let observed = observe(&self.world, &asked).await;
        let mut rest = parts.iter();
        let waves = waves.iter().map(|wave| {
            let parts = rest.by_ref().take(wave.len());
            parts.map(|part| part.sources(recipe, begun, &state, &observed)).collect()
        });
        let (policy, rto, waves) =
            (address("failover_policy.all"), Some(Duration::from_secs(600)), waves.collect());
        let several = Several {
            policy: &policy,
            rto,
            now: &now,
            then: &then,
            state: &state,
            observed: &observed,
            waves,
        };
        in_waves(&several).unwrap()
    }

    pub fn fails(&self, owner: &str, occasion: Occasion) {
        let fault = Fault::new(FaultKind::Invalid, "answered 1");
        self.world.edit(|world| world.failing.insert((address(owner), occasion), fault));
    }

    pub fn mend(&self) {
        self.world.edit(|world| world.failing.clear());
    }

    /// Which side is active in each pair, with its epoch.
    pub async fn roles(&self) -> Vec<String> {
        let state = self.state().await;
        let role = |name: &str| {
            let pair = &state.pairs[&address(&format!("pair.{name}"))];
            format!("{name} {} {}", pair.active, pair.epoch)
        };
        PAIRS.map(role).into()
    }

    /// Where each pair's name leads.
    pub fn names(&self) -> Vec<String> {
        let world = self.world.world();
        let zone = &world.dns[&address("dns.main")].zones["example.com."];
        let mut names: Vec<String> = (zone.records.iter())
            .map(|((name, _), set)| format!("{name} {}", set.values.iter().next().unwrap()))
            .collect();
        names.sort();
        names
    }

    pub fn called(&self) -> Vec<String> {
        let called = self.world.world().called;
        called.iter().map(|call| format!("{:?} {}", call.occasion, call.owner.name)).collect()
    }
}

/// What is read for a pair.
struct Part {
    pair: Address,
    now: Estate,
    then: Estate,
    flows: Vec<(Flow, Vec<Row>)>,
    limits: BTreeMap<String, Option<String>>,
    overrides: BTreeMap<String, String>,
}

impl Part {
    async fn read(scene: &Scene, now: Estate, then: Estate, state: &State, name: &str) -> Self {
        let at = address(&format!("replication.{name}"));
        let starts = state.starts.get(&at).map(Vec::as_slice).unwrap_or_default();
        let flow = flow(&scene.world, &scene.world, &now, &at, starts).await.unwrap();
        let rows = flow.rows(Certainty::Foreseen);
        Self {
            pair: address(&format!("pair.{name}")),
            now,
            then,
            flows: vec![(flow, rows)],
            limits: BTreeMap::from([(name.to_owned(), None)]),
            overrides: BTreeMap::new(),
        }
    }

    fn sources<'a>(
        &'a self,
        recipe: Recipe,
        begun: &'a BTreeMap<Address, Begun>,
        state: &'a State,
        observed: &'a Observed,
    ) -> Sources<'a> {
        Sources {
            pair: &self.pair,
            recipe,
            now: &self.now,
            then: &self.then,
            state,
            asker: &NOBODY,
            observed,
            flows: &self.flows,
            limits: &self.limits,
            is_written: false,
            sighting: None,
            held: None,
            begun: begun.get(&self.pair),
            overrides: &self.overrides,
        }
    }
}

/// Asks for a stop when a step begins.
struct Stopping {
    stop: Arc<Stop>,
    last: Option<StepId>,
}

impl Witness for Stopping {
    fn saw(&self, happening: &Happening<'_>) {
        if let Happening::Started { step, .. } = happening
            && self.last == Some(step.id)
        {
            self.stop.ask();
        }
    }
}

fn estate(text: &str, actives: &BTreeMap<Address, Side>) -> Estate {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("main.hcl"), text).unwrap();
    load(folder.path(), &Inputs { actives: actives.clone(), ..Inputs::default() }).unwrap().estate
}
