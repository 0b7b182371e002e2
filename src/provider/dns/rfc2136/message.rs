//! The update message: prerequisites that say what must stand there, and the new records (RFC 2136, section 2).

use crate::provider::dns::question::{Question, Swap};
use crate::provider::dns::rrset::Rrset;
use crate::provider::dns::value::wire_type;
use hickory_proto::op::update_message::UpdateMessage;
use hickory_proto::op::{Message, OpCode, Query};
use hickory_proto::rr::{DNSClass, Name, RData, Record, RecordType};

/// One update that makes all swaps of a zone, or none of them.
///
/// A swap holds only if exactly the expected values stand there (2.4.2, which leaves the TTL out), or no record
/// of the name and type if none is expected (2.4.3). Everything is deleted before anything is added, so that a
/// CNAME can give way to an address in one message.
pub fn update(zone: &Name, swaps: &[Swap]) -> Message {
    let mut message = head(zone);
    for swap in swaps {
        require(&mut message, swap);
    }
    for swap in swaps.iter().filter(|swap| swap.expected.is_some()) {
        message.add_update(no_data(swap, DNSClass::ANY));
    }
    for set in swaps.iter().filter_map(|swap| swap.wanted.as_ref()) {
        message.add_updates(records(set, set.ttl));
    }
    message
}

/// An update that changes nothing: exactly `there` has to stand there (2.4.2), or nothing (2.4.3), and a record is deleted
/// that does not (2.5.4), which is ignored (3.4.2.4).
pub(super) fn trial(question: &Question, there: Option<&Rrset>, absent: RData) -> Message {
    let swap = Swap {
        name: question.name.clone(),
        rtype: question.rtype,
        expected: there.cloned(),
        wanted: there.cloned(),
    };
    let mut message = head(&question.zone);
    require(&mut message, &swap);
    let mut record = Record::from_rdata(question.name.clone(), 0, absent);
    record.dns_class = DNSClass::NONE;
    message.add_update(record);
    message
}

fn head(zone: &Name) -> Message {
    let mut message = Message::query();
    message.metadata.op_code = OpCode::Update;
    message.metadata.recursion_desired = false;
    message.add_zone(Query::query(zone.clone(), RecordType::SOA));
    message
}

fn require(message: &mut Message, swap: &Swap) {
    match &swap.expected {
        None => message.add_pre_requisite(no_data(swap, DNSClass::NONE)),
        Some(set) => message.add_pre_requisites(records(set, 0)),
    }
}

/// A record without data: "no such set" with class NONE, "delete the set" with class ANY.
fn no_data(swap: &Swap, class: DNSClass) -> Record {
    let mut record = Record::update0(swap.name.clone(), 0, wire_type(swap.rtype)).into_record_of_rdata();
    record.dns_class = class;
    record
}

fn records(set: &Rrset, ttl: u32) -> Vec<Record> {
    set.data().map(|data| Record::from_rdata(set.name.clone(), ttl, data.clone())).collect()
}
