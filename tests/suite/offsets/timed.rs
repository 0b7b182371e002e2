//! Offsets that were found by time, against what the translation knows.

use leeward::offsets::{Answer, Basis, Cause, Duplicates, Evidence, Ground, Timed};
use proptest::prelude::*;

fn answer(offset: i64, at_most: i64) -> Answer {
    let evidence = match at_most {
        0 => Evidence::Exact(Ground::Target),
        at_most => Evidence::Rewinds { at_most, cause: Cause::NotCarried },
    };
    Answer { offset, evidence, duplicates: Duplicates { at_least: 0, at_most, certain: true } }
}

proptest! {
    /// Wherever the true position lies within what the translation says of it.
    #[test]
    fn never_certainly_past_the_true_position(
        offset in 0i64..1_000, at_most in 0i64..100, beyond in 0i64..100, found in 0i64..2_000, partly in any::<bool>()
    ) {
        let truth = offset + beyond.min(at_most);
        let basis = if partly { Basis::Partly } else { Basis::Unread };
        let timed = Timed::of(&answer(offset, at_most), found, 0, basis, false);
        prop_assert!(timed.offset <= offset + at_most && timed.offset <= found);
        prop_assert!(truth - timed.offset <= timed.repeats_at_most, "repeats {timed:?}");
        if partly {
            prop_assert!(timed.offset - truth <= timed.skips_at_most, "skips {timed:?}");
        }
        if at_most == 0 {
            prop_assert_eq!(timed.skips_at_most, 0);
        }
    }
}
