//! Programs.

use super::{estate, exec, shell, stopped, task};
use crate::estate::sample::declare;
use leeward::estate::{Application, Evidence, FaultKind, Hook, Occasion, Outcome, Resource};
use leeward::provider::{Live, Provider};
use std::path::Path;
use std::time::{Duration, Instant};

#[tokio::test]
async fn a_program_is_told_what_it_is_about() {
    let said =
        stopped(shell("env | grep -E '^(LEEWARD_(OCC|OWN|PAIR|CLU|BOOT|END)|PLAIN)' | sort"), 60).await;
    let expected = "\
LEEWARD_BOOTSTRAP=sh-1:9092,sh-2:9092
LEEWARD_CLUSTER=cluster.shanghai
LEEWARD_ENDPOINT=kafka-sh.internal
LEEWARD_OCCASION=stop
LEEWARD_OWNER=application.billing
LEEWARD_PAIR=pair.orders
PLAIN=plain-value";
    assert_eq!(said.unwrap(), (0, expected.to_owned()));
}

/// A drill's own secret is one, too.
#[tokio::test]
async fn secrets_of_a_drill_are_taken_out_of_what_it_prints() {
    let mut estate = estate(shell("true"));
    estate.resources.clear();
    let hook = Hook { call: shell("echo token $TOKEN"), timeout: Duration::from_secs(60) };
    let application = Application { groups: Vec::new(), stop: None, start: None, drill: Some(hook) };
    declare(&mut estate, "application.billing", &[], Resource::Application(application));
    let said = Live::new(&estate).perform(&task("application.billing", Occasion::Drill, 60)).await;
    let output = "token (sensitive)".to_owned();
    assert_eq!(said, Outcome::Done(Evidence::Answer { code: 0, output }));
}

#[tokio::test]
async fn both_streams_are_kept_in_order_and_nothing_is_read() {
    let said = stopped(shell("echo one; echo two >&2; echo three; cat"), 60).await;
    assert_eq!(said.unwrap(), (0, "one\ntwo\nthree".to_owned()));
}

#[tokio::test]
async fn the_end_of_much_output_is_kept() {
    let (code, output) = stopped(shell("seq 1 200000"), 60).await.unwrap();
    assert_eq!((code, output.lines().last()), (0, Some("200000")));
    assert!(output.len() <= 4096 && output.len() > 4000, "{}", output.len());
}

#[tokio::test]
async fn what_is_not_text_is_shown_all_the_same() {
    let (_, output) = stopped(shell(r"printf 'a\377b'"), 60).await.unwrap();
    assert_eq!(output, "a\u{fffd}b");
}

#[tokio::test]
async fn secrets_are_taken_out_of_what_it_prints() {
    // The cluster's password is a secret of the estate that the hook was not even given.
    let (_, output) = stopped(shell("echo \"token $TOKEN password hunter2 $PLAIN\""), 60).await.unwrap();
    assert_eq!(output, "token (sensitive) password (sensitive) plain-value");
    let fault = stopped(shell("echo no $TOKEN; exit 1"), 60).await.unwrap_err();
    assert!(fault.message.ends_with("no (sensitive)"), "{fault}");
    // The secret is cut through by the end of what is kept.
    let script = |more: usize| format!("printf \"$TOKEN\"; head -c {more} /dev/zero | tr '\\0' x");
    for more in 4070..4110 {
        let (_, output) = stopped(shell(&script(more)), 60).await.unwrap();
        let left = output.trim_end_matches('x');
        let is_mask = "(sensitive)".ends_with(left);
        assert!(is_mask, "{left:?} is left before {more} bytes");
    }
}

#[tokio::test]
async fn a_program_that_fails_says_its_last_words() {
    let fault = stopped(shell("echo first; echo; echo second; echo third >&2; echo last; exit 3"), 60)
        .await
        .unwrap_err();
    assert_eq!(
        fault.to_string(),
        "sh ended with exit code 3: second / third / last (mend it, or do by hand what it is for)"
    );
    let fault = stopped(shell("kill -9 $$"), 60).await.unwrap_err();
    assert!(fault.message.starts_with("sh was ended from outside (signal: 9"), "{fault}");
}

#[tokio::test]
async fn a_program_that_is_not_there_or_may_not_be_run() {
    let fault = stopped(exec(&["leeward-no-such-program"]), 60).await.unwrap_err();
    assert_eq!(fault.kind, FaultKind::Invalid);
    assert!(fault.message.starts_with("there is no program \"leeward-no-such-program\""), "{fault}");
    let file = tempfile::NamedTempFile::new().unwrap();
    let fault = stopped(exec(&[file.path().to_str().unwrap()]), 60).await.unwrap_err();
    assert_eq!(fault.kind, FaultKind::Denied, "{fault}");
    assert!(fault.hint.unwrap().contains("chmod +x"));
}

/// Waits until no process has that number.
async fn until_gone(pid: &str) {
    let deadline = Instant::now() + Duration::from_secs(10);
    let stat = Path::new("/proc").join(pid.trim()).join("stat");
    // A zombie that its parent has not noticed is gone as well.
    let lives = || std::fs::read_to_string(&stat).is_ok_and(|stat| !stat.contains(") Z "));
    while lives() {
        assert!(Instant::now() < deadline, "{pid} lives");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

/// Waits until a file has a line.
async fn line_of(file: &Path) -> String {
    let deadline = Instant::now() + Duration::from_secs(10);
    loop {
        match std::fs::read_to_string(file) {
            Ok(text) if text.ends_with('\n') => return text,
            _ => assert!(Instant::now() < deadline, "nothing was written"),
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

#[tokio::test]
async fn a_program_that_takes_too_long_is_ended_with_all_that_it_began() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("pid");
    // The child does not even listen to a polite request.
    let child =
        format!("(trap '' TERM; sh -c 'echo $PPID' > {}; sleep 600) & echo begun; wait", file.display());
    let fault = stopped(shell(&child), 1).await.unwrap_err();
    assert_eq!(fault.kind, FaultKind::Timeout);
    assert!(
        fault.message.starts_with("sh was not done in 1 s, and was ended with all that it began: begun"),
        "{fault}"
    );
    until_gone(&line_of(&file).await).await;
}

#[tokio::test]
async fn a_program_that_nobody_waits_for_any_more_is_ended() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("pid");
    let world = Live::new(&estate(shell(&format!("echo $$ > {}; sleep 600", file.display()))));
    let task = task("application.billing", Occasion::Stop, 60);
    let pid = tokio::select! {
        _ = world.perform(&task) => panic!("it ended by itself"),
        pid = line_of(&file) => pid,
    };
    until_gone(&pid).await;
}

#[tokio::test]
async fn what_a_program_leaves_running_runs_on_and_is_not_waited_for() {
    let begun = Instant::now();
    let (_, output) = stopped(shell("sleep 600 & echo $!"), 60).await.unwrap();
    assert!(begun.elapsed() < Duration::from_secs(30));
    let pid = output.trim();
    assert!(Path::new("/proc").join(pid).exists(), "it was meant to run");
    assert!(std::process::Command::new("kill").arg(pid).status().unwrap().success());
}
