//! Resources as people name them on a command line.

use super::Failure;
use crate::estate::{Address, Estate, Kind};

/// The resource that a person means by its name, `orders`, or its address, `module.eu.pair.orders`.
pub(super) fn named(estate: &Estate, kind: Kind, text: &str) -> Result<Address, Failure> {
    let found: Vec<&Address> = estate
        .of_kind(kind)
        .map(|declared| &declared.address)
        .filter(|address| address.name == text && address.key.is_none() || address.to_string() == text)
        .collect();
    let all = || {
        let all: Vec<String> = estate.of_kind(kind).map(|declared| declared.address.to_string()).collect();
        if all.is_empty() {
            format!("the estate declares no {kind}")
        } else {
            format!("there is {}", all.join(", "))
        }
    };
    match found[..] {
        [address] => Ok(address.clone()),
        [] => Err(Failure::new(format!("there is no {kind} {text}")).hint(all())),
        _ => Err(Failure::new(format!("several {kind}s are called {text}")).hint(all())),
    }
}

/// The pair that is meant: the named one, or the only one if none is named.
pub(super) fn named_pair(estate: &Estate, name: Option<&str>) -> Result<Address, Failure> {
    if let Some(name) = name {
        return named(estate, Kind::Pair, name);
    }
    let pairs: Vec<&Address> = estate.of_kind(Kind::Pair).map(|declared| &declared.address).collect();
    match pairs[..] {
        [only] => Ok(only.clone()),
        [] => Err(Failure::new("the estate declares no pair")),
        _ => {
            let all: Vec<String> = pairs.iter().map(ToString::to_string).collect();
            Err(Failure::new("the estate has several pairs").hint(format!("name one: {}", all.join(", "))))
        }
    }
}
