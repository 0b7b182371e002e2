//! The vocabulary: what can be declared, what can be observed, and how they compare.
