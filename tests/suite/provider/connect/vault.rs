//! No secret leaves: what is read is compared and dropped, and texts are scrubbed.

use super::estate::{JAAS, JAAS_KEY, jaas_ref, vault};
use leeward::estate::{Secret, SecretRef, Setting};
use leeward::provider::connect::Vault;
use std::collections::BTreeMap;

#[test]
fn a_value_that_was_read_is_the_same_secret_another_one_or_no_secret() {
    let vault = vault();
    let wanted = jaas_ref();
    let plain = |value: &str| Setting::Plain(value.to_owned());
    let by_provider = JAAS.replace("hunter22", "${env:PW}");
    for (key, value, wanted, expected) in [
        (JAAS_KEY, JAAS, Some(&wanted), Setting::Secret(jaas_ref())),
        (JAAS_KEY, "x required password=\"other\";", Some(&wanted), Setting::OtherSecret),
        (JAAS_KEY, "x required password=\"other\";", None, Setting::OtherSecret),
        (JAAS_KEY, by_provider.as_str(), None, plain(&by_provider)),
        (JAAS_KEY, "x password=\"${env:A}\" password=\"b\"", None, Setting::OtherSecret),
        ("ssl.keystore.key", "${file:/etc/k:key}", None, plain("${file:/etc/k:key}")),
        ("ssl.keystore.key", "prefix${file:/etc/k:key}", None, Setting::OtherSecret),
        ("database.password", "hunter2", None, Setting::OtherSecret),
        ("database.password", "", None, plain("")),
        ("some.setting", JAAS, None, Setting::OtherSecret),
        ("topics", "orders", None, plain("orders")),
        ("key.converter", "org.x.ByteArrayConverter", None, plain("org.x.ByteArrayConverter")),
    ] {
        assert_eq!(vault.observed(key, value, wanted), expected, "{key} = {value}");
    }
}

#[test]
fn a_reference_is_filled_in_or_missed() {
    let vault = vault();
    let config = |setting| BTreeMap::from([(JAAS_KEY.to_owned(), setting)]);
    let filled = vault.filled(&config(Setting::Secret(jaas_ref()))).unwrap();
    assert_eq!(filled[JAAS_KEY], JAAS);
    let missing = vault.filled(&config(Setting::Secret(SecretRef("cluster.x:y".to_owned())))).unwrap_err();
    insta::assert_snapshot!(missing, @"the value of source.cluster.sasl.jaas.config is a secret that the estate does not hold (give the configuration the variables that the plan was made with, and plan again)");
    let dropped = vault.filled(&config(Setting::OtherSecret)).unwrap_err();
    insta::assert_snapshot!(dropped, @"the value of source.cluster.sasl.jaas.config is a secret that was read and dropped (give the configuration the variables that the plan was made with, and plan again)");
}

#[test]
fn texts_are_scrubbed_of_secrets_and_of_passwords_in_jaas_lines() {
    let secrets = BTreeMap::from([
        (SecretRef("a".to_owned()), Secret::new("topsecret")),
        (SecretRef("b".to_owned()), Secret::new("ab")),
    ]);
    let vault = Vault::new(secrets);
    for (text, scrubbed) in [
        ("key topsecret is bad, topsecret!", "key (sensitive) is bad, (sensitive)!"),
        ("about nothing", "about nothing"),
        ("required password=\"s p\\\"q\" x;", "required password=(sensitive) x;"),
        ("Password = hunter2; x", "Password = (sensitive); x"),
        ("password=\"${env:PW}\";", "password=\"${env:PW}\";"),
    ] {
        assert_eq!(vault.scrub(text), scrubbed);
    }
}

#[test]
fn a_vault_shows_no_secret() {
    assert!(!format!("{:?}", vault()).contains("hunter22"));
}
