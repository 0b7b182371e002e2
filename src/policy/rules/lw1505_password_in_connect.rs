//! LW1505: passwords that Connect keeps.

use crate::estate::Resource;
use crate::plan::Severity;
use crate::policy::note::Note;
use crate::policy::rule::Rule;
use crate::policy::view::View;

pub(super) static RULE: Rule = Rule {
    code: "LW1505",
    title: "password is handed to Connect in clear",
    severity: Severity::Info,
    what: "A replication reads from or writes to a cluster with a password, and the cluster does not say what stands for \
           that password in a connector's configuration.",
    why: "leeward then sends the password through Connect's REST interface. Connect keeps it in its config topic, and shows \
          it to everyone who may read the connector's configuration.",
    source: "Connect's GET /connectors/NAME/config; KIP-297 (externalizing secrets)",
    fix: "Configure a config provider on the workers and set password_in_connect to its placeholder.",
    example: r#"cluster "hangzhou" {
  bootstrap = ["kafka-hz.internal:9093"]
  security {
    protocol            = "SASL_SSL"
    mechanism           = "SCRAM-SHA-512"
    username            = "leeward"
    password            = env("HZ_PASSWORD")
    password_in_connect = "$${file:/etc/kafka/hz.properties:password}"
  }
}"#,
    check,
};

fn check(view: &View<'_>) -> Vec<Note> {
    let used = view.replicated_clusters();
    let mut notes = Vec::new();
    for declared in used.into_iter().filter_map(|address| view.estate.resources.get(address)) {
        let Resource::Cluster(cluster) = &declared.resource else { continue };
        if cluster.security.sasl.as_ref().is_some_and(|sasl| sasl.password_in_connect.is_none()) {
            let message = "Connect is sent its password and keeps it in clear in its config topic";
            notes.push(
                Note::at(declared, message)
                    .help("set password_in_connect to a config provider's placeholder"),
            );
        }
    }
    notes
}
