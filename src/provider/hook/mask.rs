//! Taking secrets out of what hooks print.

use super::tail::{Printed, end};
use crate::estate::{Call, DnsService, Estate, FenceMethod, Hook, Resource, Secret, Variable};
use crate::provider::connect::Vault;

const SENSITIVE: &str = "(sensitive)";
/// A secret shorter than this is not looked for inside texts: it would be found everywhere.
const SHORTEST: usize = 4;

/// The secrets of an estate that a hook may come to know and to print.
pub struct Mask {
    vault: Vault,
    secrets: Vec<Secret>,
}

impl Mask {
    /// All secrets of an estate.
    pub fn of(estate: &Estate) -> Self {
        let mut secrets: Vec<Secret> =
            estate.resources.values().flat_map(|declared| secrets_of(&declared.resource)).collect();
        secrets.retain(|secret| secret.expose().len() >= SHORTEST);
        // A secret may be a part of another one: the longer one goes first.
        secrets.sort_by_key(|secret| std::cmp::Reverse(secret.expose().len()));
        Self { vault: Vault::new(estate.vault()), secrets }
    }

    /// The length of the longest secret, in bytes.
    pub fn longest(&self) -> usize {
        self.secrets.first().map_or(0, |secret| secret.expose().len())
    }

    /// A text without any secret.
    pub fn text(&self, text: &str) -> String {
        let masked = self.secrets.iter().fold(text.to_owned(), |text, secret| {
            if text.contains(secret.expose()) { text.replace(secret.expose(), SENSITIVE) } else { text }
        });
        self.vault.scrub(&masked)
    }

    /// The end of what was printed, as a text without any secret.
    pub fn shown(&self, printed: &Printed) -> String {
        let text = String::from_utf8_lossy(&printed.bytes);
        let whole = self.text(if printed.cut { self.without_half_secret(&text) } else { &text });
        end(&whole).trim_end().to_owned()
    }

    /// The text without the end of a secret whose beginning was cut off.
    fn without_half_secret<'a>(&self, text: &'a str) -> &'a str {
        let cut = self.secrets.iter().filter_map(|secret| {
            let secret = secret.expose();
            let ends = (1..secret.len()).filter(|at| secret.is_char_boundary(*at)).map(|at| &secret[at..]);
            ends.filter(|end| text.starts_with(end)).map(str::len).max()
        });
        &text[cut.max().unwrap_or_default()..]
    }
}

fn secrets_of(resource: &Resource) -> Vec<Secret> {
    match resource {
        Resource::Cluster(cluster) => {
            let password = cluster.security.sasl.as_ref().map(|sasl| sasl.password.clone());
            password.into_iter().chain(cluster.security.tls.key.clone()).collect()
        }
        Resource::Connect(connect) => connect.basic_auth.iter().map(|auth| auth.password.clone()).collect(),
        Resource::Dns(dns) => match &dns.service {
            DnsService::Rfc2136(rfc2136) => vec![rfc2136.key_secret.clone()],
            DnsService::PowerDns(powerdns) => vec![powerdns.api_key.clone()],
        },
        Resource::Application(application) => {
            let hooks = [&application.stop, &application.start, &application.drill];
            hooks.into_iter().flatten().flat_map(secrets_of_hook).collect()
        }
        Resource::Fence(fence) => {
            let hook = if let FenceMethod::Hook(hook) = &fence.method { Some(hook) } else { None };
            hook.into_iter().chain(&fence.lift).flat_map(secrets_of_hook).collect()
        }
        _ => Vec::new(),
    }
}

fn secrets_of_hook(hook: &Hook) -> Vec<Secret> {
    match &hook.call {
        Call::Exec { environment, .. } => {
            let secret = |variable: &Variable| match variable {
                Variable::Secret(secret) => Some(secret.clone()),
                Variable::Plain(_) => None,
            };
            environment.values().filter_map(secret).collect()
        }
        Call::Webhook { url } => vec![url.clone()],
    }
}
