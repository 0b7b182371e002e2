//! A usual sandbox from up to down.

use crate::e2e;
use leeward::sandbox::{
    Consume, Error, LayoutError, Options, Produce, RecordError, Sandbox, Signal, StartError, State, consume,
    produce, up,
};
use rdkafka::ClientConfig;
use rdkafka::admin::{AdminClient, AdminOptions, NewTopic, TopicReplication};
use rdkafka::client::DefaultClientContext;
use std::net::{TcpListener, UdpSocket};
use std::path::Path;
use std::time::Duration;

/// Takes a sandbox down however a test ends.
pub struct Guard(pub Option<Sandbox>);

impl Guard {
    /// Raises it.
    pub fn up(options: &Options) -> Self {
        Self(Some(up(options, &|_| ()).unwrap()))
    }

    /// The sandbox.
    pub fn get(&mut self) -> &mut Sandbox {
        self.0.as_mut().unwrap()
    }

    fn down(mut self) {
        self.0.take().unwrap().down(false).unwrap();
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        if let Some(sandbox) = self.0.take() {
            sandbox.down(false).unwrap();
        }
    }
}

pub(super) fn make_topic(config: &mut ClientConfig, bootstrap: &[String], name: &str, copies: i32) {
    let admin: AdminClient<DefaultClientContext> =
        config.set("bootstrap.servers", bootstrap.join(",")).create().unwrap();
    let topic = NewTopic::new(name, 2, TopicReplication::Fixed(copies));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let results = runtime.block_on(admin.create_topics([&topic], &AdminOptions::new())).unwrap();
    assert_eq!(results, [Ok(name.to_owned())]);
}

pub(super) fn records(cluster: &str, count: u64) -> (Produce, Consume) {
    let (cluster, topic, timeout) = (cluster.to_owned(), "orders".to_owned(), Duration::from_secs(30));
    let to = Produce::to(&cluster, &topic);
    let produce = Produce { count: Some(count), prefix: "order".into(), timeout, ..to };
    (produce, Consume { cluster, topic, count: None, timeout, group: None })
}

fn pids(sandbox: &Sandbox) -> Vec<u32> {
    let components = sandbox.layout().components.iter();
    components.map(|component| component.process.unwrap().pid).collect()
}

fn running_under(dir: &Path) -> Vec<String> {
    let dir = dir.to_str().unwrap().to_owned();
    let processes = std::fs::read_dir("/proc").unwrap().filter_map(Result::ok);
    let commands =
        processes.filter_map(|process| std::fs::read_to_string(process.path().join("cmdline")).ok());
    commands.filter(|command| command.contains(&dir)).collect()
}

#[test]
fn a_usual_sandbox_from_up_to_down() {
    if !e2e::may_destroy() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().join(".leeward/sandbox");
    let options = Options::new(&dir);
    let mut guard = Guard::up(&options);

    let sandbox = guard.get();
    assert!(sandbox.status().iter().all(|status| status.state == State::Running));
    assert_eq!(running_under(&dir).len(), sandbox.layout().components.len());
    records_go_in_and_out(sandbox);
    a_second_up_changes_nothing(sandbox, &options);
    a_stale_process_is_not_signalled(&dir);
    a_killed_broker_comes_back_with_its_records(sandbox);
    a_suspended_side_goes_on(sandbox, &options);
    a_taken_port_is_said_to_be_taken(sandbox);
    other_options_are_refused(&options);

    guard.down();
    assert_eq!(running_under(&dir), [""; 0]);
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    assert!(matches!(Sandbox::open(&dir), Err(Error::Layout(LayoutError::Absent(_)))));
}

fn records_go_in_and_out(sandbox: &Sandbox) {
    let (to, mut from) = records("hangzhou", 500);
    let missing = produce(sandbox, &to).unwrap_err();
    assert!(matches!(missing, RecordError::NoTopic { .. }), "{missing}");
    make_topic(&mut ClientConfig::new(), &sandbox.cluster("hangzhou").unwrap().bootstrap(), "orders", 1);
    produce(sandbox, &to).unwrap();
    let mut values = Vec::new();
    assert_eq!(consume(sandbox, &from, |record| values.push(record.value.unwrap())).unwrap(), 500);
    values.sort();
    let mut wanted: Vec<String> = (1..=500).map(|number| format!("order-{number}")).collect();
    wanted.sort();
    assert_eq!(values, wanted);

    from.group = Some("billing".into());
    assert_eq!(consume(sandbox, &from, |_| ()).unwrap(), 500);
    assert_eq!(consume(sandbox, &from, |_| ()).unwrap(), 0);
    (from.group, from.count, from.timeout) = (None, Some(501), Duration::from_secs(1));
    insta::assert_snapshot!(consume(sandbox, &from, |_| ()).unwrap_err(), @"500 of 501 records within 1 s");
}

fn a_second_up_changes_nothing(sandbox: &Sandbox, options: &Options) {
    let vars = std::fs::read_to_string(sandbox.vars_file()).unwrap();
    let again = up(options, &|_| ()).unwrap();
    assert_eq!(pids(&again), pids(sandbox));
    assert_eq!(std::fs::read_to_string(again.vars_file()).unwrap(), vars);
}

/// What the note says of a process is made wrong, as after a restart of the machine.
fn a_stale_process_is_not_signalled(dir: &Path) {
    let file = dir.join("sandbox.json");
    let text = std::fs::read_to_string(&file).unwrap();
    let mut noted: serde_json::Value = serde_json::from_str(&text).unwrap();
    let knot = noted["components"].as_array_mut().unwrap().iter_mut().find(|c| c["name"] == "knot").unwrap();
    let process = knot["process"].as_object_mut().unwrap();
    process.insert("started".into(), 1.into());
    std::fs::write(&file, noted.to_string()).unwrap();

    let stale = Sandbox::open(dir).unwrap();
    let refused = stale.signal("knot", Signal::KILL).unwrap_err();
    insta::assert_snapshot!(refused, @"knot is not running; start it with leeward sandbox restart knot");
    std::fs::write(&file, text).unwrap();
    let knot = Sandbox::open(dir).unwrap().components("knot").unwrap().remove(0);
    assert_eq!(knot.process.unwrap().state(), State::Running);
}

fn a_killed_broker_comes_back_with_its_records(sandbox: &mut Sandbox) {
    let before = sandbox.components("kafka-hangzhou").unwrap().remove(0);
    let hit = sandbox.signal("kafka-hangzhou", Signal::KILL).unwrap();
    assert_eq!(hit.iter().map(|component| &component.name).collect::<Vec<_>>(), ["kafka-hangzhou"]);
    assert!(!before.process.unwrap().is_alive());
    sandbox.restart("kafka-hangzhou", &|_| ()).unwrap();
    let after = sandbox.components("kafka-hangzhou").unwrap().remove(0);
    assert_ne!(after.process.unwrap().pid, before.process.unwrap().pid);
    assert_eq!(after.ports, before.ports);
    assert_eq!(consume(sandbox, &records("hangzhou", 0).1, |_| ()).unwrap(), 500);
}

fn a_suspended_side_goes_on(sandbox: &mut Sandbox, options: &Options) {
    assert_eq!(sandbox.signal("shanghai", Signal::STOP).unwrap().len(), 2);
    let suspended =
        |sandbox: &Sandbox| sandbox.status().iter().filter(|status| status.state == State::Suspended).count();
    while suspended(sandbox) < 2 {
        std::thread::yield_now();
    }
    let again = up(options, &|_| ()).unwrap();
    assert_eq!(suspended(&again), 0);
    assert_eq!(pids(&again), pids(sandbox));
}

/// Most end when somebody else has their port; BIND lives on if only its TCP port is taken.
fn a_taken_port_is_said_to_be_taken(sandbox: &mut Sandbox) {
    for (name, with_udp) in [("bind", false), ("bind", true), ("connect-shanghai", false)] {
        sandbox.signal(name, Signal::KILL).unwrap();
        let port = sandbox.components(name).unwrap()[0].ports[0];
        let tcp = TcpListener::bind(("127.0.0.1", port)).unwrap();
        let udp = with_udp.then(|| UdpSocket::bind(("127.0.0.1", port)).unwrap());
        let error = sandbox.restart(name, &|_| ()).unwrap_err();
        assert!(matches!(error, Error::Start(StartError::PortTaken { .. })), "{name} {with_udp}: {error}");
        drop((tcp, udp));
        sandbox.restart(name, &|_| ()).unwrap();
    }
}

fn other_options_are_refused(options: &Options) {
    let said = |change: fn(&mut Options)| {
        let mut other = options.clone();
        change(&mut other);
        let error = up(&other, &|_| ()).err().unwrap().to_string();
        error.replace(options.dir.to_str().unwrap(), "DIR")
    };
    insta::assert_snapshot!(said(|options| options.brokers = Some(3)), @"the sandbox in DIR has another number of brokers; take it down first (leeward sandbox down), or use another --dir");
    insta::assert_snapshot!(said(|options| options.sasl = true), @"the sandbox in DIR has no passwords; take it down first (leeward sandbox down), or use another --dir");
    insta::assert_snapshot!(said(|options| options.clusters = Some(["beijing".into(), "shanghai".into()])), @"the sandbox in DIR has other cluster names; take it down first (leeward sandbox down), or use another --dir");
}
