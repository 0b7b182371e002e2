//! Two real Kafka clusters, Connect and DNS on this machine.
