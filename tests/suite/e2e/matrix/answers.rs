//! What leeward and MirrorMaker answer.

use super::groups::Positions;
use leeward::sandbox::{Sandbox, tool};
use serde_json::Value;
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::io::ErrorKind;
use std::path::Path;
use std::process::Command;

/// What leeward says of a partition.
#[derive(Debug, Clone, Copy)]
pub struct Ours {
    pub offset: i64,
    pub exact: bool,
    pub rewinds_at_most: i64,
    pub at_least: i64,
    pub at_most: i64,
    /// Whether nothing that was not read can add to that.
    pub certain: bool,
}

/// leeward's answers by group and partition, from `leeward offsets -json`, of groups that stand where they are said to.
pub fn ours(told: &str) -> BTreeMap<String, BTreeMap<i32, (i64, Ours)>> {
    let told: Value = serde_json::from_str(told).unwrap();
    assert_eq!(told[0]["faults"], Value::Array(Vec::new()), "{}", told[0]["faults"]);
    assert_eq!(told[0]["malformed"], 0);
    let mut answers = BTreeMap::<String, BTreeMap<i32, (i64, Ours)>>::new();
    for row in told[0]["rows"].as_array().unwrap().iter().filter(|row| row["position"].is_i64()) {
        let number = |field: &str| row[field].as_i64().unwrap_or_else(|| panic!("{field} in {row}"));
        let answer = Ours {
            offset: number("translated"),
            exact: row["exact"] == true,
            rewinds_at_most: number("rewinds_at_most"),
            at_least: number("repeated_at_least"),
            at_most: number("repeated_at_most"),
            certain: row["repeated_certain"] == true,
        };
        let group = answers.entry(row["group"].as_str().unwrap().to_owned()).or_default();
        group.insert(i32::try_from(number("partition")).unwrap(), (number("position"), answer));
    }
    answers
}

/// Kafka's own `RemoteClusterUtils`, behind a small program.
pub struct Kafkas {
    jars: OsString,
    classes: tempfile::TempDir,
}

impl Kafkas {
    /// Compiles the program; none where there is no compiler.
    pub fn compile(sandbox: &Sandbox) -> Option<Self> {
        let like = tool(sandbox, "shanghai", "kafka-topics", &[]).unwrap();
        let jars = like.get_args().skip_while(|argument| *argument != "-cp").nth(1).unwrap().to_owned();
        let classes = tempfile::tempdir().unwrap();
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/suite/e2e/matrix/Translate.java");
        let mut javac = Command::new("javac");
        javac.args(["-J-XX:TieredStopAtLevel=1", "-d"]).arg(classes.path()).arg("-cp").arg(&jars).arg(source);
        match javac.output() {
            Err(error) if error.kind() == ErrorKind::NotFound && std::env::var_os("CI").is_none() => {
                eprintln!("RemoteClusterUtils is left out: there is no javac");
                None
            }
            output => {
                let output = output.unwrap();
                assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
                Some(Self { jars, classes })
            }
        }
    }

    /// The answers, by group and partition.
    pub fn answers(&self, sandbox: &Sandbox, alias: &str, groups: &str) -> BTreeMap<String, Positions> {
        let bootstrap = sandbox.cluster("shanghai").unwrap().bootstrap().join(",");
        let mut path = self.classes.path().as_os_str().to_owned();
        path.push(":");
        path.push(&self.jars);
        let mut java = Command::new("java");
        java.args(["-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-cp"]).arg(path);
        let output = java.args(["Translate", &bootstrap, alias, groups]).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let mut answers = BTreeMap::<String, Positions>::new();
        for line in String::from_utf8(output.stdout).unwrap().lines() {
            let [group, _, partition, offset] = line.split(' ').collect::<Vec<_>>()[..] else {
                panic!("{line}")
            };
            let offset = offset.parse().unwrap();
            answers.entry(group.to_owned()).or_default().insert(partition.parse().unwrap(), offset);
        }
        answers
    }
}
