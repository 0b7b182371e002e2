//! librdkafka's errors → what a person can act on.

use super::context::Context;
use crate::estate::{Fault, FaultKind};
use rdkafka::error::{KafkaError, RDKafkaErrorCode as Code};

const ARE_THEY_UP: &str = "check that its brokers run and can be reached from here";

/// The fault behind an error while doing something on a cluster: `read orders-3`.
pub(super) fn of(context: &Context, doing: &str, error: &KafkaError) -> Fault {
    let name = &context.name;
    let Some(code) = error.rdkafka_error_code() else {
        return Fault::new(FaultKind::Invalid, format!("{name}: can't {doing}: {error}"));
    };
    if let Some((code, reason)) = context.refusal() {
        return refused(name, code, &reason);
    }
    match (kind(code), context.last()) {
        (FaultKind::Unreachable | FaultKind::Timeout, Some((last, reason))) => {
            let kind = kind(last);
            let kind = if kind == FaultKind::Internal { FaultKind::Timeout } else { kind };
            Fault::new(kind, format!("{name} does not answer: {reason}")).hint(ARE_THEY_UP)
        }
        (kind @ (FaultKind::Unreachable | FaultKind::Timeout), None) => {
            Fault::new(kind, format!("{name}: can't {doing}: it does not answer in time")).hint(ARE_THEY_UP)
        }
        (kind, _) => of_code(name, doing, kind, code),
    }
}

fn of_code(name: &str, doing: &str, kind: FaultKind, code: Code) -> Fault {
    let fault = Fault::new(kind, format!("{name}: can't {doing}: {code}"));
    match hint(code) {
        Some(hint) => fault.hint(hint),
        None => fault,
    }
}

fn refused(name: &str, code: Code, reason: &str) -> Fault {
    Fault::new(FaultKind::Unauthenticated, format!("{name}: {code}: {reason}"))
        .hint("check `security` of the cluster: protocol, mechanism, user name, password, certificates")
}

/// Nothing came for as long as the cluster may take.
pub(super) fn silent(context: &Context, doing: &str, patience: std::time::Duration) -> Fault {
    let name = &context.name;
    if let Some((code, reason)) = context.refusal() {
        return refused(name, code, &reason);
    }
    let message = match context.last() {
        Some((_, reason)) => format!("{name}: can't {doing}: nothing came for {patience:?}; {reason}"),
        None => format!("{name}: can't {doing}: nothing came for {patience:?}"),
    };
    Fault::new(FaultKind::Timeout, message).hint(ARE_THEY_UP)
}

/// librdkafka, or the thread that it was used on, broke.
pub(super) fn broken(name: &str, what: &str) -> Fault {
    Fault::new(FaultKind::Internal, format!("{name}: {what}"))
}

fn kind(code: Code) -> FaultKind {
    match code {
        Code::BrokerTransportFailure | Code::AllBrokersDown | Code::Resolve | Code::NoEnt => {
            FaultKind::Unreachable
        }
        Code::OperationTimedOut
        | Code::MessageTimedOut
        | Code::RequestTimedOut
        | Code::TimedOutQueue
        | Code::InProgress => FaultKind::Timeout,
        Code::Authentication | Code::SaslAuthenticationFailed | Code::SSL => FaultKind::Unauthenticated,
        Code::TopicAuthorizationFailed
        | Code::GroupAuthorizationFailed
        | Code::ClusterAuthorizationFailed
        | Code::TransactionalIdAuthorizationFailed => FaultKind::Denied,
        Code::UnknownTopic
        | Code::UnknownTopicOrPartition
        | Code::UnknownPartition
        | Code::MessageSizeTooLarge
        | Code::OffsetOutOfRange
        | Code::AutoOffsetReset
        | Code::Fenced
        | Code::ProducerFenced
        | Code::InvalidProducerEpoch
        | Code::InvalidTimestamp => FaultKind::Conflict,
        _ => FaultKind::Internal,
    }
}

fn hint(code: Code) -> Option<&'static str> {
    Some(match code {
        Code::TopicAuthorizationFailed => {
            "leeward's user needs READ on the topic, and WRITE to produce to it"
        }
        Code::GroupAuthorizationFailed => "leeward's user needs READ on the group",
        Code::TransactionalIdAuthorizationFailed => "leeward's user needs WRITE on the transactional id",
        Code::ClusterAuthorizationFailed => "leeward's user needs IDEMPOTENT_WRITE on the cluster",
        Code::UnknownTopic | Code::UnknownTopicOrPartition | Code::UnknownPartition => {
            "make the topic with enough partitions first"
        }
        Code::MessageSizeTooLarge => "raise max.message.bytes of the topic",
        Code::OffsetOutOfRange | Code::AutoOffsetReset => {
            "retention took records away while they were read: raise retention.ms of the topic and try again"
        }
        Code::Fenced | Code::ProducerFenced | Code::InvalidProducerEpoch => {
            "another leeward does the same: let one of them finish"
        }
        Code::InvalidTimestamp => "the topic's message.timestamp.before.max.ms refuses old records: raise it",
        Code::BrokerTransportFailure | Code::AllBrokersDown | Code::Resolve | Code::OperationTimedOut => {
            ARE_THEY_UP
        }
        _ => return None,
    })
}
