use leeward::run::{Status, StepEvent};

/// One status of each sort, with two attempts behind it where attempts are counted.
const STATUSES: [Status; 5] = [
    Status::Waiting { attempts: 2 },
    Status::Started { attempt: 2 },
    Status::Done,
    Status::Failed { attempts: 2 },
    Status::Skipped { attempts: 2 },
];

fn row(event: StepEvent) -> [Option<Status>; 5] {
    STATUSES.map(|status| status.after(event).ok())
}

#[test]
fn the_table_of_transitions() {
    const ILLEGAL: Option<Status> = None;
    let waiting = Some(Status::Waiting { attempts: 2 });
    let started = Some(Status::Started { attempt: 3 });
    let failed = Some(Status::Failed { attempts: 2 });
    let skipped = Some(Status::Skipped { attempts: 2 });
    let done = Some(Status::Done);
    // From                                          Waiting  Started  Done     Failed   Skipped
    assert_eq!(row(StepEvent::Started { attempt: 3 }), [started, started, ILLEGAL, ILLEGAL, ILLEGAL]);
    assert_eq!(row(StepEvent::Done), [ILLEGAL, done, ILLEGAL, ILLEGAL, ILLEGAL]);
    assert_eq!(row(StepEvent::Failed), [failed, failed, ILLEGAL, ILLEGAL, ILLEGAL]);
    assert_eq!(row(StepEvent::Skipped), [skipped, ILLEGAL, ILLEGAL, ILLEGAL, ILLEGAL]);
    assert_eq!(row(StepEvent::Waived), [done, done, ILLEGAL, ILLEGAL, ILLEGAL]);
    assert_eq!(row(StepEvent::Resumed), [waiting, waiting, done, waiting, waiting]);
}

#[test]
fn attempts_are_counted_one_by_one() {
    for attempt in [0, 1, 2, 4, u32::MAX] {
        assert_eq!(row(StepEvent::Started { attempt }), [None; 5], "{attempt}");
    }
}
