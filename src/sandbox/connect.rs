//! A Connect worker, which has MirrorMaker 2's connectors on its class path.

use super::kafka::{jaas, java};
use super::launch::Launch;
use super::layout::{Cluster, Layout};
use std::path::{Path, PathBuf};

/// How the worker beside a cluster is started.
pub(super) fn launch(layout: &Layout, cluster: &Cluster, home: PathBuf, jars: &Path) -> Launch {
    let mut launch = java(layout, jars, "org.apache.kafka.connect.cli.ConnectDistributed", home);
    launch.arguments.push(launch.folder.join("worker.properties").to_string_lossy().into_owned());
    launch.configuration.push(("worker.properties".into(), worker_properties(layout, cluster)));
    if let Some(sasl) = &layout.sasl {
        // For `${env:SANDBOX_JAAS}` in a connector: the password stays out of its configuration.
        launch.environment.push(("SANDBOX_JAAS".into(), jaas(&sasl.connect)));
        launch.environment.push(("SANDBOX_USERNAME".into(), sasl.connect.name.clone()));
        launch.environment.push(("SANDBOX_PASSWORD".into(), sasl.connect.password.clone()));
    }
    launch
}

fn worker_properties(layout: &Layout, cluster: &Cluster) -> String {
    let group = format!("connect-{}", cluster.name);
    let copies = cluster.nodes.len();
    let mut text = format!(
        "bootstrap.servers={bootstrap}\n\
         group.id={group}\n\
         listeners=http://127.0.0.1:{port}\n\
         rest.advertised.host.name=127.0.0.1\n\
         config.storage.topic={group}-configs\n\
         offset.storage.topic={group}-offsets\n\
         status.storage.topic={group}-status\n\
         config.storage.replication.factor={copies}\n\
         offset.storage.replication.factor={copies}\n\
         status.storage.replication.factor={copies}\n",
        bootstrap = cluster.bootstrap().join(","),
        port = cluster.connect_port,
    );
    text.push_str(QUICK);
    if layout.sasl.is_some() {
        text.push_str(&security(layout));
    }
    text
}

/// What makes the waits short, and connectors free to say where they write and where their passwords come from.
const QUICK: &str = "\
key.converter=org.apache.kafka.connect.converters.ByteArrayConverter
value.converter=org.apache.kafka.connect.converters.ByteArrayConverter
offset.storage.partitions=1
status.storage.partitions=1
offset.flush.interval.ms=1000
scheduled.rebalance.max.delay.ms=0
reconnect.backoff.max.ms=250
plugin.discovery=service_load
connector.client.config.override.policy=All
config.providers=env,file
config.providers.env.class=org.apache.kafka.common.config.provider.EnvVarConfigProvider
config.providers.file.class=org.apache.kafka.common.config.provider.FileConfigProvider
";

/// The worker's own clients and those of its connectors log in alike, unless a connector overrides it.
fn security(layout: &Layout) -> String {
    let Some(sasl) = &layout.sasl else { return String::new() };
    ["", "producer.", "consumer.", "admin."]
        .map(|prefix| {
            format!(
                "{prefix}security.protocol={}\n{prefix}sasl.mechanism=SCRAM-SHA-512\n{prefix}sasl.jaas.config={}\n",
                layout.protocol(),
                jaas(&sasl.connect)
            )
        })
        .concat()
}
