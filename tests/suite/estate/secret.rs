use leeward::estate::{Sasl, Secret, Setting};

#[test]
fn a_secret_is_never_printed() {
    let secret = Secret::new("hunter2");
    assert_eq!(format!("{secret:?} {:?}", Some(&secret)), "(sensitive) Some((sensitive))");
    assert_eq!(secret.expose(), "hunter2");
}

#[test]
fn what_holds_a_secret_does_not_print_it_either() {
    let sasl = Sasl {
        mechanism: leeward::estate::Mechanism::Plain,
        username: "u".into(),
        password: Secret::new("hunter2"),
        password_in_connect: None,
    };
    assert!(!format!("{sasl:?}").contains("hunter2"));
    assert_eq!(Setting::OtherSecret.to_string(), "(another sensitive value)");
}
