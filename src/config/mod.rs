//! HCL files to an `Estate`, or the diagnostics that say why not.
