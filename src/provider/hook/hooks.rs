//! The hooks that an estate declares, and calling one.

use super::fault::undeclared;
use super::mask::Mask;
use super::message::Message;
use super::tail::Printed;
use super::{exec, message, webhook};
use crate::estate::{
    Address, Call, Estate, Evidence, Fault, FenceMethod, Hook, Occasion, Outcome, Resource, Task,
};
use std::collections::BTreeMap;
use std::time::Duration;

/// The hooks that an estate declares, with what they have to be told.
pub struct Hooks {
    calls: BTreeMap<(Address, Occasion), Call>,
    places: message::Places,
    mask: Mask,
}

/// What a hook answered that did what it was called for.
pub(super) struct Answer {
    /// Its exit code, or the HTTP status.
    pub code: i32,
    /// The end of what it printed or answered, as it came.
    pub output: Printed,
}

impl Hooks {
    /// The hooks of an estate.
    pub fn of(estate: &Estate) -> Self {
        let mut calls = BTreeMap::new();
        let mut add = |owner: &Address, occasion, hook: &Hook| {
            calls.insert((owner.clone(), occasion), hook.call.clone());
        };
        for declared in estate.resources.values() {
            let owner = &declared.address;
            match &declared.resource {
                Resource::Application(application) => {
                    application.stop.iter().for_each(|hook| add(owner, Occasion::Stop, hook));
                    application.start.iter().for_each(|hook| add(owner, Occasion::Start, hook));
                    application.drill.iter().for_each(|hook| add(owner, Occasion::Drill, hook));
                }
                Resource::Fence(fence) => {
                    if let FenceMethod::Hook(hook) = &fence.method {
                        add(owner, Occasion::Fence, hook);
                    }
                    fence.lift.iter().for_each(|hook| add(owner, Occasion::Lift, hook));
                }
                _ => {}
            }
        }
        Self { calls, places: message::Places::of(estate), mask: Mask::of(estate) }
    }

    /// Calls the hook of a task, and waits for its answer for as long as the task says. Nothing if it is no such task.
    ///
    /// A hook that did not answer may have had its effect all the same: it is called again when the run goes on.
    pub async fn perform(&self, task: &Task) -> Option<Outcome<Evidence>> {
        let Task::Call { owner, occasion, seconds, pair, cluster } = task else { return None };
        let Some(call) = self.calls.get(&(owner.clone(), *occasion)) else {
            return Some(Outcome::Failed(undeclared(owner, *occasion)));
        };
        let message = Message::new(owner, *occasion, pair.as_ref(), cluster.as_ref(), &self.places);
        let timeout = Duration::from_secs(*seconds);
        tracing::info!(%owner, %occasion, "calling a hook");
        let answer = match call {
            Call::Exec { command, environment } => {
                exec::run(command, environment, &message, timeout, &self.mask).await
            }
            Call::Webhook { url } => webhook::post(url, &message, timeout, &self.mask).await,
        };
        Some(answer.map_or_else(|fault| Outcome::Failed(self.masked(fault)), |answer| self.evidence(&answer)))
    }

    fn evidence(&self, answer: &Answer) -> Outcome<Evidence> {
        let output = self.mask.shown(&answer.output);
        Outcome::Done(Evidence::Answer { code: answer.code, output })
    }

    /// No fault tells a secret, whatever the operating system or a server put into its words.
    fn masked(&self, fault: Fault) -> Fault {
        Fault { message: self.mask.text(&fault.message), ..fault }
    }
}
