//! A client's process.

use leeward::sandbox::Sandbox;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::thread::{scope, sleep};
use std::time::Duration;

const LOOK: Duration = Duration::from_millis(20);

/// A client of the sandbox's, by what `leeward sandbox` is told, until it ends. It is asked to once it may not go on; where it writes
/// to a test that is no more, it ends by itself. `see` is handed each value that it tells of. Answers whether it ended well.
pub fn run(
    sandbox: &Sandbox,
    arguments: &[&str],
    goes_on: &dyn Fn() -> bool,
    mut see: impl FnMut(&str) + Send,
) -> bool {
    let is_application =
        sandbox.layout().sasl.as_ref().is_some_and(|sasl| sasl.admin.name == sasl.application.name);
    let mut child = Command::new(env!("CARGO_BIN_EXE_leeward"))
        .args(["sandbox", "--dir", sandbox.dir().to_str().unwrap()])
        .args(arguments)
        .args(is_application.then_some("--as-application"))
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    scope(|scope| {
        // A line is `PARTITION:OFFSET VALUE`.
        let values = lines.map_while(Result::ok);
        scope.spawn(move || values.for_each(|line| see(line.split_once(' ').unwrap().1)));
        let mut asked = false;
        while child.try_wait().unwrap().is_none() {
            if !asked && !goes_on() {
                interrupt(&child);
                asked = true;
            }
            sleep(LOOK);
        }
    });
    child.wait().unwrap().success()
}

/// What under way is acknowledged yet, is.
fn interrupt(child: &Child) {
    let sent = Command::new("kill").arg("-INT").arg(child.id().to_string()).stderr(Stdio::null()).status();
    // It may just have ended.
    sent.unwrap();
}
