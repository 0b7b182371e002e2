//! Changes of connectors: validated by Connect, made, and read again where the answer was lost.

use super::client::Client;
use super::fault::RestFault;
use super::perform;
use super::read;
use crate::estate::{
    Change, Connector, ConnectorState, Fault, FaultKind, Object, Outcome, Reading, SecretRef, Setting, Verb,
    What,
};
use futures::stream::{self, StreamExt};
use std::collections::BTreeMap;

/// How many changes are under way at once; Connect's leader makes them one after the other anyway.
const CHANGES_AT_ONCE: usize = 4;

/// Makes each change, and answers in order.
pub(super) async fn change(client: &Client, changes: &[&Change]) -> Vec<Outcome> {
    let made: Vec<_> = changes.iter().map(|change| make(client, change)).collect();
    let made: Vec<Result<Outcome, Fault>> = stream::iter(made).buffered(CHANGES_AT_ONCE).collect().await;
    made.into_iter().map(|made| made.unwrap_or_else(Outcome::Failed)).collect()
}

async fn make(client: &Client, change: &Change) -> Result<Outcome, Fault> {
    let What::Connector(name) = &change.id.what else { return Err(no_connector(&change.id.what)) };
    match &change.verb {
        Verb::Create(to) => create(client, name, connector(to)?).await,
        Verb::Update { from, to } => update(client, name, connector(from)?, connector(to)?).await,
        Verb::Delete(_) => delete(client, name).await,
    }
}

fn connector(object: &Object) -> Result<&Connector, Fault> {
    match object {
        Object::Connector(connector) => Ok(connector),
        _ => Err(Fault::new(FaultKind::Invalid, "a Connect cluster holds connectors only")),
    }
}

fn no_connector(what: &What) -> Fault {
    Fault::new(FaultKind::Invalid, format!("a Connect cluster holds connectors, and {what} is none"))
}

async fn create(client: &Client, name: &str, to: &Connector) -> Result<Outcome, Fault> {
    let config = valid(client, name, to).await?;
    match client.create(name, &config).await {
        Ok(()) => Ok(Outcome::Done(())),
        Err(RestFault::Exists { .. }) => Ok(Outcome::Moved(look(client, name, &[to]).await)),
        Err(fault) => settled(client, name, to, fault).await,
    }
}

/// Connect has no conditional change: the configuration is compared just before.
async fn update(client: &Client, name: &str, from: &Connector, to: &Connector) -> Result<Outcome, Fault> {
    let there = look(client, name, &[from, to]).await;
    match there.object() {
        Some(Object::Connector(held)) if held.config == to.config => return Ok(Outcome::Done(())),
        Some(Object::Connector(held)) if held.config == from.config => {}
        _ => {
            return Ok(match there {
                Reading::Unreachable(fault) => Outcome::Failed(fault),
                moved => Outcome::Moved(moved),
            });
        }
    }
    let config = valid(client, name, to).await?;
    match client.configure(name, &config).await {
        Ok(()) => Ok(Outcome::Done(())),
        Err(fault) => settled(client, name, to, fault).await,
    }
}

/// Offsets are forgotten with the connector: they would be used again by one of the same name, which would
/// then leave out every record before them, even where the target has been emptied since.
async fn delete(client: &Client, name: &str) -> Result<Outcome, Fault> {
    let Some(there) = client.answered(|| client.connector(name)).await? else {
        return Ok(Outcome::Done(()));
    };
    if read::state(there.status.as_ref()) != ConnectorState::Stopped {
        perform::bring_to(client, name, ConnectorState::Stopped).await?;
    }
    match forget(client, name).await {
        Ok(()) | Err(RestFault::NotFound { .. }) => Ok(Outcome::Done(())),
        Err(fault) if fault.may_have_happened() => Ok(match client.connector(name).await {
            Ok(None) => Outcome::Done(()),
            _ => Outcome::Unknown(fault.into()),
        }),
        Err(fault) => Err(fault.into()),
    }
}

/// Both requests are the same when they are done twice, so they are sent again where an answer is lost.
async fn forget(client: &Client, name: &str) -> Result<(), RestFault> {
    client.answered(|| client.reset_offsets(name)).await?;
    client.answered(|| client.delete(name)).await
}

/// The configuration with its secrets, once Connect has nothing to say against it.
async fn valid(client: &Client, name: &str, to: &Connector) -> Result<BTreeMap<String, String>, Fault> {
    let mut config = client.vault().filled(&to.config)?;
    config.insert("name".to_owned(), name.to_owned());
    let Some(class) = config.get("connector.class") else {
        return Err(Fault::new(FaultKind::Invalid, format!("connector {name} has no connector.class")));
    };
    let complaints = client.answered(|| client.complaints(class, &config)).await?;
    if complaints.is_empty() {
        return Ok(config);
    }
    let message = format!("Connect does not accept connector {name}: {}", complaints.join("; "));
    Err(Fault::new(FaultKind::Invalid, message))
}

/// What came of a change whose answer says neither yes nor no: the world is read again.
async fn settled(client: &Client, name: &str, to: &Connector, fault: RestFault) -> Result<Outcome, Fault> {
    if !fault.may_have_happened() {
        return Err(fault.into());
    }
    let there = look(client, name, &[to]).await;
    Ok(match there.object() {
        Some(Object::Connector(held)) if held.config == to.config => Outcome::Done(()),
        _ => Outcome::Unknown(fault.into()),
    })
}

/// What stands there now; `known` are connectors whose secrets it may hold.
async fn look(client: &Client, name: &str, known: &[&Connector]) -> Reading {
    let secret = |(key, setting): (&String, &Setting)| match setting {
        Setting::Secret(reference) => Some((key.clone(), reference.clone())),
        Setting::Plain(_) | Setting::OtherSecret => None,
    };
    let secrets: Vec<(String, SecretRef)> =
        known.iter().rev().flat_map(|connector| connector.config.iter().filter_map(secret)).collect();
    match client.answered(|| client.connector(name)).await {
        Ok(expanded) => expanded
            .and_then(|expanded| read::connector(client.vault(), &expanded, &secrets))
            .map_or(Reading::Absent, |connector| Reading::Present(Object::Connector(connector))),
        Err(fault) => Reading::Unreachable(fault.into()),
    }
}
