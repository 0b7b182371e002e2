use super::sample;
use leeward::state::{FileError, State, decode, decode_pushed, encode};
use proptest::prelude::*;

fn bytes() -> Vec<u8> {
    encode(&sample()).unwrap()
}

/// The state's bytes with one text in place of another.
fn edited(from: &str, to: &str) -> Vec<u8> {
    let text = String::from_utf8(bytes()).unwrap();
    assert!(text.contains(from), "{from} is not in the state");
    text.replacen(from, to, 1).into_bytes()
}

#[test]
fn a_state_survives_its_file() {
    assert_eq!(decode(&bytes()), Ok(sample()));
}

#[test]
fn a_state_file_is_json_that_a_person_can_read() {
    let value: serde_json::Value = serde_json::from_slice(&bytes()).unwrap();
    assert_eq!(value["state"]["serial"], 7);
    assert_eq!(value["state"]["resources"]["topic.orders"][0]["id"]["what"]["topic"], "orders");
    assert_eq!(value["sha256"].as_str().unwrap().len(), 64);
}

#[test]
fn an_edited_state_is_refused() {
    for (from, to) in
        [("\"serial\": 7", "\"serial\": 8"), ("hangzhou", "hangzhov"), ("\n  \"format\"", "\"format\"")]
    {
        assert_eq!(decode(&edited(from, to)), Err(FileError::Edited), "{from}");
    }
}

#[test]
fn a_state_of_a_newer_format_is_refused_as_such() {
    let newer = edited("\"format\": 1", "\"format\": 2");
    assert_eq!(decode(&newer), Err(FileError::Newer { found: 2, known: State::FORMAT }));
    // Whatever else is new in it.
    let unknown = br#"{ "format": 9, "encrypted": "x" }"#;
    assert_eq!(decode(unknown), Err(FileError::Newer { found: 9, known: State::FORMAT }));
}

#[test]
fn something_else_is_refused() {
    for other in ["{}", "[]", "terraform", "{\"version\": 4, \"serial\": 1}"] {
        assert!(matches!(decode(other.as_bytes()), Err(FileError::Foreign(_))), "{other}");
    }
    assert_eq!(decode(b""), Err(FileError::Truncated));
}

#[test]
fn what_is_pushed_may_be_a_state_file_or_a_state_alone() {
    let alone = serde_json::to_vec(&State { serial: 9, ..sample() }).unwrap();
    assert_eq!(decode_pushed(&alone).unwrap().serial, 9);
    assert_eq!(decode_pushed(&bytes()), Ok(sample()));
    assert_eq!(decode_pushed(&edited("hangzhou", "wuhan")), Err(FileError::Edited));
    let newer = serde_json::to_vec(&State { format: 2, ..sample() }).unwrap();
    assert_eq!(decode_pushed(&newer), Err(FileError::Newer { found: 2, known: 1 }));
}

#[test]
fn a_state_that_is_cut_off_anywhere_is_refused() {
    let bytes = bytes();
    for length in 0..bytes.len() {
        let answer = decode(&bytes[..length]);
        // Without its last line break it is whole JSON, and still not what was written.
        let expected = if length + 1 == bytes.len() { FileError::Edited } else { FileError::Truncated };
        assert_eq!(answer, Err(expected), "{length} of {} bytes", bytes.len());
    }
}

proptest! {
    #[test]
    fn no_changed_byte_goes_unnoticed(at in 0..bytes().len(), by in 1..=255_u8) {
        let mut bytes = bytes();
        bytes[at] ^= by;
        prop_assert!(decode(&bytes).is_err());
    }
}
