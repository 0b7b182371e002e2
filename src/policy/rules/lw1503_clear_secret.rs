//! LW1503: secrets that stand in the configuration.

use crate::plan::Severity;
use crate::policy::note::Note;
use crate::policy::rule::Rule;
use crate::policy::view::View;

pub(super) static RULE: Rule = Rule {
    code: "LW1503",
    title: "secret is written in clear",
    severity: Severity::Warning,
    what: "A password, key or token is written as a text into the configuration.",
    why: "The configuration lives under version control: everyone who can read the repository, now or later, has the \
          secret, and so has every copy and every build that checks it out.",
    source: "CWE-798 (use of hard-coded credentials)",
    fix: "Read it with env(\"NAME\") or file(\"path\"), or take a variable with sensitive = true; then change the secret.",
    example: r#"cluster "hangzhou" {
  bootstrap = ["kafka-hz.internal:9093"]
  security {
    protocol  = "SASL_SSL"
    mechanism = "SCRAM-SHA-512"
    username  = "leeward"
    password  = env("HZ_PASSWORD")
  }
}"#,
    check,
};

fn check(view: &View<'_>) -> Vec<Note> {
    let clear = view.estate.clear_secrets.iter();
    clear
        .filter_map(|(address, attribute)| {
            let declared = view.estate.resources.get(address)?;
            let help = "read it with env(\"NAME\"), and change the secret";
            Some(Note::at(declared, format!("{attribute} is written in clear")).help(help))
        })
        .collect()
}
