//! LW1602: failovers that leave the old side open.

use crate::estate::{Access, Address, Declared, FailoverPolicy, Fence, FenceMethod, Home, On, Resource};
use crate::plan::Severity;
use crate::policy::grants::gives_write;
use crate::policy::note::Note;
use crate::policy::rule::Rule;
use crate::policy::view::View;

pub(super) static RULE: Rule = Rule {
    code: "LW1602",
    title: "nothing keeps writers off the old side",
    severity: Severity::Warning,
    what: "A failover policy has a fence of method none, or one of method access without a grant that a failover could \
           take away, or it has no fence and no such grant either.",
    why: "Clients that do not notice the failover go on writing to the old side, with success. These records are on one \
          side only; when that side comes back they are overwritten or have to be merged by hand.",
    source: "A DNS change moves no client that is connected (KIP-899, KIP-1102); fences tried on Kafka 4.3.1",
    fix: "Give WRITE with an access of on = \"active\", or fence with max_message_bytes, which needs no authorizer.",
    example: r#"fence "orders" {
  pair   = pair.orders
  method = "max_message_bytes"
}

failover_policy "orders" {
  pair  = pair.orders
  fence = fence.orders
  rto   = "5m"
}"#,
    check,
};

fn check(view: &View<'_>) -> Vec<Note> {
    view.policies().filter_map(|(declared, policy)| note(view, declared, policy)).collect()
}

fn note(view: &View<'_>, declared: &Declared, policy: &FailoverPolicy) -> Option<Note> {
    let pair = policy.pair()?;
    let fence = policy.fence.as_ref().and_then(|fence| view.estate.resources.get(fence));
    let method = fence.and_then(|fence| match &fence.resource {
        Resource::Fence(Fence { method, .. }) => Some(method),
        _ => None,
    });
    let message = match method {
        Some(FenceMethod::MaxMessageBytes | FenceMethod::Hook(_)) => return None,
        Some(FenceMethod::None) => "its fence is none: clients that stay may go on writing to the old side",
        Some(FenceMethod::Access) | None if is_fenced_by_access(view, pair) => return None,
        Some(FenceMethod::Access) => {
            "its fence is access, and no access of the pair gives WRITE on the active side only"
        }
        None => "it has no fence: clients that stay may go on writing to the old side",
    };
    let help = "give WRITE with on = \"active\", or fence with max_message_bytes";
    Some(Note::at(fence.unwrap_or(declared), message).help(help))
}

/// Whether a failover takes somebody's right to write away from the old side.
fn is_fenced_by_access(view: &View<'_>, pair: &Address) -> bool {
    let moves = |access: &Access| {
        access.on == On::Active
            && access.home == Home::Pair(pair.clone())
            && access.bindings.iter().any(gives_write)
    };
    view.accesses.iter().any(|(_, access)| moves(access))
}
