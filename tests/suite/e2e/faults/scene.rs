//! A pair under load behind doors, and one fault in each case.

use super::super::estate::{Estate, said};
use super::super::failover::clients::{Finder, Reader, Writer};
use super::super::failover::{ESTATE, FENCE, by_name, everything, missing, roles};
use super::super::hand::until;
use super::doors::Doors;
use super::trouble::{Place, Trouble};
use leeward::sandbox::Sandbox;
use std::collections::BTreeSet;
use std::fmt;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};
use std::sync::Arc;
use std::thread::{JoinHandle, sleep};
use std::time::{Duration, Instant};

const CLUSTERS: [&str; 2] = ["hangzhou", "shanghai"];
const LOOK: Duration = Duration::from_millis(50);
/// A run that lasts longer has hung.
const PATIENCE: Duration = Duration::from_secs(240);
/// What was paused or cut off may need a moment to come to itself: a person tries again, too.
const RESUMES: usize = 3;

/// leeward's client id, as the head of a request has it: behind its length.
const CLIENT_ID: &str = "\0\u{7}leeward";

/// Stops when it may: a test that wants a fault before the line brings it here.
const STOP: &str = r#"["sh", "-c", "touch reached; while [ ! -e go ]; do sleep 0.05; done; touch stopped"]"#;

/// One case of a fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cell {
    is_planned: bool,
    is_before: bool,
}

/// Every case, in the order in which they are played: the roles change in each.
pub const CELLS: [Cell; 4] = [
    Cell { is_planned: true, is_before: true },
    Cell { is_planned: true, is_before: false },
    Cell { is_planned: false, is_before: true },
    Cell { is_planned: false, is_before: false },
];

impl fmt::Display for Cell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let recipe = if self.is_planned { "planned" } else { "unplanned" };
        write!(f, "{recipe}, {} the line", if self.is_before { "before" } else { "behind" })
    }
}

/// What came of a fault: anything else is a failure of the test.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    WentOn,
    Resumed,
}

impl Outcome {
    pub const ALL: [Self; 2] = [Self::WentOn, Self::Resumed];
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::WentOn => "went on",
            Self::Resumed => "stopped, resumed",
        })
    }
}

/// A pair of one fault's.
pub struct Scene {
    trouble: Trouble,
    sandbox: Arc<Sandbox>,
    doors: Doors,
    estate: Estate,
    /// The file with its places, as it is while nothing is wrong.
    places: String,
    topic: String,
    finder: Finder,
    writer: Writer,
    reader: Reader,
    /// Numbers of records that a side took and never handed on, in an unplanned failover.
    tail: BTreeSet<u64>,
    said: String,
}

impl Scene {
    pub fn begin(sandbox: &Sandbox, trouble: Trouble) -> Self {
        let (doors, estate) = (Doors::before(sandbox), Estate::new(sandbox));
        let sandbox = Arc::new(sandbox.clone());
        let file = |name: &str| estate.path().join(name);
        let vars = std::fs::read_to_string(file("sandbox.vars.hcl")).unwrap();
        estate.write("sandbox.vars.hcl", &doors.vars(&sandbox, &vars));
        let places = std::fs::read_to_string(file("places.hcl")).unwrap();
        let text = ESTATE
            .replace("[\"touch\", \"STOPPED\"]", STOP)
            .replace("  rto ", "  approve \"cutover\" {}\n  rto ")
            .replace("STOPPED", "stopped")
            .replace("FENCE", FENCE);
        estate.write("main.hcl", &text);
        estate.apply();
        let (topic, finder) = (estate.tagged("orders-TAG"), by_name(&sandbox, &estate));
        let writer = Writer::start(&finder, &topic, 100, None, None);
        let reader = Reader::start(&finder, &topic, &estate.tagged("billing-TAG"), file("stopped"));
        writer.await_more(200);
        let (tail, said) = (BTreeSet::new(), String::new());
        Self { trouble, sandbox, doors, estate, places, topic, finder, writer, reader, tail, said }
    }

    /// From here on leeward gives up soon: a fault does not last long. Else it has the time that a busy machine needs.
    fn give_up_soon(&self, soon: bool) {
        let hasty = || {
            let places = self.places.replace("timeout   = \"20s\"", "timeout   = \"4s\"");
            places.replace("_connect\n", "_connect\n  timeout = \"4s\"\n")
        };
        self.estate.write("places.hcl", &if soon { hasty() } else { self.places.clone() });
    }

    fn file(&self, name: &str) -> PathBuf {
        self.estate.path().join(name)
    }

    /// The number of the active side.
    fn active(&self) -> usize {
        usize::from(roles(&self.estate).0 == "secondary")
    }

    /// One failover with the fault in it, to its end.
    pub fn play(&mut self, cell: Cell) -> Outcome {
        let old = self.active();
        let epoch = roles(&self.estate).1;
        self.give_up_soon(true);
        let outcome = self.fail_over(cell, old);
        self.give_up_soon(false);
        assert_eq!(roles(&self.estate), (["primary", "secondary"][1 - old].to_owned(), epoch + 1));
        let leads = |answers: &Vec<String>| answers.iter().all(|answer| answer.contains(CLUSTERS[1 - old]));
        until("the name", || self.finder.answers(), leads);
        if !cell.is_planned {
            self.insist(&["failback", "run", "-protect-only", "-auto-approve"]);
        }
        until("producers", || self.writer.writes_to(), |on| on.as_deref() == Some(CLUSTERS[1 - old]));
        self.writer.await_more(50);
        self.account(cell, old);
        self.estate.has_no_changes();
        outcome
    }

    fn fail_over(&mut self, cell: Cell, old: usize) -> Outcome {
        let run = self.start(cell, old);
        let waiting = Instant::now();
        while !self.is_there(cell, old) {
            if run.ended.is_finished() {
                let output = run.ended.join().unwrap();
                self.keep(&format!("{cell}, over before the fault"), &output);
                panic!("{}, {cell}: the run ended before the fault came\n{}", self.trouble, self.said);
            }
            assert!(waiting.elapsed() < PATIENCE, "{}, {cell}: the run never comes there", self.trouble);
        }
        let journal = self.file(&format!(".leeward/runs/{}/journal.jsonl", self.estate.latest_run()));
        let (doors, sandbox) = (&self.doors, &self.sandbox);
        let place = Place { sandbox, doors, old, run: (run.process, &journal) };
        self.trouble.begin(&place);
        let begun = Instant::now();
        self.let_go(cell, old);
        while begun.elapsed() < self.trouble.lasts() && !run.ended.is_finished() {
            sleep(LOOK);
        }
        self.trouble.end(&place);
        while !run.ended.is_finished() {
            assert!(begun.elapsed() < PATIENCE, "{}, {cell}: the run hangs", self.trouble);
            sleep(LOOK);
        }
        let output = run.ended.join().unwrap();
        self.keep(&format!("{cell}, {:.1} s after the fault", begun.elapsed().as_secs_f32()), &output);
        if output.status.success() {
            return Outcome::WentOn;
        }
        let latest = self.estate.latest_run();
        self.insist(&["resume", &latest]);
        Outcome::Resumed
    }

    /// Begins the failover, so that it waits where the fault is to come.
    fn start(&self, cell: Cell, old: usize) -> Running {
        let _ = std::fs::remove_file(self.file("reached"));
        let _ = std::fs::remove_file(self.file("go"));
        if !(cell.is_planned && cell.is_before) {
            std::fs::write(self.file("go"), "").unwrap();
        }
        if !cell.is_before {
            // MirrorMaker describes whatever is on its target, the canaries of neighbours too: only what leeward asks is meant.
            self.doors.gate(1 - old).hold(&[CLIENT_ID, "leeward.canary"]);
        }
        let recipe: &[&str] = match cell.is_planned {
            true => &["-auto-approve"],
            false => &["-unplanned", "-confirm-lost", "main"],
        };
        // An unplanned failover asks for its approval before anything else.
        let word: &[&str] = match cell.is_before && !cell.is_planned {
            true => &[],
            false => &["-approve", "cutover=tried before"],
        };
        // A process that ignores the signal is told by the write that the file may not grow.
        let mut child = Command::new("sh")
            .args([
                "-c",
                "trap '' XFSZ; exec \"$0\" \"$@\"",
                env!("CARGO_BIN_EXE_leeward"),
                "failover",
                "run",
            ])
            .args(recipe)
            .args(word)
            .current_dir(self.estate.path())
            .env("NO_COLOR", "1")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let process = child.id();
        let ended = std::thread::spawn(move || {
            let _ = child.stdin.take();
            child.wait_with_output().unwrap()
        });
        Running { process, ended }
    }

    /// Whether the run is where the fault is to come.
    fn is_there(&self, cell: Cell, old: usize) -> bool {
        match (cell.is_before, cell.is_planned) {
            (false, _) => self.doors.holds(1 - old),
            (true, true) => {
                sleep(LOOK);
                self.file("reached").exists()
            }
            (true, false) => said(&self.estate.leeward(&["approve", &self.estate.latest_run()]))
                .contains("waits for a word"),
        }
    }

    fn let_go(&self, cell: Cell, old: usize) {
        match (cell.is_before, cell.is_planned) {
            (false, _) => self.doors.gate(1 - old).let_on(),
            (true, true) => std::fs::write(self.file("go"), "").unwrap(),
            (true, false) => {
                self.estate.ok(&["approve", &self.estate.latest_run(), "cutover", "-reason", "tried before"]);
            }
        }
    }

    /// The run that began last; empty if there is none.
    /// Does it as a person would: until it works, but not for ever.
    fn insist(&mut self, arguments: &[&str]) {
        for time in 1..=RESUMES {
            let output = self.estate.leeward(arguments);
            self.keep(&format!("{} ({time})", arguments.join(" ")), &output);
            if output.status.success() {
                return;
            }
            sleep(Duration::from_secs(2));
        }
        panic!("{}: {} never ends well\n{}", self.trouble, arguments.join(" "), self.said);
    }

    fn keep(&mut self, what: &str, output: &Output) {
        self.said.push_str(&format!("\n=== {what}: {}\n{}", output.status, said(output)));
        let name = self.trouble.to_string().replace([' ', '\''], "-");
        std::fs::write(super::logs().join(format!("{name}.txt")), self.estate.untagged(&self.said)).unwrap();
    }

    /// All that was acknowledged is on the new side, but for what an unplanned failover has left on the old one.
    fn account(&mut self, cell: Cell, old: usize) {
        let acknowledged = self.writer.acknowledged();
        let log = |side: usize| everything(&self.sandbox, CLUSTERS[side], &self.topic);
        let mut lost = missing(&acknowledged, &log(1 - old));
        lost.retain(|number| !self.tail.contains(number));
        let left = log(old);
        assert!(!cell.is_planned || lost.is_empty(), "{}, {cell}: lost {lost:?}", self.trouble);
        for number in lost {
            let value = format!("record-{number}");
            assert!(left.contains(&value), "{}, {cell}: {value} is nowhere", self.trouble);
            self.tail.insert(number);
        }
    }

    /// Ends the load: the group has read everything but what was left behind.
    pub fn end(self) {
        let Self { trouble, sandbox, doors, estate, topic, finder, writer, reader, tail, .. } = self;
        let acknowledged = writer.finish();
        reader.await_all(&everything(&sandbox, &finder.cluster().unwrap(), &topic));
        let mut skipped = missing(&acknowledged, &reader.finish());
        skipped.retain(|number| !tail.contains(number));
        assert!(skipped.is_empty(), "{trouble}: the group has skipped {skipped:?}");
        println!("{trouble}: {} records, {} left on an old side", acknowledged.len(), tail.len());
        estate.ok(&["destroy", "-auto-approve"]);
        drop(doors);
    }
}

/// A run under way.
struct Running {
    process: u32,
    ended: JoinHandle<Output>,
}
