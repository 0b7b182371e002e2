//! A declared record: one record set, seen on every authority.

use super::Desired;
use crate::estate::{Address, DnsRecord, Object, ObjectId, RecordSet, Task, What};

pub(super) fn desired(address: &Address, record: &DnsRecord) -> Vec<Desired> {
    let what = What::RecordSet { zone: record.zone.clone(), name: record.name.clone(), rtype: record.rtype };
    let id = ObjectId::new(&record.dns, what);
    let wanted = RecordSet::new(record.rtype, record.ttl, record.values.iter().cloned());
    let mut desired = Desired::new(address, id.clone(), Object::RecordSet(wanted.clone()));
    desired.seen_by = vec![Task::AwaitPropagation { record: id, wanted }];
    vec![desired]
}
