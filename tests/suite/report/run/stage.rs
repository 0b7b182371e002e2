//! Journals of runs to be told.

use crate::report::failovers;
use crate::run::sample::address;
use jiff::{SignedDuration, Timestamp};
use leeward::estate::{Carried, Evidence, Fault, FaultKind, PartitionEnds, Snapshot};
use leeward::plan::{Plan, StepId};
use leeward::run::{Entry, Event, Fact, Header, Journal, Recording, Tape};
use std::io;
use std::sync::{Arc, Mutex};

/// A journal that is written line by line, in milliseconds after its start.
pub struct Stage {
    entries: Vec<Entry>,
    now: i64,
}

#[derive(Clone, Default)]
struct Page(Arc<Mutex<Vec<u8>>>);

impl Tape for Page {
    fn append(&mut self, line: &[u8]) -> io::Result<()> {
        self.0.lock().unwrap().extend_from_slice(line);
        Ok(())
    }
}

pub fn start() -> Timestamp {
    "2026-03-01T02:11:03Z".parse().unwrap()
}

impl Stage {
    pub fn new() -> Self {
        Self { entries: Vec::new(), now: 0 }
    }

    /// Goes on by so many milliseconds.
    pub fn pass(mut self, millis: i64) -> Self {
        self.now += millis;
        self
    }

    pub fn say(mut self, events: Vec<Event>) -> Self {
        let at = start() + SignedDuration::from_millis(self.now);
        self.entries.push(Entry { at, events });
        self
    }

    pub fn begin(self, step: u32) -> Self {
        self.say(vec![Event::Started { step: StepId(step), attempt: 1 }])
    }

    pub fn end(self, step: u32, fact: Fact) -> Self {
        self.say(vec![Event::Done { step: StepId(step), fact }])
    }

    /// A step alone, done after so many milliseconds.
    pub fn step(self, step: u32, millis: i64) -> Self {
        self.found(step, millis, Evidence::Nothing)
    }

    pub fn found(self, step: u32, millis: i64, evidence: Evidence) -> Self {
        self.begin(step).pass(millis).end(step, Fact::Found(evidence))
    }

    /// Steps side by side, each done after so many milliseconds.
    pub fn together(mut self, steps: &[(u32, i64)]) -> Self {
        for (step, _) in steps {
            self = self.begin(*step);
        }
        let (mut ends, begun) = (steps.to_vec(), self.now);
        ends.sort_by_key(|(_, millis)| *millis);
        for (step, millis) in ends {
            self.now = begun + millis;
            self = self.end(step, Fact::Nothing);
        }
        self
    }

    /// What the journal of this plan's run says.
    pub fn recording(self, plan: &Plan) -> Recording {
        let header = Header {
            format: Header::FORMAT,
            run: "7f3a".into(),
            plan: plan.id.clone(),
            steps: plan.steps.len(),
            leeward: "0.1.0".into(),
            started: start(),
            by: "ada@ops".into(),
            what: plan.what(),
        };
        Recording::read(&written(&header, &self.entries)).unwrap()
    }
}

fn written(header: &Header, entries: &[Entry]) -> Vec<u8> {
    let page = Page::default();
    let mut journal = Journal::begin(Box::new(page.clone()), header).unwrap();
    entries.iter().for_each(|entry| journal.append(entry).unwrap());
    let bytes = page.0.lock().unwrap();
    bytes.clone()
}

/// A journal as it stands on the disk.
pub fn bytes(recording: &Recording) -> Vec<u8> {
    written(&recording.header, &recording.entries)
}

/// A planned failover (`failovers::planned`) with something of everything: a wait that fails, a pause, a step that is left
/// out by hand, a hook whose output is hostile to HTML and Markdown, approvals, all groups set.
pub fn eventful(plan: &Plan) -> Recording {
    let failed = Fault::new(FaultKind::Timeout, "billing has 2 members; nothing has changed for 90 s");
    let answer = |output: &str| Evidence::Answer { code: 0, output: output.into() };
    let approved = Evidence::Approved { by: "bob@ops".into(), reason: "CHG-4711 | <ok>".into(), at: start() };
    let skipped = Event::Skipped { step: StepId(6), because: StepId(5) };
    let sets = vec![failovers::group("billing", 0), failovers::group("fulfilment", 11)];
    Stage::new()
        .pass(2)
        .found(0, 11_800, answer("scaled <script>alert('x')</script> & \"quoted\"\n`tick` | pipe\n"))
        .together(&[(1, 40), (2, 60)])
        .found(3, 2_100, seen("ends stood still for 2.1 s"))
        .found(4, 3_400, seen("lag 0, seen twice"))
        .begin(5)
        .pass(90_000)
        .say(vec![
            Event::Failed { step: StepId(5), fault: failed },
            skipped,
            Event::Finished { whole: false },
        ])
        .pass(45_000)
        .say(vec![Event::Resumed])
        .say(vec![Event::Waived { step: StepId(5), reason: "billing was stopped by hand".into() }])
        .together(&[(6, 600), (7, 2_500), (8, 2_600)])
        .found(
            9,
            20,
            Evidence::Snapshot(Box::new(snapshot(&["cluster.hangzhou", "cluster.shanghai"], 1_000))),
        )
        .found(10, 110, Evidence::Groups(sets))
        .found(11, 31_000, approved)
        .step(12, 3)
        .together(&[(13, 30)])
        .found(14, 270, seen("written and read in 213 ms"))
        .step(15, 8)
        .found(16, 400, seen("sh. (TTL 30 s) on 2 authorities"))
        .found(17, 3_000, answer(""))
        .found(18, 9_000, seen("all 2 groups are there"))
        .together(&[(19, 150), (20, 200), (21, 200), (22, 60)])
        .together(&[(23, 230), (24, 240), (25, 235)])
        .step(26, 140)
        .together(&[(27, 190), (28, 300), (29, 310)])
        .step(30, 430)
        .say(vec![Event::Finished { whole: true }])
        .recording(plan)
}

pub fn seen(text: &str) -> Evidence {
    Evidence::Seen(text.into())
}

/// Where logs ended on these clusters: 3 partitions of one topic, up to 1,200; so far each was carried.
pub fn snapshot(clusters: &[&str], carried: i64) -> Snapshot {
    let ends = vec![PartitionEnds { start: 0, end: 1_200 }; 3];
    let of = |name: &&str| (address(name), [("orders".to_owned(), ends.clone())].into());
    let next = [("orders".to_owned(), (0..3).map(|partition| (partition, carried)).collect())].into();
    let mut silent = std::collections::BTreeMap::new();
    if !clusters.contains(&"cluster.hangzhou") {
        silent.insert(address("cluster.hangzhou"), "3 brokers refused".to_owned());
    }
    Snapshot {
        at: start(),
        ends: clusters.iter().map(of).collect(),
        carried: [(address("replication.orders"), Carried { next })].into(),
        silent,
    }
}
