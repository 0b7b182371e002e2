//! A plan's id: the digest of all that it says.

use super::Plan;
use sha2::{Digest, Sha256};

/// The plan with its id.
pub(super) fn identified(mut plan: Plan) -> Plan {
    plan.id = digest(&mut plan);
    plan
}

/// SHA-256 over the plan's JSON without its id, in hex.
fn digest(plan: &mut Plan) -> String {
    plan.id.clear();
    let mut hasher = Sha256::new();
    #[expect(
        clippy::expect_used,
        reason = "a plan is plain data whose map keys are texts, and a digest takes any bytes"
    )]
    serde_json::to_writer(&mut hasher, &plan).expect("a plan serialises");
    hasher.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

impl Plan {
    /// The plan with the id that it has by what it says now.
    #[must_use]
    pub fn identified(self) -> Self {
        identified(self)
    }

    /// Puts findings into the plan, and gives it the id that it has with them.
    pub fn set_findings(&mut self, findings: Vec<super::Finding>) {
        self.findings = findings;
        self.id = digest(self);
    }

    /// The beginning of the id, as people see it: 16 hex digits.
    pub fn short_id(&self) -> &str {
        self.id.get(..16).unwrap_or(&self.id)
    }
}
