//! What a story came to: a row of the table in `docs/reliability.md`, kept in `stories` of the build's folder for temporary files.

use super::super::estate::Estate;
use super::{Told, repeated, sets};
use serde_json::Value;
use std::path::Path;

/// Of what the group had committed and stands in this log, no more was read again than was foretold; keeps what the story came
/// to. `lost` is what an unplanned failover, or a side without its data, has left behind.
pub fn keep(story: &str, told: &Told, log: &[String], lost: &str, estate: &Estate) {
    let (again, sets) = (repeated(&told.committed, log), sets(estate));
    // Where it is not known where a group stood there is no bound, and none is told: no story may come to that.
    assert!(sets.iter().all(|set| set.get("unknown").is_none()), "{story}: {sets:#?}");
    let most: i64 = sets.iter().map(|set| set["repeated_at_most"].as_i64().unwrap()).sum();
    let back = || set_back(&told.read);
    assert!(again <= most, "{story}: {again} read again, set back {:?}: {sets:#?}", back());
    let records = told.acknowledged.len();
    let row = format!("| {story} | {records} | {lost} | {again} (≤ {most}) | {} |\n", times(estate));
    print!("{row}");
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("stories");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join(format!("{}.md", story.replace([' ', ','], "-"))), row).unwrap();
}

/// Where the group went back by many records, and to which.
fn set_back(read: &[String]) -> Vec<(&str, &str)> {
    let number = |value: &str| value.rsplit('-').next().unwrap().parse::<i64>().unwrap();
    let pairs = read.iter().map(String::as_str).zip(read.iter().skip(1).map(String::as_str));
    pairs.filter(|(before, now)| number(now) < number(before) - 200).collect()
}

/// How long the failovers took that came to their end, and how much of that leeward itself; of many the medians.
fn times(estate: &Estate) -> String {
    let json = |arguments: &[&str]| serde_json::from_str::<Value>(&estate.ok(arguments)).unwrap();
    let runs = json(&["runs", "-json"]);
    let runs = runs.as_array().unwrap().iter().rev().map(|run| run["run"].as_str().unwrap().to_owned());
    let reports = runs.map(|run| json(&["report", &run, "-json"]));
    let failovers = reports.filter(|report| !report["failover"].is_null() && report["outcome"] == "done");
    let seconds = |report: &Value, what: &str| report["times"][what].as_f64().unwrap() / 1_000.0;
    let (mut own, mut total): (Vec<f64>, Vec<f64>) =
        failovers.map(|it| (seconds(&it, "own"), seconds(&it, "total"))).unzip();
    let each = own.iter().zip(&total).map(|(own, total)| format!("{own:.1} of {total:.0} s"));
    match each.collect::<Vec<_>>() {
        few if few.len() <= 3 => few.join(", "),
        many => format!("{}: {:.1} of {:.0} s", many.len(), median(&mut own), median(&mut total)),
    }
}

fn median(seconds: &mut [f64]) -> f64 {
    seconds.sort_by(f64::total_cmp);
    seconds[seconds.len() / 2]
}
