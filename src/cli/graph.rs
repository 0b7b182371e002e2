//! `leeward graph`.

use super::Failure;
use super::configuration::Configuration;
use super::runtime::block_on;
use super::workspace::Workspace;
use crate::estate::{Address, Graph};
use crate::report::graph::Drawing;
use std::process::ExitCode;

/// Draws what depends on what, from the configuration and the active sides alone.
///
/// An arrow leads from a resource to one that depends on it: what a pair's arrows reach follows its failover.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  leeward graph | dot -Tsvg > estate.svg\n  \
                        leeward graph -type=mermaid -around=pair.orders")]
pub struct Graphs {
    /// The language of the drawing.
    #[arg(long = "type", value_name = "TYPE", default_value = "dot")]
    language: Language,
    /// Shows only what this resource depends on and what depends on it.
    #[arg(long, value_name = "ADDRESS")]
    around: Option<Address>,
    #[command(flatten)]
    configuration: Configuration,
}

#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum Language {
    /// For Graphviz.
    Dot,
    /// For Markdown, as code hosting sites show it.
    Mermaid,
}

impl Graphs {
    pub(super) fn run(self) -> Result<ExitCode, Failure> {
        let state = block_on(async { Workspace::open()?.load_state().await })?;
        let loaded = self.configuration.load(state.actives())?;
        let graph = Graph::of(&loaded.estate);
        let drawing = match &self.around {
            None => Drawing::whole(&graph),
            Some(address) if loaded.estate.resources.contains_key(address) => {
                Drawing::around(&graph, address)
            }
            Some(address) => return Err(Failure::new(format!("{address} is not declared"))),
        };
        let text = match self.language {
            Language::Dot => drawing.dot(),
            Language::Mermaid => drawing.mermaid(),
        };
        print!("{text}");
        Ok(ExitCode::SUCCESS)
    }
}
