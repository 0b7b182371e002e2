//! A child process that ends with its handle.

use super::probe;
use std::io::ErrorKind;
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// A server that was started by a test.
pub struct Process {
    child: Child,
}

impl Process {
    /// Starts the command with its output in `folder/log`.
    pub fn start(folder: &Path, command: &mut Command) -> Self {
        let log = std::fs::File::create(folder.join("log")).unwrap();
        command.stdin(Stdio::null()).stdout(log.try_clone().unwrap()).stderr(log);
        loop {
            match command.spawn() {
                Ok(child) => return Self { child },
                // A program that was just copied is held open by whatever another test was forking meanwhile.
                Err(error) if error.kind() == ErrorKind::ExecutableFileBusy => {}
                Err(error) => panic!("{command:?} can't be started: {error}; ./tests/run installs it"),
            }
        }
    }

    /// Waits until the server at `address` answers with the nonce over UDP and TCP; false when it never does.
    pub fn proves(&mut self, address: SocketAddr, nonce: &str) -> bool {
        let deadline = Instant::now() + Duration::from_secs(10);
        while Instant::now() < deadline {
            if self.child.try_wait().unwrap().is_some() {
                return false;
            }
            if probe::shows_nonce(address, nonce) {
                return true;
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        false
    }

    /// Waits until something at `address` answers; false when it never does.
    pub fn answers(&mut self, address: SocketAddr) -> bool {
        let deadline = Instant::now() + Duration::from_secs(10);
        while Instant::now() < deadline && self.child.try_wait().unwrap().is_none() {
            if probe::answers(address) {
                return true;
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        false
    }

    /// Sends a signal (`STOP`, `CONT`) to the server.
    pub fn signal(&self, name: &str) {
        let status = Command::new("kill").arg(format!("-{name}")).arg(self.child.id().to_string()).status();
        assert!(status.unwrap().success());
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
