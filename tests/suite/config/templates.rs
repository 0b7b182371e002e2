use super::{refuse, same};

#[test]
fn interpolation() {
    same(&[
        ("\"a${1 + 1}b\"", "\"a2b\""),
        ("\"${true}-${1.50}\"", "\"true-1.5\""),
        ("\"$${x} %%{y}\"", "join(\"\", [\"$\", \"{x} %\", \"{y}\"])"),
        ("\"a\\tb\\n\\\"\\\\\"", "join(\"\", [\"a\\t\", \"b\\n\", \"\\\"\", \"\\\\\"])"),
        ("\"\\u00e9\"", "\"é\""),
        ("\"x${\"y${\"z\"}\"}\"", "\"xyz\""),
        ("\"日本${\"語\"}\"", "\"日本語\""),
    ]);
}

#[test]
fn a_template_that_is_only_an_interpolation_keeps_its_type() {
    same(&[("\"${[1, 2]}\"", "[1, 2]"), ("\"${true}\"", "true"), ("\"${null}\"", "null"), ("\"${5}\"", "5")]);
}

#[test]
fn directives() {
    same(&[
        ("\"%{ if true }yes%{ else }no%{ endif }\"", "\"yes\""),
        ("\"%{ if false }yes%{ else }no%{ endif }\"", "\"no\""),
        ("\"a%{ if false }yes%{ endif }b\"", "\"ab\""),
        ("\"%{ for x in [1, 2, 3] }${x},%{ endfor }\"", "\"1,2,3,\""),
        ("\"%{ for i, x in [\"a\", \"b\"] }${i}${x} %{ endfor }\"", "\"0a 1b \""),
        ("\"%{ for k, v in { a = 1, b = 2 } }${k}=${v};%{ endfor }\"", "\"a=1;b=2;\""),
    ]);
}

#[test]
fn strip_markers_take_the_space_beside_them_away() {
    same(&[
        ("\"a  ${~ 1 ~}  b\"", "\"a1b\""),
        ("\"a  ${~ 1 }  b\"", "\"a1  b\""),
        ("\"a  ${ 1 ~}  b\"", "\"a  1b\""),
        ("\"[%{ for x in [1, 2] ~} ${x} %{~ endfor }]\"", "\"[12]\""),
        ("\"a %{~ if true ~} b %{~ endif ~} c\"", "\"abc\""),
    ]);
}

#[test]
fn heredocs() {
    same(&[
        ("<<EOT\nhello\n  ${1 + 1}\nEOT\n", "\"hello\\n  2\\n\""),
        ("<<-EOT\n    hello\n      there\n    EOT\n", "\"hello\\n  there\\n\""),
        ("<<-EOT\n  %{ for x in [1, 2] ~}\n  - ${x}\n  %{ endfor ~}\nEOT\n", "\"- 1\\n- 2\\n\""),
        ("<<EOT\n\"quoted\" \\n stays\nEOT\n", "\"\\\"quoted\\\" \\\\n stays\\n\""),
    ]);
}

#[test]
fn what_is_no_text_is_refused() {
    refuse(&[
        ("\"a${null}\"", "null cannot be part of a string"),
        ("\"a${[1]}\"", "a list cannot be part of a string"),
        ("\"a${{}}\"", "a map cannot be part of a string"),
        ("\"%{ if 1 }%{ endif }\"", "must be true or false"),
        ("\"%{ for x in 1 }%{ endfor }\"", "goes over a list"),
        ("\"a${nope.x}b${nope.y}\"", "nope is not declared"),
    ]);
}

#[test]
fn every_fault_of_a_template_is_told() {
    let said = super::value("\"a${nope.x}b${nope.y}\"").unwrap_err();
    assert_eq!(said.iter().count(), 2, "{said}");
}
