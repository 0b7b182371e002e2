//! librdkafka's settings for a cluster.

use crate::estate::Cluster;
use rdkafka::ClientConfig;

/// A client's settings: where the cluster is and how to prove who we are. librdkafka's own names for them.
pub(super) fn settings(cluster: &Cluster) -> ClientConfig {
    let mut config = ClientConfig::new();
    let timeout = cluster.timeout.as_millis().max(1_000);
    config
        .set("bootstrap.servers", cluster.bootstrap.join(","))
        .set("client.id", "leeward")
        .set("security.protocol", cluster.security.protocol.as_str().to_lowercase())
        .set("socket.timeout.ms", timeout.to_string())
        .set("socket.connection.setup.timeout.ms", timeout.to_string())
        .set("socket.nagle.disable", "true")
        // A broker that was just restarted is back within a second: don't sleep longer than that.
        .set("reconnect.backoff.max.ms", "1000");
    let (security, tls) = (&cluster.security, &cluster.security.tls);
    if let Some(sasl) = security.sasl.as_ref().filter(|_| security.protocol.as_str().starts_with("SASL")) {
        config
            .set("sasl.mechanism", sasl.mechanism.as_str())
            .set("sasl.username", &sasl.username)
            .set("sasl.password", sasl.password.expose());
    }
    if security.protocol.is_encrypted() {
        if let Some(ca) = &tls.ca {
            config.set("ssl.ca.pem", ca);
        }
        if let (Some(certificate), Some(key)) = (&tls.certificate, &tls.key) {
            config.set("ssl.certificate.pem", certificate).set("ssl.key.pem", key.expose());
        }
    }
    config
}
