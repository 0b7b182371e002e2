//! A state as bytes: JSON, with a digest over its body.

use super::State;
use sha2::{Digest, Sha256};
use std::fmt::Write as _;

const OPENING: &str = "{\n\"sha256\": \"";
const MIDDLE: &str = "\",\n\"state\": ";
const CLOSING: &str = "\n}\n";
const DIGEST_LENGTH: usize = 64;

/// Why bytes are not a state that can be worked with.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FileError {
    /// A newer leeward wrote it.
    #[error("has format {found}, and this leeward knows formats up to {known}: a newer one wrote it")]
    Newer {
        /// The format that it has.
        found: u64,
        /// The newest one known here.
        known: u32,
    },
    /// Its end is missing.
    #[error("is cut off: its end is missing")]
    Truncated,
    /// It does not match its own digest.
    #[error("was edited by hand or damaged: it does not match the digest that it carries")]
    Edited,
    /// It is something else.
    #[error("is not a state of leeward: {0}")]
    Foreign(String),
}

/// The bytes of a state file.
///
/// # Errors
/// Never for a state whose keys are texts, which all are.
pub fn encode(state: &State) -> Result<Vec<u8>, serde_json::Error> {
    let body = serde_json::to_vec_pretty(state)?;
    let mut bytes = Vec::with_capacity(body.len() + 128);
    for part in [OPENING.as_bytes(), digest(&body).as_bytes(), MIDDLE.as_bytes(), &body, CLOSING.as_bytes()] {
        bytes.extend_from_slice(part);
    }
    Ok(bytes)
}

/// The state in the bytes of a state file.
///
/// # Errors
/// The bytes are cut off, edited, of a newer format, or something else altogether.
pub fn decode(bytes: &[u8]) -> Result<State, FileError> {
    let intact = body(bytes).and_then(|body| serde_json::from_slice::<State>(body).ok());
    match intact {
        Some(state) if state.format == State::FORMAT => Ok(state),
        _ => Err(diagnose(bytes)),
    }
}

/// The state in bytes that somebody hands in: a state file, or the state alone as `leeward state pull` prints it,
/// which carries no digest and may have been edited.
///
/// # Errors
/// The bytes are cut off, of a newer format, a state file that was edited, or something else altogether.
pub fn decode_pushed(bytes: &[u8]) -> Result<State, FileError> {
    match serde_json::from_slice::<State>(bytes) {
        Ok(state) if state.format == State::FORMAT => Ok(state),
        _ => decode(bytes),
    }
}

/// The part that the digest is over, if the digest is right.
fn body(bytes: &[u8]) -> Option<&[u8]> {
    let rest = bytes.strip_prefix(OPENING.as_bytes())?;
    let (written, rest) = rest.split_at_checked(DIGEST_LENGTH)?;
    let body = rest.strip_prefix(MIDDLE.as_bytes())?.strip_suffix(CLOSING.as_bytes())?;
    (digest(body).as_bytes() == written).then_some(body)
}

/// What is the matter with bytes that are no intact state.
fn diagnose(bytes: &[u8]) -> FileError {
    let value = match serde_json::from_slice::<serde_json::Value>(bytes) {
        Ok(value) => value,
        Err(error) if error.is_eof() => return FileError::Truncated,
        Err(error) => return FileError::Foreign(error.to_string()),
    };
    let format = value.pointer("/state/format").or_else(|| value.get("format"));
    match format.and_then(serde_json::Value::as_u64) {
        Some(found) if found > u64::from(State::FORMAT) => FileError::Newer { found, known: State::FORMAT },
        Some(_) => FileError::Edited,
        None => FileError::Foreign("it has no format number".into()),
    }
}

fn digest(body: &[u8]) -> String {
    Sha256::digest(body).iter().fold(String::with_capacity(DIGEST_LENGTH), |mut hex, byte| {
        // Writing into a text can't fail.
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}
