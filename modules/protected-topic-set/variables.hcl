variable "pair" {
  description = "The pair that the topics belong to."
  type        = pair
}

variable "topics" {
  description = "The topics, by name; what is left out comes from the defaults below."
  type = map(object({
    partitions          = optional(number)
    replication_factor  = optional(number)
    min_insync_replicas = optional(number)
    retention           = optional(string)
    compacted           = optional(bool, false)
    config              = optional(map(string), {})
  }))

  validation {
    condition     = length(var.topics) > 0
    error_message = "Give at least one topic."
  }

  validation {
    condition     = alltrue([for name in keys(var.topics) : !can(regex("[.-]internal$|[.]replica$|^__", name))])
    error_message = "MirrorMaker never mirrors topics called *-internal, *.internal, *.replica or __*."
  }
}

variable "prefix" {
  description = "Stands before every name."
  type        = string
  default     = ""
}

variable "partitions" {
  description = "Partitions of a topic that does not say."
  type        = number
  default     = 12
}

variable "replication_factor" {
  description = "Replicas of a topic that does not say; on both sides."
  type        = number
  default     = 3
}

variable "retention" {
  description = "How long a topic that does not say keeps its records: 12h, 7d, or forever."
  type        = string
  default     = "7d"

  validation {
    condition     = var.retention == "forever" || can(regex("^[1-9][0-9]*[hd]$", var.retention))
    error_message = "Write a retention as 12h, 7d or forever."
  }
}

variable "writers" {
  description = "Principals that write to the topics: on the active side only, so that a failover moves them."
  type        = set(string)
  default     = []
}

variable "readers" {
  description = "Principals that read the topics, on both sides."
  type        = set(string)
  default     = []
}
