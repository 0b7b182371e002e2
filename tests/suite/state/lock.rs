use jiff::Timestamp;
use leeward::state::{Held, Local, LockError, LockInfo, Store};
use std::fs;
use std::path::Path;
use std::process::Command;
use std::sync::Barrier;
use std::time::Duration;

fn holder() -> LockInfo {
    LockInfo::new("apply", Timestamp::now())
}

fn lock_blocking(store: &Local, holder: &LockInfo) -> Result<Box<dyn Held>, LockError> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    runtime.block_on(store.lock(holder, Duration::ZERO))
}

/// A lock as a process left it that is dead by now.
fn dead() -> LockInfo {
    let mut child = Command::new("sleep").arg("1000").spawn().unwrap();
    let mut dead = holder();
    dead.process.pid = child.id();
    child.kill().unwrap();
    child.wait().unwrap();
    dead
}

fn leave(path: &Path, holder: &LockInfo) {
    fs::write(path, serde_json::to_vec(holder).unwrap()).unwrap();
}

#[tokio::test]
async fn a_lock_is_given_back_when_it_is_released_or_dropped() {
    let folder = tempfile::tempdir().unwrap();
    let store = Local::new(folder.path().join("s.json"));
    let file = folder.path().join("s.json.lock");
    let held = store.lock(&holder(), Duration::ZERO).await.unwrap();
    assert!(file.exists() && held.taken_over_from().is_none());
    held.release().await.unwrap();
    assert!(!file.exists());
    drop(store.lock(&holder(), Duration::ZERO).await.unwrap());
    assert!(!file.exists());
}

#[tokio::test]
async fn a_lock_names_its_holder_and_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let store = Local::new(folder.path().join("s.json"));
    let held = store.lock(&holder(), Duration::ZERO).await.unwrap();
    let error = store.lock(&holder(), Duration::ZERO).await.unwrap_err();
    let (text, id) = (error.to_string(), &held.info().id);
    for part in [&held.info().who, id, &std::process::id().to_string(), "leeward apply"] {
        assert!(text.contains(part), "{part} is not in: {text}");
    }
    assert!(error.hint().unwrap().contains(&format!("force-unlock {id}")));
}

#[test]
fn of_fifty_racers_one_wins() {
    let folder = tempfile::tempdir().unwrap();
    race(&Local::new(folder.path().join("s.json")));
}

#[test]
fn of_fifty_who_find_a_dead_holder_one_takes_over() {
    for _ in 0..10 {
        let folder = tempfile::tempdir().unwrap();
        let dead = dead();
        leave(&folder.path().join("s.json.lock"), &dead);
        let winner = race(&Local::new(folder.path().join("s.json")));
        assert_eq!(winner.taken_over_from().map(|info| &info.id), Some(&dead.id));
    }
}

/// Lets fifty go for the lock at once, sees that one got it and all others were told who, and answers that one.
fn race(store: &Local) -> Box<dyn Held> {
    let barrier = Barrier::new(50);
    let results: Vec<_> = std::thread::scope(|scope| {
        let racer = || {
            barrier.wait();
            lock_blocking(store, &holder())
        };
        let racers: Vec<_> = (0..50).map(|_| scope.spawn(racer)).collect();
        racers.into_iter().map(|racer| racer.join().unwrap()).collect()
    });
    let (won, lost): (Vec<_>, Vec<_>) = results.into_iter().partition(Result::is_ok);
    let mut won: Vec<_> = won.into_iter().map(Result::unwrap).collect();
    assert_eq!(won.len(), 1);
    for error in lost.into_iter().map(Result::unwrap_err) {
        assert!(
            matches!(&error, LockError::Taken { holder, .. } if holder.id == won[0].info().id),
            "{error}"
        );
    }
    won.remove(0)
}

#[test]
fn holders_that_cannot_be_judged_are_left_alone() {
    type Change = fn(&mut LockInfo);
    let changes: [(&str, Change); 3] = [
        ("another machine, or another start of it", |info| info.process.boot = Some("other".into())),
        ("another container", |info| info.process.namespace = Some("pid:[1]".into())),
        ("nothing is known of it", |info| info.process.started = None),
    ];
    for (why, change) in changes {
        let folder = tempfile::tempdir().unwrap();
        let mut dead = dead();
        change(&mut dead);
        leave(&folder.path().join("s.json.lock"), &dead);
        let answer = lock_blocking(&Local::new(folder.path().join("s.json")), &holder());
        assert!(matches!(answer, Err(LockError::Taken { .. })), "{why}");
    }
}

#[test]
fn a_number_that_another_process_has_by_now_is_not_its_life() {
    let folder = tempfile::tempdir().unwrap();
    let mut earlier = holder();
    earlier.process.started = earlier.process.started.map(|ticks| ticks - 1);
    leave(&folder.path().join("s.json.lock"), &earlier);
    let held = lock_blocking(&Local::new(folder.path().join("s.json")), &holder()).unwrap();
    assert_eq!(held.taken_over_from(), Some(&earlier));
}

#[tokio::test]
async fn a_lock_is_waited_for() {
    let folder = tempfile::tempdir().unwrap();
    let store = Local::new(folder.path().join("s.json"));
    let held = store.lock(&holder(), Duration::ZERO).await.unwrap();
    let ours = holder();
    let waiting = store.lock(&ours, Duration::from_secs(60));
    let releasing = async {
        tokio::task::yield_now().await;
        held.release().await
    };
    let (held, released) = tokio::join!(waiting, releasing);
    released.unwrap();
    assert_eq!(held.unwrap().info().id, ours.id);
}

#[tokio::test]
async fn a_lock_can_be_taken_away_by_its_id_only() {
    let folder = tempfile::tempdir().unwrap();
    let store = Local::new(folder.path().join("s.json"));
    assert!(matches!(store.force_unlock("x").await, Err(LockError::Free { .. })));
    let held = store.lock(&holder(), Duration::ZERO).await.unwrap();
    assert!(matches!(store.force_unlock("x").await, Err(LockError::Other { .. })));
    let id = held.info().id.clone();
    assert_eq!(store.force_unlock(&id).await.unwrap().id, id);
    let next = store.lock(&holder(), Duration::ZERO).await.unwrap();
    // Whoever lost it hears so, and does not take it from the next one.
    assert!(matches!(held.release().await, Err(LockError::Lost { .. })));
    next.release().await.unwrap();
}

#[test]
fn a_lock_file_that_is_none_is_not_overwritten() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("s.json.lock"), "mine").unwrap();
    let error = lock_blocking(&Local::new(folder.path().join("s.json")), &holder()).unwrap_err();
    assert!(matches!(error, LockError::Unreadable { .. }), "{error}");
}
