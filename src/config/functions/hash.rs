//! Digests.

use super::arguments::Arguments;
use super::filesystem::read;
use super::{Answer, Function};
use crate::config::value::Value;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256, Sha512};

pub(super) const FUNCTIONS: &[Function] = &[
    Function::new("base64sha256(string)", 1, 1, |a| base64(&Sha256::digest(a.text(0)?.as_bytes()))),
    Function::new("base64sha512(string)", 1, 1, |a| base64(&Sha512::digest(a.text(0)?.as_bytes()))),
    Function::new("filebase64sha256(path)", 1, 1, |a| base64(&Sha256::digest(read(a)?))),
    Function::new("filebase64sha512(path)", 1, 1, |a| base64(&Sha512::digest(read(a)?))),
    Function::new("filesha256(path)", 1, 1, |a| hex(&Sha256::digest(read(a)?))),
    Function::new("filesha512(path)", 1, 1, |a| hex(&Sha512::digest(read(a)?))),
    Function::new("sha256(string)", 1, 1, |a: &Arguments<'_>| hex(&Sha256::digest(a.text(0)?.as_bytes()))),
    Function::new("sha512(string)", 1, 1, |a: &Arguments<'_>| hex(&Sha512::digest(a.text(0)?.as_bytes()))),
];

fn hex(digest: &[u8]) -> Answer {
    Ok(Value::from(digest.iter().map(|byte| format!("{byte:02x}")).collect::<String>()))
}

fn base64(digest: &[u8]) -> Answer {
    Ok(Value::from(STANDARD.encode(digest)))
}
