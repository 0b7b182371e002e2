//! `examples/two-region-sasl` as it is shipped, on the sandbox with passwords: only where its hosts are, and how many
//! copies a topic has there, is not what stands in its files.

use super::estate::said;
use super::hand::{Hand, alias, until};
use super::{sasl_sandbox, unique};
use leeward::sandbox::Sandbox;
use regex::Regex;
use std::path::{Path, PathBuf};
use std::process::Command;
use tempfile::TempDir;

/// The example in a folder of its own, beside the modules that it uses.
struct Shop {
    folder: TempDir,
    sandbox: Sandbox,
}

impl Shop {
    fn new(sandbox: Sandbox) -> Self {
        let shop = Self { folder: tempfile::tempdir().unwrap(), sandbox };
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let module = "modules/protected-topic-set";
        for file in ["variables.hcl", "topics.hcl", "outputs.hcl"] {
            shop.write(&format!("{module}/{file}"), &read(&root.join(module).join(file)));
        }
        for file in ["topics.hcl", "names.hcl", "failover.hcl", "variables.hcl"] {
            let text = read(&root.join("examples/two-region-sasl").join(file));
            shop.write(&format!("examples/shop/{file}"), &shop.at_home(&text));
        }
        shop.write("examples/shop/clusters.hcl", &shop.clusters());
        shop
    }

    fn write(&self, name: &str, text: &str) {
        let path = self.folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    /// The text with the sandbox's name servers and its single copies, and prefixes that no other test uses.
    fn at_home(&self, text: &str) -> String {
        let [one, other] = self.sandbox.layout().zone.authorities();
        let tag = unique("t");
        let text = text
            .replace("ns1.${var.domain}:53", &one.to_string())
            .replace("ns2.${var.domain}:53", &other.to_string())
            .replace("replication_factor     = 3", "replication_factor = 1")
            .replace("  writers = ", "  replication_factor = 1\n  writers = ")
            .replace("  writers    = ", "  replication_factor = 1\n  writers = ");
        let prefix = Regex::new(r#"= "(orders|payments)\.""#).unwrap();
        prefix.replace_all(&text, format!("= \"{tag}.$1.\"")).into_owned()
    }

    /// How the sandbox is reached, in the place of the example's own `clusters.hcl`.
    fn clusters(&self) -> String {
        let user = &self.sandbox.layout().sasl.as_ref().unwrap().admin.name;
        let place = |(label, name): (&str, &str)| {
            let cluster = self.sandbox.cluster(name).unwrap();
            format!(
                "cluster \"{label}\" {{\n  bootstrap = {:?}\n  endpoint = \"{}\"\n  security {{\n    \
                 protocol = \"SASL_PLAINTEXT\"\n    mechanism = \"SCRAM-SHA-512\"\n    username = \"{user}\"\n    \
                 password = env(\"PASSWORD\")\n  }}\n}}\nconnect \"{label}\" {{\n  url = \"{}\"\n  \
                 cluster = cluster.{label}\n}}\n",
                cluster.bootstrap(),
                cluster.endpoint,
                cluster.connect_url()
            )
        };
        let places = [("frankfurt", "hangzhou"), ("dublin", "shanghai")].map(place).concat();
        let pair = "pair \"shop\" {\n  primary = cluster.frankfurt\n  secondary = cluster.dublin\n}\n";
        format!(
            "leeward {{\n  state \"local\" {{\n    path = \"state/leeward.json\"\n  }}\n}}\n{places}{pair}"
        )
    }

    /// Runs leeward as a pipeline does, with the secrets in the environment; it has to succeed.
    fn ok(&self, arguments: &[&str]) -> String {
        let layout = self.sandbox.layout();
        let output = Command::new(env!("CARGO_BIN_EXE_leeward"))
            .args(arguments)
            .current_dir(self.folder.path().join("examples/shop"))
            .env("PASSWORD", &layout.sasl.as_ref().unwrap().admin.password)
            .env("TSIG_KEY", &layout.zone.key.secret)
            .env("LEEWARD_VAR_zone", &layout.zone.name)
            .output()
            .unwrap();
        assert!(output.status.success(), "{arguments:?}:\n{}", said(&output));
        String::from_utf8(output.stdout).unwrap()
    }
}

fn read(path: &PathBuf) -> String {
    std::fs::read_to_string(path).unwrap()
}

#[test]
fn the_shop_in_two_regions_is_planned_applied_and_taken_down() {
    let Some(sandbox) = sasl_sandbox() else { return };
    let shop = Shop::new(sandbox);
    assert!(shop.ok(&["validate"]).contains("is valid"));
    let planned = shop.ok(&["plan", "-out=plan.lw", "-input=false"]);
    for address in ["module.orders.topic.this[", "module.payments.access.writers[0]", "replication.shop"] {
        assert!(planned.contains(address), "{address} in\n{planned}");
    }
    shop.ok(&["apply", "-input=false", "plan.lw"]);
    assert!(shop.ok(&["plan", "-detailed-exitcode"]).contains("No changes."));
    let outputs: serde_json::Value = serde_json::from_str(&shop.ok(&["output", "-json"])).unwrap();
    assert_eq!(outputs["bootstrap"]["value"], "bootstrap.example.test:9093");
    assert_eq!(outputs["active"]["value"], "frankfurt");
    let state: serde_json::Value = serde_json::from_str(&shop.ok(&["show", "-json"])).unwrap();
    let mut names = state["resources"].as_object().unwrap().keys();
    let address = names.find(|name| name.ends_with("orders.placed\"]")).unwrap();
    let topic = address.split('"').nth(1).unwrap();
    for side in ["hangzhou", "shanghai"] {
        assert_eq!(Hand::on(&shop.sandbox, side).partitions(topic), Some(24));
    }
    let name = "bootstrap.example.test.";
    until("the name", || alias(&shop.sandbox, name), |seen| *seen == ["kafka-hangzhou.example.test."]);
    let gone = shop.ok(&["destroy", "-auto-approve"]);
    assert!(gone.contains("Destroy complete!"), "{gone}");
    assert!(alias(&shop.sandbox, name).is_empty());
}
