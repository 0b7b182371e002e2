//! One `dns` block: a service that takes changes, and the authorities of its zones.

use super::question::Question;
use super::read::{self, Said};
use super::{answer, perform, powerdns, rfc2136, trial};
use crate::estate::{Change, Dns, DnsService, Evidence, Fault, FaultKind, Outcome, Query, Reading, Task};
use crate::provider::Requests;
use futures::future::{FutureExt as _, join, join_all};
use hickory_proto::rr::Name;
use std::collections::BTreeMap;
use std::time::Duration;

/// A DNS service, ready to be asked and changed.
#[derive(Debug, Clone)]
pub struct DnsPlace {
    service: Service,
    /// `host:port` each.
    authorities: Vec<String>,
    timeout: Duration,
    propagation: Duration,
}

/// How changes are sent.
#[derive(Debug, Clone)]
pub(super) enum Service {
    Rfc2136(rfc2136::Client),
    PowerDns(powerdns::Client),
}

impl DnsPlace {
    /// Prepares the service of a `dns` block; nothing is sent yet.
    ///
    /// # Errors
    /// A fault when a key or an address can't be used at all.
    pub fn new(dns: &Dns) -> Result<Self, Fault> {
        let service = match &dns.service {
            DnsService::Rfc2136(service) => {
                let algorithm = service.key_algorithm.as_str();
                let key = rfc2136::Key::new(&service.key_name, algorithm, service.key_secret.expose())?;
                Service::Rfc2136(rfc2136::Client::new(&service.server, Some(key), dns.timeout))
            }
            DnsService::PowerDns(service) => Service::PowerDns(powerdns::Client::new(service, dns.timeout)?),
        };
        Ok(Self {
            service,
            authorities: dns.authorities.clone(),
            timeout: dns.timeout,
            propagation: dns.propagation,
        })
    }

    /// The requests sent until now to read and to change; looks while a change spreads are not counted.
    pub fn requests(&self) -> &Requests {
        self.service.requests()
    }

    /// Answers each query, in order.
    pub async fn read(&self, queries: &[&Query]) -> Vec<Reading> {
        let (mut others, mut plain) = (Vec::new(), Vec::new());
        for (at, query) in queries.iter().enumerate() {
            match query {
                Query::Answer { server, name, rtype, .. } => {
                    let wait = self.timeout.min(answer::WAIT);
                    others.push((at, answer::read(server, name, *rtype, wait, self.requests()).boxed()));
                }
                Query::Trial { .. } => others.push((at, trial::read(&self.service, query).boxed())),
                _ => plain.push((at, *query)),
            }
        }
        let (order, plain): (Vec<usize>, Vec<&Query>) = plain.into_iter().unzip();
        let others = join_all(others.into_iter().map(async |(at, reading)| (at, reading.await)));
        let plain = read::read(&self.service, &self.authorities, self.timeout, &plain);
        let (others, plain) = join(others, plain).await;
        let readings: BTreeMap<usize, Reading> =
            others.into_iter().chain(order.into_iter().zip(plain)).collect();
        readings.into_values().collect()
    }

    /// Makes each change, and answers in order.
    pub async fn change(&self, changes: &[&Change]) -> Vec<Outcome> {
        match &self.service {
            Service::Rfc2136(client) => rfc2136::change(client, changes).await,
            Service::PowerDns(client) => powerdns::change(client, changes).await,
        }
    }

    /// Does one task: waits for propagation.
    pub async fn perform(&self, task: &Task) -> Outcome<Evidence> {
        let own: Vec<String> = self.service.server().map(str::to_owned).into_iter().collect();
        let asked = if self.authorities.is_empty() { &own } else { &self.authorities };
        perform::perform(asked, self.timeout, self.propagation, task).await
    }
}

impl Service {
    /// The requests sent until now.
    pub(super) fn requests(&self) -> &Requests {
        match self {
            Self::Rfc2136(client) => client.requests(),
            Self::PowerDns(client) => client.requests(),
        }
    }

    /// The server that answers DNS for the service itself, `host:port`; an API has none.
    pub(super) fn server(&self) -> Option<&str> {
        match self {
            Self::Rfc2136(client) => Some(client.server()),
            Self::PowerDns(_) => None,
        }
    }

    /// Why the service does not accept who leeward is, as far as that can be told without a change: whoever asks the
    /// API shows its key with each question anyway.
    pub(super) async fn refusal(&self, zone: &Name) -> Option<Fault> {
        let Self::Rfc2136(client) = self else { return None };
        let fault = Fault::from(client.greet(zone).await.err()?);
        (fault.kind == FaultKind::Unauthenticated).then_some(fault)
    }

    /// What the service itself holds.
    pub(super) async fn said(&self, zone: &Name, questions: &[&Question]) -> Said {
        match self {
            Self::Rfc2136(client) => rfc2136::said(client, zone, questions).await,
            Self::PowerDns(client) => powerdns::said(client, zone, questions).await,
        }
    }

    /// What an authority answers.
    pub(super) async fn said_by(&self, authority: &str, zone: &Name, questions: &[&Question]) -> Said {
        match self {
            Self::Rfc2136(client) => rfc2136::said(&client.at(authority), zone, questions).await,
            Self::PowerDns(client) => {
                read::ask_each(authority, questions, client.timeout(), client.requests()).await
            }
        }
    }
}
