//! Names that clients use: what each authority answers, against what is wanted.

use super::Figure;
use crate::estate::{Address, Desired, Object, Observed, Reading, RecordType, What};
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::BTreeSet;

/// A record set that follows the pair.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct NameStanding {
    /// The `dns_record`.
    pub record: Address,
    /// The owner name.
    pub name: String,
    /// The type.
    pub rtype: RecordType,
    /// What is wanted.
    pub wanted: BTreeSet<String>,
    /// Seconds that a resolver may keep it, as declared.
    pub ttl: u32,
    /// What each authority answers, or the service itself where no authority is declared.
    pub answers: Vec<NameAnswer>,
}

/// What one authority answers.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct NameAnswer {
    /// The authority, `host:port`, or the address of the `dns`.
    pub authority: String,
    /// Its values; none of them if it has no such record.
    pub values: Figure<BTreeSet<String>>,
    /// Whether that is what is wanted; absent if it is not known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub agrees: Option<bool>,
}

impl NameStanding {
    /// A desired record set beside what was read of it; none if the desired object is no record set.
    pub(super) fn of(desired: &Desired, observed: &Observed) -> Option<Self> {
        let (What::RecordSet { name, rtype, .. }, Object::RecordSet(wanted)) =
            (&desired.id.what, &desired.object)
        else {
            return None;
        };
        let service = desired.id.place.to_string();
        let answer = |authority: &str, values: Figure<BTreeSet<String>>| NameAnswer {
            authority: authority.to_owned(),
            agrees: values.known().map(|values| *values == wanted.values),
            values,
        };
        let answers = match observed.reading(&desired.id) {
            Some(Reading::Present(Object::RecordSet(set))) if set.seen.is_empty() => {
                vec![answer(&service, Figure::Known(set.values.clone()))]
            }
            Some(Reading::Present(Object::RecordSet(set))) => {
                let figure = |fault: &Option<String>, values: &Option<BTreeSet<String>>| match fault {
                    Some(fault) => Figure::unknown(fault),
                    None => Figure::Known(values.clone().unwrap_or_default()),
                };
                set.seen
                    .iter()
                    .map(|seen| answer(&seen.authority, figure(&seen.fault, &seen.values)))
                    .collect()
            }
            Some(Reading::Unreachable(fault)) => vec![answer(&service, Figure::unknown(&fault.message))],
            Some(Reading::Present(_) | Reading::Absent) => {
                vec![answer(&service, Figure::Known(BTreeSet::new()))]
            }
            None => vec![answer(&service, Figure::unknown("it was not asked for"))],
        };
        let (record, name, rtype) = (desired.address.clone(), name.clone(), *rtype);
        Some(Self { record, name, rtype, wanted: wanted.values.clone(), ttl: wanted.ttl, answers })
    }
}
