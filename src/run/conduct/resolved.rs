//! Waiting for the resolvers that clients ask.

use super::{Conduct, Found};
use crate::estate::{
    Answer, Evidence, Fault, FaultKind, Object, ObjectId, Query, Reading, RecordSet, RecordType, What,
};
use std::time::Duration;
use tokio::time::{Instant, sleep};

/// How much longer than a TTL says an old answer may be seen: clocks tick apart, and a resolver asks again when it is asked.
const GRACE: Duration = Duration::from_secs(5);
/// So many questions in a row have to stay unanswered before a resolver that was never heard is given up.
const SILENT_ROUNDS: u32 = 2;

/// A resolver, and what has been heard of it.
struct Resolver<'a> {
    server: &'a str,
    heard: Heard,
}

enum Heard {
    /// Nothing yet, so many times.
    Nothing(u32),
    /// An answer that is not the new one: the answer, until when it may be given, and how long it will be still.
    Old { values: String, until: Instant, left: u32 },
    /// The new answer, after so long.
    New(Duration),
    /// It is not waited for any more: why.
    GivenUp(Fault),
}

impl Conduct<'_> {
    /// Waits until each resolver gives the wanted answer, for as long as the old one may be kept; one that never answers is not waited
    /// for.
    ///
    /// # Errors
    /// The resolvers that were not seen to give the new answer, although the others were: that nobody heard of it is never told as
    /// if it had been seen.
    pub(super) async fn await_resolved(
        &self,
        record: &ObjectId,
        wanted: &RecordSet,
        resolvers: &[String],
        ttl: Duration,
    ) -> Found {
        let What::RecordSet { name, rtype, .. } = &record.what else {
            return Err(Fault::new(FaultKind::Invalid, format!("{record} is no record set")));
        };
        let begun = Instant::now();
        let mut all: Vec<Resolver<'_>> =
            resolvers.iter().map(|server| Resolver { server, heard: Heard::Nothing(0) }).collect();
        loop {
            let mut open: Vec<&mut Resolver<'_>> = all.iter_mut().filter(|it| it.is_open()).collect();
            let asked: Vec<Query> = open.iter().map(|it| it.query(record, name, *rtype)).collect();
            let readings = self.world.objects.read(&asked).await;
            for (resolver, reading) in open.iter_mut().zip(readings) {
                resolver.hear(reading, wanted, (begun, ttl));
            }
            let waits: Vec<String> = open.iter().filter_map(|resolver| resolver.waits()).collect();
            if all.iter().all(|resolver| !resolver.is_open()) {
                return told(&all);
            }
            (self.say)(waits.join("; "));
            sleep(self.pause).await;
        }
    }
}

impl Resolver<'_> {
    const fn is_open(&self) -> bool {
        matches!(self.heard, Heard::Nothing(_) | Heard::Old { .. })
    }

    fn query(&self, record: &ObjectId, name: &str, rtype: RecordType) -> Query {
        Query::Answer {
            dns: record.place.clone(),
            server: self.server.to_owned(),
            name: name.to_owned(),
            rtype,
        }
    }

    fn hear(&mut self, reading: Reading, wanted: &RecordSet, (begun, ttl): (Instant, Duration)) {
        let fault = match reading {
            Reading::Present(Object::Answer(Answer { values, .. })) if values == wanted.values => {
                return self.heard = Heard::New(begun.elapsed());
            }
            Reading::Present(Object::Answer(answer)) => return self.wait(&answer, (begun, ttl)),
            Reading::Unreachable(fault) => fault,
            _ => Fault::new(FaultKind::Internal, format!("{} gave no answer", self.server)),
        };
        match &mut self.heard {
            Heard::Nothing(rounds) if *rounds + 1 < SILENT_ROUNDS => *rounds += 1,
            // It was heard before: a packet may be lost.
            Heard::Old { until, .. } if Instant::now() < *until => {}
            _ => self.heard = Heard::GivenUp(fault),
        }
    }

    /// It gives an old answer, which it may keep as long as the TTL says that it was given, or that stood in the zone.
    fn wait(&mut self, answer: &Answer, (begun, ttl): (Instant, Duration)) {
        let served = Duration::from_secs(u64::from(answer.ttl));
        let until = match &self.heard {
            Heard::Old { until, .. } => *until,
            _ => (begun + ttl).max(Instant::now() + served) + GRACE,
        };
        let values = match answer.values.is_empty() {
            true => "nothing".to_owned(),
            false => answer.values.iter().cloned().collect::<Vec<_>>().join(", "),
        };
        self.heard = if Instant::now() < until {
            Heard::Old { values, until, left: answer.ttl }
        } else {
            let message = format!(
                "{} still answers {values}, {} s after the change: longer than any TTL allows",
                self.server,
                begun.elapsed().as_secs()
            );
            let hint =
                "it may keep answers for a least time of its own, or ask another server than the authorities";
            Heard::GivenUp(Fault::new(FaultKind::Timeout, message).hint(hint))
        };
    }

    /// What is waited for, in words.
    fn waits(&self) -> Option<String> {
        match &self.heard {
            Heard::Nothing(_) => Some(format!("{} has not answered yet", self.server)),
            Heard::Old { values, left, .. } => Some(format!("{} keeps {values} for {left} s", self.server)),
            Heard::New(_) | Heard::GivenUp(_) => None,
        }
    }
}

/// What came of it once nobody is waited for any more.
fn told(all: &[Resolver<'_>]) -> Found {
    let seen = all.iter().filter_map(|resolver| match &resolver.heard {
        Heard::New(after) if after.as_secs() == 0 => Some(format!("{} at once", resolver.server)),
        Heard::New(after) => Some(format!("{} after {} s", resolver.server, after.as_secs())),
        _ => None,
    });
    let seen = seen.collect::<Vec<_>>().join(", ");
    let mut faults = all.iter().filter_map(|resolver| match &resolver.heard {
        Heard::GivenUp(fault) => Some(fault),
        _ => None,
    });
    let Some(first) = faults.next() else {
        return Ok(Evidence::Seen(format!("by {seen}")));
    };
    let unseen = std::iter::once(first).chain(faults).map(|fault| fault.message.as_str());
    let unseen = unseen.collect::<Vec<_>>().join("; ");
    let but = if seen.is_empty() { String::new() } else { format!("; seen by {seen}") };
    Err(Fault { message: format!("not seen: {unseen}{but}"), ..first.clone() })
}
