//! Kafka's own command-line tools, pointed at a cluster of the sandbox.

use super::jars;
use super::kafka::jaas;
use super::layout::Layout;
use super::stand::{Error, Sandbox};
use std::process::Command;

/// The tools: what their scripts are called, and their classes.
const TOOLS: [(&str, &str); 9] = [
    ("kafka-acls", "org.apache.kafka.tools.AclCommand"),
    ("kafka-configs", "kafka.admin.ConfigCommand"),
    ("kafka-console-consumer", "org.apache.kafka.tools.consumer.ConsoleConsumer"),
    ("kafka-console-producer", "org.apache.kafka.tools.ConsoleProducer"),
    ("kafka-consumer-groups", "org.apache.kafka.tools.consumer.group.ConsumerGroupCommand"),
    ("kafka-delete-records", "org.apache.kafka.tools.DeleteRecordsCommand"),
    ("kafka-get-offsets", "org.apache.kafka.tools.GetOffsetShell"),
    ("kafka-metadata-quorum", "org.apache.kafka.tools.MetadataQuorumCommand"),
    ("kafka-topics", "org.apache.kafka.tools.TopicCommand"),
];

/// The command that runs one of Kafka's tools on a cluster, already told where the cluster is and how to log in.
pub fn tool(sandbox: &Sandbox, cluster: &str, tool: &str, arguments: &[String]) -> Result<Command, Error> {
    let cluster = sandbox.cluster(cluster)?;
    let bare = tool.trim_end_matches(".sh");
    let Some((_, class)) = TOOLS.iter().find(|(name, _)| *name == bare) else {
        let known = TOOLS.iter().map(|(name, _)| (*name).to_owned()).collect();
        return Err(Error::UnknownTool { name: tool.into(), known });
    };
    let mut command = Command::new("java");
    command
        .args(["-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-cp"])
        .arg(format!("{}/*", jars::folder()?.display()))
        .arg(class)
        .args(["--bootstrap-server", &cluster.bootstrap().join(",")])
        .arg("--command-config")
        .arg(sandbox.client_file())
        .args(arguments);
    Ok(command)
}

/// `client.properties`: how a Java client logs in.
pub(super) fn client_properties(layout: &Layout) -> String {
    let mut text = format!("security.protocol={}\n", layout.protocol());
    if let Some(sasl) = &layout.sasl {
        text.push_str("sasl.mechanism=SCRAM-SHA-512\n");
        text.push_str(&format!("sasl.jaas.config={}\n", jaas(&sasl.admin)));
    }
    text
}
