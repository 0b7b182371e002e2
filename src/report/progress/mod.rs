//! A run, live: a bar and what is under way on a terminal, plain lines in a log.

mod bar;
mod line;
mod lines;

pub use bar::Bar;
pub use line::line;
pub use line::wanted;
pub use lines::Lines;

use crate::run::Witness;
use std::io::IsTerminal as _;

/// The witness that suits the standard output.
pub fn witness() -> Box<dyn Witness> {
    if std::io::stdout().is_terminal() {
        Box::new(Bar::new(indicatif::ProgressDrawTarget::stdout()))
    } else {
        Box::new(Lines::new(Box::new(anstream::stdout())))
    }
}
