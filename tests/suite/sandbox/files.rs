//! What the servers and an estate are told.

use super::{everything, fixed};
use leeward::sandbox::{Launch, Layout, Options, launch, vars};
use std::path::Path;

fn launched(layout: &Layout, name: &str) -> Launch {
    let component = layout.component(name).unwrap();
    launch(layout, component, Path::new("/sandbox"), Path::new("/jars")).unwrap()
}

/// A launch as text: its commands, then each of its files.
fn shown(layout: &Layout, name: &str) -> String {
    let launch = launched(layout, name);
    let mut text = String::new();
    for command in &launch.preparation {
        text.push_str(&format!("once: {}\n", command.join(" ")));
    }
    text.push_str(&format!("{} {}\n", launch.program.display(), launch.arguments.join(" ")));
    for (name, value) in &launch.environment {
        text.push_str(&format!("{name}={value}\n"));
    }
    let data = launch.data.iter().map(|(name, content)| (format!("data/{name}"), content));
    for (name, content) in launch.configuration.iter().map(|(n, c)| (n.clone(), c)).chain(data) {
        text.push_str(&format!("\n--- {name}\n{content}"));
    }
    text
}

#[test]
fn a_usual_sandbox() {
    let layout = fixed(&Options::new("/sandbox"));
    for name in ["kafka-hangzhou", "connect-shanghai", "bind", "knot"] {
        insta::assert_snapshot!(format!("usual_{name}"), shown(&layout, name));
    }
}

#[test]
fn a_sandbox_with_everything() {
    let layout = fixed(&everything());
    for name in ["kafka-hangzhou-2", "connect-hangzhou", "powerdns", "unbound"] {
        insta::assert_snapshot!(format!("everything_{name}"), shown(&layout, name));
    }
}

#[test]
fn the_variables_of_an_estate() {
    insta::assert_snapshot!("vars_usual", vars(&fixed(&Options::new("/sandbox"))));
    let mut options = everything();
    options.clusters = Some(["eu-west".into(), "us-east".into()]);
    insta::assert_snapshot!("vars_everything", vars(&fixed(&options)));
}

#[test]
fn the_largest_heap_reaches_every_jvm() {
    let mut options = Options::new("/sandbox");
    options.heap = Some("1g".into());
    let layout = fixed(&options);
    for name in ["kafka-shanghai", "connect-hangzhou"] {
        let launch = launched(&layout, name);
        assert!(launch.arguments.contains(&"-Xmx1g".into()), "{name}: {:?}", launch.arguments);
    }
}
