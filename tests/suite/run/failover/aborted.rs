//! A failover that is killed before, in and after each step before its point of no return and then given up: the world is as
//! before.

use super::super::interruption::recovered;
use super::declared::Kind;
use super::field::Field;
use super::killed::{When, similar};
use super::stage::Stage;
use leeward::plan::{Plan, Recipe, StepId};
use leeward::run::{Event, abort, settle};

/// The world without what stays: where groups were set on the side that did not become active, and which hooks were called.
fn lasting(told: &str) -> String {
    let stays = |line: &&str| {
        line.starts_with("called ")
            || line.starts_with("cluster.shanghai group")
            || line.starts_with("pair.orders")
    };
    told.lines().filter(|line| !stays(line)).collect::<Vec<_>>().join("\n")
}

/// Stops and starts come in pairs: the application runs.
fn runs(field: &Field) {
    let called = field.0.world().called;
    let is = |occasion| called.iter().filter(|call| call.occasion == occasion).count();
    let (stops, starts) = (is(leeward::estate::Occasion::Stop), is(leeward::estate::Occasion::Start));
    assert!(stops == 0 || starts > 0, "{called:?}");
}

async fn given_up(stage: &Stage, plan: &Plan, step: StepId, when: When) {
    let mut one = stage.copy();
    let place = one.die(plan, step, when).await;
    let mut run = recovered(&place.tape, plan.clone());
    one.state = settle(&mut run, place.state().await, &place.store).await.unwrap();
    let taken_back = abort(&run.plan, &run.progress, &one.state).unwrap();
    if !taken_back.plan.is_empty() {
        let place = one.place();
        let mut back = place.run(taken_back.plan);
        let begun = taken_back.doubtful.iter().map(|step| Event::Started { step: *step, attempt: 1 });
        back.record(begun.collect()).unwrap();
        let field = one.field.shared();
        let ending = one.execute(&place, &mut back, &field).await.unwrap();
        assert!(ending.whole, "{:?} {when:?} step {step}: {:#?}", stage.fence, place.events());
    }
    let told =
        format!("{:?}, given up {when:?} step {step} {:?}", stage.fence, plan.steps[step.0 as usize].action);
    similar(&lasting(&one.told()), &lasting(&stage.told()), &told);
    runs(&one.field);
    assert!(one.steady().await.is_empty(), "{told}");
}

#[tokio::test]
async fn whatever_step_it_had_come_to() {
    let mut kills = 0;
    for fence in Kind::ALL {
        let stage = Stage::raised(fence).await;
        for recipe in [Recipe::Planned, Recipe::Unplanned] {
            let plan = stage.plan(recipe).await;
            let line = plan.failover.as_ref().unwrap().no_return.unwrap();
            for step in plan.steps.iter().filter(|step| step.id < line) {
                for when in When::ALL {
                    given_up(&stage, &plan, step.id, when).await;
                    kills += 1;
                }
            }
            // The change of roles itself is no change before it is written down.
            for when in [When::Before, When::In] {
                given_up(&stage, &plan, line, when).await;
                kills += 1;
            }
        }
    }
    println!(
        "given up before, in and after each step before the line: {kills}/{kills} leave the world as before"
    );
}
