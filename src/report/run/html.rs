//! The report as one HTML page that needs nothing else: no network, no script.

use super::draw::{
    self, Line, PAIR_HEADS, Shown, figures, foretold, guard_sign, line_of, objective, origin, purpose, sign,
    snapshots, title, verdict,
};
use super::markup::Markup;
use super::model::{Outcome, PairTold, Report, Snapshot, StepOutcome, Wave};
use crate::plan::Verdict;
use crate::report::failover::{repeated, sure};
use crate::report::figures::{counted, grouped, took};

const STYLE: &str = include_str!("style.css");

/// The report as a page.
pub fn html(report: &Report) -> String {
    let parts = [
        head(report),
        cards(report),
        pairs(report),
        timeline(report),
        list("What is left", &report.left),
        list("Notes", &report.notes),
        groups(report),
        names(report),
        guards(report),
        approvals(report),
        hooks(report),
        ends(report),
        el("footer", "", t(&format!("{}. Times are UTC.", origin(report)))),
    ];
    Markup::page(
        &format!("{} · run {}", title(report), report.run),
        STYLE,
        el("main", "", Markup::all(parts)),
    )
}

fn t(text: &str) -> Markup {
    Markup::text(text)
}

fn el(tag: &'static str, class: &'static str, inner: Markup) -> Markup {
    Markup::element(tag, class, inner)
}

fn head(report: &Report) -> Markup {
    let class = match report.outcome {
        Outcome::Done => "verdict good",
        Outcome::Failed => "verdict bad",
        Outcome::Stopped | Outcome::Aborted { .. } | Outcome::Superseded { .. } | Outcome::Unfinished => {
            "verdict doubtful"
        }
    };
    let about = report.failover.as_ref().map(|about| {
        let way = format!(
            "{} ({}) → {} ({}), epoch {}",
            about.from.cluster.name, about.from.side, about.to.cluster.name, about.to.side, about.epoch
        );
        el("p", "way", t(&way))
    });
    let lines = [
        Some(el("h1", "", t(&title(report)))),
        about,
        Some(el("p", class, t(&verdict(report)))),
        Some(el("p", "origin", t(&origin(report)))),
    ];
    el("header", "", Markup::all(lines.into_iter().flatten()))
}

/// The figures that matter, large.
fn cards(report: &Report) -> Markup {
    let times = &report.times;
    let mut cards = Vec::new();
    if let Some(at) = times.restored {
        let under = times.closed.map(|closed| format!("clients could not write for {}", took(closed)));
        cards.push(card(
            "Restored after",
            &took(at),
            &objective("RTO", times.rto),
            under.as_deref().unwrap_or(""),
        ));
    }
    if let Some(loss) = &report.loss {
        let value =
            loss.seen.map_or_else(|| "unknown".into(), |seen| grouped(usize::try_from(seen).unwrap_or(0)));
        let under = format!("{}; {}", foretold(&loss.foretold), loss.why);
        cards.push(card("Records lost", &value, &objective("RPO", loss.rpo), &under));
    }
    let groups = draw::groups(report);
    if !groups.is_empty() {
        let sum = |set: Option<&crate::estate::GroupSet>| set.map_or(0, |set| set.repeated_at_most);
        let set: i64 =
            groups.iter().map(|(_, group)| sum(group.set.as_ref().or(group.foretold.as_ref()))).sum();
        let value = match set {
            0 => "0".into(),
            most => format!("≤ {}", grouped(usize::try_from(most).unwrap_or(0))),
        };
        cards.push(card("Records repeated", &value, "", &counted(groups.len(), "group")));
    }
    let under = format!("of {}; the rest waited for others", took(times.total));
    cards.push(card("leeward's own time", &took(times.own), "", &under));
    el("section", "cards", Markup::all(cards))
}

fn card(name: &str, value: &str, aside: &str, under: &str) -> Markup {
    let class = match aside {
        aside if aside.contains('✓') => "aside good",
        aside if aside.contains('✗') => "aside bad",
        _ => "aside",
    };
    let value = Markup::all([el("span", "", t(value)), el("span", class, t(aside))]);
    let parts = [el("h2", "", t(name)), el("p", "value", value), el("p", "under", t(under))];
    el("div", "card", Markup::all(parts))
}

/// What came of each of several pairs.
fn pairs(report: &Report) -> Markup {
    let row = |pair: &PairTold| draw::pair(pair).iter().map(|cell| t(cell)).collect();
    table("Pairs", &PAIR_HEADS, report.pairs.iter().map(row).collect())
}

fn timeline(report: &Report) -> Markup {
    let shown = Shown::of(report);
    let total = report.times.total.max(1);
    let mut rows = vec![el(
        "div",
        "row scale",
        Markup::all([
            el("span", "what", t("")),
            el("span", "num", t("begun")),
            el("span", "num", t("took")),
            el("span", "lane", Markup::all([el("i", "", t("0")), el("i", "", t(&took(total)))])),
        ]),
    )];
    for wave in &report.waves {
        rows.extend(wave_rows(wave, report, &shown, total));
    }
    let hidden = match shown.hidden {
        0 => String::new(),
        hidden => format!(" {} that took less time are not shown.", counted(hidden, "step")),
    };
    let sum = figures(report)
        .into_iter()
        .filter(|(name, _)| *name == "time")
        .map(|(_, sum)| sum)
        .collect::<String>();
    let legend = Markup::all([
        el("span", "key own", t("")),
        t(" leeward at work "),
        el("span", "key wait", t("")),
        t(" waiting for Kafka, Connect, DNS, a hook or a person "),
        t(&format!(" · {sum}.{hidden}")),
    ]);
    let reached = report.times.milestones.iter().map(|reached| {
        el("li", "", Markup::all([el("b", "", t(&took(reached.at))), t(" "), t(&reached.what)]))
    });
    let parts = [
        el("h2", "", t("Timeline")),
        el("ol", "reached", Markup::all(reached)),
        el("div", "timeline", Markup::all(rows)),
        el("p", "legend", legend),
    ];
    el("section", "", Markup::all(parts))
}

fn wave_rows(wave: &Wave, report: &Report, shown: &Shown, total: i64) -> Vec<Markup> {
    let mut rows = Vec::new();
    if wave.no_return {
        rows.push(el("div", "noreturn", t(&line_of(wave))));
    }
    if wave.number > 0 {
        let number = wave.number.to_string();
        rows.push(el("div", "wave", Markup::all([el("b", "", t(&number)), t(" "), t(&purpose(wave))])));
    }
    rows.extend(shown.lines(wave).iter().map(|line| step_row(line, report, total)));
    rows
}

fn step_row(step: &Line<'_>, report: &Report, total: i64) -> Markup {
    let class = match step.outcome {
        StepOutcome::Done => "row",
        StepOutcome::Failed => "row bad",
        StepOutcome::Waived | StepOutcome::Begun => "row doubtful",
        StepOutcome::LeftOut | StepOutcome::NotBegun => "row idle",
    };
    let percent = |at: i64| at as f64 * 100.0 / total as f64;
    let bars = step.attempts.iter().map(|attempt| {
        let (left, width) = (percent(attempt.begin).min(99.5), percent(attempt.end - attempt.begin));
        let style = format!("left:{left:.2}%;width:max(3px,{width:.2}%)");
        let class = if step.waits { "bar wait" } else { "bar own" };
        Markup::with("span", class, "style", &style, t(""))
    });
    let pauses = report.times.pauses.iter().map(|pause| {
        let style =
            format!("left:{:.2}%;width:{:.2}%", percent(pause.begin), percent(pause.end - pause.begin));
        Markup::with("span", "pause", "style", &style, t(""))
    });
    let said = step.said.unwrap_or_default();
    let what = Markup::all([
        el("b", "sign", t(sign(step.outcome))),
        t(" "),
        t(&step.what),
        if said.is_empty() { t("") } else { el("small", "", t(said)) },
    ]);
    let parts = [
        el("span", "what", what),
        el("span", "num", t(&step.begin.map(took).unwrap_or_default())),
        el("span", "num", t(&step.took)),
        el("span", "lane", Markup::all(pauses.chain(bars))),
    ];
    el("div", class, Markup::all(parts))
}

fn list(title: &str, items: &[String]) -> Markup {
    if items.is_empty() {
        return Markup::default();
    }
    let items = el("ul", "", Markup::all(items.iter().map(|item| el("li", "", t(item)))));
    el("section", "", Markup::all([el("h2", "", t(title)), items]))
}

/// A table under a heading; nothing if it has no rows.
fn table(title: &str, heads: &[&str], rows: Vec<Vec<Markup>>) -> Markup {
    if rows.is_empty() {
        return Markup::default();
    }
    let head = el("tr", "", Markup::all(heads.iter().map(|head| el("th", "", t(head)))));
    let row =
        |cells: Vec<Markup>| el("tr", "", Markup::all(cells.into_iter().map(|cell| el("td", "", cell))));
    let body = Markup::all(rows.into_iter().map(row));
    let table = el("table", "", Markup::all([el("thead", "", head), el("tbody", "", body)]));
    el("section", "", Markup::all([el("h2", "", t(title)), el("div", "wide", table)]))
}

fn groups(report: &Report) -> Markup {
    let rows = draw::groups(report).into_iter().map(|(name, group)| {
        let told = |set: &Option<crate::estate::GroupSet>| set.as_ref().map_or_else(|| "–".into(), repeated);
        let how = group.set.as_ref().map_or_else(|| "was not set".into(), sure);
        vec![t(&name), t(&told(&group.foretold)), t(&told(&group.set)), t(&how)]
    });
    let heads = ["group", "repeats, foretold", "repeats, as set", "how sure"];
    table("Consumer groups: records read again", &heads, rows.collect())
}

fn names(report: &Report) -> Markup {
    let values = |values: &[String]| t(&values.join(", "));
    let rows = report.names.iter().map(|name| {
        let sign = if name.switched { "✓" } else { "✗" };
        let seen = t(&name.sightings().collect::<Vec<_>>().join("; "));
        let what = t(&format!("{sign} {}", name.name));
        vec![what, values(&name.before), values(&name.after), t(&format!("{}\u{a0}s", name.ttl)), seen]
    });
    table("Names", &["name", "before", "after", "TTL", "seen"], rows.collect())
}

fn guards(report: &Report) -> Markup {
    let rows = report.guards.iter().map(|guard| {
        let class = match guard.verdict {
            Verdict::Holds => "good",
            Verdict::Fails => "bad",
            Verdict::Unknown => "doubtful",
        };
        let name = Markup::all([el("b", class, t(guard_sign(guard))), t(" "), t(&guard.name)]);
        vec![name, t(&guard.seen), t(guard.overridden.as_deref().unwrap_or_default())]
    });
    table("Guards", &["guard", "seen", "overridden because"], rows.collect())
}

fn approvals(report: &Report) -> Markup {
    let rows = report
        .approvals
        .iter()
        .map(|given| vec![t(&given.name), t(&given.by), t(&format!("{:.0}", given.at)), t(&given.reason)]);
    table("Approvals", &["approval", "by", "at", "reason"], rows.collect())
}

fn hooks(report: &Report) -> Markup {
    let rows = report.hooks.iter().map(|hook| {
        let output = hook.output.trim();
        let output = if output.is_empty() { t("") } else { el("pre", "", t(output)) };
        vec![t(&hook.what), t(&hook.code.to_string()), output]
    });
    table("Hooks", &["hook", "answered", "output"], rows.collect())
}

fn ends(report: &Report) -> Markup {
    let snapshot = |(title, snapshot): (String, &Snapshot)| {
        let sides = snapshot.sides.iter().map(|side| {
            let ends = grouped(usize::try_from(side.ends).unwrap_or_default());
            vec![t(&side.cluster.name), t(&grouped(side.topics)), t(&grouped(side.partitions)), t(&ends)]
        });
        let silent = snapshot
            .silent
            .iter()
            .map(|(place, why)| vec![t(&place.to_string()), t("silent"), t(""), t(why)]);
        let heads = ["cluster", "topics", "partitions", "offsets together"];
        table(&title, &heads, sides.chain(silent).collect())
    };
    Markup::all(snapshots(report).into_iter().map(snapshot))
}
