//! Plan to findings: one coded rule a file.
