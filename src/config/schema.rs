//! What each block may hold. Decoding, references and suggestions all read the same table.

use crate::estate::Kind;

/// What a block may hold.
#[derive(Debug)]
pub(super) struct Schema {
    /// The names of its attributes.
    pub attributes: &'static [&'static str],
    /// The blocks inside it.
    pub blocks: &'static [Inner],
    /// True when any attribute may stand in it.
    pub open: bool,
}

/// A block inside a block.
#[derive(Debug)]
pub(super) struct Inner {
    /// Its word.
    pub name: &'static str,
    /// How many labels it has: 0 or 1.
    pub labels: usize,
    /// Whether it may stand there several times with the same label, or with none.
    pub several: bool,
    /// What it may hold.
    pub schema: &'static Schema,
}

const fn attributes(attributes: &'static [&'static str]) -> Schema {
    Schema { attributes, blocks: &[], open: false }
}

const fn one(name: &'static str, schema: &'static Schema) -> Inner {
    Inner { name, labels: 0, several: false, schema }
}

const fn labelled(name: &'static str, schema: &'static Schema) -> Inner {
    Inner { name, labels: 1, several: false, schema }
}

const fn several(name: &'static str, schema: &'static Schema) -> Inner {
    Inner { name, labels: 0, several: true, schema }
}

static TLS: Schema = attributes(&["ca", "certificate", "key"]);
static SECURITY: Schema = Schema {
    attributes: &["protocol", "mechanism", "username", "password", "password_in_connect"],
    blocks: &[one("tls", &TLS)],
    open: false,
};
static BASIC_AUTH: Schema = attributes(&["username", "password"]);
static SIDE: Schema = attributes(&["replication_factor", "config"]);
static MIRROR_MAKER: Schema = attributes(&[
    "tasks_max",
    "sync_group_offsets",
    "replication_factor",
    "refresh_topics_interval",
    "refresh_groups_interval",
    "emit_checkpoints_interval",
    "sync_group_offsets_interval",
    "emit_heartbeats_interval",
    "offset_syncs_retention",
    "config",
]);
static RFC2136: Schema = attributes(&["server", "key_name", "key_algorithm", "key_secret"]);
static POWERDNS: Schema = attributes(&["url", "api_key", "server_id"]);
static HOOK: Schema = attributes(&["exec", "webhook", "environment", "timeout"]);
static WAVE: Schema = attributes(&["pairs"]);
static APPROVE: Schema = attributes(&["timeout"]);
static GUARD: Schema = Schema { attributes: &[], blocks: &[], open: true };

static CLUSTER: Schema = Schema {
    attributes: &["bootstrap", "endpoint", "timeout"],
    blocks: &[one("security", &SECURITY)],
    open: false,
};
static CONNECT: Schema = Schema {
    attributes: &["url", "urls", "cluster", "ca", "timeout"],
    blocks: &[one("basic_auth", &BASIC_AUTH)],
    open: false,
};
static ENDPOINTS: Schema = attributes(&["path", "format"]);
static PAIR: Schema = Schema {
    attributes: &["primary", "secondary"],
    blocks: &[several("endpoints", &ENDPOINTS)],
    open: false,
};
static TOPIC: Schema = Schema {
    attributes: &["name", "pair", "cluster", "partitions", "replication_factor", "config", "on_remove"],
    blocks: &[labelled("side", &SIDE)],
    open: false,
};
static ACCESS: Schema = attributes(&[
    "pair",
    "cluster",
    "on",
    "principals",
    "hosts",
    "permission",
    "operations",
    "topics",
    "groups",
    "transactional_ids",
    "on_cluster",
]);
static REPLICATION: Schema = Schema {
    attributes: &["pair", "topics", "topics_exclude", "groups", "naming", "separator"],
    blocks: &[one("mirror_maker", &MIRROR_MAKER)],
    open: false,
};
static DNS: Schema = Schema {
    attributes: &["authorities", "resolvers", "timeout", "propagation"],
    blocks: &[one("rfc2136", &RFC2136), one("powerdns", &POWERDNS)],
    open: false,
};
static DNS_RECORD: Schema = attributes(&["dns", "zone", "name", "type", "ttl", "values"]);
static APPLICATION: Schema = Schema {
    attributes: &["groups"],
    blocks: &[one("stop", &HOOK), one("start", &HOOK), one("drill", &HOOK)],
    open: false,
};
static FENCE: Schema = Schema {
    attributes: &["pair", "method", "exec", "webhook", "environment", "timeout"],
    blocks: &[one("lift", &HOOK)],
    open: false,
};
static FAILOVER_POLICY: Schema = Schema {
    attributes: &["pair", "applications", "fence", "rpo", "rto"],
    blocks: &[several("wave", &WAVE), labelled("guard", &GUARD), labelled("approve", &APPROVE)],
    open: false,
};

/// What every resource block may hold beside its own.
pub(super) const META_ATTRIBUTES: [&str; 3] = ["for_each", "count", "depends_on"];

/// The blocks that every resource block may hold beside its own.
pub(super) const META_BLOCKS: [&str; 2] = ["lifecycle", "dynamic"];

impl Schema {
    /// What a block of this kind may hold.
    pub fn of(kind: Kind) -> &'static Self {
        match kind {
            Kind::Cluster => &CLUSTER,
            Kind::Connect => &CONNECT,
            Kind::Pair => &PAIR,
            Kind::Topic => &TOPIC,
            Kind::Access => &ACCESS,
            Kind::Replication => &REPLICATION,
            Kind::Dns => &DNS,
            Kind::DnsRecord => &DNS_RECORD,
            Kind::Application => &APPLICATION,
            Kind::Fence => &FENCE,
            Kind::FailoverPolicy => &FAILOVER_POLICY,
        }
    }

    /// The block of this name inside it.
    pub fn inner(&self, name: &str) -> Option<&'static Inner> {
        self.blocks.iter().find(|inner| inner.name == name)
    }
}

/// The names that can be read of a block without standing in it.
pub(super) fn computed(kind: Kind) -> &'static [&'static str] {
    match kind {
        Kind::Pair => &["name", "active", "standby"],
        _ => &["name"],
    }
}

/// The path of everything that may stand in a block of a kind, such as `security.tls.ca`: for the reference.
pub fn fields(kind: Kind) -> Vec<String> {
    fn collect(schema: &Schema, prefix: &str, into: &mut Vec<String>) {
        into.extend(schema.attributes.iter().map(|name| format!("{prefix}{name}")));
        for inner in schema.blocks {
            collect(inner.schema, &format!("{prefix}{}.", inner.name), into);
        }
    }
    let mut fields = Vec::new();
    collect(Schema::of(kind), "", &mut fields);
    fields
}
