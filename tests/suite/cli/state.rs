//! The commands about the state and the runs, on a state that was written beforehand.

use crate::run::sample::{plan, task};
use crate::state::sample;
use jiff::Timestamp;
use leeward::estate::{Side, Task};
use leeward::run::Runs;
use leeward::state::{Local, LockInfo, State, Store, encode};
use std::fs;
use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};
use tempfile::TempDir;

/// A folder with an estate that was applied.
struct Folder {
    folder: TempDir,
}

impl Folder {
    fn new(state: &State) -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::write(
            folder.path().join("main.hcl"),
            "leeward {\n  state \"local\" {\n    path = \"s.json\"\n  }\n}\n",
        )
        .unwrap();
        let this = Self { folder };
        fs::write(this.path("s.json"), encode(state).unwrap()).unwrap();
        this
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn leeward(&self, arguments: &[&str]) -> Output {
        self.leeward_with(arguments, &[])
    }

    fn leeward_with(&self, arguments: &[&str], input: &[u8]) -> Output {
        let mut child = Command::new(env!("CARGO_BIN_EXE_leeward"))
            .args(arguments)
            .current_dir(self.folder.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        // A command that takes no input may be gone already.
        let _ = child.stdin.take().unwrap().write_all(input);
        child.wait_with_output().unwrap()
    }

    fn says(&self, arguments: &[&str]) -> String {
        let output = self.leeward(arguments);
        assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }

    fn refuses(&self, arguments: &[&str]) -> String {
        let output = self.leeward(arguments);
        assert_eq!(output.status.code(), Some(1), "{arguments:?}");
        let folder = fs::canonicalize(self.folder.path()).unwrap();
        String::from_utf8(output.stderr).unwrap().replace(&format!("{}/", folder.display()), "")
    }

    async fn state(&self) -> State {
        Local::new(self.path("s.json")).load().await.unwrap().unwrap()
    }
}

#[test]
fn what_is_owned_is_listed() {
    let folder = Folder::new(&sample());
    let all = "topic.many[\"a\"]\ntopic.many[\"b\"]\ntopic.orders\n";
    assert_eq!(folder.says(&["state", "list"]), all);
    assert_eq!(folder.says(&["state", "list", "topic.orders"]), "topic.orders\n");
    assert_eq!(folder.says(&["state", "list", "topic.many"]), "topic.many[\"a\"]\ntopic.many[\"b\"]\n");
    assert_eq!(folder.says(&["state", "list", "topic.man"]), "");
}

#[test]
fn what_is_owned_is_shown() {
    let folder = Folder::new(&sample());
    insta::assert_snapshot!(folder.says(&["state", "show", "topic.orders"]));
    let json: serde_json::Value =
        serde_json::from_str(&folder.says(&["state", "show", "-json", "topic.many"])).unwrap();
    assert_eq!(json["topic.many[\"b\"]"][0]["id"]["what"]["topic"], "b");
    insta::assert_snapshot!(folder.refuses(&["state", "show", "topic.order"]));
}

#[tokio::test]
async fn resources_move_and_are_forgotten() {
    let folder = Folder::new(&sample());
    assert_eq!(
        folder.says(&["state", "mv", "-dry-run", "topic.orders", "module.eu.topic.orders"]),
        "Would move topic.orders to module.eu.topic.orders\n"
    );
    assert_eq!(folder.state().await, sample());
    folder.says(&["state", "mv", "topic.orders", "module.eu.topic.orders"]);
    assert_eq!(
        folder.says(&["state", "rm", "topic.many[\"a\"]", "module.eu.topic.orders"]),
        "Forgot topic.many[\"a\"]: topic a on hangzhou, topic a on shanghai\n\
         Forgot module.eu.topic.orders: topic orders on hangzhou, topic orders on shanghai\n"
    );
    let state = folder.state().await;
    assert_eq!((state.serial, state.resources.len()), (sample().serial + 2, 1));
    assert!(folder.path("s.json.backup").exists());
    assert!(!folder.path("s.json.lock").exists());
    insta::assert_snapshot!(folder.refuses(&["state", "rm", "topic.orders"]));
}

#[tokio::test]
async fn a_state_is_pulled_edited_and_pushed() {
    let folder = Folder::new(&sample());
    let pulled = folder.says(&["state", "pull"]);
    let edited = pulled.replace("hangzhou", "wuhan");
    let pushed = folder.leeward_with(&["state", "push", "-"], edited.as_bytes());
    assert!(pushed.status.success(), "{}", String::from_utf8_lossy(&pushed.stderr));
    let state = folder.state().await;
    assert_eq!(state.serial, sample().serial + 1);
    assert!(state.resources.values().flatten().any(|owned| owned.id.place.name == "wuhan"));
    // What was pulled before is older by now, and what is there already is no news.
    fs::write(folder.path("old.json"), &pulled).unwrap();
    insta::assert_snapshot!(folder.refuses(&["state", "push", "old.json"]));
    fs::copy(folder.path("s.json"), folder.path("same.json")).unwrap();
    assert_eq!(folder.says(&["state", "push", "same.json"]), "The state is that already.\n");
    assert_eq!(
        folder.says(&["state", "push", "-force", "old.json"]),
        "Pushed; the state has serial 9 now.\n"
    );
    fs::write(folder.path("other.json"), serde_json::to_vec(&State::new("other")).unwrap()).unwrap();
    insta::assert_snapshot!(folder.refuses(&["state", "push", "other.json"]));
}

#[tokio::test]
async fn a_damaged_state_is_refused_and_can_be_replaced() {
    let folder = Folder::new(&sample());
    let pulled = folder.says(&["state", "pull"]);
    let text = fs::read_to_string(folder.path("s.json")).unwrap();
    fs::write(folder.path("s.json"), text.replace("\"serial\": 7", "\"serial\": 6")).unwrap();
    insta::assert_snapshot!(folder.refuses(&["state", "list"]));
    fs::write(folder.path("good.json"), pulled).unwrap();
    assert!(folder.refuses(&["state", "push", "good.json"]).contains("was edited by hand"));
    folder.says(&["state", "push", "-force", "good.json"]);
    assert_eq!(folder.state().await.serial, 8);
}

#[test]
fn a_held_lock_is_respected_and_can_be_taken_away() {
    let folder = Folder::new(&sample());
    let holder = LockInfo { id: "17".into(), ..LockInfo::new("apply", Timestamp::UNIX_EPOCH) };
    let holder = LockInfo { who: "ann@host".into(), ..holder };
    fs::write(folder.path("s.json.lock"), serde_json::to_vec(&holder).unwrap()).unwrap();
    let refused = folder.refuses(&["state", "rm", "topic.orders"]);
    let refused = refused.replace(&format!("process {}", std::process::id()), "process N");
    insta::assert_snapshot!(refused);
    // Looking needs no lock, and neither does what changes nothing.
    folder.says(&["state", "list"]);
    folder.says(&["state", "rm", "-dry-run", "topic.orders"]);
    assert!(folder.refuses(&["force-unlock", "17"]).contains("-force"));
    assert!(folder.refuses(&["force-unlock", "-force", "16"]).contains("not locked under id 16"));
    assert!(folder.says(&["force-unlock", "-force", "17"]).starts_with("Took the lock away from ann@host"));
    folder.says(&["state", "rm", "topic.orders"]);
}

#[test]
fn outputs_are_shown_for_people_and_scripts() {
    let mut state = sample();
    for (name, value) in [("name", serde_json::json!("kafka.example.com")), ("count", serde_json::json!(3))] {
        state.outputs.insert(name.into(), leeward::state::OutputState::Plain(value));
    }
    let folder = Folder::new(&state);
    insta::assert_snapshot!(folder.says(&["output"]));
    assert_eq!(folder.says(&["output", "-raw", "name"]), "kafka.example.com");
    assert_eq!(folder.says(&["output", "-raw", "count"]), "3");
    assert_eq!(folder.says(&["output", "name"]), "\"kafka.example.com\"\n");
    let json: serde_json::Value = serde_json::from_str(&folder.says(&["output", "-json"])).unwrap();
    assert_eq!(json["hidden"], serde_json::json!({ "sensitive": true, "value": null }));
    assert_eq!(json["count"]["value"], 3);
    let refusals = [&["output", "nme"][..], &["output", "hidden"], &["output", "-raw", "shown"]];
    let refusals: Vec<String> = refusals.iter().map(|arguments| folder.refuses(arguments)).collect();
    insta::assert_snapshot!(refusals.concat());
}

#[test]
fn runs_are_listed() {
    let folder = Folder::new(&sample());
    assert_eq!(folder.says(&["runs"]), "There are no runs yet.\n");
    let runs = Runs::beside(&folder.path("s.json"));
    runs.begin(crate::run::sample::every_sort(), Timestamp::UNIX_EPOCH, 1).unwrap();
    insta::assert_snapshot!(folder.says(&["runs"]));
    let json: serde_json::Value = serde_json::from_str(&folder.says(&["runs", "-json"])).unwrap();
    assert_eq!((&json[0]["steps"], &json[0]["finished"]), (&15.into(), &false.into()));
}

#[test]
fn nothing_is_imported_of_what_is_not_there_to_see() {
    let folder = Folder::new(&sample());
    let estate = r#"
cluster "away" {
  bootstrap = ["127.0.0.1:1"]
  timeout   = "1s"
}

topic "orders" {
  cluster            = cluster.away
  partitions         = 1
  replication_factor = 1
}
"#;
    fs::write(folder.path("estate.hcl"), estate).unwrap();
    let refused = folder.refuses(&["import", "topic.orders"]);
    assert!(
        refused.starts_with("error: topic.orders: topic orders on away could not be read: "),
        "{refused}"
    );
    assert!(folder.refuses(&["import", "topic.order"]).contains("topic.order"));
    assert!(!folder.path("s.json.lock").exists());
}

/// A run of a plan that only makes the other side active, as far as it came before it died.
fn begun(folder: &Folder, serial: u64) -> String {
    let pair = "pair.orders".parse().unwrap();
    let set_active = Task::SetActive { pair, side: Side::Secondary, epoch: 3 };
    let mut plan = plan(vec![task("pair.orders", &[], set_active)]);
    (plan.based_on.lineage, plan.based_on.serial) = ("1c5e".into(), serial);
    plan.set_findings(Vec::new());
    let runs = Runs::beside(&folder.path("s.json"));
    runs.begin(plan, Timestamp::now(), serial).unwrap().id.to_string()
}

#[tokio::test]
async fn a_run_is_resumed_by_the_beginning_of_its_id() {
    let folder = Folder::new(&sample());
    let run = begun(&folder, 7);
    let said = folder.says(&["resume", &run[..3]]);
    assert!(said.contains(&format!("Run {run}: 1 step.")) && said.contains("complete"), "{said}");
    let state = folder.state().await;
    let pair = &state.pairs[&"pair.orders".parse().unwrap()];
    assert_eq!((pair.active, pair.epoch, state.serial), (Side::Secondary, 3, 9));
    let said = folder.says(&["resume", &run]);
    assert_eq!(said, format!("Run {run} is finished: nothing is left to do.\n"));
    let listed = folder.says(&["runs"]);
    assert!(listed.contains("1 of 1") && listed.contains("  finished"), "{listed}");
    assert!(folder.refuses(&["resume", "xyz"]).contains("there is no run xyz"));
}

#[test]
fn a_run_whose_state_has_moved_on_is_not_resumed() {
    let folder = Folder::new(&sample());
    let run = begun(&folder, 7);
    folder.says(&["state", "rm", "topic.orders"]);
    insta::assert_snapshot!(folder.refuses(&["resume", &run]));
}
