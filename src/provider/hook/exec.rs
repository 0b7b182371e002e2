//! Running a program.

use super::fault::{ended_badly, not_begun, too_long};
use super::hooks::Answer;
use super::mask::Mask;
use super::message::Message;
use super::tail::Tail;
use crate::estate::{Fault, FaultKind, Variable};
use rustix::process::{Pid, Signal, kill_process_group};
use std::collections::BTreeMap;
use std::io;
use std::process::Stdio;
use std::time::Duration;
use tokio::io::AsyncReadExt as _;
use tokio::net::unix::pipe::Receiver;
use tokio::process::{Child, Command};
use tokio::time::timeout;

/// How long a program that was asked to end may take to do so.
const GRACE: Duration = Duration::from_secs(2);
/// How long a program's last words are waited for once it has ended: what it began may hold its output open for ever.
const LAST_WORDS: Duration = Duration::from_millis(200);

/// Runs a program with its arguments, without a shell and in a process group of its own; success is exit code 0.
///
/// A program that takes longer than `patience` is ended, together with all that it began. So is one that is no longer
/// waited for.
pub(super) async fn run(
    command: &[String],
    environment: &BTreeMap<String, Variable>,
    message: &Message,
    patience: Duration,
    mask: &Mask,
) -> Result<Answer, Fault> {
    let (program, mut group, mut output) = begin(command, environment, message)?;
    let mut tail = Tail::new(mask.longest());
    let ended = timeout(patience, group.listen(&mut output, &mut tail)).await;
    let Ok(ended) = ended else {
        group.end().await;
        // What was printed while it ended tells why it took so long.
        let _ = timeout(LAST_WORDS, drain(&mut output, &mut tail)).await;
        return Err(too_long(program, patience, &tail.printed(), mask));
    };
    let status = ended.map_err(|error| broken(program, &error))?;
    let output = tail.printed();
    if status.success() {
        Ok(Answer { code: 0, output })
    } else {
        Err(ended_badly(program, status, &output, mask))
    }
}

fn begin<'a>(
    command: &'a [String],
    environment: &BTreeMap<String, Variable>,
    message: &Message,
) -> Result<(&'a str, Group, Receiver), Fault> {
    let Some((program, arguments)) = command.split_first() else {
        return Err(Fault::new(FaultKind::Invalid, "the hook names no program"));
    };
    // One pipe for both streams, so that what was printed stays in order.
    let pipe = || -> io::Result<_> {
        let (reader, writer) = io::pipe()?;
        Ok((Receiver::from_owned_fd(reader.into())?, writer.try_clone()?, writer))
    };
    let (output, out, err) = pipe().map_err(|error| broken(program, &error))?;
    let child = Command::new(program)
        .args(arguments)
        .envs(environment.iter().map(|(name, value)| (name, value.expose())))
        .envs(message.variables())
        .stdin(Stdio::null())
        .stdout(out)
        .stderr(err)
        // Ctrl-C at the terminal is leeward's: a run stops at the end of its steps, not in the middle of one.
        .process_group(0)
        .spawn()
        .map_err(|error| not_begun(program, &error))?;
    let id = child.id().and_then(|id| i32::try_from(id).ok()).and_then(Pid::from_raw);
    Ok((program, Group { child, id }, output))
}

fn broken(program: &str, error: &io::Error) -> Fault {
    Fault::new(FaultKind::Internal, format!("{program:?} can't be watched: {error}"))
}

/// A program with all that it began.
struct Group {
    child: Child,
    id: Option<Pid>,
}

impl Group {
    /// Takes in what is printed until the program has ended.
    async fn listen(
        &mut self,
        output: &mut Receiver,
        tail: &mut Tail,
    ) -> io::Result<std::process::ExitStatus> {
        let mut open = true;
        let status = loop {
            tokio::select! {
                ended = self.child.wait() => break ended?,
                more = one_read(output, tail), if open => open = more,
            }
        };
        if open {
            let _ = timeout(LAST_WORDS, drain(output, tail)).await;
        }
        Ok(status)
    }

    /// Asks all of them to end, and ends what does not.
    async fn end(&mut self) {
        self.signal(Signal::TERM);
        let _ = timeout(GRACE, self.child.wait()).await;
        // The program may be gone while something that it began is not.
        self.signal(Signal::KILL);
    }

    fn signal(&self, signal: Signal) {
        if let Some(id) = self.id {
            // There is nobody left to be told if the group is gone.
            let _ = kill_process_group(id, signal);
        }
    }
}

impl Drop for Group {
    /// A program that nobody waits for any more is ended: a run that stops at once leaves nothing behind.
    fn drop(&mut self) {
        // What a program that has ended leaves running is meant to run.
        if self.child.id().is_some() {
            self.signal(Signal::KILL);
        }
    }
}

async fn drain(output: &mut Receiver, tail: &mut Tail) {
    while one_read(output, tail).await {}
}

/// Reads once; answers whether there may be more.
async fn one_read(output: &mut Receiver, tail: &mut Tail) -> bool {
    let mut buffer = [0; 4096];
    match output.read(&mut buffer).await {
        Ok(0) | Err(_) => false,
        Ok(count) => {
            tail.push(&buffer[..count]);
            true
        }
    }
}
