use leeward::estate::{Address, AddressError, Key, Kind, ModuleCall};
use proptest::prelude::*;

#[test]
fn addresses_are_read_and_shown_alike() {
    for text in [
        "topic.orders",
        "dns_record.bootstrap",
        "topic.orders[0]",
        "topic.orders[\"a.b[c]\"]",
        "module.eu.topic.orders[\"a\"]",
        "module.eu[\"x\"].module.inner[3].cluster.hangzhou",
        "topic.t[\"quote \\\" and backslash \\\\\"]",
    ] {
        assert_eq!(text.parse::<Address>().unwrap().to_string(), text);
    }
}

#[test]
fn what_is_no_address_is_refused() {
    for text in [
        "",
        "topic",
        "topic.",
        "topic.orders[",
        "topic.orders[x]",
        "topic.orders[\"a\"",
        "topic.a.b",
        "module.eu",
    ] {
        assert!(matches!(text.parse::<Address>(), Err(AddressError::Form(_))), "{text}");
    }
    assert!(matches!("topics.orders".parse::<Address>(), Err(AddressError::Kind(_))));
}

#[test]
fn a_block_covers_its_instances() {
    let block = Address::new(Kind::Topic, "orders");
    let instance = Address { key: Some(Key::Index(1)), ..block.clone() };
    assert!(block.covers(&instance) && block.covers(&block) && instance.covers(&instance));
    assert!(!instance.covers(&block));
    assert!(!block.covers(&Address::new(Kind::Topic, "other")));
}

#[test]
fn instances_are_in_the_order_of_their_numbers() {
    let mut addresses: Vec<Address> =
        ["topic.a[10]", "topic.a[9]", "topic.a", "cluster.z"].map(|text| text.parse().unwrap()).into();
    addresses.sort();
    let shown: Vec<String> = addresses.iter().map(ToString::to_string).collect();
    assert_eq!(shown, ["cluster.z", "topic.a", "topic.a[9]", "topic.a[10]"]);
}

fn key() -> impl Strategy<Value = Option<Key>> {
    prop_oneof![
        Just(None),
        any::<usize>().prop_map(|index| Some(Key::Index(index))),
        any::<String>().prop_map(|name| Some(Key::Name(name))),
    ]
}

proptest! {
    #[test]
    fn any_address_survives_its_text(
        module in proptest::collection::vec(("[a-z_][a-z0-9_-]{0,8}", key()), 0..3),
        kind in proptest::sample::select(Kind::ALL.to_vec()),
        name in "[a-z_][a-z0-9_-]{0,12}",
        key in key(),
    ) {
        let module = module.into_iter().map(|(name, key)| ModuleCall { name, key }).collect();
        let address = Address { module, kind, name, key };
        prop_assert_eq!(address.to_string().parse::<Address>().unwrap(), address);
    }

    #[test]
    fn no_text_makes_the_reader_panic(text in any::<String>()) {
        let _ = text.parse::<Address>();
    }
}
