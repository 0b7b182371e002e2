//! The secrets that connectors are configured with, and the line that they do not cross.

use crate::estate::{Fault, FaultKind, Secret, SecretRef, Setting};
use regex::{Captures, Regex};
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// Parts of the keys of settings whose values are secrets.
const SECRET_KEYS: [&str; 8] = [
    "password",
    "passphrase",
    "secret",
    "token",
    "credential",
    "sasl.jaas.config",
    "ssl.keystore.key",
    "basic.auth.user.info",
];
/// A secret shorter than this is not looked for inside texts: it would be found everywhere.
const SHORTEST_TO_SCRUB: usize = 4;
const SENSITIVE: &str = "(sensitive)";

/// `password="…"` in a JAAS line.
static PASSWORD: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r#"(?i)(password\s*=\s*)("(?:[^"\\]|\\.)*"|[^\s;]+)"#).ok());

/// The estate's secrets, by the reference that stands for them in plans.
#[derive(Debug, Clone, Default)]
pub struct Vault(BTreeMap<SecretRef, Secret>);

impl Vault {
    /// A vault of these secrets.
    pub const fn new(secrets: BTreeMap<SecretRef, Secret>) -> Self {
        Self(secrets)
    }

    /// The settings as Connect gets them, each secret in the place of its reference.
    ///
    /// # Errors
    /// A fault for a secret that is not in the vault, or a setting that was only observed.
    pub fn filled(&self, config: &BTreeMap<String, Setting>) -> Result<BTreeMap<String, String>, Fault> {
        config.iter().map(|(key, setting)| Ok((key.clone(), self.value(key, setting)?))).collect()
    }

    fn value(&self, key: &str, setting: &Setting) -> Result<String, Fault> {
        let missing = |what: &str| {
            Fault::new(FaultKind::Invalid, format!("the value of {key} is {what}"))
                .hint("give the configuration the variables that the plan was made with, and plan again")
        };
        match setting {
            Setting::Plain(value) => Ok(value.clone()),
            Setting::Secret(reference) => self
                .0
                .get(reference)
                .map(|secret| secret.expose().to_owned())
                .ok_or_else(|| missing("a secret that the estate does not hold")),
            Setting::OtherSecret => Err(missing("a secret that was read and dropped")),
        }
    }

    /// What may be kept of a value that Connect shows; `wanted` is the secret that the setting should hold.
    pub fn observed(&self, key: &str, value: &str, wanted: Option<&SecretRef>) -> Setting {
        if let Some(reference) = wanted
            && self.0.get(reference).is_some_and(|secret| secret.expose() == value)
        {
            return Setting::Secret(reference.clone());
        }
        let is_known = || self.0.values().any(|secret| secret.expose() == value);
        let is_secret = wanted.is_some() || has_secret_key(key) || is_known();
        if is_secret && !is_placeholder(value) && !value.is_empty() {
            Setting::OtherSecret
        } else {
            Setting::Plain(value.to_owned())
        }
    }

    /// The text without any secret of the vault and without passwords of JAAS lines.
    pub fn scrub(&self, text: &str) -> String {
        let mut text = text.to_owned();
        for secret in self.0.values().map(Secret::expose).filter(|secret| secret.len() >= SHORTEST_TO_SCRUB) {
            text = text.replace(secret, SENSITIVE);
        }
        let hide = |found: &Captures<'_>| match (found.get(1), found.get(2)) {
            (Some(before), Some(value)) if !is_placeholder(value.as_str()) => {
                format!("{}{SENSITIVE}", before.as_str())
            }
            _ => found[0].to_owned(),
        };
        PASSWORD
            .as_ref()
            .map_or_else(|| SENSITIVE.to_owned(), |regex| regex.replace_all(&text, hide).into_owned())
    }
}

fn has_secret_key(key: &str) -> bool {
    let key = key.to_ascii_lowercase();
    SECRET_KEYS.iter().any(|part| key.contains(part))
}

/// True for `${provider:…}` (KIP-297), alone or as every password of a JAAS line: Connect shows what stands in
/// the configuration and resolves it itself, so there is nothing to hide.
fn is_placeholder(value: &str) -> bool {
    let is_one = |text: &str| {
        let text = text.trim_matches('"');
        text.starts_with("${") && text.ends_with('}') && text.matches('$').count() == 1
    };
    if is_one(value) {
        return true;
    }
    let Some(regex) = PASSWORD.as_ref() else { return false };
    let passwords: Vec<_> = regex.captures_iter(value).filter_map(|found| found.get(2)).collect();
    !passwords.is_empty() && passwords.iter().all(|password| is_one(password.as_str()))
}
