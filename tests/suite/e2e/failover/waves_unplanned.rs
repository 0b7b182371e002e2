//! Three pairs in two waves whose active side dies under load: in the middle of a planned failover, and before an unplanned
//! one; both times it comes back, is fenced, and takes every pair back.

use super::super::estate::Estate;
use super::super::hand::agreed;
use super::super::own::Own;
use super::clients::{Reader, Writer};
use super::waves::{Clients, PAIRS, clients, declared, file, moved, roles};
use super::{everything, flat, missing};
use leeward::sandbox::Sandbox;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Signals components of the sandbox.
fn signal(sandbox: &Sandbox, estate: &Estate, words: &[&str]) {
    let dir = sandbox.dir().to_str().unwrap();
    estate.ok(&[&["sandbox", "--dir", dir], words].concat());
}

const PRIMARY: [&str; 2] = ["kafka-hangzhou", "connect-hangzhou"];

/// How many records of each pair a plan says that will be lost.
fn foretold(estate: &Estate) -> BTreeMap<String, u64> {
    let plan = estate.ok(&["failover", "plan", "all", "-unplanned", "-json"]);
    let plan: Value = serde_json::from_str(&plan).unwrap();
    let waves = plan["in_waves"]["waves"].as_array().unwrap_or_else(|| panic!("{plan}"));
    let pairs = waves.iter().flat_map(|wave| wave.as_array().into_iter().flatten());
    let told = pairs.map(|failover| {
        let loss = &failover["loss"];
        let name = failover["pair"].as_str().unwrap().trim_start_matches("pair.").to_owned();
        (name, loss["seen"]["records"].as_u64().unwrap_or_else(|| panic!("{loss}")))
    });
    told.collect()
}

fn tail(estate: &Estate, pair: &str) -> u64 {
    let list = estate.ok(&["tail", "list", pair, "-side", "primary", "-json"]);
    let list: Value = serde_json::from_str(&list).unwrap();
    list["records"].as_u64().unwrap_or_else(|| panic!("{list}"))
}

/// Of each pair, the records that the primary alone has.
fn left_behind<'a>(
    sandbox: &Sandbox,
    topics: impl IntoIterator<Item = (&'a str, BTreeMap<u64, String>)>,
) -> BTreeMap<String, BTreeSet<u64>> {
    let of = |(topic, mut acknowledged): (&str, BTreeMap<u64, String>)| {
        acknowledged.retain(|_, cluster| cluster == "hangzhou");
        let there = everything(sandbox, "shanghai", topic);
        (pair(topic).to_owned(), missing(&acknowledged, &there).into_iter().collect())
    };
    topics.into_iter().map(of).collect()
}

fn pair(topic: &str) -> &str {
    topic.split('-').next().unwrap()
}

/// The side that died comes back: it is fenced, and all pairs go home. Answers what it had kept of each pair.
fn returns(sandbox: &Sandbox, estate: &Estate, epoch: u64) -> BTreeMap<String, u64> {
    let (_, pending) = estate.plan();
    assert!(flat(&pending).contains("may still take writes"), "{pending}");
    signal(sandbox, estate, &[&["restart"], &PRIMARY[..]].concat());
    let kept = PAIRS.map(|name| (name.to_owned(), tail(estate, name))).into();
    let back = estate.ok(&["failback", "run", "all", "-auto-approve"]);
    assert!(back.contains("is protected again") && back.contains("Failover complete!"), "{back}");
    assert_eq!(roles(estate), PAIRS.map(|name| format!("{name} primary {epoch}")), "{back}");
    estate.has_no_changes();
    kept
}

/// One pair of the first wave moves, its neighbour can't, and all active sides die: the run goes on unplanned.
fn dies_in_the_middle(sandbox: &Sandbox, estate: &Estate, all: &[Clients]) {
    std::fs::write(file(estate, "second", "broken"), "").unwrap();
    estate.refused(&["failover", "run", "all", "-auto-approve"]);
    assert_eq!(roles(estate), ["first secondary 1", "second primary 0", "third primary 0"]);
    let run = estate.latest_run();
    signal(sandbox, estate, &[&["kill"], &PRIMARY[..]].concat());
    std::fs::remove_file(file(estate, "second", "broken")).unwrap();
    let planned = estate.ok(&["failover", "plan", "-continue-unplanned", &run]);
    assert!(flat(&planned).contains(&format!("it goes on from run {run}")), "{planned}");
    let other = estate.refused(&["failover", "run", "all", "-unplanned", "-confirm-lost", "all"]);
    assert!(other.contains("on different sides"), "{other}");
    let word = ["failover", "run", "-continue-unplanned", &run, "-confirm-lost"];
    let wrong = estate.refused(&[&word[..], &["second"]].concat());
    assert!(wrong.contains("-confirm-lost names second, and what fails over is all"), "{wrong}");
    let ran = estate.ok(&[&word[..], &["all"]].concat());
    assert!(ran.contains("Failover complete!"), "{ran}");
    assert_eq!(roles(estate), PAIRS.map(|name| format!("{name} secondary 1")), "{ran}");
    moved(all, "shanghai");
    let over = estate.refused(&["resume", &run]);
    assert!(over.contains("goes on from run"), "{over}");
    // What a pair that had moved is lacking is told like what the others are.
    let report = estate.ok(&["report"]);
    assert!(report.contains(&format!("after run {run}")), "{report}");
}

/// The mirror hangs, writers end, and the active sides die: what is lost is foretold to the record. `kept` is what they had kept
/// when they died before.
fn dies_before(
    sandbox: &Sandbox,
    estate: &Estate,
    all: Vec<Clients>,
    kept: &BTreeMap<String, BTreeSet<u64>>,
) -> (Vec<Left>, BTreeMap<String, u64>) {
    signal(sandbox, estate, &["kill", "--signal", "STOP", "connect-shanghai"]);
    all.iter().for_each(|clients| clients.writer.await_more(100));
    let ended = all.into_iter().map(Left::of).collect::<Vec<_>>();
    // Where its logs end is seen, and kept.
    estate.leeward(&["failover", "plan", "all"]);
    signal(sandbox, estate, &[&["kill"], &PRIMARY[..]].concat());
    signal(sandbox, estate, &["kill", "--signal", "CONT", "connect-shanghai"]);
    let lost = || {
        let left = left_behind(sandbox, ended.iter().map(|left| (&*left.topic, left.acknowledged.clone())));
        left.into_iter()
            .map(|(pair, numbers)| {
                let lost = numbers.difference(&kept[&pair]).count() as u64;
                (pair, lost)
            })
            .collect()
    };
    let foretold = agreed("what is lost", || foretold(estate), lost);
    let refused = estate.refused(&["failover", "run", "all", "-auto-approve"]);
    assert!(refused.contains("first/active_answers"), "{refused}");
    let ran = estate.ok(&["failover", "run", "all", "-unplanned", "-confirm-lost", "all"]);
    assert!(ran.contains("UNPLANNED FAILOVER of 3 pairs in 2 waves"), "{ran}");
    assert_eq!(roles(estate), PAIRS.map(|name| format!("{name} secondary 3")), "{ran}");
    assert!(ended.iter().all(|left| left.leads_to("shanghai")));
    println!("{foretold:?} foretold to be lost, and lost");
    assert_eq!(lost(), foretold, "what is lost");
    assert!(foretold.values().all(|lost| *lost > 0), "{foretold:?}");
    (ended, foretold)
}

/// What stays of a pair's clients once nobody writes any more.
struct Left {
    topic: String,
    finder: super::clients::Finder,
    reader: Reader,
    acknowledged: BTreeMap<u64, String>,
}

impl Left {
    fn of(clients: Clients) -> Self {
        let Clients { topic, finder, writer, reader } = clients;
        let acknowledged = Writer::finish(writer);
        Self { topic, finder, reader, acknowledged }
    }

    fn leads_to(&self, side: &str) -> bool {
        self.finder.answers().iter().all(|answer| answer.contains(side))
    }

    /// Of what stands on the side that went on, nothing was skipped.
    fn read_all(self, log: &[String]) {
        let stands: BTreeSet<&str> = log.iter().map(String::as_str).collect();
        self.reader.await_all(log);
        let read = self.reader.finish();
        let skipped = missing(&self.acknowledged, &read).into_iter();
        let skipped: Vec<u64> = skipped.filter(|n| stands.contains(format!("record-{n}").as_str())).collect();
        assert_eq!(skipped, Vec::<u64>::new(), "skipped by the group of {}", self.topic);
    }
}

#[test]
fn three_pairs_whose_active_side_dies_go_on_in_two_waves_and_come_home() {
    let Some(mut own) = Own::up() else { return };
    let sandbox = Arc::new(own.get().clone());
    let estate = Estate::new(&sandbox);
    estate.write("main.hcl", &declared(&estate));
    estate.apply();
    let all = PAIRS.map(|name| clients(&estate, &sandbox, name));
    all.iter().for_each(|clients| clients.writer.await_more(100));

    dies_in_the_middle(&sandbox, &estate, &all);
    let kept =
        left_behind(&sandbox, all.iter().map(|clients| (&*clients.topic, clients.writer.acknowledged())));
    let tails = returns(&sandbox, &estate, 2);
    // What a broker had written when it died without a word to its producer stands in its tail, too.
    assert!(kept.iter().all(|(pair, numbers)| tails[pair] >= numbers.len() as u64), "{kept:?} {tails:?}");
    moved(&all, "hangzhou");

    let (ended, lost) = dies_before(&sandbox, &estate, all.into(), &kept);
    assert_eq!(returns(&sandbox, &estate, 4), lost, "the tails");
    for left in ended {
        let home = everything(&sandbox, "hangzhou", &left.topic);
        assert_eq!(missing(&left.acknowledged, &home), Vec::<u64>::new(), "the side that came back has all");
        let other = everything(&sandbox, "shanghai", &left.topic);
        left.read_all(&other);
    }
}
