//! Records by the HTTP API of PowerDNS, from HCL.

use super::estate::{Estate, lines};
use super::sandbox;
use crate::servers::probe;
use hickory_proto::rr::RecordType;
use regex::Regex;

const ESTATE: &str = r#"
dns "api" {
  authorities = [var.powerdns_server]
  powerdns {
    url     = var.powerdns_api_url
    api_key = var.powerdns_api_key
  }
}

variable "addresses" { default = ["192.0.2.1", "192.0.2.2"] }

dns_record "brokers" {
  dns    = dns.api
  zone   = var.powerdns_zone
  name   = "brokers-TAG.${var.powerdns_zone}"
  type   = "A"
  ttl    = 30
  values = var.addresses
}

dns_record "active" {
  dns    = dns.api
  zone   = var.powerdns_zone
  name   = "active-TAG.${var.powerdns_zone}"
  type   = "TXT"
  ttl    = 30
  values = [pair.main.active.name]
}
"#;

#[test]
fn records_are_made_changed_and_taken_away() {
    let Some(sandbox) = sandbox() else { return };
    let Some(powerdns) = &sandbox.layout().powerdns else { panic!("the sandbox has no PowerDNS") };
    let estate = Estate::new(&sandbox);
    estate.write("main.hcl", ESTATE);
    estate.apply();
    let name = |stem: &str| format!("{stem}-{}.{}", estate.tag, powerdns.zone);
    let addresses = || probe::values(powerdns.address, &name("brokers"), RecordType::A);
    assert_eq!(addresses(), ["192.0.2.1", "192.0.2.2"]);
    let active = probe::values(powerdns.address, &name("active"), RecordType::TXT);
    assert_eq!(active, [estate.tagged("hzTAG")]);
    let planned = estate.ok(&["plan", "-var=addresses=[\"192.0.2.3\", \"192.0.2.2\"]"]);
    insta::assert_snapshot!(lines(&planned, "192.0.2"), @"values   192.0.2.1, 192.0.2.2 → 192.0.2.2, 192.0.2.3");
    estate.write("more.vars.hcl", "addresses = [\"192.0.2.3\", \"192.0.2.2\"]\n");
    estate.apply();
    assert_eq!(addresses(), ["192.0.2.2", "192.0.2.3"]);
    estate.ok(&["destroy", "-auto-approve"]);
    assert_eq!(addresses(), [""; 0]);
}

#[test]
fn a_wrong_key_and_a_wrong_zone_are_told() {
    let Some(sandbox) = sandbox() else { return };
    let estate = Estate::new(&sandbox);
    estate.write("main.hcl", ESTATE);
    let mut told = String::new();
    for wrong in
        ["powerdns_api_key=wrong", "powerdns_zone=nowhere.test.", "powerdns_api_url=http://127.0.0.1:1"]
    {
        let planned = estate.ok(&["plan", "-var", wrong]);
        let lines = planned.lines().skip_while(|line| !line.contains("can't be read in full")).skip(1);
        let lines: Vec<&str> = lines.take_while(|line| !line.is_empty()).map(str::trim).collect();
        told.push_str(&format!("{}\n", lines.join(" ")));
    }
    let told = Regex::new(r"127\.0\.0\.1:\d+").unwrap().replace_all(&told, "127.0.0.1:PORT").into_owned();
    insta::assert_snapshot!(estate.untagged(&told), @"
    ? dns_record.active, dns_record.brokers on api: http://127.0.0.1:PORT does not accept the API key (401) (compare api_key with api-key of pdns.conf)
    ? dns_record.active, dns_record.brokers on api: http://127.0.0.1:PORT has no zone nowhere.test. on server localhost (404) (check the zone of the record, url and server_id)
    ? dns_record.active, dns_record.brokers on api: http://127.0.0.1:PORT can't be reached: Connection refused (os error 111) (is webserver=yes set, and its address reachable from here?)
    ");
}
