//! The provider itself.

use super::World;
use crate::estate::{Address, Change, Estate, Evidence, Fault, Outcome, Query, Reading, Task};
use crate::provider::{Provider, Requests};
use futures::future::BoxFuture;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The world, held in memory.
#[derive(Debug, Default)]
pub struct Memory {
    world: Arc<Mutex<World>>,
    requests: Requests,
}

impl Memory {
    /// A world in which the places of an estate are there, and empty.
    pub fn of(estate: &Estate) -> Self {
        Self::with(World::of(estate))
    }

    /// A world as it is given.
    pub fn with(world: World) -> Self {
        Self { world: Arc::new(Mutex::new(world)), requests: Requests::default() }
    }

    /// Changes the world behind leeward's back, or looks at it.
    pub fn edit<T>(&self, edit: impl FnOnce(&mut World) -> T) -> T {
        edit(&mut self.lock())
    }

    /// A copy of the world as it is now.
    pub fn world(&self) -> World {
        self.lock().clone()
    }

    /// The same world through another handle, whose requests are counted apart.
    #[must_use]
    pub fn shared(&self) -> Self {
        Self { world: Arc::clone(&self.world), requests: Requests::default() }
    }

    /// From here on a place does not answer, for this reason.
    pub fn cut(&self, place: &Address, fault: Fault) {
        self.lock().cut.insert(place.clone(), fault);
    }

    /// From here on a place answers again.
    pub fn heal(&self, place: &Address) {
        self.lock().cut.remove(place);
    }

    /// The requests that the real providers would have sent.
    pub fn requests(&self) -> &Requests {
        &self.requests
    }

    fn lock(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Provider for Memory {
    fn read<'a>(&'a self, queries: &'a [Query]) -> BoxFuture<'a, Vec<Reading>> {
        Box::pin(async move {
            let world = self.lock();
            world.count(queries, &self.requests);
            queries.iter().map(|query| world.read(query)).collect()
        })
    }

    fn change<'a>(&'a self, changes: &'a [Change]) -> BoxFuture<'a, Vec<Outcome>> {
        Box::pin(async move {
            let mut world = self.lock();
            changes.iter().map(|change| world.change(change)).collect()
        })
    }

    fn perform<'a>(&'a self, task: &'a Task) -> BoxFuture<'a, Outcome<Evidence>> {
        Box::pin(async move { self.lock().perform(task) })
    }
}
