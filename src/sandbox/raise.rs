//! Raises a sandbox: everything at once, and nothing that runs already.

use super::component::{Component, Role};
use super::draft::{draft, extend};
use super::files::{self, FileError, at};
use super::jars;
use super::launch::{Launch, launch};
use super::layout::{Layout, LayoutError};
use super::lock::Lock;
use super::options::{Extra, Options};
use super::probe::{Probe, is_complete};
use super::process::{self, Process, State};
use super::stand::{Error, Sandbox};
use super::tools;
use super::vars::vars;
use rustix::process::Signal;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

/// How long a component may take; a killed broker needs some 10 s, a busy machine multiplies that.
const READY_WITHIN: Duration = Duration::from_secs(120);

/// How often a new sandbox looks for other ports when somebody was quicker to take one.
const ATTEMPTS: u32 = 3;

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

/// Raises the sandbox that the options describe, or what is missing of it, and returns when all of it is ready.
///
/// What stands already keeps its ports, data and processes. On failure what has started stays, for a look at the logs.
pub fn up(options: &Options, listener: Listener<'_>) -> Result<Sandbox, Error> {
    options.check()?;
    let dir = std::path::absolute(&options.dir).map_err(at(&options.dir))?;
    let jars = equip(options, &dir, listener)?;
    let _lock = Lock::acquire(&dir)?;
    let (mut layout, is_new) = match Layout::load(&dir) {
        Ok(layout) => (keep(layout, options, &dir)?, false),
        Err(LayoutError::Absent(_)) => (draft(options, &dir).ok_or(Error::NoPorts)?, true),
        Err(error) => return Err(error.into()),
    };
    for attempt in 1.. {
        layout.save(&dir)?;
        files::write(&dir.join("estate.vars.hcl"), &vars(&layout))?;
        let starter = Starter { dir: &dir, jars: &jars, layout: Mutex::new(layout), listener };
        match starter.start(|_| true) {
            Err(StartError::PortTaken { .. }) if is_new && attempt < ATTEMPTS => starter.abandon()?,
            Err(error) => return Err(error.into()),
            Ok(()) => break,
        }
        layout = draft(options, &dir).ok_or(Error::NoPorts)?;
    }
    Sandbox::open(&dir)
}

/// Gets the programs and Kafka; answers the folder of the jars.
fn equip(options: &Options, dir: &Path, listener: Listener<'_>) -> Result<PathBuf, Error> {
    let mut extras = options.with.clone();
    if let Ok(layout) = Layout::load(dir) {
        extras.extend(layout.powerdns.is_some().then_some(Extra::Powerdns));
        extras.extend(layout.unbound.is_some().then_some(Extra::Unbound));
    }
    let jars = jars::folder()?;
    let missing = tools::missing(&extras, jars.is_dir());
    if !missing.is_empty() {
        listener(Notice::Installing(&missing));
        tools::install(&missing)?;
    }
    if !jars.is_dir() {
        listener(Notice::Fetching(jars::KAFKA_VERSION));
        jars::fetch(&jars)?;
    }
    Ok(jars)
}

/// What stands, and what the options add to it; options that would change what stands are refused.
fn keep(mut layout: Layout, options: &Options, dir: &Path) -> Result<Layout, Error> {
    let differs = |what: &'static str| Err(Error::Differs { dir: dir.to_owned(), what });
    if layout.clusters.iter().map(|cluster| &cluster.name).ne(&options.clusters) {
        return differs("other cluster names");
    }
    let brokers = layout.clusters.first().map_or(0, |cluster| cluster.nodes.len());
    if options.brokers.is_some_and(|wanted| usize::from(wanted) != brokers) {
        return differs("another number of brokers");
    }
    if options.sasl && layout.sasl.is_none() {
        return differs("no passwords");
    }
    if let Some(heap) = &options.heap {
        layout.heap.clone_from(heap);
    }
    extend(&mut layout, &options.with, dir).ok_or(Error::NoPorts)?;
    Ok(layout)
}

/// Starts components of one sandbox and writes down at once what runs.
pub(super) struct Starter<'a> {
    pub(super) dir: &'a Path,
    pub(super) jars: &'a Path,
    pub(super) layout: Mutex<Layout>,
    pub(super) listener: Listener<'a>,
}

impl Starter<'_> {
    /// Starts, all at once, the components that are wanted and don't run; returns when all of them are ready.
    pub(super) fn start(&self, wanted: impl Fn(&Component) -> bool) -> Result<(), StartError> {
        files::folder(&self.dir.join("log"))?;
        let components = self.layout().components.clone();
        let chains = chains(components.into_iter().filter(wanted));
        thread::scope(|scope| {
            let threads: Vec<_> = chains
                .into_iter()
                .map(|chain| scope.spawn(move || chain.iter().try_for_each(|c| self.start_one(c))))
                .collect();
            let outcomes: Vec<_> = threads
                .into_iter()
                .map(|thread| thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
                .collect();
            outcomes.into_iter().collect()
        })
    }

    fn layout(&self) -> MutexGuard<'_, Layout> {
        self.layout.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn start_one(&self, component: &Component) -> Result<(), StartError> {
        let begun = Instant::now();
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
                self.launch(&layout, component, begun)?
            }
        };
        await_ready(&layout, component, process, begun)?;
        (self.listener)(Notice::Ready(&component.name, begun.elapsed()));
        Ok(())
    }

    fn launch(&self, layout: &Layout, component: &Component, begun: Instant) -> Result<Process, StartError> {
        let Some(mut launch) = launch(layout, component, self.dir, self.jars) else {
            return Err(StartError::NotReady {
                component: component.name.clone(),
                why: "the layout lacks what it needs".into(),
            });
        };
        launch.write()?;
        if !launch.is_prepared() {
            prepare(&launch, component)?;
        }
        await_brokers(layout, component, begun);
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
    fn abandon(self) -> Result<(), FileError> {
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

fn prepare(launch: &Launch, component: &Component) -> Result<(), StartError> {
    for command in &launch.preparation {
        let Some((program, arguments)) = command.split_first() else { continue };
        let log = fs::OpenOptions::new().create(true).append(true).open(&component.log);
        let log = log.map_err(at(&component.log))?;
        let errors = log.try_clone().map_err(at(&component.log))?;
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
            return Err(ended(component));
        }
    }
    Ok(launch.mark_prepared()?)
}

/// A worker makes its topics with a copy on every broker, and gives up when one is not there yet.
fn await_brokers(layout: &Layout, component: &Component, begun: Instant) {
    let Role::Connect { cluster } = &component.role else { return };
    let Some(cluster) = layout.cluster(cluster).filter(|cluster| cluster.nodes.len() > 1) else { return };
    while !is_complete(layout, cluster) && begun.elapsed() < READY_WITHIN {
        thread::sleep(Duration::from_millis(50));
    }
}

fn await_ready(
    layout: &Layout,
    component: &Component,
    process: Process,
    begun: Instant,
) -> Result<(), StartError> {
    let not_ready = |why| StartError::NotReady { component: component.name.clone(), why };
    let probe = Probe::new(layout, component).map_err(not_ready)?;
    loop {
        let answer = probe.ask();
        if !process.is_alive() {
            return Err(ended(component));
        }
        match answer {
            Ok(()) => return Ok(()),
            Err(why) if begun.elapsed() >= READY_WITHIN => return Err(not_ready(why)),
            Err(_) => thread::sleep(Duration::from_millis(20)),
        }
    }
}

fn ended(component: &Component) -> StartError {
    let tail = files::tail(&component.log, 12);
    let component_name = component.name.clone();
    let lower = tail.to_lowercase();
    if ["address already in use", "cannot bind", "address in use"].iter().any(|sign| lower.contains(sign)) {
        return StartError::PortTaken { component: component_name, ports: component.ports.clone() };
    }
    StartError::Ended { component: component_name, tail }
}
