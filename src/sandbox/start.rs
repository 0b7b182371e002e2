//! Starts components, all at once, and waits until each has proved that it is ready.

use super::classes;
use super::component::{Component, Role};
use super::files::{self, FileError, at};
use super::launch::{Launch, launch};
use super::layout::{Layout, LayoutError};
use super::probe::{Probe, is_complete};
use super::process::{self, Process, State};
use super::tools;
use rustix::process::Signal;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

/// How long a component may take; a killed broker needs some 10 s, a busy machine multiplies that.
const READY_WITHIN: Duration = Duration::from_secs(120);

/// What happens while a sandbox rises.
#[derive(Debug, Clone, Copy)]
pub enum Notice<'a> {
    /// Packages are being installed.
    Installing(&'a [String]),
    /// Kafka of this version is being fetched.
    Fetching(&'a str),
    /// A component is being started.
    Starting(&'a str),
    /// A component has proved that it is ready.
    Ready(&'a str, Duration),
}

/// Who hears of it; called from several threads.
pub(super) type Listener<'a> = &'a (dyn Fn(Notice<'_>) + Sync);

/// Why a component did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The program isn't there.
    #[error("{component} can't start: {program} is not installed")]
    NoProgram {
        /// The component.
        component: String,
        /// The program.
        program: String,
    },
    /// Its preparation or the process itself ended.
    #[error(
        "{component} ended at once; its last lines (all of them: leeward sandbox logs {component}):\n{tail}"
    )]
    Ended {
        /// The component.
        component: String,
        /// The end of its log.
        tail: String,
    },
    /// Somebody else has its port.
    #[error(
        "{component} can't have its port ({ports:?}); stop what uses it, or `leeward sandbox down` and raise anew"
    )]
    PortTaken {
        /// The component.
        component: String,
        /// Its ports.
        ports: Vec<u16>,
    },
    /// It runs, but does not become ready.
    #[error("{component} was not ready after {} s ({why}); look at leeward sandbox logs {component}", READY_WITHIN.as_secs())]
    NotReady {
        /// The component.
        component: String,
        /// What its last answer lacked.
        why: String,
    },
    /// A file could not be written.
    #[error(transparent)]
    File(#[from] FileError),
    /// The layout could not be written.
    #[error(transparent)]
    Layout(#[from] LayoutError),
}

/// Starts components of one sandbox and writes down at once what runs.
pub(super) struct Starter<'a> {
    dir: &'a Path,
    jars: &'a Path,
    layout: Mutex<Layout>,
    listener: Listener<'a>,
    /// The first failure, on which nobody goes on waiting.
    failure: Mutex<Option<StartError>>,
}

impl<'a> Starter<'a> {
    /// A starter for the sandbox of this layout in `dir`, with Kafka in `jars`.
    pub(super) fn new(dir: &'a Path, jars: &'a Path, layout: Layout, listener: Listener<'a>) -> Self {
        Self { dir, jars, layout: Mutex::new(layout), listener, failure: Mutex::new(None) }
    }

    /// Starts, all at once, the components that are wanted and don't run; returns when all of them are ready.
    pub(super) fn start(&self, wanted: impl Fn(&Component) -> bool) -> Result<(), StartError> {
        files::folder(&self.dir.join("log"))?;
        let components = self.layout().components.clone();
        let chains = chains(components.into_iter().filter(wanted));
        thread::scope(|scope| {
            for chain in chains {
                scope.spawn(move || {
                    if let Err(failure) = chain.iter().try_for_each(|component| self.start_one(component)) {
                        self.failure().get_or_insert(failure);
                    }
                });
            }
        });
        self.failure().take().map_or(Ok(()), Err)
    }

    fn failure(&self) -> MutexGuard<'_, Option<StartError>> {
        self.failure.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn layout(&self) -> MutexGuard<'_, Layout> {
        self.layout.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn start_one(&self, component: &Component) -> Result<(), StartError> {
        let start = Start { component, begun: Instant::now(), mark: files::length(&component.log) };
        let layout = self.layout().clone();
        let process = match component.process.filter(Process::is_alive) {
            Some(process) => {
                if process.state() == State::Suspended {
                    process.signal(Signal::CONT);
                }
                process
            }
            None => {
                (self.listener)(Notice::Starting(&component.name));
                self.launch(&layout, &start)?
            }
        };
        start.await_ready(&layout, process, || self.failure().is_some())?;
        (self.listener)(Notice::Ready(&component.name, start.begun.elapsed()));
        Ok(())
    }

    fn launch(&self, layout: &Layout, start: &Start<'_>) -> Result<Process, StartError> {
        let component = start.component;
        let Some(mut launch) = launch(layout, component, self.dir, self.jars) else {
            return Err(start.not_ready("the layout lacks what it needs".into()));
        };
        classes::share(&mut launch, component, self.jars);
        launch.write()?;
        if !launch.is_prepared() {
            prepare(&launch, start)?;
        }
        await_brokers(layout, start);
        launch.program = self.program(&launch, component)?;
        let process = process::spawn(&launch, &component.log)?;
        self.note(component, &launch, process)?;
        Ok(process)
    }

    /// The program's path. Where AppArmor guards Debian's BIND and Unbound by path, a copy of the program is what may
    /// read the sandbox's folder.
    fn program(&self, launch: &Launch, component: &Component) -> Result<PathBuf, StartError> {
        let program = launch.program.to_string_lossy().into_owned();
        let Some(path) = tools::find(&program) else {
            return Err(StartError::NoProgram { component: component.name.clone(), program });
        };
        let is_guarded = matches!(component.role, Role::Bind | Role::Unbound)
            && fs::read_to_string("/sys/module/apparmor/parameters/enabled")
                .is_ok_and(|text| text.starts_with('Y'));
        if !is_guarded {
            return Ok(path);
        }
        let copy = launch.folder.join(&program);
        fs::copy(&path, &copy).map_err(at(&copy))?;
        Ok(copy)
    }

    fn note(&self, component: &Component, launch: &Launch, process: Process) -> Result<(), StartError> {
        let mut layout = self.layout();
        if let Some(noted) = layout.components.iter_mut().find(|noted| noted.name == component.name) {
            noted.command = launch.command();
            noted.process = Some(process);
        }
        Ok(layout.save(self.dir)?)
    }

    /// Takes down what has started and its data, so that other ports can be tried.
    pub(super) fn abandon(self) -> Result<(), FileError> {
        let components = self.layout().components.clone();
        let processes: Vec<Process> = components.iter().filter_map(|component| component.process).collect();
        process::stop(&processes, Duration::ZERO);
        components.iter().try_for_each(|component| files::remove(&component.home(self.dir)))
    }
}

/// Components that must start one after the other stand in one chain: Knot copies the zone from BIND, Unbound asks
/// both.
fn chains(components: impl Iterator<Item = Component>) -> Vec<Vec<Component>> {
    let is_dns = |component: &Component| matches!(component.role, Role::Bind | Role::Knot | Role::Unbound);
    let (dns, mut rest): (Vec<_>, Vec<_>) = components.partition(is_dns);
    // The workers need their brokers; let those have the processors first.
    rest.sort_by_key(|component| matches!(component.role, Role::Connect { .. }));
    rest.into_iter().map(|component| vec![component]).chain([dns]).collect()
}

fn prepare(launch: &Launch, start: &Start<'_>) -> Result<(), StartError> {
    let log_file = &start.component.log;
    for command in &launch.preparation {
        let Some((program, arguments)) = command.split_first() else { continue };
        let log = fs::OpenOptions::new().create(true).append(true).open(log_file).map_err(at(log_file))?;
        let errors = log.try_clone().map_err(at(log_file))?;
        let path = tools::find(program).unwrap_or_else(|| program.into());
        let status = Command::new(&path)
            .args(arguments)
            .current_dir(&launch.folder)
            .stdin(Stdio::null())
            .stdout(log)
            .stderr(errors)
            .status()
            .map_err(at(&path))?;
        if !status.success() {
            return Err(start.ended());
        }
    }
    Ok(launch.mark_prepared()?)
}

/// A worker makes its topics with a copy on every broker, and gives up when one is not there yet.
fn await_brokers(layout: &Layout, start: &Start<'_>) {
    let Role::Connect { cluster } = &start.component.role else { return };
    let Some(cluster) = layout.cluster(cluster).filter(|cluster| cluster.nodes.len() > 1) else { return };
    while !is_complete(layout, cluster) && start.begun.elapsed() < READY_WITHIN {
        thread::sleep(Duration::from_millis(50));
    }
}

/// A component on its way from spawned to ready.
struct Start<'a> {
    component: &'a Component,
    begun: Instant,
    /// Where its log ended before this start.
    mark: u64,
}

impl Start<'_> {
    fn await_ready(
        &self,
        layout: &Layout,
        process: Process,
        is_in_vain: impl Fn() -> bool,
    ) -> Result<(), StartError> {
        let probe = Probe::new(layout, self.component).map_err(|why| self.not_ready(why))?;
        loop {
            let answer = probe.ask();
            if !process.is_alive() {
                return Err(self.ended());
            }
            match answer {
                Ok(()) => return Ok(()),
                Err(why) if is_in_vain() || self.begun.elapsed() >= READY_WITHIN => {
                    return Err(self.not_ready(why));
                }
                Err(_) if self.lives_without_port() && self.lacks_port() => return Err(self.port_taken()),
                Err(_) => thread::sleep(Duration::from_millis(20)),
            }
        }
    }

    /// BIND lives on without TCP if only that is taken, PowerDNS without its API; the others end.
    fn lives_without_port(&self) -> bool {
        matches!(self.component.role, Role::Bind | Role::Powerdns)
    }

    fn not_ready(&self, why: String) -> StartError {
        StartError::NotReady { component: self.component.name.clone(), why }
    }

    fn ended(&self) -> StartError {
        if self.lacks_port() {
            return self.port_taken();
        }
        let tail = files::last_lines(&files::behind(&self.component.log, self.mark), 12);
        StartError::Ended { component: self.component.name.clone(), tail }
    }

    fn port_taken(&self) -> StartError {
        StartError::PortTaken { component: self.component.name.clone(), ports: self.component.ports.clone() }
    }

    /// Whether the component has said since its start that somebody else has its port.
    fn lacks_port(&self) -> bool {
        let said = files::behind(&self.component.log, self.mark).to_lowercase();
        ["address already in use", "cannot bind", "address in use", "unable to listen"]
            .iter()
            .any(|sign| said.contains(sign))
    }
}
