//! What is shipped beside the program: modules, examples, pipelines.

mod estates;
mod pages;
mod pipelines;
