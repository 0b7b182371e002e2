//! The question before a change.

use super::{Failure, stream};
use std::io::{BufRead as _, IsTerminal as _};

/// Asks whether to go on; only `yes` is a yes.
///
/// Where nobody can answer, that is a failure and not a no: a pipeline that forgot `-auto-approve` must not look
/// as if someone had declined.
///
/// `operation` is a verb with what it is done to, and `otherwise` what to type where nobody can answer.
pub(super) fn confirmed(operation: &str, otherwise: &str, may_ask: bool) -> Result<bool, Failure> {
    let input = std::io::stdin();
    if !may_ask || !input.is_terminal() {
        let message = format!("nobody can answer here whether to {operation}: nothing was changed");
        return Err(Failure::new(message).hint(otherwise));
    }
    print!("\nDo you want to {operation}? Only 'yes' is taken for a yes: ");
    yes()
}

/// Whether the line that a person types is a yes.
pub(super) fn yes() -> Result<bool, Failure> {
    stream::flush();
    let mut answer = String::new();
    std::io::stdin().lock().read_line(&mut answer)?;
    Ok(answer.trim() == "yes")
}
