use crate::e2e::leeward_ok;
use leeward::sandbox::{Options, draft, vars};
use std::path::Path;

#[test]
fn the_quickstart_declares_what_a_sandbox_tells_it() {
    let folder = tempfile::tempdir().unwrap();
    let estate = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/quickstart/main.hcl");
    std::fs::copy(estate, folder.path().join("main.hcl")).unwrap();
    let layout = draft(&Options::new("/sandbox"), Path::new("/sandbox")).unwrap();
    std::fs::write(folder.path().join("estate.vars.hcl"), vars(&layout)).unwrap();
    let said = leeward_ok(folder.path(), &["validate"]);
    assert_eq!(said, "The configuration is valid: 12 resources in 2 files.\n");
    assert_eq!(leeward_ok(folder.path(), &["fmt", "-check"]), "");
}
