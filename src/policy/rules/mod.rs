//! The rules, one a file, in the order of their codes.

mod lw1001_internal_name;
mod lw1002_replica_name;
mod lw1003_hidden_name;
mod lw1004_heartbeats_name;
mod lw1005_alias_in_name;
mod lw1006_unreadable_pattern;
mod lw1007_undeclared_topic;
mod lw1008_unknown_selector;
mod lw1009_uncarried_topic;
mod lw1010_empty_selection;
mod lw1011_contested_object;
mod lw1101_wide_groups;
mod lw1102_excluded_group;
mod lw1103_no_groups;
mod lw1104_group_left_behind;
mod lw1201_fixed_record;
mod lw1202_silent_authority;
mod lw1203_refused_key;
mod lw1204_long_ttl;
mod lw1301_min_insync_differs;
mod lw1302_replication_factor_differs;
mod lw1303_min_insync_too_high;
mod lw1304_single_replica;
mod lw1305_too_few_brokers;
mod lw1306_recreated_topic;
mod lw1401_two_directions;
mod lw1402_wrong_cluster;
mod lw1403_old_worker;
mod lw1404_missing_plugin;
mod lw1405_compacted_syncs;
mod lw1406_no_connect_at_standby;
mod lw1407_no_connect_at_active;
mod lw1408_carried_twice;
mod lw1409_overridden_setting;
mod lw1501_no_writer_at_standby;
mod lw1502_writers_on_standby;
mod lw1503_clear_secret;
mod lw1504_clear_traffic;
mod lw1505_password_in_connect;
mod lw1601_no_policy;
mod lw1602_no_fence;
mod lw1603_one_cluster_twice;
mod lw1701_records_differ;
mod lw1702_unreadable_internals;
mod lw1703_lost_syncs;
mod lw1704_shared_syncs;
mod lw1705_group_in_use;
mod lw1706_silent_side;

use super::rule::Rule;

pub(super) static ALL: [&Rule; 48] = [
    &lw1001_internal_name::RULE,
    &lw1002_replica_name::RULE,
    &lw1003_hidden_name::RULE,
    &lw1004_heartbeats_name::RULE,
    &lw1005_alias_in_name::RULE,
    &lw1006_unreadable_pattern::RULE,
    &lw1007_undeclared_topic::RULE,
    &lw1008_unknown_selector::RULE,
    &lw1009_uncarried_topic::RULE,
    &lw1010_empty_selection::RULE,
    &lw1011_contested_object::RULE,
    &lw1101_wide_groups::RULE,
    &lw1102_excluded_group::RULE,
    &lw1103_no_groups::RULE,
    &lw1104_group_left_behind::RULE,
    &lw1201_fixed_record::RULE,
    &lw1202_silent_authority::RULE,
    &lw1203_refused_key::RULE,
    &lw1204_long_ttl::RULE,
    &lw1301_min_insync_differs::RULE,
    &lw1302_replication_factor_differs::RULE,
    &lw1303_min_insync_too_high::RULE,
    &lw1304_single_replica::RULE,
    &lw1305_too_few_brokers::RULE,
    &lw1306_recreated_topic::RULE,
    &lw1401_two_directions::RULE,
    &lw1402_wrong_cluster::RULE,
    &lw1403_old_worker::RULE,
    &lw1404_missing_plugin::RULE,
    &lw1405_compacted_syncs::RULE,
    &lw1406_no_connect_at_standby::RULE,
    &lw1407_no_connect_at_active::RULE,
    &lw1408_carried_twice::RULE,
    &lw1409_overridden_setting::RULE,
    &lw1501_no_writer_at_standby::RULE,
    &lw1502_writers_on_standby::RULE,
    &lw1503_clear_secret::RULE,
    &lw1504_clear_traffic::RULE,
    &lw1505_password_in_connect::RULE,
    &lw1601_no_policy::RULE,
    &lw1602_no_fence::RULE,
    &lw1603_one_cluster_twice::RULE,
    &lw1701_records_differ::RULE,
    &lw1702_unreadable_internals::RULE,
    &lw1703_lost_syncs::RULE,
    &lw1704_shared_syncs::RULE,
    &lw1705_group_in_use::RULE,
    &lw1706_silent_side::RULE,
];
