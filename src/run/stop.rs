//! How a run is asked to stop.

use tokio::sync::watch;

/// How urgently a run is asked to stop.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Urgency {
    /// Not at all.
    #[default]
    None,
    /// Once the steps under way are done.
    AtStepEnd,
    /// Now: steps under way are left in doubt.
    AtOnce,
}

/// Asks a run to stop: once for the end of the steps under way, twice for now.
#[derive(Debug, Default)]
pub struct Stop {
    urgency: watch::Sender<Urgency>,
}

impl Stop {
    /// Asks for a stop, more urgently than before.
    pub fn ask(&self) {
        self.urgency.send_modify(|urgency| {
            *urgency = match urgency {
                Urgency::None => Urgency::AtStepEnd,
                Urgency::AtStepEnd | Urgency::AtOnce => Urgency::AtOnce,
            }
        });
    }

    /// Asks for a stop at each Ctrl-C, and at each polite request of the system to end; never returns.
    pub async fn at_each_interrupt(&self) {
        while interrupt().await.is_ok() {
            self.ask();
        }
        std::future::pending::<()>().await;
    }

    pub(super) fn urgency(&self) -> Urgency {
        *self.urgency.borrow()
    }

    /// Returns once a stop is asked for more urgently than `than`.
    pub(super) async fn beyond(&self, than: Urgency) {
        let mut urgency = self.urgency.subscribe();
        // The sender lives in `self`, so waiting can't fail.
        let _ = urgency.wait_for(|urgency| *urgency > than).await;
    }
}

/// Returns at the next Ctrl-C (SIGINT) or SIGTERM.
#[cfg(unix)]
async fn interrupt() -> std::io::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate())?;
    tokio::select! {
        interrupted = tokio::signal::ctrl_c() => interrupted,
        _ = terminate.recv() => Ok(()),
    }
}

/// Returns at the next Ctrl-C.
#[cfg(not(unix))]
async fn interrupt() -> std::io::Result<()> {
    tokio::signal::ctrl_c().await
}
