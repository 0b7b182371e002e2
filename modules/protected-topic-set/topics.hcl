locals {
  hours = { h = 1, d = 24 }

  topics = {
    for name, topic in var.topics : "${var.prefix}${name}" => merge(topic, {
      partitions         = coalesce(topic.partitions, var.partitions)
      replication_factor = coalesce(topic.replication_factor, var.replication_factor)
      retention          = coalesce(topic.retention, var.retention)
    })
  }

  # One replica less than all has to acknowledge, so that one broker may fail.
  min_insync = {
    for name, topic in local.topics :
    name => coalesce(topic.min_insync_replicas, max(1, topic.replication_factor - 1))
  }

  retention_ms = {
    for name, topic in local.topics : name => topic.retention == "forever" ? -1 : (
      tonumber(regex("^[0-9]+", topic.retention)) * local.hours[regex("[hd]$", topic.retention)] * 3600000
    )
  }
}

topic "this" {
  for_each           = local.topics
  pair               = var.pair
  name               = each.key
  partitions         = each.value.partitions
  replication_factor = each.value.replication_factor

  config = merge({
    "min.insync.replicas" = local.min_insync[each.key]
    "retention.ms"        = local.retention_ms[each.key]
    "cleanup.policy"      = each.value.compacted ? "compact" : "delete"
  }, each.value.config)

  lifecycle {
    prevent_destroy = true

    precondition {
      condition     = local.min_insync[each.key] < each.value.replication_factor || each.value.replication_factor == 1
      error_message = "${each.key}: with min_insync_replicas as high as replication_factor no broker may fail."
    }
  }
}

access "writers" {
  count      = length(var.writers) > 0 ? 1 : 0
  pair       = var.pair
  on         = "active"
  principals = var.writers
  topics     = keys(local.topics)
  operations = ["WRITE", "DESCRIBE"]
}

access "readers" {
  count      = length(var.readers) > 0 ? 1 : 0
  pair       = var.pair
  on         = "both"
  principals = var.readers
  topics     = keys(local.topics)
  operations = ["READ", "DESCRIBE"]
}
