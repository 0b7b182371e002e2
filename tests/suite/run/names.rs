//! The steps behind a switch of names: resolvers are waited for, and a client goes in by the name.

use super::execute::{Place, options};
use super::sample::{address, plan, task};
use futures::future::BoxFuture;
use leeward::estate::{
    Change, Entrance, Evidence, ObjectId, Outcome, Query, Reading, RecordSet, RecordType, Task, What,
};
use leeward::plan::Step;
use leeward::provider::memory::{MemoryCluster, MemoryDns, MemoryZone, World as Held};
use leeward::provider::{Memory, Provider};
use leeward::run::{Event, Fact, Happening, Options, Stop, Witness, World, execute};
use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

const ZONE: &str = "example.test.";
const NAME: &str = "kafka.example.test.";
const RESOLVERS: [&str; 2] = ["192.0.2.53:53", "198.51.100.53:53"];

fn leads_to(cluster: &str) -> RecordSet {
    RecordSet::new(RecordType::Cname, 30, [format!("{cluster}.example.test")])
}

fn record() -> ObjectId {
    let (zone, name) = (ZONE.to_owned(), NAME.to_owned());
    ObjectId::new(&address("dns.main"), What::RecordSet { zone, name, rtype: RecordType::Cname })
}

/// Two clusters with endpoints, and a name that leads to shanghai on an authority.
fn world() -> Memory {
    let mut zone = MemoryZone::default();
    zone.records.insert((NAME.to_owned(), RecordType::Cname), leads_to("shanghai"));
    let dns = MemoryDns {
        authorities: vec!["203.0.113.53:53".into()],
        resolvers: RESOLVERS.map(str::to_owned).into(),
        zones: BTreeMap::from([(ZONE.to_owned(), zone)]),
        ..MemoryDns::default()
    };
    let mut world = Held { dns: BTreeMap::from([(address("dns.main"), dns)]), ..Held::default() };
    for name in ["hangzhou", "shanghai"] {
        let cluster = address(&format!("cluster.{name}"));
        world.clusters.insert(cluster.clone(), MemoryCluster::new(name));
        world.endpoints.insert(format!("{name}.example.test."), cluster);
    }
    Memory::with(world)
}

fn dns(memory: &Memory, edit: impl FnOnce(&mut MemoryDns)) {
    memory.edit(|world| edit(world.dns.get_mut(&address("dns.main")).unwrap()));
}

/// From here on a resolver keeps the name's old answer.
fn keep(memory: &Memory, resolver: &str, ttl: u32) {
    let key = (resolver.to_owned(), NAME.to_owned(), RecordType::Cname);
    dns(memory, |dns| drop(dns.kept.insert(key, RecordSet { ttl, ..leads_to("hangzhou") })));
}

/// A world in which what resolvers keep gets older by a second with each look.
struct Ageing(Memory, AtomicU32);

impl Provider for Ageing {
    fn read<'a>(&'a self, queries: &'a [Query]) -> BoxFuture<'a, Vec<Reading>> {
        let reading = self.0.read(queries);
        Box::pin(async move {
            let reading = reading.await;
            self.1.fetch_add(1, Ordering::Relaxed);
            dns(&self.0, |dns| {
                dns.kept.values_mut().for_each(|set| set.ttl = set.ttl.saturating_sub(1));
                dns.kept.retain(|_, set| set.ttl > 0);
            });
            reading
        })
    }

    fn change<'a>(&'a self, changes: &'a [Change]) -> BoxFuture<'a, Vec<Outcome>> {
        self.0.change(changes)
    }

    fn perform<'a>(&'a self, task: &'a Task) -> BoxFuture<'a, Outcome<Evidence>> {
        self.0.perform(task)
    }
}

/// What a wait says meanwhile.
#[derive(Default)]
struct Listener(Mutex<Vec<String>>);

impl Witness for Listener {
    fn saw(&self, happening: &Happening<'_>) {
        if let Happening::Waiting { text, .. } = happening {
            self.0.lock().unwrap().push((*text).to_owned());
        }
    }
}

/// What came of one task: what it found, or why it failed; and what it said meanwhile.
async fn done(memory: &Memory, objects: &dyn Provider, of: Task) -> (Result<String, String>, Vec<String>) {
    let (place, stop, listener) = (Place::new(), Stop::default(), Listener::default());
    let mut run = place.run(plan(vec![task("dns_record.kafka", &[], of)]));
    let world = World { objects, records: memory };
    let options = Options { pause: Duration::from_millis(20), ..options(&stop, &listener) };
    execute(&mut run, place.state().await, world, &place.store, &options).await.unwrap();
    let came = place.events().into_iter().find_map(|event| match event {
        Event::Done { fact: Fact::Found(Evidence::Seen(text)), .. } => Some(Ok(text)),
        Event::Failed { fault, .. } => Some(Err(fault.to_string())),
        _ => None,
    });
    (came.unwrap(), listener.0.into_inner().unwrap())
}

fn resolved(seconds: u64) -> Task {
    let resolvers = RESOLVERS.map(str::to_owned).into();
    Task::AwaitResolved { record: record(), wanted: leads_to("shanghai"), resolvers, seconds }
}

fn entered(resolvers: &[&str]) -> Task {
    let entrance = Entrance {
        record: record(),
        resolvers: resolvers.iter().map(|server| (*server).to_owned()).collect(),
        authorities: vec!["203.0.113.53:53".into()],
        ports: vec![9092],
    };
    let topic = "leeward.canary.orders.1.replica".to_owned();
    Task::Canary { cluster: address("cluster.shanghai"), topic, through: Some(Box::new(entrance)) }
}

#[tokio::test]
async fn resolvers_are_waited_for_as_long_as_they_keep_the_old_answer() {
    let memory = world();
    keep(&memory, RESOLVERS[0], 3);
    let ageing = Ageing(memory.shared(), AtomicU32::new(0));
    let (seen, said) = done(&memory, &ageing, resolved(30)).await;
    assert_eq!(seen.unwrap(), format!("by {} at once, {} at once", RESOLVERS[0], RESOLVERS[1]));
    assert_eq!(
        said,
        [3, 2, 1].map(|left| format!("{} keeps hangzhou.example.test. for {left} s", RESOLVERS[0]))
    );
    // Who has the new answer is not asked again, nor who has gone: three looks and the last one.
    assert_eq!(ageing.1.load(Ordering::Relaxed), 4);
}

#[tokio::test]
async fn a_resolver_that_never_answers_is_not_waited_for_nor_said_to_have_seen_it() {
    let memory = world();
    dns(&memory, |dns| dns.silent.extend([RESOLVERS[1].to_owned()]));
    keep(&memory, RESOLVERS[0], 2);
    let (failed, _) = done(&memory, &Ageing(memory.shared(), AtomicU32::new(0)), resolved(30)).await;
    let said = failed.unwrap_err();
    assert_eq!(said, format!("not seen: {} does not answer; seen by {} at once", RESOLVERS[1], RESOLVERS[0]));
    dns(&memory, |dns| dns.silent.extend(RESOLVERS.map(str::to_owned)));
    let said = done(&memory, &memory.shared(), resolved(3600)).await.0.unwrap_err();
    let [one, other] = RESOLVERS;
    assert_eq!(said, format!("not seen: {one} does not answer; {other} does not answer"));
}

#[tokio::test]
async fn a_resolver_that_keeps_an_answer_for_ever_is_given_up() {
    let memory = world();
    keep(&memory, RESOLVERS[0], 0);
    let begun = Instant::now();
    let said = done(&memory, &memory.shared(), resolved(0)).await.0.unwrap_err();
    assert!(begun.elapsed() >= Duration::from_secs(5), "{:?}", begun.elapsed());
    assert!(said.contains("still answers hangzhou.example.test.") && said.contains("longer than"), "{said}");
    assert!(said.contains(&format!("seen by {} at once", RESOLVERS[1])), "{said}");
}

#[tokio::test]
async fn a_canary_goes_in_by_the_name_and_says_the_way() {
    let memory = world();
    let way = |by: &str| {
        format!(
            "through kafka.example.test ({by} → 192.0.2.1:9092) to cluster cluster-id-of-shanghai; written and read in "
        )
    };
    let seen = done(&memory, &memory.shared(), entered(&RESOLVERS)).await.0.unwrap();
    assert!(seen.starts_with(&way("resolver 192.0.2.53:53")), "{seen}");
    // The next one that answers is asked; without any, those that have the name.
    dns(&memory, |dns| dns.silent.extend([RESOLVERS[0].to_owned()]));
    let seen = done(&memory, &memory.shared(), entered(&RESOLVERS)).await.0.unwrap();
    assert!(seen.starts_with(&way("resolver 198.51.100.53:53")), "{seen}");
    let seen = done(&memory, &memory.shared(), entered(&[])).await.0.unwrap();
    assert!(seen.starts_with(&way("authority 203.0.113.53:53")), "{seen}");
    let world = memory.world();
    assert!(world.clusters.values().all(|cluster| cluster.topics.is_empty()), "nothing of it is left");
}

#[tokio::test]
async fn a_name_that_leads_to_the_other_cluster_is_no_way_in() {
    let memory = world();
    dns(&memory, |dns| {
        let records = &mut dns.zones.get_mut(ZONE).unwrap().records;
        records.insert((NAME.to_owned(), RecordType::Cname), leads_to("hangzhou"));
    });
    let said = done(&memory, &memory.shared(), entered(&RESOLVERS)).await.0.unwrap_err();
    assert!(
        said.contains("that is cluster cluster-id-of-hangzhou, and shanghai is cluster-id-of-shanghai"),
        "{said}"
    );
    assert!(memory.world().clusters.values().all(|cluster| cluster.topics.is_empty()), "nothing was written");
}

#[tokio::test]
async fn a_name_that_nobody_knows_is_no_way_in() {
    let memory = world();
    dns(&memory, |dns| {
        dns.silent.extend(RESOLVERS.into_iter().chain(["203.0.113.53:53"]).map(str::to_owned))
    });
    let said = done(&memory, &memory.shared(), entered(&RESOLVERS)).await.0.unwrap_err();
    assert!(
        said.starts_with("nobody says what kafka.example.test leads to: 192.0.2.53:53 does not"),
        "{said}"
    );
    dns(&memory, |dns| {
        dns.silent.clear();
        dns.zones.get_mut(ZONE).unwrap().records.clear();
    });
    let said = done(&memory, &memory.shared(), entered(&RESOLVERS)).await.0.unwrap_err();
    assert!(said.starts_with("kafka.example.test has no address, says resolver 192.0.2.53:53"), "{said}");
}

/// The run goes on without a resolver where the plan says that it may; what comes behind it is done.
#[tokio::test]
async fn a_run_goes_on_without_a_resolver() {
    let memory = world();
    dns(&memory, |dns| dns.silent.extend(RESOLVERS.map(str::to_owned)));
    let (place, stop, listener) = (Place::new(), Stop::default(), Listener::default());
    let wait = Step { optional: true, ..task("dns_record.kafka", &[], resolved(30)) };
    let mut run = place.run(plan(vec![wait, task("pair.orders", &[0], entered(&[]))]));
    let objects = memory.shared();
    let world = World { objects: &objects, records: &memory };
    let ending =
        execute(&mut run, place.state().await, world, &place.store, &options(&stop, &listener)).await;
    assert!(ending.unwrap().whole);
    let reasons = place.events().into_iter().filter_map(|event| match event {
        Event::Waived { reason, .. } => Some(reason),
        _ => None,
    });
    assert!(reasons.collect::<String>().starts_with("not seen: "));
}
