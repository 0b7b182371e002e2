//! What holds for every plan.

use super::sample::{Sample, address};
use leeward::estate::{On, OnRemove, TopicSetting};
use leeward::plan::{Action, from_bytes, to_bytes};
use proptest::prelude::*;

/// Something that happens to an estate, its world or its configuration between two plans.
#[derive(Debug, Clone)]
enum Event {
    Declare { topic: u8, partitions: i32, delete: bool },
    Remove(u8),
    Access { name: u8, topic: u8, on: u8 },
    RemoveAccess(u8),
    Replicate(u8),
    Record(u8),
    Drift { topic: u8, primary: bool, value: u8 },
    Anew { topic: u8, primary: bool },
    Vanish { pick: u8 },
    Flip,
    Disown,
}

fn event() -> impl Strategy<Value = Event> {
    prop_oneof![
        (0..4u8, 1..5i32, any::<bool>()).prop_map(|(topic, partitions, delete)| Event::Declare {
            topic,
            partitions,
            delete
        }),
        (0..4u8).prop_map(Event::Remove),
        (0..2u8, 0..4u8, 0..3u8).prop_map(|(name, topic, on)| Event::Access { name, topic, on }),
        (0..2u8).prop_map(Event::RemoveAccess),
        (0..4u8).prop_map(Event::Replicate),
        (0..2u8).prop_map(Event::Record),
        (0..4u8, any::<bool>(), 0..3u8).prop_map(|(topic, primary, value)| Event::Drift {
            topic,
            primary,
            value
        }),
        (0..4u8, any::<bool>()).prop_map(|(topic, primary)| Event::Anew { topic, primary }),
        any::<u8>().prop_map(|pick| Event::Vanish { pick }),
        Just(Event::Flip),
        Just(Event::Disown),
    ]
}

fn side(primary: bool) -> &'static str {
    if primary { "hangzhou" } else { "shanghai" }
}

/// The topic on a side, if it is there.
fn there(sample: &mut Sample, primary: bool, topic: u8) -> Option<&mut leeward::estate::TopicObject> {
    let id = leeward::estate::ObjectId::topic(&super::sample::cluster(side(primary)), format!("t{topic}"));
    let is_there = sample.observed.reading(&id).is_some_and(|reading| reading.object().is_some());
    is_there.then(|| sample.topic_on(side(primary), &format!("t{topic}")))
}

fn happen(sample: &mut Sample, event: &Event) {
    match event {
        Event::Declare { topic, partitions, delete } => {
            sample.topic(&format!("t{topic}"), |topic| {
                topic.partitions = *partitions;
                topic.on_remove = if *delete { OnRemove::Delete } else { OnRemove::Forget };
            });
        }
        Event::Remove(topic) => {
            sample.estate.resources.remove(&address(&format!("topic.t{topic}")));
        }
        Event::Access { name, topic, on } => {
            let on = [On::Active, On::Standby, On::Both][usize::from(*on)];
            sample.access(&format!("a{name}"), on, &[&format!("t{topic}")]);
        }
        Event::RemoveAccess(name) => {
            sample.estate.resources.remove(&address(&format!("access.a{name}")));
        }
        Event::Replicate(topic) => sample.replication(&[&format!("t{topic}")]),
        Event::Record(which) => sample.record(&format!("kafka-{which}.internal.")),
        Event::Drift { topic, primary, value } => {
            if let Some(topic) = there(sample, *primary, *topic) {
                topic.config.insert("retention.ms".into(), TopicSetting::Own(value.to_string()));
            }
        }
        Event::Anew { topic, primary } => {
            if let Some(topic) = there(sample, *primary, *topic) {
                topic.incarnation = topic.incarnation.as_ref().map(|life| format!("{life}'"));
            }
        }
        Event::Vanish { pick } => {
            let ids: Vec<_> =
                sample.state.resources.values().flatten().map(|owned| owned.id.clone()).collect();
            if let Some(id) = ids.get(usize::from(*pick) % ids.len().max(1)) {
                sample.forget_sight_of(id);
            }
        }
        Event::Flip => sample.flip(),
        Event::Disown => sample.state.resources.clear(),
    }
}

/// Whether a topic may be deleted by this plan: its block is gone and it said so when it was last applied.
fn may_delete(sample: &Sample, step: &leeward::plan::Step) -> bool {
    let owned =
        sample.state.resources[&step.address].iter().find(|owned| Some(&owned.id) == step.object.as_ref());
    !sample.estate.resources.contains_key(&step.address) && owned.unwrap().on_remove == OnRemove::Delete
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 192, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever happens, doing what the plan says leaves nothing to do, in the order that it says.
    #[test]
    fn an_applied_plan_leaves_nothing_to_do(rounds in prop::collection::vec(prop::collection::vec(event(), 1..5), 1..6)) {
        let mut sample = Sample::new();
        for events in rounds {
            events.iter().for_each(|event| happen(&mut sample, event));
            let plan = sample.plan();
            prop_assert_eq!(&plan, &sample.plan());
            prop_assert_eq!(&from_bytes(&to_bytes(&plan)).unwrap(), &plan);
            for step in &plan.steps {
                let topic = matches!(&step.object, Some(id) if matches!(id.what, leeward::estate::What::Topic(_)));
                if topic && matches!(step.action, Action::Delete { .. } | Action::Replace { .. }) {
                    prop_assert!(may_delete(&sample, step), "{:#?}", step);
                }
            }
            sample.apply(&plan);
            let after = sample.plan();
            prop_assert!(after.is_empty(), "{:#?}", after.steps);
            prop_assert!(!after.updates_state(), "{:#?}\n{:#?}", after.remembered, after.forgotten);
            prop_assert_eq!(after.refused.len(), plan.refused.len());
        }
    }

    /// A destroy after anything leaves nothing owned, and deletes no topic that did not say so.
    #[test]
    fn a_destroy_leaves_nothing_owned(events in prop::collection::vec(event(), 1..12)) {
        let mut sample = Sample::new();
        events.iter().for_each(|event| happen(&mut sample, event));
        let mut sample = sample.applied();
        let plan = sample.destroy();
        sample.apply(&plan);
        prop_assert!(sample.state.resources.is_empty());
        prop_assert!(sample.destroy().is_empty());
    }
}
