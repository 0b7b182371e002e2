use leeward::sandbox::{Extra, Options};

fn refusal(change: impl FnOnce(&mut Options)) -> String {
    let mut options = Options::new("/sandbox");
    change(&mut options);
    options.check().map_or_else(|error| error.to_string(), |()| "fine".into())
}

#[test]
fn what_can_be_met_is_fine() {
    assert_eq!(refusal(|_| ()), "fine");
    assert_eq!(refusal(|options| options.brokers = Some(3)), "fine");
    assert_eq!(refusal(|options| options.heap = Some("1g".into())), "fine");
    assert_eq!(refusal(|options| options.clusters = Some(["eu-1".into(), "us-2".into()])), "fine");
    assert_eq!(refusal(|options| options.dir = "a folder/with spaces".into()), "fine");
}

#[test]
fn what_cannot_be_met_is_refused_with_the_reason() {
    insta::assert_snapshot!(refusal(|options| options.brokers = Some(2)), @"2 brokers are not possible: a cluster has 1 or 3");
    insta::assert_snapshot!(refusal(|options| options.clusters = Some(["hangzhou".into(), "hangzhou".into()])), @r#"both clusters are called "hangzhou"; give them different names"#);
    insta::assert_snapshot!(refusal(|options| options.dir = "a\"b".into()), @r#"the folder a"b has a quote, a backslash, `$` or `#` in its name; choose another with --dir"#);
    for name in ["", "Shanghai", "1st", "a_b", "a.b", "a-", "a b"] {
        let said = refusal(|options| options.clusters = Some([name.into(), "other".into()]));
        assert_eq!(
            said,
            format!(
                "{name:?} can't name a cluster: use lower case letters, digits and dashes, beginning with a letter"
            )
        );
    }
    for heap in ["", "m", "384", "0m", "1.5g", "1t", "1gm", "-1m"] {
        let said = refusal(|options| options.heap = Some(heap.into()));
        assert_eq!(said, format!("{heap:?} is not a heap size; write it like 384m or 1g"));
    }
}

#[test]
fn extras_are_named() {
    assert_eq!("powerdns".parse(), Ok(Extra::Powerdns));
    assert_eq!("unbound".parse(), Ok(Extra::Unbound));
    assert_eq!(
        "bind".parse::<Extra>(),
        Err("bind is not something a sandbox can add; powerdns and unbound are".into())
    );
}
