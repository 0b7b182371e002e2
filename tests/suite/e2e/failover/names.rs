//! Names: who keeps an old answer is waited for, who is down is not, and a key that does not fit is found beforehand.

use super::super::estate::{Estate, said};
use super::super::sandbox;
use super::{ESTATE, FENCE, flat, roles};
use leeward::sandbox::Sandbox;
use std::process::Command;
use std::time::{Duration, Instant};

/// A pair whose name may be kept for so many seconds.
fn applied(sandbox: &Sandbox, ttl: &str) -> Estate {
    let estate = Estate::new(sandbox);
    let text = ESTATE.replace("FENCE", FENCE).replace("ttl    = 5", &format!("ttl    = {ttl}"));
    estate.write("main.hcl", &text.replace("STOPPED", estate.path().join("stopped").to_str().unwrap()));
    estate.apply();
    estate
}

/// Changes what the estate says of its places.
fn change(estate: &Estate, file: &str, from: &str, to: &str) {
    let text = std::fs::read_to_string(estate.path().join(file)).unwrap();
    assert!(text.contains(from), "{from} in\n{text}");
    estate.write(file, &text.replace(from, to));
}

/// What the resolver says to a client, for which it keeps it from then on.
fn resolved(sandbox: &Sandbox, name: &str) -> String {
    let resolver = sandbox.layout().unbound.unwrap();
    let (host, port) = (format!("@{}", resolver.ip()), resolver.port().to_string());
    let dig = Command::new("dig").args(["+short", "-p", &port, &host, name, "CNAME"]).output().unwrap();
    String::from_utf8_lossy(&dig.stdout).trim().to_owned()
}

#[test]
fn a_resolver_that_keeps_the_old_answer_is_waited_for_and_a_client_goes_in_by_the_name() {
    let Some(sandbox) = sandbox() else { return };
    let estate = applied(&sandbox, "20");
    change(&estate, "main.hcl", "  rto  ", "  approve \"cutover\" {}\n  rto  ");
    let name = estate.tagged("failover-TAG.example.test");
    let resolver = sandbox.layout().unbound.unwrap();
    let plan = flat(&estate.ok(&["failover", "plan"]));
    // A long line is wrapped around how long it takes.
    assert!(plan.contains(&format!("see {name}. CNAME through ≤ 20 s {resolver}")), "{plan}");

    let ran = std::thread::scope(|scope| {
        let run = scope.spawn(|| flat(&estate.ok(&["failover", "run", "-auto-approve"])));
        while !run.is_finished() && !asks(&estate) {
            std::thread::sleep(Duration::from_millis(100));
        }
        // A client that looks the name up right before it is switched.
        assert!(resolved(&sandbox, &name).contains("hangzhou"));
        estate.ok(&["approve", &estate.latest_run(), "cutover", "-reason", "a client has just looked"]);
        run.join().unwrap()
    });
    assert!(ran.contains("Failover complete!"), "{ran}");
    assert!(resolved(&sandbox, &name).contains("shanghai"), "it was waited for");
    assert!(
        ran.contains(&format!("{name}. CNAME is seen through {resolver}, by {resolver} after ")),
        "{ran}"
    );
    let broker = sandbox.cluster("shanghai").unwrap().bootstrap().remove(0);
    let way = format!("through {name} (resolver {resolver} → {broker}) to cluster ");
    assert!(ran.contains(&way) && ran.contains("; written and read in "), "{ran}");
    let report = flat(&estate.ok(&["report", &estate.latest_run()]));
    for told in ["resolvers follow", "clients are led there", &format!("canary: {way}")] {
        assert!(report.contains(told), "{told} in\n{report}");
    }
    estate.has_no_changes();
}

#[test]
fn a_resolver_that_is_down_holds_up_nobody_and_is_not_said_to_have_seen_it() {
    let Some(sandbox) = sandbox() else { return };
    let estate = applied(&sandbox, "600");
    let server = sandbox.layout().zone.primary;
    change(&estate, "places.hcl", "[var.resolver]", "[\"127.0.0.1:1\"]");
    let begun = Instant::now();
    let ran = flat(&estate.ok(&["failover", "run", "-unplanned", "-confirm-lost", "main"]));
    assert!(begun.elapsed() < Duration::from_secs(60), "{:?}: nobody waits for 600 s", begun.elapsed());
    assert_eq!(roles(&estate), ("secondary".into(), 1));
    assert!(ran.contains("the run goes on without it: not seen: 127.0.0.1:1 can't be reached"), "{ran}");
    assert!(!ran.contains("is seen through"), "{ran}");
    // The canary asks who has the name.
    assert!(ran.contains(&format!("(authority {server} → ")), "{ran}");
    let report = flat(&estate.ok(&["report", &estate.latest_run()]));
    assert!(!report.contains("resolvers follow"), "{report}");
    assert!(report.contains("failed, and the run went on without it"), "{report}");
    assert!(report.contains("resolvers: not seen: 127.0.0.1:1"), "{report}");
}

#[test]
fn a_key_that_does_not_fit_is_found_before_anything_is_touched() {
    let Some(sandbox) = sandbox() else { return };
    let estate = applied(&sandbox, "5");
    let secret = &sandbox.layout().zone.key.secret;
    change(&estate, "sandbox.vars.hcl", secret, "d3Jvbmctd3Jvbmctd3Jvbmctd3Jvbmctd3Jvbmc=");
    let refused = flat(&estate.refused(&["failover", "run", "-auto-approve"]));
    assert!(refused.contains("dns") && refused.contains("by another secret (BADSIG)"), "{refused}");
    assert!(!refused.contains(secret), "{refused}");
    assert!(!estate.path().join("stopped").exists(), "no application was stopped");
    assert_eq!(estate.ok(&["runs"]).matches("failover").count(), 0);

    let told = flat(&estate.ok(&["failover", "plan", "-unplanned"]));
    assert!(told.contains("names can't be switched as it stands") && told.contains("BADSIG"), "{told}");
    let why = "dns=the key is mended meanwhile";
    let overridden = flat(&estate.ok(&["failover", "plan", "-override", why]));
    assert!(overridden.contains("the key is mended meanwhile"), "{overridden}");

    change(&estate, "sandbox.vars.hcl", "d3Jvbmctd3Jvbmctd3Jvbmctd3Jvbmctd3Jvbmc=", secret);
    let ran = estate.ok(&["failover", "run", "-auto-approve"]);
    assert!(ran.contains("Failover complete!"), "{ran}");
}

/// Whether the latest run waits for its approval.
fn asks(estate: &Estate) -> bool {
    let asked = estate.leeward(&["approve", &estate.latest_run()]);
    said(&asked).contains("waits for a word")
}
