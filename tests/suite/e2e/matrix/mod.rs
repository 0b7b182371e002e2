//! Groups that lag by much and little, over topics of every kind, while producers never stop: where leeward lets them go on,
//! and where MirrorMaker would.
//!
//! Every record carries its number, and what the cluster answered to each is kept, so the true position of every group is
//! known. All topics and groups live on one sandbox at once, all are translated by one call, and only when everything has
//! crossed are the answers judged by what stands on the standby. With `LEEWARD_TEST_DESTRUCTIVE=1` that is repeated after
//! a worker was killed, after the source was, after the mirror was set back, and after partitions were added.
//!
//! The table that comes out is printed and kept in `matrix.md` of the build's folder for temporary files.

mod answers;
mod field;
mod groups;
mod kind;
mod load;
mod logs;
mod rest;
mod table;
mod verdict;

use field::Field;
use std::fs;
use std::path::Path;
use table::Table;

/// How many records each group lags by.
const LAGS: [i64; 4] = [0, 500, 10_000, 100_000];

#[test]
fn whatever_happens_no_group_skips_a_record() {
    let Some(mut field) = Field::begin() else { return };
    let mut phases = vec![field.phase("under load", true)];
    if field.may_be_hurt() {
        field.hurt("connect-shanghai");
        phases.push(field.phase("worker killed", false));
        field.hurt("kafka-hangzhou");
        phases.push(field.phase("source killed", false));
        field.set_back(500);
        phases.push(field.phase("mirror set back", false));
        field.widen();
        phases.push(field.phase("partitions added", false));
    }
    let logs = field.end();
    let mut table = Table::default();
    let mut faults = Vec::new();
    for phase in &phases {
        for case in &phase.cases {
            let judged = logs.judge(case);
            faults.extend(judged.faults.iter().map(|fault| format!("{}, {case}: {fault}", phase.name)));
            table.add(phase.name, case, &judged);
        }
    }
    let table = table.to_string();
    fs::write(Path::new(env!("CARGO_TARGET_TMPDIR")).join("matrix.md"), &table).unwrap();
    println!("{table}");
    assert_eq!(logs.aborted(), 0, "what was aborted is not carried");
    assert!(faults.is_empty(), "{table}\n{}", faults.join("\n"));
    field.take_down();
}
