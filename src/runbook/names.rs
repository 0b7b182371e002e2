//! The names that lead clients: whether they can be switched, that resolvers have heard of it, and that a client gets in by them.

use super::Sources;
use super::rehearsal::tag;
use super::waves::Waves;
use crate::estate::{
    Address, Cluster, Dns, Entrance, Object, ObjectId, Reading, RecordSet, RecordType, Task, Trial, What,
    desired,
};
use crate::plan::{Action, Recipe, Step, StepId, Verdict};
use std::collections::{BTreeMap, BTreeSet};

/// A name that is switched.
pub(super) struct Switched {
    /// Whose it is.
    pub address: Address,
    /// The record set.
    pub record: ObjectId,
    /// What it leads to.
    pub wanted: RecordSet,
    /// The step by which every authority shows it.
    pub seen: StepId,
}

/// The topic of a failover's canary. Other estates may have a pair of this name on the same clusters: a state's lineage tells
/// them apart.
pub(super) fn canary(sources: &Sources<'_>, epoch: u64) -> String {
    let estate: String = sources.state.lineage.chars().take(8).collect();
    format!("leeward.canary.{}.{estate}.{epoch}", tag(sources.pair))
}

/// What a failover does behind the names' steps, which are numbered anew. Records may flow back meanwhile: the canary's topic is one that no
/// pattern of MirrorMaker's carries. Answers what there is to say.
pub(super) fn lead_behind(
    sources: &Sources<'_>,
    waves: &mut Waves,
    (steps, numbers): (&[Step], &BTreeMap<StepId, StepId>),
    epoch: u64,
) -> Vec<String> {
    let switched = steps.iter().filter_map(|step| match &step.action {
        Action::Task(Task::AwaitPropagation { record, wanted }) => {
            let (address, seen) = (step.address.clone(), *numbers.get(&step.id)?);
            Some(Switched { address, record: record.clone(), wanted: wanted.clone(), seen })
        }
        _ => None,
    });
    let switched: Vec<Switched> = switched.collect();
    let topic = format!("{}.replica", canary(sources, epoch));
    let unproven = lead(sources, waves, &switched, (sources.pair, topic.as_str()));
    // A planned failover has a guard for it.
    let refused = match (sources.recipe, can_be_switched(sources)) {
        (Recipe::Unplanned, (Verdict::Fails | Verdict::Unknown, why)) => {
            Some(format!("names can't be switched as it stands, and the run would stop there: {why}"))
        }
        _ => None,
    };
    unproven.into_iter().chain(refused).collect()
}

/// Behind the switch: resolvers give the new answer, and a record goes the way that clients go. Answers what there is to say.
pub(super) fn lead(
    sources: &Sources<'_>,
    waves: &mut Waves,
    names: &[Switched],
    (owner, topic): (&Address, &str),
) -> Option<String> {
    waves.open("see names through resolvers");
    for name in names {
        let resolvers = dns(sources, name).map(|dns| dns.resolvers.clone()).unwrap_or_default();
        if !resolvers.is_empty() {
            let (record, wanted, seconds) = (name.record.clone(), name.wanted.clone(), kept(sources, name));
            let task = Task::AwaitResolved { record, wanted, resolvers, seconds };
            let step = waves.task(&name.address, task, &[name.seen]);
            // A resolver that is down, or has rules of its own, must not keep all clients waiting.
            waves.optional(step);
        }
    }
    let cluster = sources.new_side()?;
    waves.open("go in by name");
    let mut last = Vec::new();
    for entrance in names.iter().filter_map(|name| entrance(sources, cluster, name)) {
        let (cluster, topic, through) = (cluster.clone(), topic.to_owned(), Some(Box::new(entrance)));
        let step = waves.task(owner, Task::Canary { cluster, topic, through }, &last);
        if sources.recipe == Recipe::Unplanned {
            waves.optional(step);
        }
        last = vec![step];
    }
    let is_unproven = last.is_empty() && !names.is_empty();
    is_unproven.then(|| {
        format!("no name leads to the endpoint or a broker of {}: no canary goes in by a name", cluster.name)
    })
}

fn dns<'a>(sources: &Sources<'a>, name: &Switched) -> Option<&'a Dns> {
    sources.now.dns(&name.record.place)
}

/// For how many seconds a resolver may keep the answer that was given until now.
fn kept(sources: &Sources<'_>, name: &Switched) -> u64 {
    let ttl = match sources.observed.reading(&name.record).and_then(Reading::object) {
        Some(Object::RecordSet(set)) => set.ttl,
        _ => name.wanted.ttl,
    };
    u64::from(ttl)
}

/// The way in by a name; none if it leads elsewhere than clients of the cluster go.
fn entrance(sources: &Sources<'_>, cluster: &Address, name: &Switched) -> Option<Entrance> {
    let (dns, cluster) = (dns(sources, name)?, sources.now.cluster(cluster)?);
    let What::RecordSet { rtype, .. } = &name.record.what else { return None };
    let brokers = cluster.bootstrap.iter().filter_map(|broker| broker.rsplit_once(':'));
    let ports: BTreeSet<u16> = brokers.filter_map(|(_, port)| port.parse().ok()).collect();
    let leads = name.wanted.values.iter().any(|value| hosts(cluster, *rtype).contains(value));
    leads.then(|| Entrance {
        record: name.record.clone(),
        resolvers: dns.resolvers.clone(),
        authorities: dns.authorities.clone(),
        ports: ports.into_iter().collect(),
    })
}

/// Where clients of a cluster begin, as values of a record.
fn hosts(cluster: &Cluster, rtype: RecordType) -> BTreeSet<String> {
    let brokers = cluster.bootstrap.iter().filter_map(|broker| broker.rsplit_once(':')).map(|(host, _)| host);
    let hosts = cluster.endpoint.as_deref().into_iter().chain(brokers);
    match rtype {
        RecordType::A | RecordType::Aaaa | RecordType::Cname => {
            hosts.map(|host| rtype.normal(host.trim_matches(['[', ']']))).collect()
        }
        RecordType::Srv | RecordType::Txt => BTreeSet::new(),
    }
}

/// Whether the names that move can be switched, as far as their services let one try it.
pub(super) fn can_be_switched(sources: &Sources<'_>) -> (Verdict, String) {
    let (mut tried, mut refused, mut unknown) = (BTreeSet::new(), Vec::new(), Vec::new());
    let names = moved(sources);
    for name in &names {
        match trial(sources, name) {
            Ok(Trial { tried: how, refusal: None }) => drop(tried.insert(how.clone())),
            Ok(Trial { refusal: Some(refusal), .. }) => refused.push(format!("{}: {refusal}", name.what)),
            Err(why) => unknown.push(format!("{}: {why}", name.what)),
        }
    }
    match (names.is_empty(), refused.is_empty(), unknown.is_empty()) {
        (true, ..) => (Verdict::Holds, "no name moves with it".into()),
        (_, false, _) => (Verdict::Fails, refused.join("; ")),
        (_, _, false) => (Verdict::Unknown, unknown.join("; ")),
        _ => (Verdict::Holds, tried.into_iter().collect::<Vec<_>>().join("; ")),
    }
}

/// The record sets that are otherwise under tomorrow's roles.
fn moved(sources: &Sources<'_>) -> Vec<ObjectId> {
    let today: BTreeMap<ObjectId, Object> =
        desired(sources.now).into_iter().map(|wanted| (wanted.id, wanted.object)).collect();
    let is_record = |id: &ObjectId| matches!(id.what, What::RecordSet { .. });
    let then = desired(sources.then).into_iter();
    let moved = then.filter(|it| is_record(&it.id) && today.get(&it.id) != Some(&it.object));
    moved.map(|wanted| wanted.id).collect()
}

fn trial<'a>(sources: &Sources<'a>, record: &ObjectId) -> Result<&'a Trial, String> {
    let What::RecordSet { zone, name, rtype } = &record.what else {
        return Err("it is no record set".into());
    };
    let what = What::Trial { zone: zone.clone(), name: name.clone(), rtype: *rtype };
    match sources.observed.reading(&ObjectId::new(&record.place, what)) {
        Some(Reading::Present(Object::Trial(trial))) => Ok(trial),
        Some(Reading::Unreachable(fault)) => Err(fault.to_string()),
        _ => Err("it was not tried whether it can be changed".into()),
    }
}
