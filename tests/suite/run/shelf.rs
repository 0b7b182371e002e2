//! A store in memory: what is written is there, and nothing waits for a disk.

use futures::future::BoxFuture;
use leeward::state::{Held, LockError, LockInfo, State, Store, StoreError};
use std::sync::Mutex;
use std::time::Duration;

#[derive(Default)]
pub struct Shelf(Mutex<Option<State>>);

impl Shelf {
    pub fn holding(state: Option<State>) -> Self {
        Self(Mutex::new(state))
    }
}

impl Store for Shelf {
    fn load(&self) -> BoxFuture<'_, Result<Option<State>, StoreError>> {
        Box::pin(async { Ok(self.0.lock().unwrap().clone()) })
    }

    fn save<'a>(&'a self, state: &'a mut State) -> BoxFuture<'a, Result<(), StoreError>> {
        Box::pin(async {
            state.serial += 1;
            *self.0.lock().unwrap() = Some(state.clone());
            Ok(())
        })
    }

    fn lock<'a>(&'a self, _: &'a LockInfo, _: Duration) -> BoxFuture<'a, Result<Box<dyn Held>, LockError>> {
        unreachable!("a run is given the lock by its caller")
    }

    fn force_unlock<'a>(&'a self, _: &'a str) -> BoxFuture<'a, Result<LockInfo, LockError>> {
        unreachable!("a run is given the lock by its caller")
    }
}
