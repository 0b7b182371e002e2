//! One `connect` block: a Connect cluster, ready to be asked and changed.

use super::client::{Client, Waits};
use super::vault::Vault;
use super::{change, perform, read};
use crate::estate::{Change, Connect, Evidence, Fault, Outcome, Query, Reading, Task};
use crate::provider::Requests;
use std::sync::Arc;

/// A Connect cluster, ready to be asked and changed.
#[derive(Debug, Clone)]
pub struct ConnectPlace {
    client: Client,
}

impl ConnectPlace {
    /// Prepares the client of a `connect` block; nothing is sent yet. The vault is the estate's
    /// ([`Estate::vault`](crate::estate::Estate::vault)).
    ///
    /// # Errors
    /// A fault when a URL or the certificate authority can't be used.
    pub fn new(connect: &Connect, vault: Arc<Vault>) -> Result<Self, Fault> {
        Ok(Self { client: Client::new(connect, vault)? })
    }

    /// The same place with other waits.
    #[must_use]
    pub fn with_waits(self, waits: Waits) -> Self {
        Self { client: self.client.with_waits(waits) }
    }

    /// The requests sent until now.
    pub fn requests(&self) -> &Requests {
        self.client.requests()
    }

    /// Answers each query, in order, in at most three requests.
    pub async fn read(&self, queries: &[&Query]) -> Vec<Reading> {
        read::read(&self.client, queries).await
    }

    /// Makes each change, and answers in order.
    pub async fn change(&self, changes: &[&Change]) -> Vec<Outcome> {
        change::change(&self.client, changes).await
    }

    /// Does one task.
    pub async fn perform(&self, task: &Task) -> Outcome<Evidence> {
        perform::perform(&self.client, task).await
    }
}
