//! The approvals that a run asks for.

use super::table::Columns;
use crate::run::{Approval, Asked, Standing};

/// A table of them, one a line.
pub fn table(asked: &[Asked]) -> String {
    let mut columns = Columns::new(&["APPROVAL", "STEP", "HOW IT STANDS"]);
    for Asked { step, name, standing } in asked {
        columns.row([name.clone(), step.to_string(), shown(standing)]);
    }
    columns.lines(0)
}

fn shown(standing: &Standing) -> String {
    match standing {
        Standing::Given(Approval { by, reason, at }) => format!("given by {by} at {at:.0}: {reason}"),
        Standing::Awaited => "waits for a word".into(),
        Standing::Later => "will be asked for".into(),
        Standing::Passed => "the run went on without it".into(),
    }
}
