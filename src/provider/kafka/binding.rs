//! Access control entries: leeward's words ↔ Kafka's.

use crate::estate::{AclResource, Binding, Pattern, Permission};
use krafka::admin::{
    AclBinding, AclFilter, AclOperation, AclPatternType, AclPermissionType, AclResourceType,
};

/// The operations that Kafka's access control knows (KIP-11 and later), in Kafka's spelling.
const OPERATIONS: [(&str, AclOperation); 11] = [
    ("ALL", AclOperation::All),
    ("READ", AclOperation::Read),
    ("WRITE", AclOperation::Write),
    ("CREATE", AclOperation::Create),
    ("DELETE", AclOperation::Delete),
    ("ALTER", AclOperation::Alter),
    ("DESCRIBE", AclOperation::Describe),
    ("CLUSTER_ACTION", AclOperation::ClusterAction),
    ("DESCRIBE_CONFIGS", AclOperation::DescribeConfigs),
    ("ALTER_CONFIGS", AclOperation::AlterConfigs),
    ("IDEMPOTENT_WRITE", AclOperation::IdempotentWrite),
];

/// Whether Kafka knows an operation of this name.
pub(in crate::provider) fn knows_operation(name: &str) -> bool {
    OPERATIONS.iter().any(|(known, _)| *known == name)
}

/// To Kafka; none if the operation is none that Kafka knows.
pub(super) fn to_kafka(binding: &Binding) -> Option<AclBinding> {
    let resource = match binding.resource {
        AclResource::Topic => AclResourceType::Topic,
        AclResource::Group => AclResourceType::Group,
        AclResource::Cluster => AclResourceType::Cluster,
        AclResource::TransactionalId => AclResourceType::TransactionalId,
    };
    let permission = match binding.permission {
        Permission::Allow => AclPermissionType::Allow,
        Permission::Deny => AclPermissionType::Deny,
    };
    let pattern = match binding.pattern {
        Pattern::Literal => AclPatternType::Literal,
        Pattern::Prefixed => AclPatternType::Prefixed,
    };
    let (_, operation) = OPERATIONS.iter().find(|(name, _)| *name == binding.operation)?;
    let entry =
        AclBinding::new(resource, &binding.name, &binding.principal, &binding.host, *operation, permission);
    Some(entry.with_pattern_type(pattern))
}

/// From Kafka; none for what leeward has no words for, delegation tokens for example.
pub(super) fn from_kafka(entry: AclBinding) -> Option<Binding> {
    let resource = match entry.resource_type {
        AclResourceType::Topic => AclResource::Topic,
        AclResourceType::Group => AclResource::Group,
        AclResourceType::Cluster => AclResource::Cluster,
        AclResourceType::TransactionalId => AclResource::TransactionalId,
        _ => return None,
    };
    let permission = match entry.permission_type {
        AclPermissionType::Allow => Permission::Allow,
        AclPermissionType::Deny => Permission::Deny,
        _ => return None,
    };
    let pattern = match entry.pattern_type {
        AclPatternType::Literal => Pattern::Literal,
        AclPatternType::Prefixed => Pattern::Prefixed,
        _ => return None,
    };
    let (operation, _) = OPERATIONS.iter().find(|(_, operation)| *operation == entry.operation)?;
    Some(Binding {
        principal: entry.principal,
        host: entry.host,
        permission,
        operation: (*operation).to_owned(),
        resource,
        name: entry.resource_name,
        pattern,
    })
}

/// A filter that matches just this entry.
pub(super) fn filter(entry: &AclBinding) -> AclFilter {
    AclFilter::all()
        .resource_type(entry.resource_type)
        .resource_name(&entry.resource_name)
        .pattern_type(entry.pattern_type)
        .principal(&entry.principal)
        .host(&entry.host)
        .operation(entry.operation)
        .permission_type(entry.permission_type)
}
