//! The question before a change.

use super::Failure;
use std::io::{BufRead as _, IsTerminal as _, Write as _};

/// Asks whether to go on; only `yes` is a yes.
///
/// Where nobody can answer, that is a failure and not a no: a pipeline that forgot `-auto-approve` must not look
/// as if someone had declined.
pub(super) fn confirmed(operation: &str, may_ask: bool) -> Result<bool, Failure> {
    let input = std::io::stdin();
    if !may_ask || !input.is_terminal() {
        return Err(Failure::new(format!(
            "{operation} asks before it changes anything, and nobody can answer here"
        ))
        .hint(format!(
            "give -auto-approve, or save the plan with `leeward plan -out` and run `leeward {operation} FILE`"
        )));
    }
    anstream::print!("\nDo you want to {operation} this? Only 'yes' is taken for a yes: ");
    std::io::stdout().flush()?;
    let mut answer = String::new();
    input.lock().read_line(&mut answer)?;
    Ok(answer.trim() == "yes")
}
