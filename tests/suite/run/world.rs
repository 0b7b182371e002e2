//! A small world behind the seam that counts its calls, and fails, forgets to answer or dies at one of them.

use futures::future::BoxFuture;
use leeward::estate::{
    Change, ConnectorState, Estate, Evidence, Fault, FaultKind, Object, ObjectId, Outcome, PartitionEnds,
    Query, Reading, Start, Task, TopicObject, TopicSetting, Verb,
};
use leeward::provider::{Memory, Provider};
use std::collections::BTreeMap;
use std::sync::{LazyLock, Mutex, MutexGuard};
use tokio::sync::Notify;

/// What happens at a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trouble {
    /// It never returns, and has no effect.
    DiesBefore,
    /// It never returns, and has its effect.
    DiesAfter,
    /// Its answer is lost, and it has no effect.
    LostBefore,
    /// Its answer is lost, and it has its effect.
    LostAfter,
    /// It is refused.
    Fails,
    /// It is a look, and shows nothing yet of what is there.
    Blind,
}

#[derive(Default)]
pub struct World {
    inner: Mutex<Inner>,
    died: Notify,
}

#[derive(Default)]
struct Inner {
    objects: BTreeMap<ObjectId, Object>,
    lives: u32,
    calls: usize,
    trouble: Vec<(usize, Trouble)>,
    changed: Vec<ObjectId>,
    performed: Vec<String>,
}

impl World {
    pub fn new(objects: Vec<(ObjectId, Object)>) -> Self {
        let world = Self::default();
        for (id, object) in objects {
            world.put(id, object);
        }
        world
    }

    /// Lets the `n`th call from now on, from 1, be in trouble.
    #[must_use]
    pub fn troubled(self, n: usize, trouble: Trouble) -> Self {
        self.trouble(n, trouble);
        self
    }

    pub fn trouble(&self, n: usize, trouble: Trouble) {
        let mut inner = self.inner();
        let at = inner.calls + n;
        inner.trouble.push((at, trouble));
    }

    /// Returns once a call has died.
    pub async fn died(&self) {
        self.died.notified().await;
    }

    pub fn put(&self, id: ObjectId, object: Object) {
        self.inner().objects.insert(id, object);
    }

    /// Kafka's id of a topic.
    pub fn life_of(&self, id: &ObjectId) -> Option<String> {
        match self.inner().objects.get(id)? {
            Object::Topic(topic) => topic.incarnation.clone(),
            _ => None,
        }
    }

    /// What is there, without what differs between two worlds that went the same way by other paths.
    pub fn objects(&self) -> BTreeMap<ObjectId, Object> {
        let mut objects = self.inner().objects.clone();
        for object in objects.values_mut() {
            if let Object::Topic(topic) = object {
                topic.incarnation = None;
            }
        }
        objects
    }

    pub fn calls(&self) -> usize {
        self.inner().calls
    }

    /// How often an object was changed, or asked to be.
    pub fn changes_of(&self, id: &ObjectId) -> usize {
        self.inner().changed.iter().filter(|changed| *changed == id).count()
    }

    pub fn performed(&self) -> Vec<String> {
        self.inner().performed.clone()
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap()
    }

    /// The trouble of the call that is made now.
    fn call(&self) -> Option<Trouble> {
        let mut inner = self.inner();
        inner.calls += 1;
        let now = inner.calls;
        inner.trouble.iter().find(|(at, _)| *at == now).map(|(_, trouble)| *trouble)
    }

    /// Has an effect or not, returns or not, as the trouble says.
    async fn through<T>(&self, effect: impl FnOnce(&mut Inner) -> T, other: impl FnOnce(Trouble) -> T) -> T {
        let trouble = self.call();
        let happens = matches!(trouble, None | Some(Trouble::DiesAfter | Trouble::LostAfter));
        let answer = happens.then(|| effect(&mut self.inner()));
        match (trouble, answer) {
            (Some(Trouble::DiesBefore | Trouble::DiesAfter), _) => {
                self.died.notify_one();
                std::future::pending().await
            }
            (None, Some(answer)) => answer,
            (Some(trouble), _) => other(trouble),
            (None, None) => unreachable!("without trouble there is an effect"),
        }
    }
}

fn fault(trouble: Trouble) -> Fault {
    match trouble {
        Trouble::Fails => Fault::new(FaultKind::Denied, "not you"),
        _ => Fault::new(FaultKind::Timeout, "no answer in 1 s"),
    }
}

fn outcome<T>(trouble: Trouble) -> Outcome<T> {
    match trouble {
        Trouble::Fails => Outcome::Failed(fault(trouble)),
        _ => Outcome::Unknown(fault(trouble)),
    }
}

impl Provider for World {
    fn read<'a>(&'a self, queries: &'a [Query]) -> BoxFuture<'a, Vec<Reading>> {
        let unreachable = |trouble| match trouble {
            Trouble::Blind => vec![Reading::Absent; queries.len()],
            trouble => vec![Reading::Unreachable(fault(trouble)); queries.len()],
        };
        Box::pin(self.through(|inner| queries.iter().map(|query| inner.read(query)).collect(), unreachable))
    }

    fn change<'a>(&'a self, changes: &'a [Change]) -> BoxFuture<'a, Vec<Outcome>> {
        let other = |trouble| vec![outcome(trouble); changes.len()];
        Box::pin(self.through(|inner| changes.iter().map(|change| inner.change(change)).collect(), other))
    }

    fn perform<'a>(&'a self, task: &'a Task) -> BoxFuture<'a, Outcome<Evidence>> {
        Box::pin(self.through(|inner| inner.perform(task), outcome))
    }
}

impl Inner {
    fn read(&self, query: &Query) -> Reading {
        let Some(object) = self.objects.get(&query.id()) else { return Reading::Absent };
        let mut object = object.clone();
        match (&mut object, query) {
            (Object::Topic(topic), Query::Topic { keys, .. }) => {
                topic.config.retain(|key, _| keys.contains(key));
                for key in keys.iter() {
                    let inherited = || TopicSetting::Inherited("broker's".into());
                    topic.config.entry(key.clone()).or_insert_with(inherited);
                }
            }
            (Object::Grants(grants), Query::Grants { bindings, .. }) => {
                grants.bindings.retain(|binding| bindings.contains(binding));
            }
            _ => {}
        }
        Reading::Present(object)
    }

    fn change(&mut self, change: &Change) -> Outcome {
        self.changed.push(change.id.clone());
        let there = self.objects.get(&change.id).cloned();
        let conflict = |message: &str| Outcome::Failed(Fault::new(FaultKind::Conflict, message));
        match (&change.verb, there) {
            (Verb::Create(_), Some(there)) => return Outcome::Moved(Reading::Present(there)),
            (Verb::Update { .. } | Verb::Delete(_), None) => return conflict("does not exist"),
            (Verb::Create(to), None) => {
                let made = self.made(to);
                self.objects.insert(change.id.clone(), made);
            }
            (Verb::Update { to, .. }, Some(there)) => {
                let changed = changed(there, to);
                self.objects.insert(change.id.clone(), changed);
            }
            (Verb::Delete(_), Some(_)) => drop(self.objects.remove(&change.id)),
        }
        Outcome::Done(())
    }

    fn made(&mut self, to: &Object) -> Object {
        self.lives += 1;
        match to.clone() {
            Object::Topic(topic) => {
                Object::Topic(TopicObject { incarnation: Some(format!("life{}", self.lives)), ..topic })
            }
            Object::Connector(mut connector) => {
                connector.state = ConnectorState::Stopped;
                Object::Connector(connector)
            }
            other => other,
        }
    }

    fn perform(&mut self, task: &Task) -> Outcome<Evidence> {
        self.performed.push(task.to_string());
        match task {
            Task::SetConnectorState { connector, state } => match self.objects.get_mut(connector) {
                Some(Object::Connector(connector)) => {
                    connector.state = *state;
                    Outcome::Done(Evidence::Seen("it runs".into()))
                }
                _ => Outcome::Moved(Reading::Absent),
            },
            Task::NoteStarts { topics, .. } => {
                let ends = PartitionEnds { start: 0, end: 0 };
                let start = |topic: &String| Start {
                    topic: topic.clone(),
                    partition: 0,
                    source: ends,
                    target: ends,
                    continues: false,
                    at: None,
                };
                Outcome::Done(Evidence::Starts(topics.keys().map(start).collect()))
            }
            _ => Outcome::Done(Evidence::Nothing),
        }
    }
}

/// An object after an update: a topic keeps its life.
fn changed(there: Object, to: &Object) -> Object {
    match (there, to.clone()) {
        (Object::Topic(there), Object::Topic(to)) => {
            Object::Topic(TopicObject { incarnation: there.incarnation, ..to })
        }
        (_, to) => to,
    }
}

/// What a run works on where it has nothing to do with records.
pub fn recordless(objects: &dyn Provider) -> leeward::run::World<'_> {
    static RECORDS: LazyLock<Memory> = LazyLock::new(|| Memory::of(&Estate::default()));
    leeward::run::World { objects, records: &*RECORDS }
}
