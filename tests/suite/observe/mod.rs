mod compare;
mod cost;
mod doubts;
mod flow;
#[expect(clippy::module_inception, reason = "it is named after the module that it tests")]
mod observe;
mod queries;
mod remembered;
mod timed;
