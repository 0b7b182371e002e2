//! The sandbox with its topics, its mirror and its load.

use super::super::estate::Estate;
use super::super::own::Own;
use super::super::sandbox;
use super::answers::{self, Kafkas};
use super::groups::{self, Positions, Twins};
use super::kind::Kind;
use super::load::Load;
use super::logs::{Logs, read};
use super::rest::{Offsets, Rest, until};
use super::verdict::Case;
use leeward::sandbox::{Sandbox, Signal};
use serde_json::json;
use std::collections::BTreeMap;

const FLOW: &str = r#"
replication "flow-TAG" {
  pair   = pair.main
  topics = [topic.plain.name, topic.transactional.name, topic.compacted.name, topic.wide.name]
  groups = ["ours-.*-TAG"]
  naming = "identity"
  mirror_maker {
    tasks_max                 = 2
    replication_factor        = 1
    refresh_topics_interval   = "1s"
    refresh_groups_interval   = "1s"
    emit_checkpoints_interval = "1s"
    sync_group_offsets        = false
  }
}
"#;

/// So often do groups move on before they are looked at.
const MOVES: usize = 2;

/// A sandbox of its own, or the shared one.
enum Place {
    Own(Own),
    Shared(Sandbox),
}

/// The stage: topics of all kinds, mirrored, with producers that never stop.
pub struct Field {
    load: Load,
    place: Place,
    estate: Estate,
    rest: Rest,
    kafkas: Option<Kafkas>,
    phases: usize,
    widened: bool,
    /// What groups that were set read on the standby, once everything has crossed.
    set: Vec<(Kind, String)>,
}

/// What was answered at one moment.
pub struct Phase {
    pub name: &'static str,
    pub cases: Vec<Case>,
}

impl Field {
    /// Topics and backlogs first, and the mirror when the compacted topic has lost records: so it begins with gaps.
    pub fn begin() -> Option<Self> {
        let mut place = match Own::up() {
            Some(own) => Place::Own(own),
            None => Place::Shared(sandbox()?),
        };
        let sandbox = place.sandbox();
        let estate = Estate::new(sandbox);
        estate.write("main.hcl", &Kind::ALL.map(|kind| kind.declared(false)).concat());
        estate.apply();
        let load = Load::begin(sandbox.dir(), |kind| estate.tagged(&format!("{kind}-TAG")));
        load.await_backlogs();
        let (rest, kafkas) = (Rest::new(sandbox), Kafkas::compile(sandbox));
        let mut field =
            Self { load, place, estate, rest, kafkas, phases: 0, widened: false, set: Vec::new() };
        field.await_compaction();
        field.estate.write("flow.hcl", FLOW);
        field.estate.apply();
        field.sync_groups();
        Some(field)
    }

    /// Whether servers may be killed.
    pub const fn may_be_hurt(&self) -> bool {
        matches!(self.place, Place::Own(_))
    }

    fn topic(&self, kind: Kind) -> String {
        self.estate.tagged(&format!("{kind}-TAG"))
    }

    fn connector(&self, what: &str) -> String {
        self.estate.tagged(&format!("flow-TAG-hzTAG-shTAG-{what}"))
    }

    fn await_compaction(&mut self) {
        let topic = self.topic(Kind::Compacted);
        let count = || read(self.place.sandbox(), "hangzhou", &topic).values().map(Vec::len).sum::<usize>();
        until("the cleaner", count, |count| *count < usize::try_from(super::kind::BACKLOG).unwrap() * 9 / 10);
    }

    /// Lets MirrorMaker sync the groups of the one name, by a second checkpoint connector.
    fn sync_groups(&self) {
        let path = format!("/connectors/{}/config", self.connector("checkpoint"));
        let mut config = self.rest.ask("GET", &path, None);
        let name = self.connector("synced");
        config["name"] = json!(name);
        config["groups"] = json!(self.estate.tagged("synced-.*-TAG"));
        config["sync.group.offsets.enabled"] = json!("true");
        config["sync.group.offsets.interval.seconds"] = json!("1");
        let made = self.rest.ask("POST", "/connectors", Some(&json!({ "name": name, "config": config })));
        assert_eq!(made["name"], name.as_str(), "{made}");
    }

    /// Groups take their places and are translated; `set` says whether leeward sets its own on the standby.
    pub fn phase(&mut self, name: &'static str, set: bool) -> Phase {
        self.await_mirror();
        self.phases += 1;
        let twins = self.take_places();
        self.await_sync();
        let mut cases = self.ask(twins);
        if set {
            self.set(&mut cases);
        }
        Phase { name, cases }
    }

    /// Each kind with its topic and how many partitions that has.
    fn topics(&self) -> [(Kind, String, i32); 4] {
        Kind::ALL.map(|kind| (kind, self.topic(kind), kind.partitions(self.widened)))
    }

    /// Groups of a new phase, that have moved on for a while.
    fn take_places(&mut self) -> Vec<Twins> {
        let (topics, phase, tag) = (self.topics(), self.phases, self.estate.tag.clone());
        let sandbox = self.place.sandbox();
        let mut twins = Twins::all(sandbox, phase, &tag);
        let any = groups::client(sandbox, "hangzhou", "any");
        for _ in 0..MOVES {
            for (kind, topic, partitions) in &topics {
                let ends = groups::ends(&any, topic, *partitions);
                let of_kind = twins.iter_mut().filter(|twins| twins.kind == *kind);
                of_kind.for_each(|twins| twins.move_on(topic, &ends));
            }
        }
        twins
    }

    /// Asks leeward and MirrorMaker where the groups would go on, all of them at once.
    fn ask(&mut self, twins: Vec<Twins>) -> Vec<Case> {
        let names = twins.iter().flat_map(|twins| ["-group", &twins.ours]);
        let told = self.estate.ok(&["offsets", "-json"].into_iter().chain(names).collect::<Vec<_>>());
        let (ours, theirs, topics) = (answers::ours(&told), self.kafkas(), self.topics());
        let sandbox = self.place.sandbox();
        let there = groups::client(sandbox, "shanghai", "any");
        let ends = topics.each_ref().map(|(_, topic, partitions)| groups::ends(&there, topic, *partitions));
        let case = |twins: Twins| {
            let (_, topic, partitions) = &topics[twins.kind as usize];
            let answers = &ours[&twins.ours];
            let stands: Positions =
                answers.iter().map(|(partition, (position, _))| (*partition, *position)).collect();
            assert_eq!(stands, twins.positions, "leeward sees where {} stands", twins.ours);
            let synced = groups::client(sandbox, "shanghai", &twins.synced);
            Case {
                kind: twins.kind,
                lag: twins.lag,
                ours: answers.iter().map(|(partition, (_, answer))| (*partition, *answer)).collect(),
                set: None,
                kafkas: theirs.as_ref().map(|all| all.get(&twins.ours).cloned().unwrap_or_default()),
                synced: groups::committed(&synced, topic, *partitions),
                ends: ends[twins.kind as usize].clone(),
                positions: twins.positions,
                group: twins.ours,
            }
        };
        twins.into_iter().map(case).collect()
    }

    /// Sets the groups on the standby, and looks where they stand then.
    fn set(&mut self, cases: &mut [Case]) {
        let named = cases.iter().flat_map(|case| ["-group", &case.group]);
        let arguments: Vec<&str> = ["offsets", "apply", "-auto-approve"].into_iter().chain(named).collect();
        let said = self.estate.ok(&arguments);
        assert!(said.contains(&format!("{} groups set and read back.", cases.len())), "{said}");
        self.set = cases.iter().map(|case| (case.kind, case.group.clone())).collect();
        let topics = self.topics();
        let sandbox = self.place.sandbox();
        for case in cases {
            let (_, topic, partitions) = &topics[case.kind as usize];
            let client = groups::client(sandbox, "shanghai", &case.group);
            case.set = Some(groups::committed(&client, topic, *partitions));
        }
    }

    /// Waits until all that is on the source now has crossed, and the connector has committed that.
    fn await_mirror(&mut self) {
        let (topics, connector) = (self.topics(), self.connector("source"));
        let any = groups::client(self.place.sandbox(), "hangzhou", "any");
        let wanted: Offsets = topics
            .iter()
            .flat_map(|(_, topic, partitions)| {
                let ends = groups::ends(&any, topic, *partitions);
                ends.into_iter().map(move |(partition, end)| ((topic.clone(), partition), end - 1))
            })
            .collect();
        let behind = || {
            let carried = self.rest.carried(&connector);
            let is_behind = |(at, end): &(&(String, i32), &i64)| carried.get(at).is_none_or(|at| at < end);
            wanted.iter().filter(is_behind).map(|(at, end)| (at.clone(), *end)).collect::<Offsets>()
        };
        until("the mirror", behind, Offsets::is_empty);
    }

    /// Waits until MirrorMaker has synced a group that has just come: then it has looked at all others too.
    fn await_sync(&mut self) {
        let (topic, group) =
            (self.topic(Kind::Plain), format!("synced-mark-{}-{}", self.phases, self.estate.tag));
        let sandbox = self.place.sandbox();
        let here = groups::client(sandbox, "hangzhou", &group);
        groups::commit(&here, &topic, &groups::ends(&here, &topic, 1));
        let there = groups::client(sandbox, "shanghai", &group);
        until("the sync", || groups::committed(&there, &topic, 1), |seen| !seen.is_empty());
    }

    fn kafkas(&mut self) -> Option<BTreeMap<String, Positions>> {
        let pattern = format!("ours-{}-.*-{}", self.phases, self.estate.tag);
        let alias = self.estate.tagged("hzTAG");
        Some(self.kafkas.as_ref()?.answers(self.place.sandbox(), &alias, &pattern))
    }

    /// Kills a server and starts it again, with its data.
    pub fn hurt(&mut self, component: &str) {
        let sandbox = self.place.sandbox();
        sandbox.signal(component, Signal::KILL).unwrap();
        sandbox.restart(component, &|_| ()).unwrap();
    }

    /// Sets the mirror back by so many offsets in every partition.
    pub fn set_back(&mut self, by: i64) {
        self.rest.set_back(&self.connector("source"), by);
    }

    /// Adds partitions to the topics.
    pub fn widen(&mut self) {
        self.widened = true;
        self.estate.write("main.hcl", &Kind::ALL.map(|kind| kind.declared(true)).concat());
        self.estate.apply();
    }

    /// Ends the load, lets everything cross, and reads what there is on both sides, and as the groups that were set.
    pub fn end(&mut self) -> Logs {
        let places = self.load.end();
        let topics = Kind::ALL.map(|kind| (kind, self.topic(kind)));
        let connector = self.connector("source");
        let sandbox = self.place.sandbox();
        let source: BTreeMap<_, _> =
            topics.iter().map(|(kind, topic)| (*kind, read(sandbox, "hangzhou", topic))).collect();
        let mut left = Offsets::new();
        for (kind, topic) in &topics {
            for (partition, log) in &source[kind] {
                left.insert((topic.clone(), *partition), log.last().unwrap().0);
            }
        }
        let behind = || {
            let carried = self.rest.carried(&connector);
            left.iter().filter(|(at, last)| carried.get(*at).is_none_or(|at| at < *last)).count()
        };
        until("all that was produced", behind, |behind| *behind == 0);
        let standby = topics.iter().map(|(kind, topic)| (*kind, read(sandbox, "shanghai", topic))).collect();
        let topic = |kind: Kind| &topics[kind as usize].1;
        let consumed = self
            .set
            .iter()
            .map(|(kind, group)| {
                (group.clone(), super::logs::consumed(sandbox, "shanghai", topic(*kind), group))
            })
            .collect();
        Logs::new(places, source, standby, consumed)
    }

    /// Leaves nothing behind.
    pub fn take_down(self) {
        self.rest.ask("DELETE", &format!("/connectors/{}", self.connector("synced")), None);
        if matches!(self.place, Place::Shared(_)) {
            self.estate.ok(&["destroy", "-auto-approve"]);
        }
    }
}

impl Place {
    fn sandbox(&mut self) -> &mut Sandbox {
        match self {
            Self::Own(own) => own.get(),
            Self::Shared(sandbox) => sandbox,
        }
    }
}
