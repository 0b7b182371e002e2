//! What a DNS server's answer to an update or a transfer means, and what a person can do about it.
//!
//! An answer whose signature can't be verified is a diagnosis, never an outcome: a server that does not share
//! the key can't sign, so such a refusal is believed as a refusal, while an unverified "done" is not believed.

use super::signature::{BadKey, Key};
use crate::estate::{Fault, FaultKind};
use crate::provider::dns::authority::{Silent, code_name};
use hickory_proto::op::{Message, ResponseCode};
use hickory_proto::rr::rdata::tsig::TsigError;

/// Why an update or a transfer did not end in a verified answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum UpdateFault {
    /// The server could not be reached, so nothing was sent.
    #[error(transparent)]
    Unreached(#[from] Silent),
    /// The message left, and no answer came back: the server may have applied it.
    #[error("{server} took the request, but its answer was lost: {reason}")]
    Lost {
        /// The server as configured.
        server: String,
        /// What ended the wait.
        reason: String,
    },
    /// An answer that claims success without a valid signature.
    #[error("{server} answered {answer} with a signature that does not verify")]
    Unverified {
        /// The server as configured.
        server: String,
        /// The code in the answer.
        answer: String,
    },
    /// BADSIG.
    #[error("{server} knows key {key} by another secret (BADSIG)")]
    Secret {
        /// The server as configured.
        server: String,
        /// The key's name.
        key: String,
    },
    /// BADKEY.
    #[error("{server} does not accept key {key} with {algorithm} (BADKEY)")]
    KeyUnknown {
        /// The server as configured.
        server: String,
        /// The key's name.
        key: String,
        /// The algorithm used.
        algorithm: String,
    },
    /// BADTIME.
    #[error("the clock here and the clock of {server} are {seconds} s apart (BADTIME)")]
    Clock {
        /// The server as configured.
        server: String,
        /// How far apart the clocks are.
        seconds: u64,
    },
    /// REFUSED without a signature, to a signed request: how PowerDNS rejects.
    #[error("{server} refused key {key} without saying why")]
    RefusedUnsigned {
        /// The server as configured.
        server: String,
        /// The key's name.
        key: String,
    },
    /// REFUSED or NOTAUTH to a request without a key.
    #[error("{server} wants a signed request ({answer})")]
    KeyMissing {
        /// The server as configured.
        server: String,
        /// The code in the answer.
        answer: String,
    },
    /// REFUSED, signed: the key is right, its rights are not enough.
    #[error("{server} does not let key {key} do this in zone {zone} (REFUSED)")]
    Denied {
        /// The server as configured.
        server: String,
        /// The zone.
        zone: String,
        /// The key's name.
        key: String,
    },
    /// NOTAUTH.
    #[error("{server} is not authoritative for zone {zone} (NOTAUTH)")]
    NotServed {
        /// The server as configured.
        server: String,
        /// The zone asked to change.
        zone: String,
    },
    /// NOTZONE.
    #[error("{server} says that the name lies outside zone {zone} (NOTZONE)")]
    OutsideZone {
        /// The server as configured.
        server: String,
        /// The zone asked to change.
        zone: String,
    },
    /// SERVFAIL.
    #[error("{server} failed to carry out a request for zone {zone} (SERVFAIL)")]
    ServerFailed {
        /// The server as configured.
        server: String,
        /// The zone asked to change.
        zone: String,
    },
    /// Any other code.
    #[error("{server} answered {answer} to a request for zone {zone}")]
    Other {
        /// The server as configured.
        server: String,
        /// The zone asked to change.
        zone: String,
        /// The code in the answer.
        answer: String,
    },
}

impl UpdateFault {
    /// True when the server may have done what was asked: the world has to be read again.
    ///
    /// An update that hit SERVFAIL is counted too: RFC 2136, section 3.5, asks for a rollback that not every
    /// server can promise.
    pub const fn may_have_happened(&self) -> bool {
        matches!(self, Self::Lost { .. } | Self::Unverified { .. } | Self::ServerFailed { .. })
    }

    const fn kind(&self) -> FaultKind {
        match self {
            Self::Unreached(_) => FaultKind::Unreachable,
            Self::Lost { .. } => FaultKind::Timeout,
            Self::Secret { .. }
            | Self::KeyUnknown { .. }
            | Self::Clock { .. }
            | Self::RefusedUnsigned { .. }
            | Self::KeyMissing { .. } => FaultKind::Unauthenticated,
            Self::Denied { .. } => FaultKind::Denied,
            Self::NotServed { .. } | Self::OutsideZone { .. } => FaultKind::Invalid,
            Self::Unverified { .. } | Self::ServerFailed { .. } | Self::Other { .. } => FaultKind::Internal,
        }
    }

    /// What a person can do about it.
    const fn hint(&self) -> Option<&'static str> {
        Some(match self {
            Self::Unreached(_) | Self::Other { .. } => return None,
            Self::Lost { .. } => "it may have been carried out: the record has to be read again",
            Self::Unverified { .. } => "something between leeward and the server changes or forges answers",
            Self::Secret { .. } => "compare key_secret with the secret on the server",
            Self::KeyUnknown { .. } => {
                "the key's name or algorithm is unknown there, or (Knot) no ACL allows this key to do this"
            }
            Self::Clock { .. } => "300 s are allowed: correct the clock that is wrong",
            Self::RefusedUnsigned { .. } => {
                "PowerDNS answers so: check the key's name, algorithm and secret, the clocks, and that the zone \
                 allows this key (TSIG-ALLOW-DNSUPDATE, TSIG-ALLOW-AXFR, allow-dnsupdate-from)"
            }
            Self::KeyMissing { .. } => "give the dns block key_name and key_secret",
            Self::Denied { .. } => {
                "the server's policy does not allow this name and type, the zone is frozen, or the server is a \
                 secondary that forwards nothing"
            }
            Self::NotServed { .. } => "check the zone of the record and the server of the dns block",
            Self::OutsideZone { .. } => "check the zone and the name of the record",
            Self::ServerFailed { .. } => {
                "often it may not write the zone's journal or folder; the server's log says why"
            }
        })
    }
}

impl From<UpdateFault> for Fault {
    fn from(fault: UpdateFault) -> Self {
        if let UpdateFault::Unreached(silent) = fault {
            return silent.into();
        }
        let converted = Self::new(fault.kind(), fault.to_string());
        fault.hint().map_or_else(|| converted.clone(), |hint| converted.clone().hint(hint))
    }
}

impl From<BadKey> for Fault {
    fn from(bad: BadKey) -> Self {
        Self::new(FaultKind::Invalid, bad.to_string())
    }
}

/// One answer, and what is known of it.
pub(super) struct Reply<'a> {
    pub server: &'a str,
    pub zone: &'a str,
    pub key: Option<&'a Key>,
    pub message: &'a Message,
    /// The signature verifies, or no key is in use.
    pub trusted: bool,
    /// Unix seconds here, at signing.
    pub now: u64,
}

impl Reply<'_> {
    /// The code of a reply that can be believed.
    ///
    /// # Errors
    /// The [`UpdateFault`] that a rejection or an unverified reply means.
    pub fn verdict(&self) -> Result<ResponseCode, UpdateFault> {
        if let Some(fault) = self.signature_fault() {
            return Err(fault);
        }
        let code = self.message.metadata.response_code;
        let server = self.server.to_owned();
        let zone = self.zone.to_owned();
        match code {
            ResponseCode::Refused => Err(self.refused()),
            ResponseCode::NotAuth if self.key.is_none() => {
                Err(UpdateFault::KeyMissing { server, answer: code_name(code) })
            }
            ResponseCode::NotAuth => Err(UpdateFault::NotServed { server, zone }),
            ResponseCode::NotZone => Err(UpdateFault::OutsideZone { server, zone }),
            ResponseCode::ServFail => Err(UpdateFault::ServerFailed { server, zone }),
            ResponseCode::NoError
            | ResponseCode::NXRRSet
            | ResponseCode::YXRRSet
            | ResponseCode::NXDomain
            | ResponseCode::YXDomain => {
                if self.trusted {
                    Ok(code)
                } else {
                    Err(UpdateFault::Unverified { server, answer: code_name(code) })
                }
            }
            other => Err(UpdateFault::Other { server, zone, answer: code_name(other) }),
        }
    }

    /// What the TSIG of the reply itself complains of (RFC 8945, section 5.2).
    fn signature_fault(&self) -> Option<UpdateFault> {
        let tsig = &self.message.signature.as_ref()?.data;
        let key = self.key?;
        let server = self.server.to_owned();
        match tsig.error.as_ref()? {
            TsigError::BadSig => Some(UpdateFault::Secret { server, key: key.name().to_owned() }),
            TsigError::BadKey => Some(UpdateFault::KeyUnknown {
                server,
                key: key.name().to_owned(),
                algorithm: key.algorithm().to_owned(),
            }),
            TsigError::BadTime => {
                let theirs = server_time(&tsig.other).unwrap_or(tsig.time);
                Some(UpdateFault::Clock { server, seconds: theirs.abs_diff(self.now) })
            }
            TsigError::BadTrunc | TsigError::Unknown(0) => None,
            TsigError::Unknown(code) => Some(UpdateFault::Other {
                server,
                zone: self.zone.to_owned(),
                answer: format!("TSIG error {code}"),
            }),
        }
    }

    fn refused(&self) -> UpdateFault {
        let server = self.server.to_owned();
        match self.key {
            None => UpdateFault::KeyMissing { server, answer: "REFUSED".to_owned() },
            Some(key) if self.trusted => {
                UpdateFault::Denied { server, zone: self.zone.to_owned(), key: key.name().to_owned() }
            }
            Some(key) => UpdateFault::RefusedUnsigned { server, key: key.name().to_owned() },
        }
    }
}

/// The server's clock in a BADTIME answer: 48 bits of Unix seconds (RFC 8945, section 5.2.3).
fn server_time(other: &[u8]) -> Option<u64> {
    (other.len() == 6).then(|| other.iter().fold(0, |time, byte| time << 8 | u64::from(*byte)))
}
