//! A zone transfer as it comes in: records from the first SOA to the second (RFC 5936, section 2.2).

use hickory_proto::op::{Message, Query};
use hickory_proto::rr::{Name, Record, RecordType};

/// The request for all records of a zone.
pub(super) fn request(zone: &Name) -> Message {
    let mut message = Message::query();
    message.metadata.recursion_desired = false;
    message.add_query(Query::query(zone.clone(), RecordType::AXFR));
    message
}

/// The records that came so far.
pub(super) struct Transfer {
    zone: Name,
    records: Vec<Record>,
    complete: bool,
}

impl Transfer {
    pub(super) fn new(zone: Name) -> Self {
        Self { zone, records: Vec::new(), complete: false }
    }

    pub(super) fn zone(&self) -> &Name {
        &self.zone
    }

    /// Adds the records of one message.
    ///
    /// # Errors
    /// What is wrong with the transfer: it must begin with the zone's SOA, go on until that SOA stands again,
    /// and end there.
    pub(super) fn add(&mut self, answers: Vec<Record>) -> Result<(), &'static str> {
        if answers.is_empty() && self.records.is_empty() {
            return Err("the transfer is empty");
        }
        for record in answers {
            if self.complete {
                return Err("records stand behind the end of the transfer");
            }
            let is_soa = record.record_type() == RecordType::SOA && record.name == self.zone;
            if self.records.is_empty() && !is_soa {
                return Err("the transfer does not begin with the zone's SOA");
            }
            self.complete = is_soa && !self.records.is_empty();
            if !self.complete {
                self.records.push(record);
            }
        }
        Ok(())
    }

    pub(super) fn is_complete(&self) -> bool {
        self.complete
    }

    /// Each record once: the SOA that closes the transfer is left out.
    pub(super) fn into_records(self) -> Vec<Record> {
        self.records
    }
}
