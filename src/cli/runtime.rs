//! The asynchronous runtime, for the commands that talk to the world.

use super::Failure;
use std::future::Future;

/// Runs a command's future to its end.
pub(super) fn block_on<T>(future: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let answer = runtime.block_on(future);
    // A client that hangs on a dead server must not keep the process.
    runtime.shutdown_background();
    answer
}
