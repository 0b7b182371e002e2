//! Kafka's errors → what a person can act on.

use crate::estate::{Fault, FaultKind};
use krafka::error::{ErrorCode, KrafkaError};

const STOP_CONSUMERS: &str = "the group has members there: stop its consumers, then try again";

/// The fault behind an error of the cluster `name` while doing something: `describe topics`.
pub(super) fn of(name: &str, doing: &str, error: &KrafkaError) -> Fault {
    match error {
        KrafkaError::Broker { code: ErrorCode::SecurityDisabled, .. } => security_disabled(name),
        KrafkaError::Broker { code, message } => of_code(name, doing, *code, message),
        KrafkaError::Network(_) => {
            let said = plain(error);
            let hint = silence(&said);
            let message = format!("no broker of {name} can be reached: {said}");
            Fault::new(FaultKind::Unreachable, message).hint(hint)
        }
        KrafkaError::Timeout { operation } => {
            Fault::new(FaultKind::Timeout, format!("{name} does not answer in time: {operation}"))
                .hint("check that its brokers run and can be reached from here")
        }
        KrafkaError::Auth { .. } => {
            let said = plain(error);
            let hint = distrust(&said);
            Fault::new(FaultKind::Unauthenticated, format!("{name} does not let leeward in: {said}"))
                .hint(hint)
        }
        KrafkaError::Config { message } => {
            Fault::new(FaultKind::Invalid, format!("{name}: can't {doing}: {message}"))
        }
        other => Fault::new(FaultKind::Internal, format!("{name}: can't {doing}: {other}")),
    }
}

/// What the client says, without the sort of error, which it repeats at every level.
fn plain(error: &KrafkaError) -> String {
    let sorts = ["network error: ", "authentication error: ", "operation timed out: "];
    let said = sorts.iter().fold(error.to_string(), |said, sort| said.replace(sort, ""));
    said.replace("; last error: ", ": ")
}

/// What to do about brokers that are not there, given what was said of it.
fn silence(said: &str) -> &'static str {
    if said.contains("closed") || said.contains("EOF") || said.contains("eof") {
        "check that its brokers run, and that `security.protocol` of the cluster is what this port of theirs speaks"
    } else {
        "check that its brokers run and can be reached from here"
    }
}

/// What to do about a handshake or a login that failed, given what was said of it.
fn distrust(said: &str) -> &'static str {
    if said.contains("certificate") {
        "set `security.tls.ca` to the authority that signed the brokers' certificates; without it the system's count"
    } else if said.contains("TLS") {
        "check `security.protocol` of the cluster: does this port of its brokers speak TLS?"
    } else {
        "check `security` of the cluster: protocol, mechanism, user name, password, certificates"
    }
}

fn of_code(name: &str, doing: &str, code: ErrorCode, message: &str) -> Fault {
    let kind = match code {
        ErrorCode::TopicAuthorizationFailed
        | ErrorCode::GroupAuthorizationFailed
        | ErrorCode::ClusterAuthorizationFailed => FaultKind::Denied,
        ErrorCode::SaslAuthenticationFailed | ErrorCode::UnsupportedSaslMechanism => {
            FaultKind::Unauthenticated
        }
        ErrorCode::InvalidTopic
        | ErrorCode::InvalidPartitions
        | ErrorCode::InvalidReplicationFactor
        | ErrorCode::InvalidConfig
        | ErrorCode::InvalidRequest
        | ErrorCode::PolicyViolation
        | ErrorCode::UnsupportedVersion
        | ErrorCode::InvalidPrincipalType
        | ErrorCode::TopicDeletionDisabled => FaultKind::Invalid,
        ErrorCode::TopicAlreadyExists
        | ErrorCode::UnknownTopicOrPartition
        | ErrorCode::ReassignmentInProgress
        | ErrorCode::UnknownMemberId
        | ErrorCode::NonEmptyGroup => FaultKind::Conflict,
        ErrorCode::RequestTimedOut => FaultKind::Timeout,
        _ => FaultKind::Internal,
    };
    let fault = Fault::new(kind, format!("{name}: can't {doing}: {message} ({code:?})"));
    match hint(code) {
        Some(hint) => fault.hint(hint),
        None => fault,
    }
}

fn hint(code: ErrorCode) -> Option<&'static str> {
    Some(match code {
        ErrorCode::TopicAuthorizationFailed => {
            "leeward's user needs DESCRIBE, DESCRIBE_CONFIGS, CREATE, ALTER, ALTER_CONFIGS and, to delete, DELETE on \
             the topic"
        }
        ErrorCode::ClusterAuthorizationFailed => {
            "leeward's user needs DESCRIBE on the cluster to read grants, ALTER to change them, and CREATE to make \
             topics"
        }
        ErrorCode::GroupAuthorizationFailed => {
            "leeward's user needs DESCRIBE on the group and, to set its positions, READ on it and on the topics"
        }
        // A commit from outside, to a group in which somebody reads.
        ErrorCode::UnknownMemberId | ErrorCode::NonEmptyGroup => STOP_CONSUMERS,
        ErrorCode::InvalidReplicationFactor => "declare at most as many replicas as the cluster has brokers",
        ErrorCode::PolicyViolation => "a policy of the cluster (create.topic.policy.class.name) refuses it",
        ErrorCode::TopicDeletionDisabled => "the brokers have delete.topic.enable=false",
        ErrorCode::ReassignmentInProgress => "wait until the running reassignment has ended",
        ErrorCode::ThrottlingQuotaExceeded => {
            "a controller mutation quota (KIP-599) holds leeward back: apply again"
        }
        _ => return None,
    })
}

/// The cluster has no authorizer: it neither shows nor takes grants.
pub(in crate::provider) fn security_disabled(name: &str) -> Fault {
    Fault::new(FaultKind::Invalid, format!("{name} has no authorizer, so that grants mean nothing there"))
        .hint("set authorizer.class.name on its brokers, or take its `access` blocks away")
}

/// A group whose positions can't be set, because somebody reads with it.
pub(in crate::provider) fn group_has_members(cluster: &str, group: &str) -> Fault {
    Fault::new(
        FaultKind::Conflict,
        format!("group {group} has members on {cluster}, who would go on where they are"),
    )
    .hint(STOP_CONSUMERS)
}

/// Whether the cluster as a whole did not answer, rather than refused one thing.
pub(super) const fn is_silence(error: &KrafkaError) -> bool {
    matches!(error, KrafkaError::Network(_) | KrafkaError::Timeout { .. } | KrafkaError::Auth { .. })
}

/// Whether the answer to a change was lost, so that it may have been made.
pub(super) const fn is_lost(error: &KrafkaError) -> bool {
    match error {
        KrafkaError::Network(_) | KrafkaError::Timeout { .. } | KrafkaError::Protocol { .. } => true,
        KrafkaError::Broker { code, .. } => {
            matches!(code, ErrorCode::RequestTimedOut | ErrorCode::NetworkException)
        }
        _ => false,
    }
}

/// Whether a change that was answered so may have been made all the same, or can be made in a moment.
pub(super) const fn is_doubtful(error: &KrafkaError) -> bool {
    match error {
        KrafkaError::Broker { code, .. } if !is_lost(error) => matches!(
            code,
            ErrorCode::NotController
                | ErrorCode::NotLeaderForPartition
                | ErrorCode::LeaderNotAvailable
                | ErrorCode::UnknownTopicOrPartition
                | ErrorCode::TopicAlreadyExists
                | ErrorCode::InvalidPartitions
                | ErrorCode::ThrottlingQuotaExceeded
        ),
        other => is_lost(other),
    }
}
