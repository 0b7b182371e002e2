//! Standard output and standard error.
//!
//! Whoever reads them may go away (`| head`), and the disk they go to may be full. That must not end a run in its middle, nor leave a
//! lock behind: the rest is not written, and the command ends by saying so. The macros here stand in for the standard library's
//! everywhere below this module, which would panic; they take colours out where they can't be shown.

use std::fmt::Arguments;
use std::io::{ErrorKind, Write};
use std::sync::OnceLock;

/// Why standard output could not be written first.
static FAULT: OnceLock<std::io::Error> = OnceLock::new();

macro_rules! print {
    ($($said:tt)*) => { $crate::cli::stream::write(format_args!($($said)*)) };
}

macro_rules! println {
    () => { $crate::cli::stream::write(format_args!("\n")) };
    ($($said:tt)*) => { $crate::cli::stream::write(format_args!("{}\n", format_args!($($said)*))) };
}

macro_rules! eprintln {
    ($($said:tt)*) => { $crate::cli::stream::complain(format_args!("{}\n", format_args!($($said)*))) };
}

/// Writes to standard output, unless it has failed before.
pub(super) fn write(said: Arguments<'_>) {
    keep(|| anstream::stdout().write_fmt(said));
}

/// Writes bytes to standard output as they are, unless it has failed before.
pub(super) fn copy(bytes: &[u8]) {
    keep(|| anstream::stdout().write_all(bytes));
}

/// Sees to it that what was written is seen.
pub(super) fn flush() {
    keep(|| anstream::stdout().flush());
}

/// Writes to standard error. Where that fails, there is nowhere left to say so.
pub(super) fn complain(said: Arguments<'_>) {
    let _ = anstream::stderr().write_fmt(said);
}

/// Whether nobody can see any more what is written: what has no other end may end.
pub(super) fn is_closed() -> bool {
    FAULT.get().is_some()
}

/// Why standard output is not whole, but for a reader that had seen enough.
pub(super) fn fault() -> Option<&'static std::io::Error> {
    flush();
    FAULT.get().filter(|error| error.kind() != ErrorKind::BrokenPipe)
}

fn keep(written: impl FnOnce() -> std::io::Result<()>) {
    if !is_closed()
        && let Err(error) = written()
    {
        let _ = FAULT.set(error);
    }
}
