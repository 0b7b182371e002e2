//! Raises a sandbox: everything at once, and nothing that runs already.

use super::draft::{draft, extend};
use super::files::{self, at};
use super::jars;
use super::layout::{Layout, LayoutError};
use super::lock::Lock;
use super::options::{Extra, Options};
use super::stand::{CLIENT_FILE, Error, Sandbox, VARS_FILE};
use super::start::{Listener, Notice, StartError, Starter};
use super::tool::client_properties;
use super::tools;
use super::vars::vars;
use std::path::{Path, PathBuf};

/// How often a new sandbox looks for other ports when somebody was quicker to take one.
const ATTEMPTS: u32 = 3;

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
        files::write(&dir.join(VARS_FILE), &vars(&layout))?;
        files::write(&dir.join(CLIENT_FILE), &client_properties(&layout))?;
        let starter = Starter::new(&dir, &jars, layout, listener);
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
        tools::check_install(&missing)?;
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
    let names = layout.clusters.iter().map(|cluster| &cluster.name);
    if options.clusters.as_ref().is_some_and(|wanted| names.ne(wanted)) {
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
