//! Who may write, as access control entries say it.

use crate::estate::{AclResource, Binding, Permission};

/// Whether an entry lets its principal write to topics; `ALL` includes `WRITE`.
pub(super) fn gives_write(binding: &Binding) -> bool {
    binding.permission == Permission::Allow
        && binding.resource == AclResource::Topic
        && ["WRITE", "ALL"].iter().any(|operation| binding.operation.eq_ignore_ascii_case(operation))
}
