//! Estates of any size, the worlds in memory that they were applied to, and runs that do it.

use leeward::config::{Inputs, load};
use leeward::estate::{Address, Declared, Estate, Kind, Observed, Resource, Selector};
use leeward::observe::{observe, queries};
use leeward::plan::{Options as PlanOptions, Plan, plan};
use leeward::policy::check;
use leeward::provider::Memory;
use leeward::run::{Header, Journal, Options, Progress, Run, RunId, Silent, Stop, Tape, World, execute};
use leeward::state::{Local, State};
use std::collections::BTreeMap;
use std::io;
use std::sync::Mutex;

/// Two clusters with all that a pair has, and one of everything that is multiplied.
const ONE_OF_EACH: &str = r#"
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
topic "one" {
  pair               = pair.orders
  partitions         = 3
  replication_factor = 3
  config             = { "retention.ms" = 604800000, "min.insync.replicas" = 2 }
}
access "one" {
  pair       = pair.orders
  principals = ["User:orders"]
  topics     = ["one"]
  operations = ["WRITE"]
  on         = "active"
}
replication "orders" {
  pair   = pair.orders
  topics = [topic.one.name]
  groups = ["billing"]
  naming = "identity"
}
"#;

/// So many topics share one block of grants.
const TOPICS_PER_ACCESS: usize = 100;

/// An estate of one pair with so many topics, all named by its replication; grants for every hundred of them.
pub fn estate(topics: usize) -> Estate {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("main.hcl"), ONE_OF_EACH).expect("a file");
    let mut estate = load(folder.path(), &Inputs::default()).expect("it is valid").estate;
    let names: Vec<String> = (0..topics).map(|number| format!("topic-{number:06}")).collect();
    let topic = take(&mut estate, Kind::Topic);
    for name in &names {
        put(&mut estate, &topic, name, |resource| {
            if let Resource::Topic(topic) = resource {
                topic.name.clone_from(name);
            }
        });
    }
    let access = take(&mut estate, Kind::Access);
    for names in names.chunks(TOPICS_PER_ACCESS) {
        put(&mut estate, &access, &names[0], |resource| {
            if let Resource::Access(access) = resource {
                let binding = access.bindings.pop_first().expect("it has one");
                let bindings = names
                    .iter()
                    .map(|name| leeward::estate::Binding { name: name.clone(), ..binding.clone() });
                access.bindings = bindings.collect();
            }
        });
    }
    let replication =
        estate.resources.get_mut(&Address::new(Kind::Replication, "orders")).expect("it is there");
    replication.after = names.iter().map(|name| Address::new(Kind::Topic, name)).collect();
    replication.after.push(Address::new(Kind::Pair, "orders"));
    if let Resource::Replication(replication) = &mut replication.resource {
        replication.topics = names.into_iter().map(Selector).collect();
    }
    estate
}

fn take(estate: &mut Estate, kind: Kind) -> Declared {
    estate.resources.remove(&Address::new(kind, "one")).expect("it is there")
}

fn put(estate: &mut Estate, one: &Declared, name: &str, change: impl FnOnce(&mut Resource)) {
    let mut declared = one.clone();
    declared.address.name = name.to_owned();
    change(&mut declared.resource);
    estate.resources.insert(declared.address.clone(), declared);
}

/// An estate, the world that it lives in, and what is owned of it.
pub struct Sample {
    pub estate: Estate,
    pub world: Memory,
    pub state: State,
}

impl Sample {
    /// An estate that was never applied.
    pub fn new(topics: usize) -> Self {
        let estate = estate(topics);
        Self { world: Memory::of(&estate), estate, state: State::new("lineage") }
    }

    /// The same estate, applied.
    pub fn applied(topics: usize) -> Self {
        let mut sample = Self::new(topics);
        let folder = tempfile::tempdir().expect("a folder");
        let store = Local::new(folder.path().join("state.json"));
        let mut run = begun(sample.plan(), Box::new(Nowhere));
        sample.state = carry_out(&mut run, sample.state.clone(), &sample.world, &store);
        sample
    }

    /// Asks for all that the estate needs.
    pub fn observe(&self) -> Observed {
        block_on(observe(&self.world, &queries(&self.estate, &self.state.resources)))
    }

    /// All that `leeward plan` does between reading the files and showing the plan.
    pub fn plan(&self) -> Plan {
        let observed = self.observe();
        let mut plan =
            plan(&self.estate, &observed, &self.state, &PlanOptions::default()).expect("it can be planned");
        plan.set_findings(check(&plan, &self.estate, &observed));
        plan
    }
}

/// A sample that was applied; made once for each size, for making it takes longer than what is measured on it.
pub fn applied(topics: usize) -> &'static Sample {
    static MADE: Mutex<BTreeMap<usize, &'static Sample>> = Mutex::new(BTreeMap::new());
    let mut made = MADE.lock().expect("nothing panics with it");
    made.entry(topics).or_insert_with(|| Box::leak(Box::new(Sample::applied(topics))))
}

/// A plan that creates everything.
pub fn creation(topics: usize) -> Plan {
    Sample::new(topics).plan()
}

/// A run that has done nothing yet, with its journal on that tape.
pub fn begun(plan: Plan, tape: Box<dyn Tape>) -> Run {
    let header = Header {
        format: Header::FORMAT,
        run: "be".into(),
        plan: plan.id.clone(),
        steps: plan.steps.len(),
        leeward: env!("CARGO_PKG_VERSION").into(),
        started: jiff::Timestamp::UNIX_EPOCH,
        by: "ada@ops".into(),
        what: "apply".into(),
    };
    let progress = Progress::new(&plan).expect("its steps are in order");
    let journal = Journal::begin(tape, &header).expect("it can be written");
    Run { id: RunId::parse("be").expect("it is one"), plan, progress, journal, past: Vec::new() }
}

/// Executes a run to its end and answers the state that it leaves.
pub fn carry_out(run: &mut Run, state: State, world: &Memory, store: &Local) -> State {
    let stop = Stop::default();
    let options = Options::new(&stop, &Silent);
    let ending = block_on(execute(run, state, World { objects: world, records: world }, store, &options))
        .expect("it comes to its end");
    assert!(ending.whole, "a step failed");
    ending.state
}

/// Waits for something that waits for nothing but this machine.
pub fn block_on<T>(future: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.expect("a runtime").block_on(future)
}

/// A journal that is thrown away.
pub struct Nowhere;

impl Tape for Nowhere {
    fn append(&mut self, line: &[u8]) -> io::Result<()> {
        std::hint::black_box(line);
        Ok(())
    }
}
