//! A run, live: a bar and what is under way on a terminal, plain lines in a log.

mod bar;
mod fold;
mod heading;
mod line;
mod lines;

pub use bar::Bar;
pub use heading::Heading;
pub(in crate::report) use line::bare;
pub use line::line;
pub use line::wanted;
pub use lines::Lines;

use crate::run::{Run, Witness};
use std::io::IsTerminal as _;

/// The witness of a run that suits the standard output.
pub fn witness(run: &Run) -> Box<dyn Witness> {
    if std::io::stdout().is_terminal() {
        Box::new(Bar::new(indicatif::ProgressDrawTarget::stdout(), Heading::of(run)))
    } else {
        Box::new(Lines::new(Box::new(anstream::stdout())))
    }
}
