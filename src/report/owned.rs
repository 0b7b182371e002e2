//! What is owned, for `leeward state show`.

use super::figures::explained;
use crate::estate::{Address, Object, OnRemove, Owned, TopicSetting};
use std::fmt::Write as _;

/// A resource with all objects that are owned for it.
pub fn resource(address: &Address, objects: &[Owned]) -> String {
    let mut text = format!("# {address}\n");
    for owned in objects {
        // Writing into a text can't fail.
        let _ = writeln!(text, "{}", owned.id);
        for (name, value) in facts(owned) {
            let _ = writeln!(text, "  {name:<28} {value}");
        }
    }
    text
}

fn facts(owned: &Owned) -> Vec<(String, String)> {
    let Owned { id: _, incarnation, keys, bindings, on_remove, last } = owned;
    let mut facts = Vec::new();
    let mut fact = |name: &str, value: String| facts.push((name.to_owned(), value));
    if let Some(incarnation) = incarnation {
        fact("topic id", incarnation.clone());
    }
    let on_remove = match on_remove {
        OnRemove::Forget => "forget",
        OnRemove::Delete => "delete",
    };
    fact("on_remove", on_remove.into());
    for binding in bindings {
        fact("granted", binding.to_string());
    }
    match last {
        Object::Topic(topic) => {
            fact("partitions", topic.partitions.to_string());
            fact("replication_factor", topic.replication_factor.to_string());
            for (key, setting) in &topic.config {
                let note = match setting {
                    TopicSetting::Own(_) if keys.contains(key) => "",
                    TopicSetting::Own(_) => "  (not managed)",
                    TopicSetting::Inherited(_) => "  (inherited)",
                };
                fact(&format!("config.{key}"), format!("{}{note}", explained(key, setting.value())));
            }
        }
        Object::Connector(connector) => {
            fact("state", connector.state.to_string());
            for (key, setting) in &connector.config {
                fact(&format!("config.{key}"), setting.to_string());
            }
        }
        Object::RecordSet(set) => {
            fact("ttl", explained("ttl", &set.ttl.to_string()));
            for value in &set.values {
                fact("value", value.clone());
            }
        }
        Object::File(file) => file.text.lines().for_each(|line| fact("line", line.to_owned())),
        Object::Grants(_)
        | Object::Cluster(_)
        | Object::Ends(_)
        | Object::Producers(_)
        | Object::Group(_)
        | Object::Connect(_)
        | Object::Carried(_)
        | Object::Zone(_)
        | Object::Answer(_)
        | Object::Trial(_) => {}
    }
    facts
}
