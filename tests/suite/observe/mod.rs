mod cost;
mod flow;
#[expect(clippy::module_inception, reason = "it is named after the module that it tests")]
mod observe;
mod queries;
mod remembered;
