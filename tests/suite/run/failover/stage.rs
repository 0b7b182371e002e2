//! A world with its state: plans made by the real planner, run, interrupted, and told in a form that two ways to the same end
//! share.

use super::super::execute::{Place, options};
use super::super::interruption::recovered;
use super::super::sample::address;
use super::super::shelf::Shelf;
use super::declared::{Kind, declared};
use super::field::{Field, LIVE, TOPICS, records};
use leeward::estate::{Estate, Object, Query, Resource, Role, Side, TopicObject, TopicSetting};
use leeward::observe::{flow, observe, prove, queries, trials};
use leeward::offsets::{Certainty, Flow, Row};
use leeward::plan::{Options as PlanOptions, Plan, Recipe, plan};
use leeward::provider::Provider;
use leeward::provider::memory::MemoryCluster;
use leeward::run::{Ending, Options, Silent, Stop, Waiver, World, execute};
use leeward::runbook::{Asker, Begun, Exported, Held, HeldTail, HeldTopic, Sources, failover};
use leeward::state::State;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// A world with its state.
pub struct Stage {
    pub field: Field,
    pub state: State,
    pub fence: Kind,
    /// The estate, while the primary is active and while the secondary is.
    estates: Arc<[Estate; 2]>,
}

impl Stage {
    /// A pair that was applied, with records, and with a group that has read all of them and one that has read half.
    pub async fn raised(fence: Kind) -> Self {
        let estates = [Side::Primary, Side::Secondary].map(|active| declared(fence, active));
        let field = Field::new(leeward::provider::Memory::of(&estates[0]));
        let mut stage = Self { field, state: State::new("lineage"), fence, estates: Arc::new(estates) };
        let plan = stage.steady().await;
        assert!(plan.is_applicable() && plan.deferred.is_empty(), "{:#?}", plan.deferred);
        stage.run(plan).await;
        stage.field.write("first", 5);
        stage.field.read_on();
        stage.field.write("later", 3);
        stage
    }

    pub fn copy(&self) -> Self {
        let (state, estates) = (self.state.clone(), Arc::clone(&self.estates));
        Self { field: self.field.copy(), state, fence: self.fence, estates }
    }

    /// Whether MirrorMaker sets groups by itself.
    pub fn sync_groups(&mut self, are_set: bool) {
        for estate in Arc::get_mut(&mut self.estates).unwrap() {
            for declared in estate.resources.values_mut() {
                if let Resource::Replication(replication) = &mut declared.resource {
                    replication.mirror_maker.sync_group_offsets = are_set;
                }
            }
        }
    }

    fn side(&self) -> Side {
        self.state.actives().get(&address("pair.orders")).copied().unwrap_or_default()
    }

    /// The estate while this side is active.
    fn estate_of(&self, side: Side) -> &Estate {
        &self.estates[usize::from(side == Side::Secondary)]
    }

    /// The estate under today's roles.
    pub fn estate(&self) -> &Estate {
        self.estate_of(self.side())
    }

    /// What an apply would do now.
    pub async fn steady(&self) -> Plan {
        let estate = self.estate();
        let observed = observe(&self.field, &queries(estate, &self.state.resources)).await;
        plan(estate, &observed, &self.state, &PlanOptions::default()).unwrap()
    }

    pub async fn plan(&self, recipe: Recipe) -> Plan {
        self.plan_after(recipe, None).await
    }

    /// As `leeward failover plan` makes it.
    pub async fn shown(&self, recipe: Recipe, begun: Option<&Begun>, held: Option<Held>) -> Plan {
        let now = self.estate();
        let then = if recipe.restores_standby() { now } else { self.estate_of(self.side().other()) };
        let mut known = BTreeSet::new();
        let all = queries(now, &self.state.resources).into_iter().chain(queries(then, &self.state.resources));
        let all = all.chain(trials(now, then));
        let asked: Vec<Query> = all.filter(|query| known.insert(query.id())).collect();
        let observed = observe(&self.field, &asked).await;
        let flows = vec![self.flow(now).await];
        let limits = [("orders".to_owned(), None), ("payments".to_owned(), Some("2000000".to_owned()))];
        let plan = failover(&Sources {
            pair: &address("pair.orders"),
            recipe,
            now,
            then,
            state: &self.state,
            asker: &Asker::default(),
            observed: &observed,
            flows: &flows,
            limits: &BTreeMap::from(limits),
            is_written: true,
            sighting: None,
            held: held.as_ref(),
            begun,
            overrides: &BTreeMap::new(),
        });
        plan.unwrap()
    }

    /// As it is run: nothing stops it.
    pub async fn plan_after(&self, recipe: Recipe, begun: Option<&Begun>) -> Plan {
        let held = (recipe == Recipe::Rebuild).then(|| self.held());
        let plan = self.shown(recipe, begun, held).await;
        let stops: Vec<_> = plan
            .failover
            .iter()
            .flat_map(|failover| &failover.guards)
            .filter(|guard| guard.stops())
            .collect();
        assert!(stops.is_empty() || recipe == Recipe::Drill, "{stops:#?}");
        plan
    }

    /// What the standby holds; what stands there alone was exported.
    pub fn held(&self) -> Held {
        let pair = self.estate().pair(&address("pair.orders")).unwrap();
        let world = self.field.0.world();
        let [active, standby] =
            [Role::Active, Role::Standby].map(|role| &world.clusters[pair.with_role(role)]);
        let held = |(topic, partitions): (&str, i32)| {
            let found = standby.topics.get(topic)?;
            let topic_object = TopicObject {
                incarnation: Some(found.incarnation.clone()),
                partitions,
                replication_factor: 3,
                config: BTreeMap::new(),
            };
            Some((topic.to_owned(), HeldTopic { topic: topic_object, ends: Some(found.partitions.clone()) }))
        };
        let alone = values(standby).difference(&values(active)).count();
        let exported = Some(Exported::Whole { folder: "tail".into() });
        let tail = HeldTail { records: u64::try_from(alone).unwrap(), exported };
        Held { topics: TOPICS.into_iter().filter_map(held).collect(), tail: Ok(tail) }
    }

    async fn flow(&self, now: &Estate) -> (Flow, Vec<Row>) {
        let replication = address("replication.orders");
        let starts = self.state.starts.get(&replication).map(Vec::as_slice).unwrap_or_default();
        let mut flow = flow(&self.field, &self.field.0, now, &replication, starts).await.unwrap();
        let _ = prove(&self.field.0, &mut flow, 10_000).await;
        let rows = flow.rows(Certainty::Foreseen);
        (flow, rows)
    }

    /// Runs a plan to its end.
    pub async fn run(&mut self, plan: Plan) {
        let place = self.place();
        let mut run = place.run(plan);
        self.execute(&place, &mut run, &self.field.shared()).await.unwrap();
        assert!(run.progress.is_whole(), "{:#?}", place.events());
    }

    /// A journal, and the state as the store has it.
    pub fn place(&self) -> Place {
        Place {
            store: Shelf::holding(Some(self.state.clone()).filter(|state| state.serial > 0)),
            ..Place::new()
        }
    }

    /// Lets a run go on; what came of it is in its progress, and the state is what the store has then.
    pub async fn execute(
        &mut self,
        place: &Place,
        run: &mut leeward::run::Run,
        objects: &dyn Provider,
    ) -> Result<Ending, leeward::run::RunError> {
        let (stop, records) = (Stop::default(), self.field.0.shared());
        let world = World { objects, records: &records };
        let ending = execute(run, place.state().await, world, &place.store, &options(&stop, &Silent)).await;
        self.state = place.state().await;
        ending
    }

    /// Takes a run up where its journal ends, and brings it to its end.
    pub async fn resume(&mut self, place: &Place, plan: &Plan) {
        let mut run = recovered(&place.tape, plan.clone());
        let field = self.field.shared();
        self.execute(place, &mut run, &field).await.unwrap();
        assert!(run.progress.is_whole(), "{:#?}", place.events());
    }

    /// The same, with steps that are taken for done.
    pub async fn resume_without(&mut self, place: &Place, plan: &Plan, waivers: Vec<Waiver>) {
        let mut run = recovered(&place.tape, plan.clone());
        let (stop, records, objects) = (Stop::default(), self.field.0.shared(), self.field.shared());
        let world = World { objects: &objects, records: &records };
        let options = Options { waivers, ..options(&stop, &Silent) };
        execute(&mut run, place.state().await, world, &place.store, &options).await.unwrap();
        assert!(run.progress.is_whole(), "{:#?}", place.events());
        self.state = place.state().await;
    }

    /// The world and the state, without what differs between two ways to the same end: serials, times, and what the client wrote
    /// meanwhile.
    pub fn told(&self) -> String {
        let world = self.field.0.world();
        let mut lines = Vec::new();
        for (at, cluster) in &world.clusters {
            lines.extend(cluster_told(cluster).into_iter().map(|line| format!("{at} {line}")));
        }
        for (at, connect) in &world.connects {
            for (name, connector) in &connect.connectors {
                let has_offsets = connect.offsets.contains_key(name);
                lines.push(format!(
                    "{at} {name} {} offsets {has_offsets} {:?}",
                    connector.state, connector.config
                ));
            }
        }
        for (at, dns) in &world.dns {
            lines.extend(
                dns.zones.values().flat_map(|zone| &zone.records).map(|record| format!("{at} {record:?}")),
            );
        }
        lines.extend(world.files.iter().map(|(path, text)| format!("{path} {text:?}")));
        let mut called = world.called.clone();
        called.dedup();
        lines.extend(called.iter().map(|call| format!("called {call:?}")));
        lines.extend(state_told(&self.state));
        lines.join("\n")
    }
}

fn cluster_told(cluster: &MemoryCluster) -> Vec<String> {
    let mut lines = Vec::new();
    let topics: BTreeMap<_, _> = cluster.topics.iter().collect();
    for (name, topic) in topics {
        // Those that are declared keep their lives.
        let life = TOPICS.iter().any(|(declared, _)| declared == name).then_some(&topic.incarnation);
        lines.push(format!("topic {name} {:?} {life:?}", topic.config));
        for partition in topic.records.keys() {
            let values = records(cluster, name, *partition).filter_map(|record| record.value.as_deref());
            let values = values.map(|value| String::from_utf8_lossy(value).into_owned());
            let kept: Vec<String> = values.filter(|value| !value.starts_with(LIVE)).collect();
            lines.push(format!("  {partition}: {}", kept.join(" ")));
        }
    }
    for (name, group) in &cluster.groups {
        let positions = group.partitions().map(|(topic, partition, offset)| {
            let read = records(cluster, topic, partition).filter(|record| record.offset < offset);
            let read = read.filter(|record| {
                !record.value.as_ref().is_some_and(|value| value.starts_with(LIVE.as_bytes()))
            });
            format!("{topic}-{partition} behind {}", read.count())
        });
        lines.push(format!("group {name} {} {}", group.members, positions.collect::<Vec<_>>().join(", ")));
    }
    lines.extend(cluster.bindings.iter().map(|binding| format!("{binding}")));
    lines
}

fn state_told(state: &State) -> Vec<String> {
    let mut lines = Vec::new();
    for (address, all) in &state.resources {
        for owned in all {
            let mut last = owned.last.clone();
            if let Object::Topic(topic) = &mut last {
                topic.incarnation = None;
                topic.config.retain(|_, setting| matches!(setting, TopicSetting::Own(_)));
            }
            lines.push(format!("owns {address} {} {last:?}", owned.id));
        }
    }
    for (pair, known) in &state.pairs {
        let ends = known.snapshot.as_ref().map(|snapshot| snapshot.ends.keys().collect::<Vec<_>>());
        let (active, epoch, pending) = (known.active, known.epoch, &known.pending_fences);
        lines.push(format!("{pair} {active} {epoch} pending {pending:?} ends of {ends:?}"));
    }
    lines.extend(state.starts.iter().map(|(address, starts)| format!("{address} {} starts", starts.len())));
    lines
}

/// Every value that a cluster holds.
pub fn values(cluster: &MemoryCluster) -> BTreeSet<String> {
    let mut values = BTreeSet::new();
    for (topic, partitions) in TOPICS {
        for partition in 0..partitions {
            let all = records(cluster, topic, partition).filter_map(|record| record.value.as_deref());
            values.extend(all.map(|value| String::from_utf8_lossy(value).into_owned()));
        }
    }
    values
}
