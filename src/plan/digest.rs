//! A plan's id: the digest of all that it says.

use super::Plan;
use sha2::{Digest, Sha256};

/// The plan with its id, SHA-256 over its JSON without the id, in hex.
pub(super) fn identified(mut plan: Plan) -> Plan {
    plan.id = String::new();
    let mut hasher = Sha256::new();
    #[expect(
        clippy::expect_used,
        reason = "a plan is plain data whose map keys are texts, and a digest takes any bytes"
    )]
    serde_json::to_writer(&mut hasher, &plan).expect("a plan serialises");
    plan.id = hasher.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
    plan
}

impl Plan {
    /// The plan with these findings, and the id that it has with them.
    #[must_use]
    pub fn with_findings(mut self, findings: Vec<super::Finding>) -> Self {
        self.findings = findings;
        identified(self)
    }

    /// The beginning of the id, as people see it: 16 hex digits.
    pub fn short_id(&self) -> &str {
        self.id.get(..16).unwrap_or(&self.id)
    }
}
