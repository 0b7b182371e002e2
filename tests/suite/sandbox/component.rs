use super::{everything, fixed};
use leeward::sandbox::{Layout, Options};

fn meant<'a>(layout: &'a Layout, word: &str) -> Vec<&'a str> {
    let answers = layout.components.iter().filter(|component| component.answers_to(word));
    answers.map(|component| component.name.as_str()).collect()
}

#[test]
fn components_are_called_what_they_are() {
    let usual = fixed(&Options::new("/sandbox"));
    let names: Vec<_> = usual.components.iter().map(|component| component.name.as_str()).collect();
    assert_eq!(
        names,
        ["kafka-hangzhou", "connect-hangzhou", "kafka-shanghai", "connect-shanghai", "bind", "knot"]
    );
}

#[test]
fn a_word_means_a_component_or_a_cluster_or_a_side() {
    let all = fixed(&everything());
    let brokers = ["kafka-hangzhou-1", "kafka-hangzhou-2", "kafka-hangzhou-3"];
    assert_eq!(meant(&all, "kafka-hangzhou-2"), ["kafka-hangzhou-2"]);
    assert_eq!(meant(&all, "kafka-hangzhou"), brokers);
    assert_eq!(meant(&all, "hangzhou"), [&brokers[..], &["connect-hangzhou"]].concat());
    assert_eq!(meant(&all, "powerdns"), ["powerdns"]);
    assert_eq!(meant(&all, "hang"), [""; 0]);
    assert_eq!(meant(&fixed(&Options::new("/sandbox")), "kafka-shanghai"), ["kafka-shanghai"]);
}
