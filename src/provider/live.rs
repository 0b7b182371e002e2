//! The real world: every place of an estate, and the way to each.

use super::connect::{ConnectPlace, Vault};
use super::dns::DnsPlace;
use super::fault::{not_of_the_world, undeclared};
use super::file::FilePlace;
use super::hook::Hooks;
use super::kafka::Kafka;
use super::{Provider, Requests, starts};
use crate::estate::{Address, Change, Estate, Evidence, Fault, Outcome, Query, Reading, Resource, Task};
use futures::future::{BoxFuture, FutureExt as _, join_all};
use std::collections::BTreeMap;
use std::sync::Arc;

/// The real world. Nothing is connected to before it is asked something.
pub struct Live {
    places: BTreeMap<Address, Result<Place, Fault>>,
    hooks: Hooks,
}

/// One way to the world.
enum Place {
    Kafka(Box<Kafka>),
    Connect(ConnectPlace),
    Dns(DnsPlace),
    Files(FilePlace),
}

impl Live {
    /// The places that an estate declares. One whose declaration can't be used at all answers every question with
    /// the reason.
    pub fn new(estate: &Estate) -> Self {
        let vault = Arc::new(Vault::new(estate.vault()));
        let places = estate.resources.values().filter_map(|declared| {
            let place = match &declared.resource {
                Resource::Cluster(cluster) => {
                    Ok(Place::Kafka(Box::new(Kafka::new(&declared.address, cluster))))
                }
                Resource::Connect(connect) => {
                    ConnectPlace::new(connect, Arc::clone(&vault)).map(Place::Connect)
                }
                Resource::Dns(dns) => DnsPlace::new(dns).map(Place::Dns),
                Resource::Pair(pair) if !pair.endpoints.is_empty() => Ok(Place::Files(FilePlace::default())),
                _ => return None,
            };
            Some((declared.address.clone(), place))
        });
        Self { places: places.collect(), hooks: Hooks::of(estate) }
    }

    /// The requests sent to a place until now; none for one that can't be reached at all.
    pub fn requests(&self, place: &Address) -> Option<&Requests> {
        Some(match self.place(place).ok()? {
            Place::Kafka(kafka) => kafka.requests(),
            Place::Connect(connect) => connect.requests(),
            Place::Dns(dns) => dns.requests(),
            Place::Files(files) => files.requests(),
        })
    }

    fn place(&self, address: &Address) -> Result<&Place, Fault> {
        match self.places.get(address) {
            Some(place) => place.as_ref().map_err(Clone::clone),
            None => Err(undeclared(address)),
        }
    }

    fn kafka(&self, address: &Address) -> Result<&Kafka, Fault> {
        match self.place(address)? {
            Place::Kafka(kafka) => Ok(kafka),
            Place::Connect(_) | Place::Dns(_) | Place::Files(_) => Err(undeclared(address)),
        }
    }

    async fn note_starts(
        &self,
        source: &Address,
        target: &Address,
        topics: &BTreeMap<String, String>,
    ) -> Result<Evidence, Fault> {
        let (from, to) = (self.kafka(source)?, self.kafka(target)?);
        let (sources, targets) =
            futures::try_join!(from.ends(source, topics.keys()), to.ends(target, topics.values()))?;
        Ok(Evidence::Starts(starts::beside(topics, &sources, &targets)))
    }

    async fn do_task(&self, task: &Task) -> Outcome<Evidence> {
        if let Task::NoteStarts { source, target, topics } = task {
            return self
                .note_starts(source, target, topics)
                .await
                .map_or_else(Outcome::Failed, Outcome::Done);
        }
        if let Some(outcome) = self.hooks.perform(task).await {
            return outcome;
        }
        let Some(address) = task.place() else { return Outcome::Failed(not_of_the_world(task)) };
        match self.place(address) {
            Ok(Place::Kafka(kafka)) => kafka.perform(task).await,
            Ok(Place::Connect(connect)) => connect.perform(task).await,
            Ok(Place::Dns(dns)) => dns.perform(task).await,
            Ok(Place::Files(_)) => Outcome::Failed(not_of_the_world(task)),
            Err(fault) => Outcome::Failed(fault),
        }
    }
}

impl Place {
    async fn read(&self, queries: &[&Query]) -> Vec<Reading> {
        match self {
            Self::Kafka(kafka) => kafka.read(queries).await,
            Self::Connect(connect) => connect.read(queries).await,
            Self::Dns(dns) => dns.read(queries).await,
            Self::Files(files) => files.read(queries),
        }
    }

    async fn change(&self, changes: &[&Change]) -> Vec<Outcome> {
        match self {
            Self::Kafka(kafka) => kafka.change(changes).await,
            Self::Connect(connect) => connect.change(changes).await,
            Self::Dns(dns) => dns.change(changes).await,
            Self::Files(files) => files.change(changes),
        }
    }
}

/// Sorts items by their place, keeping where each stood.
fn by_place<'a, T>(
    items: &'a [T],
    place: impl Fn(&'a T) -> &'a Address,
) -> BTreeMap<&'a Address, Vec<(usize, &'a T)>> {
    let mut sorted: BTreeMap<&Address, Vec<(usize, &T)>> = BTreeMap::new();
    for (at, item) in items.iter().enumerate() {
        sorted.entry(place(item)).or_default().push((at, item));
    }
    sorted
}

/// Puts the answers of all places back into the order of the questions.
fn in_order<T>(answers: Vec<Vec<(usize, T)>>) -> Vec<T> {
    let mut answers: Vec<(usize, T)> = answers.into_iter().flatten().collect();
    answers.sort_by_key(|(at, _)| *at);
    answers.into_iter().map(|(_, answer)| answer).collect()
}

impl Live {
    async fn read_at(&self, address: &Address, asked: Vec<(usize, &Query)>) -> Vec<(usize, Reading)> {
        let (order, queries): (Vec<usize>, Vec<&Query>) = asked.into_iter().unzip();
        let readings = match self.place(address) {
            Ok(place) => place.read(&queries).await,
            Err(fault) => order.iter().map(|_| Reading::Unreachable(fault.clone())).collect(),
        };
        order.into_iter().zip(readings).collect()
    }

    async fn change_at(&self, address: &Address, asked: Vec<(usize, &Change)>) -> Vec<(usize, Outcome)> {
        let (order, changes): (Vec<usize>, Vec<&Change>) = asked.into_iter().unzip();
        let outcomes = match self.place(address) {
            Ok(place) => place.change(&changes).await,
            Err(fault) => order.iter().map(|_| Outcome::Failed(fault.clone())).collect(),
        };
        order.into_iter().zip(outcomes).collect()
    }
}

impl Provider for Live {
    fn read<'a>(&'a self, queries: &'a [Query]) -> BoxFuture<'a, Vec<Reading>> {
        let mut asked = Vec::new();
        for (address, queries) in by_place(queries, Query::place) {
            asked.push(self.read_at(address, queries).boxed());
        }
        join_all(asked).map(in_order).boxed()
    }

    fn change<'a>(&'a self, changes: &'a [Change]) -> BoxFuture<'a, Vec<Outcome>> {
        let mut asked = Vec::new();
        for (address, changes) in by_place(changes, |change| &change.id.place) {
            asked.push(self.change_at(address, changes).boxed());
        }
        join_all(asked).map(in_order).boxed()
    }

    fn perform<'a>(&'a self, task: &'a Task) -> BoxFuture<'a, Outcome<Evidence>> {
        self.do_task(task).boxed()
    }
}
