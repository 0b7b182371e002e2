//! Every runbook, by the real planner and with each kind of fence, killed before, in and after each of its steps and at each call
//! that it makes: taken up again it ends in the world, and with the state, of a run that nobody disturbed.

use super::super::execute::Place;
use super::super::journal::Memory as Tape;
use super::super::sample::address;
use super::declared::Kind;
use super::declared::declared;
use super::field::{Field, cut, heal};
use super::rebuild::returned;
use super::stage::{Stage, values};
use leeward::estate::Side;
use leeward::plan::{Plan, Recipe, StepId};
use leeward::provider::{Faulty, Moment, Provider, Trouble};
use leeward::run::{Entry, Event, Journal, Recording, RunError};
use leeward::runbook::sweep;
use std::io;
use std::sync::Arc;

/// When the process dies, as seen from one step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    /// It was about to be begun.
    Before,
    /// It has had its effect, and nothing was written of that.
    In,
    /// It is written that it is done.
    After,
}

impl When {
    pub const ALL: [Self; 3] = [Self::Before, Self::In, Self::After];
}

/// A journal whose process dies at one of its lines.
pub struct Dying {
    pub tape: Tape,
    pub step: StepId,
    pub when: When,
    pub is_dead: bool,
}

impl leeward::run::Tape for Dying {
    fn append(&mut self, line: &[u8]) -> io::Result<()> {
        let line_of: serde_json::Value = serde_json::from_slice(line)?;
        let entry: Entry = serde_json::from_value(line_of["entry"].clone())?;
        let is_it = entry.events.iter().any(|event| match event {
            Event::Started { step, .. } => self.when == When::Before && *step == self.step,
            Event::Done { step, .. } | Event::Waived { step, .. } => {
                self.when != When::Before && *step == self.step
            }
            _ => false,
        });
        if self.is_dead || (is_it && self.when != When::After) {
            self.is_dead = true;
            return Err(io::ErrorKind::BrokenPipe.into());
        }
        self.is_dead = is_it;
        self.tape.append(line)
    }
}

impl Stage {
    /// Lets a run of the plan die at a step; the state is then what the store has.
    pub async fn die(&mut self, plan: &Plan, step: StepId, when: When) -> Place {
        let place = self.place();
        let mut run = place.run(plan.clone());
        let recording = Recording::read(&place.tape.0.lock().unwrap()).unwrap();
        let tape = Dying { tape: place.tape.clone(), step, when, is_dead: false };
        run.journal = Journal::resume(Box::new(tape), &recording);
        let field = self.field.shared();
        let died = self.execute(&place, &mut run, &field).await;
        let is_last = died.is_ok() && when == When::After;
        assert!(matches!(died, Err(RunError::Journal(_))) || is_last, "{when:?} {step}: {died:?}");
        place
    }
}

/// How often a runbook was killed.
#[derive(Debug, Default, Clone, Copy)]
struct Count {
    steps: usize,
    kills: usize,
    calls: usize,
}

impl std::ops::AddAssign for Count {
    fn add_assign(&mut self, other: Self) {
        self.steps += other.steps;
        self.kills += other.kills;
        self.calls += other.calls;
    }
}

/// Kills a runbook everywhere, and answers the stage behind it.
async fn everywhere(stage: &Stage, recipe: Recipe, count: &mut Count) -> Stage {
    let plan = stage.plan(recipe).await;
    let mut clean = stage.copy();
    clean.run(plan.clone()).await;
    let (expected, left) = (clean.told(), clean.steady().await.steps.len());
    for step in &plan.steps {
        for when in When::ALL {
            let mut one = stage.copy();
            let place = one.die(&plan, step.id, when).await;
            one.resume(&place, &plan).await;
            let told = format!("{:?} {recipe}, {when:?} step {} {:?}", stage.fence, step.id, step.action);
            similar(&one.told(), &expected, &told);
            assert_eq!(one.steady().await.steps.len(), left, "{told}");
            count.kills += 1;
        }
    }
    count.steps += plan.steps.len();
    // The calls are the same ones with any fence, but for the fence's own.
    if stage.fence == Kind::MaxMessageBytes {
        count.calls += at_each_call(stage, &plan, &expected).await;
    }
    clean
}

/// Dies at each call of the world, before it, amid it and behind it.
async fn at_each_call(stage: &Stage, plan: &Plan, expected: &str) -> usize {
    let mut kills = 0;
    for call in 1.. {
        for moment in [Moment::Before, Moment::Midway, Moment::After] {
            let mut one = stage.copy();
            let faulty =
                Faulty::new(Arc::new(one.field.shared()) as Arc<dyn Provider>).at(call, Trouble::Die(moment));
            let place = one.place();
            let mut run = place.run(plan.clone());
            let is_over = tokio::select! {
                ending = one.execute(&place, &mut run, &faulty) => ending.is_ok(),
                () = faulty.died() => false,
            };
            if is_over {
                return kills;
            }
            drop(run);
            one.state = place.state().await;
            one.resume(&place, plan).await;
            similar(&one.told(), expected, &format!("{:?}, {moment:?} call {call}", stage.fence));
            kills += 1;
        }
    }
    kills
}

/// Two long texts are the same; if not, the lines that differ are shown.
pub fn similar(one: &str, other: &str, told: &str) {
    let differs = |a: &str, b: &str| -> Vec<String> {
        a.lines().filter(|line| !b.lines().any(|other| other == *line)).map(str::to_owned).collect()
    };
    assert!(
        one == other,
        "{told}\nonly here: {:#?}\nonly there: {:#?}",
        differs(one, other),
        differs(other, one)
    );
}

/// Both sides hold all that was written: so many records a partition of each sort.
fn holds_all(stage: &Stage, written: &[(&str, usize)]) {
    for (at, cluster) in &stage.field.0.world().clusters {
        let held = values(cluster);
        for (stem, each) in written {
            let there = held.iter().filter(|value| value.starts_with(&format!("{stem}-"))).count();
            assert_eq!(there, each * 3, "{stem} on {at}");
        }
    }
}

/// There and back, both planned.
async fn planned(fence: Kind) -> Count {
    let mut count = Count::default();
    let stage = Stage::raised(fence).await;
    let there = everywhere(&stage, Recipe::Planned, &mut count).await;
    assert!(there.steady().await.is_empty());
    there.field.write("there", 2);
    there.field.read_on();
    there.field.write("then", 1);
    let back = everywhere(&there, Recipe::Planned, &mut count).await;
    assert!(back.steady().await.is_empty());
    holds_all(&back, &[("first", 5), ("later", 3), ("there", 2), ("then", 1)]);
    count
}

/// The active side dies; what comes next; it returns, is protected, and becomes active again.
async fn unplanned(fence: Kind) -> Count {
    let mut count = Count::default();
    let stage = Stage::raised(fence).await;
    cut(&stage.field, "hangzhou");
    let there = everywhere(&stage, Recipe::Unplanned, &mut count).await;
    there.field.write("there", 2);
    there.field.read_on();
    heal(&there.field, "hangzhou");
    let protected = everywhere(&there, Recipe::Reprotect, &mut count).await;
    assert!(protected.steady().await.is_empty());
    let back = everywhere(&protected, Recipe::Planned, &mut count).await;
    assert!(back.steady().await.is_empty());
    holds_all(&back, &[("first", 5), ("later", 3), ("there", 2)]);
    count
}

/// The active side dies; it returns with its data or without, is rebuilt, and becomes active again.
async fn rebuilt(fence: Kind, has_data: bool) -> Count {
    let mut count = Count::default();
    let there = returned(fence, has_data).await;
    let rebuilt = everywhere(&there, Recipe::Rebuild, &mut count).await;
    assert!(rebuilt.steady().await.is_empty());
    // Of what is exported and replayed by hand nothing is left.
    let written = [("first", 5), ("later", 3), ("tail", 0), ("there", 2)];
    holds_all(&rebuilt, &written);
    let mut back = rebuilt.copy();
    back.run(back.plan(Recipe::Planned).await).await;
    assert!(back.steady().await.is_empty());
    holds_all(&back, &written);
    count
}

/// A standby that is mirrored to already is rebuilt, since nobody trusts it.
async fn rebuilt_while_mirrored_to(fence: Kind) -> Count {
    let mut count = Count::default();
    let mut stage = Stage::raised(fence).await;
    stage.run(stage.plan(Recipe::Planned).await).await;
    stage.field.write("there", 2);
    let rebuilt = everywhere(&stage, Recipe::Rebuild, &mut count).await;
    assert!(rebuilt.steady().await.is_empty());
    holds_all(&rebuilt, &[("first", 5), ("later", 3), ("there", 2)]);
    count
}

/// The active side lives, and is left all the same.
async fn unplanned_of_the_living(fence: Kind) -> Count {
    let mut count = Count::default();
    everywhere(&Stage::raised(fence).await, Recipe::Unplanned, &mut count).await;
    count
}

/// A drill is not taken up again: what it left is swept up, and the world is as before.
async fn drill(fence: Kind) -> Count {
    let mut count = Count::default();
    let stage = Stage::raised(fence).await;
    let plan = stage.plan(Recipe::Drill).await;
    let (now, then) = (declared(fence, Side::Primary), declared(fence, Side::Secondary));
    let before = stage.told();
    for step in &plan.steps {
        for when in When::ALL {
            let mut one = stage.copy();
            one.die(&plan, step.id, when).await;
            let swept = sweep(&now, &then, &one.state, &address("pair.orders"), &[]).unwrap();
            one.run(swept).await;
            one.field.0.edit(|world| world.called.clear());
            similar(&one.told(), &before, &format!("drill, {when:?} step {}", step.id));
            count.kills += 1;
        }
    }
    count.steps += plan.steps.len();
    count
}

fn said(what: &str, count: Count) {
    let Count { steps, kills, calls } = count;
    assert_eq!(kills, 3 * steps);
    println!(
        "{what}: killed before, in and after each of {steps} steps: {kills}/{kills} end as undisturbed; at {calls}/{calls} calls too"
    );
}

#[tokio::test]
async fn planned_failovers_there_and_back() {
    let mut count = Count::default();
    for fence in Kind::ALL {
        count += planned(fence).await;
    }
    said("planned, there and back", count);
}

#[tokio::test]
async fn unplanned_failovers_the_return_and_the_way_back() {
    let mut count = Count::default();
    for fence in Kind::ALL {
        count += unplanned(fence).await;
    }
    said("unplanned, reprotect, failback", count);
}

#[tokio::test]
async fn unplanned_failovers_from_a_side_that_lives() {
    let mut count = Count::default();
    for fence in Kind::ALL {
        count += unplanned_of_the_living(fence).await;
    }
    said("unplanned, with the old side alive", count);
}

#[tokio::test]
async fn rebuilds_of_a_side_that_came_back_with_its_data() {
    let mut count = Count::default();
    for fence in Kind::ALL {
        count += rebuilt(fence, true).await;
    }
    said("rebuild, with the old data there", count);
}

#[tokio::test]
async fn rebuilds_of_a_side_that_came_back_empty() {
    let mut count = Count::default();
    for fence in Kind::ALL {
        count += rebuilt(fence, false).await;
    }
    said("rebuild, with the old data gone", count);
}

#[tokio::test]
async fn rebuilds_of_a_standby_that_is_mirrored_to() {
    let mut count = Count::default();
    for fence in Kind::ALL {
        count += rebuilt_while_mirrored_to(fence).await;
    }
    said("rebuild of a standby", count);
}

#[tokio::test]
async fn drills() {
    said("drill", drill(Kind::Access).await);
}

/// The harness would see a record that is lost: one that stands on one side only.
#[tokio::test]
async fn a_difference_is_seen() {
    let stage = Stage::raised(Kind::None).await;
    let other = stage.copy();
    Field::write(&other.field, "more", 1);
    assert_ne!(stage.told(), other.told());
}
