use leeward::cli::arguments::normalized;

fn check(typed: &[&str], read: &[&str]) {
    assert_eq!(normalized(typed.iter().map(ToString::to_string)), read);
}

#[test]
fn long_flags_may_have_one_dash() {
    check(&["plan", "-out", "p.lw", "-detailed-exitcode"], &["plan", "--out", "p.lw", "--detailed-exitcode"]);
    check(&["plan", "-target=topic.a", "--json"], &["plan", "--target=topic.a", "--json"]);
}

#[test]
fn short_flags_numbers_and_what_follows_two_dashes_stay() {
    check(&["-h", "-1", "-", "-10"], &["-h", "-1", "-", "-10"]);
    check(&["exec", "--", "-name"], &["exec", "--", "-name"]);
}
