//! A broker: KRaft, broker and controller in one process.

use super::launch::Launch;
use super::layout::{Cluster, Layout, Node, Sasl, User};
use std::path::{Path, PathBuf};

/// How a broker is started.
pub(super) fn launch(
    layout: &Layout,
    cluster: &Cluster,
    node: &Node,
    home: PathBuf,
    jars: &Path,
) -> Option<Launch> {
    let mut launch = java(layout, jars, "kafka.Kafka", home);
    let file = launch.folder.join("server.properties").to_string_lossy().into_owned();
    launch.preparation = vec![format_command(layout, cluster, &launch, &file)];
    launch.arguments.push(file);
    let properties = server_properties(layout, cluster, node, &launch.folder.join("data"));
    launch.configuration.push(("server.properties".into(), properties));
    Some(launch)
}

/// A small JVM that runs this class of Kafka's and logs to its output.
pub(super) fn java(layout: &Layout, jars: &Path, class: &str, home: PathBuf) -> Launch {
    let log_file = home.join("log4j2.properties");
    let mut launch = Launch::new("java", home);
    launch.arguments = vec![
        "-Xms64m".into(),
        format!("-Xmx{}", layout.heap),
        "-XX:+UseSerialGC".into(),
        "-XX:TieredStopAtLevel=1".into(),
        "-Xshare:auto".into(),
        format!("-Dlog4j2.configurationFile={}", log_file.display()),
        "-cp".into(),
        format!("{}/*", jars.display()),
        class.into(),
    ];
    launch.configuration.push(("log4j2.properties".into(), LOGGING.into()));
    launch
}

/// The login of a user, as `sasl.jaas.config` wants it.
pub(super) fn jaas(user: &User) -> String {
    format!(
        "org.apache.kafka.common.security.scram.ScramLoginModule required username=\"{}\" password=\"{}\";",
        user.name, user.password
    )
}

const LOGGING: &str = "\
status = error
appender.console.type = Console
appender.console.name = console
appender.console.layout.type = PatternLayout
appender.console.layout.pattern = %d{yyyy-MM-dd'T'HH:mm:ss.SSSXXX} %-5p %c{1} - %m%n
rootLogger.level = info
rootLogger.appenderRef.console.ref = console
";

/// Writes the cluster's id, and its first users, into the broker's folder; the tool knows what a broker expects there.
fn format_command(layout: &Layout, cluster: &Cluster, launch: &Launch, file: &str) -> Vec<String> {
    let mut command = launch.command();
    command.pop();
    command.extend(
        ["kafka.tools.StorageTool", "format", "-t", &cluster.id, "-c", file, "--ignore-formatted"]
            .map(String::from),
    );
    for user in layout.sasl.iter().flat_map(Sasl::users) {
        command.push("--add-scram".into());
        command.push(format!("SCRAM-SHA-512=[name={},password={}]", user.name, user.password));
    }
    command
}

fn server_properties(layout: &Layout, cluster: &Cluster, node: &Node, data: &Path) -> String {
    let listener = layout.protocol();
    let voters: Vec<String> =
        cluster.nodes.iter().map(|node| format!("{}@127.0.0.1:{}", node.id, node.controller_port)).collect();
    let mut text = format!(
        "process.roles=broker,controller\n\
         node.id={id}\n\
         broker.rack=az{id}\n\
         controller.quorum.voters={voters}\n\
         listeners={listener}://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller}\n\
         advertised.listeners={listener}://127.0.0.1:{port}\n\
         inter.broker.listener.name={listener}\n\
         controller.listener.names=CONTROLLER\n\
         listener.security.protocol.map={listener}:{listener},CONTROLLER:PLAINTEXT\n\
         log.dirs={data}\n",
        id = node.id,
        voters = voters.join(","),
        port = node.port,
        controller = node.controller_port,
        data = data.display(),
    );
    text.push_str(&replication(cluster.nodes.len()));
    text.push_str(SMALL);
    if let Some(sasl) = &layout.sasl {
        text.push_str(&security(sasl));
    }
    text
}

fn replication(brokers: usize) -> String {
    let in_sync = brokers.div_ceil(2);
    format!(
        "default.replication.factor={brokers}\n\
         offsets.topic.replication.factor={brokers}\n\
         transaction.state.log.replication.factor={brokers}\n\
         transaction.state.log.min.isr={in_sync}\n\
         share.coordinator.state.topic.replication.factor={brokers}\n\
         share.coordinator.state.topic.min.isr={in_sync}\n"
    )
}

/// What keeps a broker small and quick; a session of 4 s lets a killed broker serve again that much sooner, and a compacted
/// topic is compacted within seconds.
const SMALL: &str = "\
auto.create.topics.enable=false
offsets.topic.num.partitions=4
transaction.state.log.num.partitions=4
group.initial.rebalance.delay.ms=0
broker.session.timeout.ms=4000
broker.heartbeat.interval.ms=500
num.network.threads=2
num.io.threads=2
log.cleaner.threads=1
log.cleaner.backoff.ms=1000
log.cleaner.dedupe.buffer.size=8388608
";

/// The controllers speak without a password and so are `ANONYMOUS` to the authorizer.
fn security(sasl: &Sasl) -> String {
    format!(
        "sasl.enabled.mechanisms=SCRAM-SHA-512\n\
         sasl.mechanism.inter.broker.protocol=SCRAM-SHA-512\n\
         listener.name.sasl_plaintext.scram-sha-512.sasl.jaas.config={jaas}\n\
         authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer\n\
         super.users=User:{broker};User:{admin};User:{connect};User:ANONYMOUS\n\
         allow.everyone.if.no.acl.found=false\n",
        jaas = jaas(&sasl.broker),
        broker = sasl.broker.name,
        admin = sasl.admin.name,
        connect = sasl.connect.name,
    )
}

impl Sasl {
    /// Everyone who can log in.
    fn users(&self) -> [&User; 4] {
        [&self.broker, &self.admin, &self.connect, &self.application]
    }
}
