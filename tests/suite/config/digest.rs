//! What the fingerprint of a configuration depends on.

use super::{folder, good};
use leeward::config::{Inputs, load};

const ESTATE: &str = "variable \"plain\" { default = 1 }
variable \"secret\" {
  default   = 1
  sensitive = true
}
module \"m\" { source = \"./m\" }
output \"o\" { value = file(\"text.txt\") }
";

fn digest(files: &[(&str, &str)], vars: &[(&str, &str)]) -> String {
    let mut all = vec![("estate.hcl", ESTATE), ("m/m.hcl", "locals { a = 1 }"), ("text.txt", "one")];
    all.extend_from_slice(files);
    let vars = vars.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    good(load(folder(&all).path(), &Inputs { vars, ..Inputs::default() })).estate.digest
}

#[test]
fn it_is_the_same_for_the_same() {
    assert_eq!(digest(&[], &[]), digest(&[], &[]));
    assert_eq!(digest(&[], &[]).len(), 64);
}

#[test]
fn it_changes_with_files_modules_variables_and_what_functions_read() {
    let all = [
        digest(&[], &[]),
        digest(&[("more.hcl", "locals { x = 1 }")], &[]),
        digest(&[("m/m.hcl", "locals { a = 2 }")], &[]),
        digest(&[("text.txt", "two")], &[]),
        digest(&[], &[("plain", "2")]),
        digest(&[("a.vars.hcl", "plain = 3")], &[]),
    ];
    let different: std::collections::BTreeSet<&String> = all.iter().collect();
    assert_eq!(different.len(), all.len());
}

#[test]
fn it_does_not_change_with_what_is_sensitive() {
    assert_eq!(digest(&[], &[("secret", "2")]), digest(&[], &[("secret", "3")]));
}
