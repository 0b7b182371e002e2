variable "domain" {
  description = "Below which all hosts are called."
  type        = string
  default     = "example.internal"
}

variable "zone" {
  description = "The zone of the names that clients use."
  type        = string
  default     = "kafka.example.com."
}

variable "rto" {
  description = "How long a failover may take."
  type        = string
  default     = "5m"
}
