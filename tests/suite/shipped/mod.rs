//! What is shipped beside the program: modules, examples, pipelines.

mod estates;
mod monitoring;
mod pages;
mod pipelines;
