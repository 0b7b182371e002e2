//! The forms of a report: text, Markdown, HTML, JSON.

use super::stage::{Stage, eventful};
use crate::report::failovers::{guarded, several, unplanned};
use crate::report::fits::faults;
use crate::run::sample::{address, every_sort};
use jiff::Timestamp;
use leeward::estate::{Fault, FaultKind};
use leeward::plan::{Loss, Plan, Step, StepId};
use leeward::report::run::{Report, html, markdown, tell, text_in};
use leeward::report::schema::schema;
use leeward::run::Event;
use std::collections::BTreeMap;

fn told() -> Report {
    let plan = guarded();
    tell(&plan, &eventful(&plan))
}

/// A run that was stopped, of which nothing but two steps is done.
fn stopped() -> Report {
    let plan = unplanned(Loss::Unknown { heartbeat_age: Some(134_000) });
    let recording =
        Stage::new().step(0, 1).begin(1).pass(8_600).say(vec![Event::Interrupted]).recording(&plan);
    tell(&plan, &recording)
}

/// Three pairs in two waves: the first is through, the second failed at its fence, the third was not begun.
fn of_several() -> Report {
    let plan = several();
    let first = u32::try_from(plan.steps.len() / 3).unwrap();
    let failed = Fault::new(FaultKind::Timeout, "somebody still writes");
    let skipped = |step: u32| Event::Skipped { step: StepId(step), because: StepId(first + 3) };
    let stage = (0..first).fold(Stage::new(), |stage, step| stage.step(step, 500));
    let stage = (first..first + 3).fold(stage, |stage, step| stage.step(step, 100));
    let stage = stage
        .begin(first + 3)
        .pass(2_000)
        .say(vec![Event::Failed { step: StepId(first + 3), fault: failed }]);
    let stage = stage.say((first + 4..3 * first).map(skipped).collect());
    tell(&plan, &stage.say(vec![Event::Finished { whole: false }]).recording(&plan))
}

#[test]
fn several_pairs_are_told_apart_in_every_form() {
    let report = of_several();
    let steps: Vec<(usize, usize, Option<i64>)> =
        report.pairs.iter().map(|pair| (pair.done, pair.steps, pair.restored)).collect();
    assert_eq!((steps[1], steps[2]), ((3, 31, None), (0, 31, None)));
    assert!(steps[0].0 == 31 && steps[0].2.is_some(), "{steps:?}");
    assert_eq!(report.times.restored, None);
    insta::assert_snapshot!("several", plain(&text_in(&report, 80)));
    let markdown = markdown(&report);
    assert!(markdown.contains("| orders | 1 | hangzhou → shanghai |"), "{markdown}");
    let page = html(&report);
    assert!(page.contains("point of no return of payments") && page.contains("orders/billing"), "{page}");
    let json = serde_json::to_value(&report).unwrap();
    let schema = serde_json::from_str(&schema("report").unwrap()).unwrap();
    assert_eq!(faults(&schema, &json), Vec::<String>::new());
    assert_eq!(json["pairs"][2]["name"], "archive");
}

/// An apply has no waves.
fn apply() -> Report {
    let plan = every_sort();
    let steps = u32::try_from(plan.steps.len()).unwrap();
    let stage = (0..steps).fold(Stage::new(), |stage, step| stage.step(step, i64::from(step) * 7));
    tell(&plan, &stage.say(vec![Event::Finished { whole: true }]).recording(&plan))
}

fn plain(text: &str) -> String {
    anstream::adapter::strip_str(text).to_string()
}

#[test]
fn text_on_80_columns() {
    insta::assert_snapshot!("eventful", plain(&text_in(&told(), 80)));
    insta::assert_snapshot!("stopped", plain(&text_in(&stopped(), 80)));
    insta::assert_snapshot!("apply", plain(&text_in(&apply(), 80)));
}

#[test]
fn no_line_of_the_text_is_wider_than_the_terminal() {
    for report in [told(), stopped(), apply(), of_several()] {
        for width in [72, 80, 100, 140] {
            let text = plain(&text_in(&report, width));
            let wide: Vec<&str> = text.lines().filter(|line| line.chars().count() > width).collect();
            assert_eq!(wide, Vec::<&str>::new(), "on {width} columns");
        }
    }
}

#[test]
fn markdown_keeps_its_tables_whatever_stands_in_them() {
    let text = markdown(&told());
    insta::assert_snapshot!("markdown", text);
    for table in text.split("\n\n").filter(|part| part.starts_with('|')) {
        let bars = |line: &str| line.replace("\\|", "").matches('|').count();
        let wanted = table.lines().next().map(bars);
        assert!(table.lines().all(|line| Some(bars(line)) == wanted), "{table}");
    }
}

#[test]
fn a_report_as_json_fits_its_schema_and_comes_back_as_it_was() {
    let schema = serde_json::from_str(&schema("report").unwrap()).unwrap();
    for report in [told(), stopped(), apply()] {
        let document = serde_json::to_value(&report).unwrap();
        assert_eq!(faults(&schema, &document), Vec::<String>::new());
        assert_eq!(serde_json::from_value::<Report>(document).unwrap(), report);
    }
}

#[test]
fn the_page_needs_nothing_but_itself() {
    for report in [told(), stopped(), apply()] {
        let page = html(&report);
        for outside in ["http:", "https:", "src=", "<link", "@import", "url(", "<script"] {
            assert!(!page.contains(outside), "{outside}");
        }
        assert!(page.starts_with("<!doctype html>") && page.contains("prefers-color-scheme: dark"));
    }
}

#[test]
fn the_page_escapes_what_others_wrote() {
    let page = html(&told());
    assert!(page.contains("&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt; &amp; &quot;quoted&quot;"));
    assert!(page.contains("CHG-4711 | &lt;ok&gt;"));
}

/// Every element that is opened is closed, in order.
fn unbalanced(page: &str) -> Option<String> {
    const EMPTY: [&str; 2] = ["!doctype", "meta"];
    let body = page.split("<style>").next().unwrap().to_owned() + page.split("</style>").nth(1).unwrap();
    let mut open = Vec::new();
    for tag in body.split('<').skip(1).map(|part| part.split('>').next().unwrap()) {
        let name = tag.split_whitespace().next().unwrap_or_default();
        match name.strip_prefix('/') {
            Some(closed) if open.last() == Some(&closed.to_owned()) => drop(open.pop()),
            Some(closed) => return Some(format!("{closed} closes {open:?}")),
            None if EMPTY.contains(&name) => {}
            None => open.push(name.to_owned()),
        }
    }
    open.pop()
}

#[test]
fn the_page_is_well_formed() {
    for report in [told(), stopped(), apply()] {
        assert_eq!(unbalanced(&html(&report)), None);
    }
    assert!(unbalanced("<style></style><p><b></p></b>").is_some());
}

#[test]
fn a_long_run_shows_what_took_long_and_what_is_not_done() {
    let mut plan = every_sort();
    let step = plan.steps[0].clone();
    // Of one resource they would be told as one.
    let named = |id: u32| Step { id: StepId(id), address: address(&format!("topic.t{id}")), ..step.clone() };
    plan.steps = (0..500).map(named).collect();
    let stage = (0..499).fold(Stage::new(), |stage, step| stage.step(step, i64::from(step)));
    let recording = stage.begin(499).pass(1).recording(&plan);
    let report = tell(&plan, &recording);
    let text = plain(&text_in(&report, 80));
    let rows = text.lines().filter(|line| line.starts_with("    ✓") || line.starts_with("    ?")).count();
    assert_eq!(rows, 41, "{text}");
    assert!(text.contains("459 steps that took less time are not shown"), "{text}");
    // Told as one, none of them is hidden.
    plan.steps.iter_mut().for_each(|step| step.address = address("topic.orders"));
    let text = text_in(&tell(&plan, &recording), 80);
    assert!(text.contains("create 499 topics on hangzhou") && !text.contains("not shown"), "{text}");
}

/// Runs of an earlier leeward, as they were written down on real clusters.
#[test]
fn runs_that_were_kept_can_be_told() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/suite/report/run/kept");
    let mut told = BTreeMap::new();
    for name in ["planned", "unplanned"] {
        let read = |file: &str| std::fs::read(folder.join(name).join(file)).unwrap();
        let plan: Plan = leeward::plan::from_bytes(&read("plan.json")).unwrap();
        let recording = leeward::run::Recording::read(&read("journal.jsonl")).unwrap();
        told.insert(name, tell(&plan, &recording));
    }
    assert!(told["planned"].started > Timestamp::UNIX_EPOCH);
    insta::assert_snapshot!("kept_planned", plain(&text_in(&told["planned"], 100)));
    insta::assert_snapshot!("kept_unplanned", plain(&text_in(&told["unplanned"], 100)));
}
