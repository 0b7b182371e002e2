//! The metrics that there are.

/// A metric: its name, its type and what it means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Family {
    /// Its name, with the unit at the end.
    pub name: &'static str,
    /// Its type.
    pub kind: Type,
    /// What it means.
    pub help: &'static str,
}

/// Prometheus' types, as far as they are used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Type {
    /// It goes up and down.
    Gauge,
    /// It goes up.
    Counter,
}

impl Type {
    /// As it is written.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Gauge => "gauge",
            Self::Counter => "counter",
        }
    }
}

macro_rules! families {
    ($($constant:ident $kind:ident $name:literal $help:literal;)*) => {
        $(pub(super) const $constant: Family = Family { name: $name, kind: Type::$kind, help: $help };)*

        /// All metrics, in the order in which they are written.
        pub const FAMILIES: &[Family] = &[$($constant),*];
    };
}

families! {
    BUILD Gauge "leeward_build_info" "The version of leeward, as a label; always 1.";
    PAIR Gauge "leeward_pair_info" "The clusters of a pair and which side is active, as labels; always 1.";
    READY Gauge "leeward_pair_ready" "Whether a pair is ready for a failover that loses nothing.";
    OBSTACLES Gauge "leeward_pair_obstacles" "What stands in the way of a failover, counted by sort.";
    EPOCH Gauge "leeward_pair_epoch" "Counts a pair's changes of role.";
    FENCES Gauge "leeward_pair_pending_fences" "Fences that could not be put up because their side did not answer.";
    CLUSTER Gauge "leeward_cluster_up" "Whether a cluster of a pair answered.";
    CONNECT Gauge "leeward_connect_up" "Whether a Connect cluster answered.";
    CONNECTOR Gauge "leeward_connector_healthy" "Whether a connector runs with the tasks that it needs and none of them failed; no sign that its source lives.";
    TASKS Gauge "leeward_connector_tasks" "Tasks of a connector.";
    FAILED Gauge "leeward_connector_failed_tasks" "Tasks of a connector that failed.";
    BEAT Gauge "leeward_heartbeat_timestamp_seconds" "When the last heartbeat that crossed was written, by the clock of who wrote it.";
    BEAT_AGE Gauge "leeward_heartbeat_age_seconds" "How old the last heartbeat that crossed was when it was read.";
    ALIVE Gauge "leeward_heartbeat_alive" "Whether heartbeats cross from the active side to the standby.";
    SKEW Gauge "leeward_clock_skew_seconds" "By how much at least the clock that heartbeats are written by is ahead of the exporter's; no sample if it is not.";
    LAG Gauge "leeward_replication_lag_records" "Records of a topic that are likely to be left to carry.";
    LAG_MOST Gauge "leeward_replication_lag_at_most_records" "Records of a topic that are left to carry, at most.";
    MALFORMED Gauge "leeward_replication_malformed_records" "Records of MirrorMaker's own topics that can't be read.";
    LOSS Gauge "leeward_loss_records" "Records that are likely to be lost if the active side died now.";
    LOSS_MOST Gauge "leeward_loss_at_most_records" "Records that would be lost at most if the active side died now.";
    LOSS_SECONDS Gauge "leeward_loss_seconds" "Of how many seconds records would be lost if the active side died now.";
    OBJECTIVE Gauge "leeward_loss_objective_seconds" "The recovery point objective, as declared.";
    OBJECTIVE_MET Gauge "leeward_loss_objective_met" "Whether the recovery point objective would be met.";
    GROUP_LAG Gauge "leeward_group_lag_records" "Records of the active side that a group has not read.";
    GROUP_PARTITIONS Gauge "leeward_group_partitions" "Partitions of a group by how sure it is where it would go on: exact, rewinds, uncovered.";
    GROUP_REPEATED Gauge "leeward_group_repeated_at_most_records" "Records that a group would read again after a failover, at most.";
    GROUP_REPEATED_IF_LOST Gauge "leeward_group_repeated_if_lost_at_most_records" "Records that a group would read again, at most, if the active side died now.";
    GROUP_MEMBERS Gauge "leeward_group_standby_members" "Members that a group has on the standby, where it should have none.";
    UNFOLLOWED Gauge "leeward_replication_unfollowed_groups" "Groups that read what is carried and are not followed: they would begin anew.";
    NAME Gauge "leeward_name_agrees" "Whether an authority answers for a name what is wanted.";
    NAME_UP Gauge "leeward_name_authority_up" "Whether an authority answered for a name.";
    CHANGED Gauge "leeward_estate_changed_resources" "Resources that an apply would change.";
    UNREAD Gauge "leeward_estate_unread_resources" "Resources of which something could not be read.";
    FINDINGS Gauge "leeward_estate_findings" "Findings of a plan that were not let pass, by severity.";
    READ_AT Gauge "leeward_exporter_reading_timestamp_seconds" "When the reading that is shown ended.";
    AGE Gauge "leeward_exporter_reading_age_seconds" "How old the reading that is shown is.";
    TOOK Gauge "leeward_exporter_reading_duration_seconds" "How long the reading that is shown took.";
    READINGS Counter "leeward_exporter_readings_total" "Readings since the exporter began, by whether they could be made.";
}
