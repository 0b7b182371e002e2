//! Runs that a person has a hand in: approvals, steps that are taken for done, runs that are given up. The hooks are real
//! programs; no cluster is needed.

use crate::run::sample::{address, plan, task};
use jiff::Timestamp;
use leeward::estate::{Occasion, Side, Task};
use leeward::plan::{Plan, Step, undo_of};
use leeward::run::Runs;
use std::fs;
use std::path::PathBuf;
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;

const ESTATE: &str = r#"
leeward {
  state "local" { path = "s.json" }
}
cluster "hangzhou" { bootstrap = ["hz:9092"] }
cluster "shanghai" { bootstrap = ["sh:9092"] }
pair "orders" {
  primary   = cluster.hangzhou
  secondary = cluster.shanghai
}
application "billing" {
  stop {
    exec        = ["sh", "-c", "test ! -e broken && echo \"stop on $LEEWARD_BOOTSTRAP with $TOKEN\" | tee -a calls"]
    environment = { TOKEN = env("HOOK_TOKEN") }
  }
  start { exec = ["sh", "-c", "echo \"start on $LEEWARD_BOOTSTRAP\" >> calls"] }
}
"#;

/// A folder with an estate whose hooks write to `calls`, and a run that was begun.
pub(super) struct Folder {
    folder: TempDir,
    run: String,
}

fn call(occasion: Occasion, cluster: &str) -> Task {
    let (pair, cluster) = (Some(address("pair.orders")), Some(address(cluster)));
    Task::Call { owner: address("application.billing"), occasion, seconds: 30, pair, cluster }
}

/// Stop, ask, change the roles, start.
fn failover() -> Plan {
    let set_active = Task::SetActive { pair: address("pair.orders"), side: Side::Secondary, epoch: 1 };
    let mut steps = vec![
        task("application.billing", &[], call(Occasion::Stop, "cluster.hangzhou")),
        task("failover_policy.orders", &[0], Task::Approve { name: "cutover".into(), seconds: None }),
        task("pair.orders", &[1], set_active),
        task("application.billing", &[2], call(Occasion::Start, "cluster.shanghai")),
    ];
    let undo = |step: &mut Step| step.undo = undo_of(&step.action);
    steps.iter_mut().for_each(undo);
    Plan { remembered: Vec::new(), ..plan(steps) }.identified()
}

impl Folder {
    pub(super) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("main.hcl"), ESTATE).unwrap();
        let runs = Runs::beside(&folder.path().join("s.json"));
        let run = runs.begin(failover(), Timestamp::now(), 1).unwrap().id.to_string();
        Self { folder, run }
    }

    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(super) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_leeward"));
        let arguments = arguments.iter().map(|argument| argument.replace("RUN", &self.run));
        command.args(arguments).current_dir(self.folder.path()).stdin(Stdio::null());
        command.env("HOOK_TOKEN", "s3cr3t-token").env("USER", "ann");
        command
    }

    /// What is printed, with the exit code; ids of runs are the same each time.
    fn says(&self, arguments: &[&str]) -> (i32, String) {
        let Output { status, stdout, stderr } = self.command(arguments).output().unwrap();
        let said = format!("{}{}", String::from_utf8_lossy(&stdout), String::from_utf8_lossy(&stderr));
        assert!(!said.contains("s3cr3t"), "{said}");
        (status.code().unwrap(), self.plain(&said))
    }

    fn plain(&self, said: &str) -> String {
        let host = fs::read_to_string("/proc/sys/kernel/hostname").unwrap();
        let said = said.replace(&self.run, "RUN").replace(host.trim(), "host");
        let times = regex::Regex::new(r"  \d+\.\d s\n").unwrap();
        times.replace_all(&said, "\n").into_owned()
    }

    pub(super) fn calls(&self) -> String {
        fs::read_to_string(self.path("calls")).unwrap_or_default()
    }

    fn journal(&self) -> String {
        fs::read_to_string(self.path(&format!(".leeward/runs/{}/journal.jsonl", self.run))).unwrap()
    }

    /// Takes the run up in the background, and waits until it waits for the approval.
    fn waiting(&self) -> Child {
        let child =
            self.command(&["resume", "RUN"]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let deadline = Instant::now() + Duration::from_secs(30);
        while !self.journal().contains("\"started\":{\"step\":1") {
            assert!(Instant::now() < deadline, "{}", self.journal());
            std::thread::sleep(Duration::from_millis(5));
        }
        child
    }

    fn ended(&self, child: Child) -> (i32, String) {
        let Output { status, stdout, stderr } = child.wait_with_output().unwrap();
        let said = format!("{}{}", String::from_utf8_lossy(&stdout), String::from_utf8_lossy(&stderr));
        (status.code().unwrap(), self.plain(&said))
    }
}

const NOTE: &str = "note: the configuration has changed since; the run goes on with its own plan, and reaches the world \
                    as the configuration says now\n";

#[test]
fn a_run_waits_for_a_word_from_another_terminal() {
    let folder = Folder::new();
    let (code, said) = folder.says(&["approve", "RUN"]);
    assert_eq!(code, 0);
    insta::assert_snapshot!(said, @r"
    APPROVAL  STEP  HOW IT STANDS
    cutover   1     will be asked for
    ");
    let child = folder.waiting();
    let (_, said) = folder.says(&["approve", "RUN"]);
    insta::assert_snapshot!(said, @r"
    APPROVAL  STEP  HOW IT STANDS
    cutover   1     waits for a word

    To let it go on:  leeward approve RUN cutover -reason WHY
    ");
    let (code, said) = folder.says(&["approve", "RUN", "cut-over", "-reason", "now"]);
    assert_eq!(
        (code, said.as_str()),
        (1, "error: run RUN asks for no approval \"cut-over\"\nhelp: it asks for cutover\n")
    );
    let (code, said) = folder.says(&["approve", "RUN", "cutover"]);
    assert!(code == 2 && said.contains("-reason") || said.contains("--reason"), "{said}");
    let (code, said) = folder.says(&["approve", "RUN", "cutover", "-reason", " "]);
    assert!(code == 2 && said.contains("say why: it is kept"), "{said}");
    let given = folder.says(&["approve", "RUN", "cutover", "-reason", "change 4711"]);
    assert_eq!(given, (0, "Approved \"cutover\" of run RUN as ann@host.\n".to_owned()));
    let (code, said) = folder.ended(child);
    assert_eq!(code, 0, "{said}");
    insta::assert_snapshot!(said.replace(NOTE, ""), @r#"
    Run RUN: 4 steps.
      … application.billing: stop billing
      ✓ application.billing: billing is stopped
      … failover_policy.orders: approve "cutover"
        waiting for: leeward approve RUN cutover -reason WHY
      ✓ failover_policy.orders: "cutover" is approved by ann@host: change 4711
      ✓ pair.orders: secondary is active in pair.orders, epoch 1
      … application.billing: start billing
      ✓ application.billing: billing is started

    Apply complete! Resources: 0 added, 0 changed, 0 destroyed.

    Outputs:

    shown = "kafka.example.com"
    "#);
    assert_eq!(folder.calls(), "stop on hz:9092 with s3cr3t-token\nstart on sh:9092\n");
    let journal = folder.journal();
    assert!(journal.contains("\"approved\":{\"by\":\"ann@") && journal.contains("change 4711"), "{journal}");
    assert!(journal.contains("stop on hz:9092 with (sensitive)") && !journal.contains("s3cr3t"), "{journal}");
    let over = folder.says(&["approve", "RUN", "cutover", "-reason", "again"]);
    assert_eq!(over, (1, "error: run RUN is over: nothing waits for your word\n".to_owned()));
}

#[test]
fn a_word_can_be_given_beforehand() {
    let folder = Folder::new();
    let refused = folder.says(&["resume", "RUN", "-approve", "cut=now"]);
    assert_eq!(
        refused,
        (1, "error: the plan asks for no approval \"cut\"\nhelp: it asks for cutover\n".to_owned())
    );
    let (code, said) = folder.says(&["resume", "RUN", "-approve", "cutover=change 4711"]);
    assert!(code == 0 && said.contains("\"cutover\" is approved by ann@host: change 4711"), "{said}");
}

#[test]
fn interrupted_while_it_waits_a_run_stops_at_once_and_goes_on_later() {
    let folder = Folder::new();
    let child = folder.waiting();
    let begun = Instant::now();
    let sent = Command::new("kill").arg("-INT").arg(child.id().to_string()).status().unwrap();
    assert!(sent.success());
    let (code, said) = folder.ended(child);
    assert!(code == 1 && begun.elapsed() < Duration::from_secs(20), "{said}");
    assert!(said.contains("stopped as you asked") && said.contains("`leeward resume RUN` goes on"), "{said}");
    folder.says(&["approve", "RUN", "cutover", "-reason", "change 4711"]);
    assert_eq!(folder.says(&["resume", "RUN"]).0, 0);
    assert_eq!(
        folder.calls(),
        "stop on hz:9092 with s3cr3t-token\nstart on sh:9092\n",
        "each is called once"
    );
}

#[test]
fn a_hook_that_fails_can_be_mended_or_taken_for_done() {
    let folder = Folder::new();
    fs::write(folder.path("broken"), "").unwrap();
    let (code, said) = folder.says(&["resume", "RUN"]);
    assert_eq!(code, 1);
    insta::assert_snapshot!(said.replace(NOTE, ""), @r#"
    Run RUN: 4 steps.
      … application.billing: stop billing
      ✗ application.billing: stop billing: sh ended with exit code 1 (mend it, or do by hand what it is for)
      - 3 steps left out, because application.billing is not done

    Done so far: 0 added, 0 changed, 0 destroyed.
    error: 1 step failed, and 3 that need what failed were left out
      ✗ application.billing: stop billing: sh ended with exit code 1 (mend it, or do by hand what it is for)
    help: mend the cause, then `leeward resume RUN` tries again what is left, or `leeward apply` plans anew
          to go on as if it were done (application.billing: stop billing): leeward resume RUN -skip 0=WHY
    "#);
    for (skip, words) in [
        (
            "2=why",
            "error: step 2 (make secondary active in pair.orders, epoch 1) can't be left out: what follows builds on what it changes\n",
        ),
        (
            "1=why",
            "error: step 1 (approve \"cutover\") can't be left out: what follows builds on what it changes\n",
        ),
        ("9=why", "error: the plan has no step 9\n"),
    ] {
        assert_eq!(folder.says(&["resume", "RUN", "-skip", skip]), (1, words.to_owned()));
    }
    let (code, said) = folder.says(&["resume", "RUN", "-skip", "0=", "-approve", "cutover=go"]);
    assert!(code == 2 && said.contains("say why: it is kept"), "{said}");
    let (code, said) =
        folder.says(&["resume", "RUN", "-skip", "0=stopped by hand", "-approve", "cutover=go"]);
    assert!(code == 0 && said.contains("taken for done, because you say so: stopped by hand"), "{said}");
    assert_eq!(folder.calls(), "start on sh:9092\n");
    assert!(folder.journal().contains("\"waived\":{\"step\":0,\"reason\":\"stopped by hand\"}"));
}

#[test]
fn a_run_is_given_up_and_what_it_did_is_taken_back() {
    let folder = Folder::new();
    let mut child = folder.waiting();
    // The lock is held: nobody else may have a hand in the state.
    let (code, said) = folder.says(&["abort", "RUN", "-auto-approve"]);
    assert!(code == 1 && said.contains("is locked by ann@host"), "{said}");
    child.kill().unwrap();
    child.wait().unwrap();
    let (code, said) = folder.says(&["abort", "RUN"]);
    assert!(code == 1 && said.contains("nobody can answer here"), "{said}");
    let (code, said) = folder.says(&["abort", "RUN", "-auto-approve"]);
    assert_eq!(code, 0, "{said}");
    assert!(
        said.contains("leeward will take back 1 step:\n    1  application.billing: start billing\n"),
        "{said}"
    );
    assert!(said.contains("All that could be taken back was"), "{said}");
    assert_eq!(folder.calls(), "stop on hz:9092 with s3cr3t-token\nstart on hz:9092\n");
    let (code, said) = folder.says(&["resume", "RUN"]);
    assert!(
        code == 1 && said.contains("error: run RUN was given up, and can't be taken up again\nhelp: run "),
        "{said}"
    );
    assert_eq!(folder.says(&["abort", "RUN", "-auto-approve"]).0, 1);
    assert!(folder.says(&["runs"]).1.contains("given up"));
    let (_, removed) = folder.says(&["runs", "prune", "-older-than", "0s"]);
    assert!(removed.contains("Removed run RUN.") && removed.ends_with("2 runs removed.\n"), "{removed}");
}

#[test]
fn behind_the_change_of_roles_a_run_is_only_closed() {
    let folder = Folder::new();
    fs::write(
        folder.path("main.hcl"),
        ESTATE.replace("\"echo \\\"start on $LEEWARD_BOOTSTRAP\\\" >> calls\"", "\"exit 1\""),
    )
    .unwrap();
    let (code, said) = folder.says(&["resume", "RUN", "-approve", "cutover=go"]);
    assert!(code == 1 && said.contains("start billing: sh ended with exit code 1"), "{said}");
    let (code, said) = folder.says(&["abort", "RUN", "-auto-approve"]);
    assert_eq!(code, 1);
    insta::assert_snapshot!(said, @r"
    error: run RUN can't be taken back: step 2 is done, and behind it nothing is taken back: make secondary active in pair.orders, epoch 1
    help: `leeward resume RUN` goes on; if it can't, `leeward abort RUN -as-it-is WHY` gives up what is left, and a failback is the way back
    ");
    let closed = folder.says(&["abort", "RUN", "-as-it-is", "billing is gone for good"]);
    assert_eq!(closed, (0, "Run RUN is given up; what it did stays.\n".to_owned()));
    assert!(folder.journal().contains("\"aborted\":{\"reason\":\"billing is gone for good\"}"));
    let runs = Runs::beside(&folder.path("s.json"));
    assert!(runs.begin(failover(), Timestamp::now(), 2).is_ok(), "the next one can begin");
}

#[test]
fn an_age_is_a_duration() {
    let folder = Folder::new();
    for bad in ["90", "-5d", "x"] {
        let (code, said) = folder.says(&["runs", "prune", &format!("-older-than={bad}")]);
        assert_eq!(code, 2, "{bad}: {said}");
    }
    assert_eq!(folder.says(&["runs", "prune", "-older-than", "90d"]), (0, "0 runs removed.\n".to_owned()));
}
