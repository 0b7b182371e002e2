//! A provider that fails, hangs or dies at the n-th call, for tests of interruption.

use super::Provider;
use crate::estate::{Change, Evidence, Fault, FaultKind, Outcome, Query, Reading, Task};
use futures::future::BoxFuture;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::watch;

/// What goes wrong at a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trouble {
    /// Nothing is done, and a fault is answered.
    Fail,
    /// It is done, and the answer is lost: a change or a task is answered with `Unknown`.
    LoseAnswer,
    /// No answer ever comes, and nothing is done.
    Hang,
    /// The process dies at that moment: this call and all later ones never come back. See [`Faulty::died`].
    Die(Moment),
}

/// When a process dies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moment {
    /// Before anything is done.
    Before,
    /// After the first half of a batch of changes; for a read or a task, before anything is done.
    Midway,
    /// After all is done and before the answer is heard.
    After,
}

/// Wraps a provider; reads, changes and tasks are counted together, from 1.
pub struct Faulty {
    inner: Arc<dyn Provider>,
    calls: AtomicUsize,
    troubles: Mutex<BTreeMap<usize, Trouble>>,
    dead: watch::Sender<bool>,
}

impl Faulty {
    /// Wraps a provider that has no trouble yet.
    pub fn new(inner: Arc<dyn Provider>) -> Self {
        Self {
            inner,
            calls: AtomicUsize::new(0),
            troubles: Mutex::new(BTreeMap::new()),
            dead: watch::Sender::new(false),
        }
    }

    /// Something goes wrong at the n-th call, counted from 1.
    #[must_use]
    pub fn at(self, call: usize, trouble: Trouble) -> Self {
        self.troubles.lock().unwrap_or_else(PoisonError::into_inner).insert(call, trouble);
        self
    }

    /// How many calls came until now.
    pub fn calls(&self) -> usize {
        self.calls.load(Ordering::SeqCst)
    }

    /// Resolves once the process has died; then whoever waits for an answer has to be dropped.
    pub async fn died(&self) {
        // The sender lives as long as `self`, so that waiting can't fail.
        let _ = self.dead.subscribe().wait_for(|dead| *dead).await;
    }

    /// The trouble of the next call; waits for ever if the process is dead.
    async fn enter(&self) -> Option<Trouble> {
        if *self.dead.borrow() {
            std::future::pending::<()>().await;
        }
        let call = self.calls.fetch_add(1, Ordering::SeqCst) + 1;
        let trouble = self.troubles.lock().unwrap_or_else(PoisonError::into_inner).get(&call).copied();
        match trouble {
            Some(Trouble::Hang) => std::future::pending().await,
            Some(Trouble::Die(Moment::Before)) => self.die().await,
            other => other,
        }
    }

    async fn die<T>(&self) -> T {
        self.dead.send_replace(true);
        std::future::pending().await
    }
}

fn broken() -> Fault {
    Fault::new(FaultKind::Internal, "it broke, as the test wants it")
}

fn lost() -> Fault {
    Fault::new(FaultKind::Timeout, "the answer was lost, as the test wants it")
}

impl Provider for Faulty {
    fn read<'a>(&'a self, queries: &'a [Query]) -> BoxFuture<'a, Vec<Reading>> {
        Box::pin(async move {
            match self.enter().await {
                Some(Trouble::Fail | Trouble::LoseAnswer) => {
                    queries.iter().map(|_| Reading::Unreachable(broken())).collect()
                }
                Some(Trouble::Die(_)) => self.die().await,
                Some(Trouble::Hang) | None => self.inner.read(queries).await,
            }
        })
    }

    fn change<'a>(&'a self, changes: &'a [Change]) -> BoxFuture<'a, Vec<Outcome>> {
        Box::pin(async move {
            match self.enter().await {
                Some(Trouble::Fail) => changes.iter().map(|_| Outcome::Failed(broken())).collect(),
                Some(Trouble::LoseAnswer) => {
                    self.inner.change(changes).await;
                    changes.iter().map(|_| Outcome::Unknown(lost())).collect()
                }
                Some(Trouble::Die(Moment::After)) => {
                    self.inner.change(changes).await;
                    self.die().await
                }
                Some(Trouble::Die(_)) => {
                    self.inner.change(&changes[..changes.len() / 2]).await;
                    self.die().await
                }
                Some(Trouble::Hang) | None => self.inner.change(changes).await,
            }
        })
    }

    fn perform<'a>(&'a self, task: &'a Task) -> BoxFuture<'a, Outcome<Evidence>> {
        Box::pin(async move {
            match self.enter().await {
                Some(Trouble::Fail) => Outcome::Failed(broken()),
                Some(Trouble::LoseAnswer) => {
                    self.inner.perform(task).await;
                    Outcome::Unknown(lost())
                }
                Some(Trouble::Die(Moment::After)) => {
                    self.inner.perform(task).await;
                    self.die().await
                }
                Some(Trouble::Die(_)) => self.die().await,
                Some(Trouble::Hang) | None => self.inner.perform(task).await,
            }
        })
    }
}
