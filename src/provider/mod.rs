//! The only network code: Kafka, Connect and DNS behind one seam.
