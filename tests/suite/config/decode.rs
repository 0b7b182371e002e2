use super::{good, loaded, loaded_with, refused};
use leeward::config::Inputs;
use leeward::estate::{
    Address, Call, DnsService, EndpointsFormat, Estate, FenceMethod, Home, Kind, Mechanism, Naming, On,
    OnRemove, Pattern, Protocol, RecordType, Resource, Secret, Side, TsigAlgorithm,
};
use std::time::Duration;

/// The estate of the README, whole.
const ESTATE: &str = include_str!("estate.hcl");

fn estate() -> Estate {
    let environment = [("HZ_PASSWORD", "hunter2"), ("TSIG", "MDEyMzQ1Njc4OTAxMjM0NTY3ODk=")];
    let environment = environment.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
    good(loaded_with(ESTATE, &Inputs { environment, ..Inputs::default() })).estate
}

fn resource(estate: &Estate, address: &str) -> Resource {
    let address: Address = address.parse().unwrap();
    estate.resources[&address].resource.clone()
}

macro_rules! of {
    ($estate:expr, $address:literal, $kind:ident) => {
        match resource(&$estate, $address) {
            Resource::$kind(inner) => inner,
            other => panic!("{other:?}"),
        }
    };
}

#[test]
fn a_whole_estate_has_every_kind() {
    let estate = estate();
    for kind in Kind::ALL {
        assert!(estate.of_kind(kind).next().is_some(), "{kind} is missing");
    }
    assert_eq!(estate.settings.state, "state/leeward.json");
    assert_eq!(estate.clear_secrets, [(Address::new(Kind::Dns, "api"), "powerdns.api_key".to_owned())]);
}

#[test]
fn cluster() {
    let cluster = of!(estate(), "cluster.hangzhou", Cluster);
    assert_eq!(cluster.bootstrap, ["kafka-hz.internal:9093"]);
    assert_eq!(cluster.endpoint.as_deref(), Some("kafka-hz.internal"));
    assert_eq!(cluster.timeout, Duration::from_secs(20));
    assert_eq!(cluster.security.protocol, Protocol::SaslSsl);
    assert!(cluster.security.tls.ca.unwrap().starts_with("-----BEGIN "));
    let sasl = cluster.security.sasl.unwrap();
    assert_eq!((sasl.mechanism, sasl.username.as_str()), (Mechanism::ScramSha512, "leeward"));
    assert_eq!(sasl.password.expose(), "hunter2");
    assert_eq!(sasl.password_in_connect.as_deref(), Some("${file:/etc/kafka/hz:password}"));
    let plain = of!(estate(), "cluster.shanghai", Cluster);
    assert_eq!(plain.security.protocol, Protocol::Plaintext);
    assert!(plain.security.sasl.is_none());
}

#[test]
fn connect() {
    let connect = of!(estate(), "connect.hangzhou", Connect);
    assert_eq!(connect.urls, ["http://connect-hz.internal:8083"]);
    assert_eq!(connect.cluster, Address::new(Kind::Cluster, "hangzhou"));
    let connect = of!(estate(), "connect.shanghai", Connect);
    assert_eq!(connect.urls.len(), 2);
    assert_eq!(connect.basic_auth.unwrap().username, "admin");
}

#[test]
fn pair_and_topic() {
    let pair = of!(estate(), "pair.orders", Pair);
    assert_eq!((pair.primary.name.as_str(), pair.secondary.name.as_str()), ("hangzhou", "shanghai"));
    assert_eq!(pair.active, Side::Primary);
    let files: Vec<_> = pair.endpoints.iter().map(|file| (file.path.as_str(), file.format)).collect();
    let wanted = [("/srv/kafka.properties", EndpointsFormat::Properties), ("brokers", EndpointsFormat::Json)];
    assert_eq!(files, wanted);
    let topic = of!(estate(), "topic.orders", Topic);
    assert_eq!((topic.name.as_str(), topic.partitions, topic.replication_factor), ("orders", 12, 3));
    assert_eq!(topic.home, Home::Pair(Address::new(Kind::Pair, "orders")));
    assert_eq!(topic.config["retention.ms"], "604800000");
    assert_eq!(topic.config["unclean.leader.election.enable"], "false");
    assert_eq!(topic.overrides[&Side::Secondary].replication_factor, Some(2));
    assert_eq!(topic.overrides[&Side::Secondary].config["min.insync.replicas"], "1");
    assert_eq!(topic.on_remove, OnRemove::Forget);
    let local = of!(estate(), "topic.local", Topic);
    assert_eq!(local.home, Home::Cluster(Address::new(Kind::Cluster, "shanghai")));
    assert_eq!((local.name.as_str(), local.on_remove), ("scratch.local", OnRemove::Delete));
}

#[test]
fn access() {
    let access = of!(estate(), "access.orders_writers", Access);
    assert_eq!(access.on, On::Active);
    let shown: Vec<String> = access.bindings.iter().map(ToString::to_string).collect();
    insta::assert_snapshot!(shown.join("\n"), @r"
    allow User:orders-app DESCRIBE on topic orders
    allow User:orders-app DESCRIBE on topic payments.*
    allow User:orders-app DESCRIBE on transactional id orders-*
    allow User:orders-app WRITE on topic orders
    allow User:orders-app WRITE on topic payments.*
    allow User:orders-app WRITE on transactional id orders-*
    ");
    assert!(access.bindings.iter().any(|binding| binding.pattern == Pattern::Prefixed));
}

#[test]
fn replication() {
    let replication = of!(estate(), "replication.orders", Replication);
    let topics: Vec<&str> = replication.topics.iter().map(|selector| selector.0.as_str()).collect();
    assert_eq!(topics, ["orders", "payments\\..*"]);
    assert_eq!(replication.naming, Naming::Identity);
    assert_eq!(replication.mirror_maker.tasks_max, 4);
    assert_eq!(replication.mirror_maker.emit_heartbeats_interval, Duration::from_millis(500));
    assert_eq!(replication.mirror_maker.config["producer.override.linger.ms"], "50");
    let prefixed = of!(estate(), "replication.prefixed", Replication);
    assert_eq!(prefixed.naming, Naming::Prefixed { separator: "_".into() });
}

#[test]
fn dns_and_its_records() {
    let dns = of!(estate(), "dns.main", Dns);
    assert_eq!(dns.authorities, ["10.0.0.53:53", "10.0.1.53:5353"]);
    match dns.service {
        DnsService::Rfc2136(rfc2136) => {
            assert_eq!((rfc2136.server.as_str(), rfc2136.key_name.as_str()), ("10.0.0.53:53", "leeward."));
            assert_eq!(rfc2136.key_algorithm, TsigAlgorithm::HmacSha512);
        }
        DnsService::PowerDns(_) => panic!("not PowerDNS"),
    }
    match of!(estate(), "dns.api", Dns).service {
        DnsService::PowerDns(powerdns) => assert_eq!(powerdns.server_id, "localhost"),
        DnsService::Rfc2136(_) => panic!("not RFC 2136"),
    }
    let record = of!(estate(), "dns_record.bootstrap", DnsRecord);
    assert_eq!((record.zone.as_str(), record.name.as_str()), ("example.com.", "kafka.example.com."));
    assert_eq!((record.rtype, record.ttl), (RecordType::Cname, 30));
    assert_eq!(record.values.into_iter().collect::<Vec<_>>(), ["kafka-hz.internal."]);
    let srv = of!(estate(), "dns_record.srv", DnsRecord);
    assert_eq!(srv.ttl, 120);
    assert_eq!(srv.values.into_iter().collect::<Vec<_>>(), ["0 5 9092 kafka.example.com."]);
}

#[test]
fn applications_fences_and_policies() {
    let application = of!(estate(), "application.billing", Application);
    assert_eq!(application.groups, ["billing"]);
    match application.stop.unwrap().call {
        Call::Exec { command, environment } => {
            assert_eq!(command[0], "kubectl");
            assert_eq!(environment["KUBECONFIG"].expose(), "/etc/kube");
        }
        Call::Webhook { .. } => panic!("not a webhook"),
    }
    let start = application.start.unwrap();
    assert_eq!(start.call, Call::Webhook { url: Secret::new("https://ops.example.com/start") });
    assert_eq!(start.timeout, Duration::from_secs(90));
    assert_eq!(of!(estate(), "fence.orders", Fence).method, FenceMethod::MaxMessageBytes);
    let hook = of!(estate(), "fence.hook", Fence);
    assert!(matches!(hook.method, FenceMethod::Hook(_)));
    let Call::Exec { command, .. } = hook.lift.unwrap().call else { panic!("not a program") };
    assert_eq!(command, ["./firewall", "open"]);
    let policy = of!(estate(), "failover_policy.orders", FailoverPolicy);
    assert_eq!(policy.applications, [Address::new(Kind::Application, "billing")]);
    assert_eq!(policy.fence, Some(Address::new(Kind::Fence, "orders")));
    assert_eq!((policy.rpo, policy.rto), (Some(Duration::from_secs(30)), Some(Duration::from_secs(300))));
    assert_eq!(policy.guards["replication_lag"]["max_records"], "0");
    assert_eq!(policy.approvals["cutover"].timeout, Some(Duration::from_secs(3600)));
}

#[test]
fn the_configuration_follows_the_active_side() {
    let environment = [("HZ_PASSWORD", "x"), ("TSIG", "MDEyMzQ1Njc4OTAxMjM0NTY3ODk=")];
    let environment = environment.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
    let actives = [(Address::new(Kind::Pair, "orders"), Side::Secondary)].into();
    let estate = good(loaded_with(ESTATE, &Inputs { environment, actives, ..Inputs::default() })).estate;
    let record = of!(estate, "dns_record.bootstrap", DnsRecord);
    assert_eq!(record.values.into_iter().collect::<Vec<_>>(), ["kafka-sh.internal."]);
    assert_eq!(of!(estate, "pair.orders", Pair).active, Side::Secondary);
}

#[test]
fn durations() {
    let rto = |text: &str| {
        let estate =
            loaded(&format!("{PAIR}\nfailover_policy \"p\" {{\n  pair = pair.p\n  rto = \"{text}\"\n}}"));
        of!(estate.estate, "failover_policy.p", FailoverPolicy).rto.unwrap()
    };
    for (text, milliseconds) in [
        ("250ms", 250),
        ("30s", 30_000),
        ("5m", 300_000),
        ("1h30m", 5_400_000),
        ("1d", 86_400_000),
        ("1.5s", 1_500),
    ] {
        assert_eq!(rto(text), Duration::from_millis(milliseconds), "{text}");
    }
}

const PAIR: &str = "cluster \"a\" { bootstrap = [\"a:1\"] }\ncluster \"b\" { bootstrap = [\"b:1\"] }
pair \"p\" {\n  primary = cluster.a\n  secondary = cluster.b\n}";

#[test]
fn what_a_field_refuses() {
    let topic = |line: &str| {
        format!(
            "{PAIR}\ntopic \"t\" {{\n  pair = pair.p\n  partitions = 1\n  replication_factor = 1\n{line}\n}}"
        )
    };
    let cluster = |bootstrap: &str| format!("cluster \"c\" {{ bootstrap = {bootstrap} }}");
    let cases = [
        (topic("name = \"a b\""), "` ` is not possible"),
        (topic("name = \"..\""), "Kafka refuses"),
        (topic("config = { a = [1] }"), "\"a\" is a list of 1"),
        (topic("config = []"), "a map of settings"),
        (topic("on_remove = \"drop\""), "one of forget, delete"),
        (topic("side \"third\" {}"), "there is no side \"third\""),
        (cluster("\"a:1\""), "put it in brackets"),
        (cluster("[]"), "this is empty"),
        (cluster("[\"a\"]"), "there is no port"),
        (cluster("[\"http://a:1\"]"), "without the scheme"),
        (cluster("[\"a:0\"]"), "no port from 1 to 65535"),
        (cluster("[\"a:99999\"]"), "no port from 1 to 65535"),
        (cluster("[\"a b:1\"]"), "no valid host"),
        (cluster("[\"[::1]:9092\", \"::1:9092\"]"), "\"::1:9092\" has no valid host"),
        (cluster("[1]"), "there is no port"),
        (cluster("[[]]"), "host:port"),
        (cluster("null"), "needs \"bootstrap\""),
    ];
    for (text, words) in cases {
        let said = refused(&text);
        assert!(said.contains(words), "{text}\nshould say \"{words}\":\n{said}");
    }
}
