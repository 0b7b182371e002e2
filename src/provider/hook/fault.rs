//! What goes wrong with hooks, and what a person can do about it.

use super::mask::Mask;
use super::tail::Printed;
use crate::estate::{Address, Fault, FaultKind, Occasion};
use crate::provider::http;
use reqwest::StatusCode;
use std::io;
use std::process::ExitStatus;
use std::time::Duration;

/// So many of the last lines of its output go into the message of a hook that failed.
const LINES: usize = 3;

const AGAIN: &str = "mend it, or do by hand what it is for";

/// The estate declares no such hook.
pub(super) fn undeclared(owner: &Address, occasion: Occasion) -> Fault {
    Fault::new(FaultKind::Invalid, format!("{owner} declares nothing to call for {occasion}"))
        .hint(format!("give it a block `{occasion} {{ exec = […] }}`, or make a new plan"))
}

/// A program could not be begun.
pub(super) fn not_begun(program: &str, error: &io::Error) -> Fault {
    match error.kind() {
        io::ErrorKind::NotFound => Fault::new(
            FaultKind::Invalid,
            format!("there is no program {program:?} here"),
        )
        .hint(
            "install it, or give its whole path; it is looked for in PATH, relative paths from this folder",
        ),
        io::ErrorKind::PermissionDenied => {
            Fault::new(FaultKind::Denied, format!("{program:?} can't be run: {error}"))
                .hint("is it executable for this user? chmod +x")
        }
        _ => Fault::new(FaultKind::Internal, format!("{program:?} can't be run: {error}")),
    }
}

/// A program ended otherwise than with 0.
pub(super) fn ended_badly(program: &str, status: ExitStatus, output: &Printed, mask: &Mask) -> Fault {
    let how = match status.code() {
        Some(code) => format!("ended with exit code {code}"),
        None => format!("was ended from outside ({status})"),
    };
    Fault::new(FaultKind::Internal, format!("{program} {how}{}", said(output, mask))).hint(AGAIN)
}

/// A program took too long, and was ended.
pub(super) fn too_long(program: &str, timeout: Duration, output: &Printed, mask: &Mask) -> Fault {
    let seconds = timeout.as_secs();
    let said = said(output, mask);
    let message =
        format!("{program} was not done in {seconds} s, and was ended with all that it began{said}");
    Fault::new(FaultKind::Timeout, message).hint("give it more time with `timeout`, or see what it waits for")
}

/// A request could not be sent, or got no answer.
pub(super) fn unanswered(host: &str, error: &reqwest::Error, timeout: Duration) -> Fault {
    if http::was_not_sent(error) {
        let message = format!("{host} can't be reached: {}", http::reason(error));
        return Fault::new(FaultKind::Unreachable, message).hint(AGAIN);
    }
    let message = if error.is_timeout() {
        format!("{host} did not answer in {} s; it may have done what it was asked", timeout.as_secs())
    } else {
        format!("{host} took the request, but its answer was lost: {}", http::reason(error))
    };
    Fault::new(FaultKind::Timeout, message).hint("it is asked again when the run is resumed")
}

/// A request was answered otherwise than with 2xx.
pub(super) fn refused(host: &str, status: StatusCode, output: &Printed, mask: &Mask) -> Fault {
    let kind = match status.as_u16() {
        401 => FaultKind::Unauthenticated,
        403 => FaultKind::Denied,
        400..=499 => FaultKind::Invalid,
        _ => FaultKind::Internal,
    };
    let moved = if status.is_redirection() { "; leeward follows no redirect" } else { "" };
    Fault::new(kind, format!("{host} answered {status}{moved}{}", said(output, mask))).hint(AGAIN)
}

/// `: the last lines / of the output`, if there are any.
fn said(output: &Printed, mask: &Mask) -> String {
    let text = mask.shown(output);
    let lines: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    let last = &lines[lines.len().saturating_sub(LINES)..];
    if last.is_empty() { String::new() } else { format!(": {}", last.join(" / ")) }
}
