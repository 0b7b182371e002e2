//! Clients as real ones behave: processes of their own that write or read until their cluster fails them. Whoever runs them then looks
//! up anew where they belong, by a DNS name or by what stands in a file, and starts them there.

mod finder;
mod process;
mod reader;
mod writer;

pub use finder::Finder;
pub use reader::Reader;
pub use writer::Writer;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

/// How long a record may take to be acknowledged before a client looks the name up again.
const PATIENCE: Duration = Duration::from_secs(3);
const BETWEEN_TRIES: Duration = Duration::from_millis(100);

/// What goes on until its handle ends it or is let go of.
struct Work<T> {
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<T>>,
}

impl<T: Send + 'static> Work<T> {
    /// Begins it; it has to end soon once it is told that it may not go on.
    fn begin(work: impl FnOnce(&dyn Fn() -> bool) -> T + Send + 'static) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let told = Arc::clone(&stop);
        let thread = std::thread::spawn(move || work(&|| !told.load(Ordering::Relaxed)));
        Self { stop, thread: Some(thread) }
    }

    /// Ends it, and answers what came of it.
    fn end(mut self) -> T {
        self.stop.store(true, Ordering::Relaxed);
        self.thread.take().unwrap().join().unwrap()
    }
}

impl<T> Drop for Work<T> {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
    }
}
