//! TSIG: a message signed with a shared secret, and the proof that an answer was (RFC 8945).

use crate::provider::dns::value;
use base64::Engine;
use hickory_proto::op::Message;
use hickory_proto::rr::rdata::tsig::TsigAlgorithm;
use hickory_proto::rr::{TSigVerifier, TSigner};
use std::fmt;

/// How far the clocks of both sides may be apart, in seconds: the value that RFC 8945 recommends.
const FUDGE: u16 = 300;

/// A shared key; its secret is never shown.
#[derive(Clone)]
pub struct Key {
    name: String,
    algorithm: &'static str,
    signer: TSigner,
}

/// Why a key can't be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadKey {
    /// The name is no domain name.
    #[error(
        "the TSIG key's name {0:?} is no domain name: write it as the server has it, for example \"leeward.\""
    )]
    Name(String),
    /// An algorithm that is weak, truncated or unknown.
    #[error("TSIG algorithm {0:?} is not supported: use hmac-sha256, hmac-sha384 or hmac-sha512")]
    Algorithm(String),
    /// The secret is not Base64.
    #[error("the secret of TSIG key {0} is not Base64: copy it as `tsig-keygen` or `keymgr` printed it")]
    Secret(String),
}

impl Key {
    /// A key by its name on the server, its algorithm (`hmac-sha256`, `-384`, `-512`) and its secret in Base64.
    ///
    /// # Errors
    /// [`BadKey`]; its text holds no part of the secret.
    pub fn new(name: &str, algorithm: &str, secret: &str) -> Result<Self, BadKey> {
        let signer_name = value::name(name).map_err(|_| BadKey::Name(name.to_owned()))?;
        let (algorithm, tsig) = match algorithm.trim_end_matches('.').to_ascii_lowercase().as_str() {
            "hmac-sha256" => ("hmac-sha256", TsigAlgorithm::HmacSha256),
            "hmac-sha384" => ("hmac-sha384", TsigAlgorithm::HmacSha384),
            "hmac-sha512" => ("hmac-sha512", TsigAlgorithm::HmacSha512),
            _ => return Err(BadKey::Algorithm(algorithm.to_owned())),
        };
        let bytes = base64::engine::general_purpose::STANDARD
            .decode(secret.trim())
            .ok()
            .filter(|bytes| !bytes.is_empty())
            .ok_or_else(|| BadKey::Secret(signer_name.to_ascii()))?;
        let shown = signer_name.to_ascii();
        let signer = TSigner::new(bytes, tsig, signer_name, FUDGE)
            .map_err(|_| BadKey::Algorithm(algorithm.to_owned()))?;
        Ok(Self { name: shown, algorithm, signer })
    }

    /// The name that both sides know it by.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The algorithm, in lower case.
    pub fn algorithm(&self) -> &str {
        self.algorithm
    }

    /// Signs the message as of `now` (Unix seconds); gives what verifies the answers to it.
    pub(super) fn sign(&self, message: &mut Message, now: u64) -> Option<TSigVerifier> {
        message.finalize(&self.signer, now).ok().flatten()
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Key({} {} (sensitive))", self.name, self.algorithm)
    }
}
