//! What giving a run up would take back.

use super::figures::counted;
use super::progress::wanted;
use crate::plan::Plan;
use crate::run::Abort;

/// What is taken back, in order, and what stays; `plan` is that of the run that is given up.
pub fn text(plan: &Plan, abort: &Abort) -> String {
    let steps = &abort.plan.steps;
    let mut lines = vec![match steps.len() {
        0 => "Nothing has to be taken back.".to_owned(),
        number => format!("leeward will take back {}:", counted(number, "step")),
    }];
    for step in steps {
        let doubt = if abort.doubtful.contains(&step.id) { ", if it came about" } else { "" };
        lines.push(format!("  {:>3}  {}{doubt}", step.id.0 + 1, wanted(step)));
    }
    if !abort.left.is_empty() {
        lines.extend([String::new(), "What stays:".to_owned()]);
        let done = |left: &crate::run::Left| plan.steps.get(left.step.0 as usize).map(wanted);
        lines.extend(
            abort.left.iter().map(|left| format!("  -    {}: {}", done(left).unwrap_or_default(), left.why)),
        );
    }
    lines.join("\n") + "\n"
}
