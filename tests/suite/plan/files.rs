//! Plans as files.

use super::sample::Sample;
use leeward::plan::{FileError, Finding, Severity, from_bytes, to_bytes};

#[test]
fn a_plan_survives_its_file() {
    let plan = Sample::whole().plan();
    assert_eq!(from_bytes(&to_bytes(&plan)).unwrap(), plan);
    assert_eq!(plan.short_id().len(), 16);
}

#[test]
fn a_cut_off_plan_is_refused_at_every_length() {
    let bytes = to_bytes(&Sample::new().plan());
    for length in 0..bytes.len() - 1 {
        assert!(matches!(from_bytes(&bytes[..length]), Err(FileError::Damaged(_))), "{length}");
    }
}

#[test]
fn an_edited_plan_is_refused() {
    let text = String::from_utf8(to_bytes(&Sample::whole().plan())).unwrap();
    let edited = text.replace("604800000", "604800001");
    let error = from_bytes(edited.as_bytes()).unwrap_err();
    assert!(matches!(error, FileError::Edited), "{error}");
}

#[test]
fn a_newer_plan_is_refused_by_its_number_whatever_it_holds() {
    let error = from_bytes(br#"{"format": 99, "surprise": true}"#).unwrap_err();
    assert!(error.to_string().contains("format 99, and this leeward reads up to 1"), "{error}");
}

#[test]
fn findings_are_part_of_what_the_id_stands_for() {
    let plan = Sample::whole().plan();
    let finding = Finding {
        code: "LW1001".into(),
        severity: Severity::Error,
        address: None,
        position: None,
        message: "a trap".into(),
        help: None,
        ignored: None,
    };
    let mut with = plan.clone();
    with.set_findings(vec![finding.clone()]);
    assert!(with.id != plan.id);
    assert_eq!(with.obstacles().as_deref(), Some("1 finding is an error"));
    assert_eq!(from_bytes(&to_bytes(&with)).unwrap(), with);
    with.set_findings(vec![Finding { ignored: Some("known".into()), ..finding }]);
    assert!(with.is_applicable());
}
