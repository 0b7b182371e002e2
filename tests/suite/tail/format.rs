//! The format of an export: whatever is written is read back, and whatever is damaged is noticed.

use super::ground::Ground;
use leeward::provider::records::{Header, Record, Timestamp, TimestampKind};
use leeward::tail::{Export, Stored, TailError, Writer, decode, encode};
use proptest::prelude::*;
use std::fs;
use std::path::{Path, PathBuf};

type Fields =
    (u32, i64, Option<(i64, bool)>, Option<Vec<u8>>, Option<Vec<u8>>, Vec<(String, Option<Vec<u8>>)>);

fn bytes() -> impl Strategy<Value = Option<Vec<u8>>> {
    proptest::option::of(proptest::collection::vec(any::<u8>(), 0..40))
}

fn fields() -> impl Strategy<Value = Fields> {
    let headers = proptest::collection::vec((".{0,8}", bytes()), 0..4);
    (any::<u32>(), any::<i64>(), any::<Option<(i64, bool)>>(), bytes(), bytes(), headers)
}

fn encoded((part, offset, time, key, value, headers): &Fields) -> Vec<u8> {
    let kind = |append: bool| if append { TimestampKind::Append } else { TimestampKind::Create };
    let record = Record {
        topic: "t",
        partition: 0,
        offset: *offset,
        timestamp: time.map(|(millis, append)| Timestamp { millis, kind: kind(append) }),
        key: key.as_deref(),
        value: value.as_deref(),
        headers: headers.iter().map(|(name, value)| Header { name, value: value.as_deref() }).collect(),
    };
    let mut bytes = Vec::new();
    encode(&mut bytes, *part, &record);
    bytes
}

proptest! {
    #[test]
    fn a_record_is_read_back_as_it_was(fields in fields()) {
        let kept = decode(&encoded(&fields)).unwrap();
        let (part, offset, time, key, value, headers) = fields;
        prop_assert_eq!((kept.part, kept.offset, &kept.key, &kept.value), (part, offset, &key, &value));
        prop_assert_eq!(kept.headers, headers);
        let read = kept.timestamp.map(|time| (time.millis, time.kind == TimestampKind::Append));
        prop_assert_eq!(read, time);
    }

    #[test]
    fn a_torn_or_longer_record_is_none(fields in fields(), cut in any::<prop::sample::Index>()) {
        let mut bytes = encoded(&fields);
        prop_assert!(decode(&bytes[..cut.index(bytes.len())]).is_none());
        bytes.push(0);
        prop_assert!(decode(&bytes).is_none());
    }

    #[test]
    fn no_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let _ = decode(&bytes);
    }
}

#[test]
fn a_record_has_the_bytes_that_the_page_says() {
    let headers = vec![("h".to_owned(), None)];
    let bytes = encoded(&(1, 2, Some((3, true)), Some(b"k".to_vec()), None, headers));
    let expected = [
        &[0, 0, 0, 1][..],
        &[0, 0, 0, 0, 0, 0, 0, 2],
        &[2],
        &[0, 0, 0, 0, 0, 0, 0, 3],
        &[0, 0, 0, 1, b'k'],
        &[0xff; 4],
        &[0, 0, 0, 1],
        &[0, 0, 0, 1, b'h'],
        &[0xff; 4],
    ];
    assert_eq!(bytes, expected.concat());
}

/// The files of a folder.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
}

#[tokio::test]
async fn every_byte_of_an_export_is_checked() {
    let ground = Ground::identity().await;
    let folder = tempfile::tempdir().unwrap();
    ground.export(folder.path()).await;
    assert!(files(folder.path()).len() >= 5, "several segments");
    assert_eq!(Export::open(folder.path()).unwrap().total().records, 32);
    for file in files(folder.path()) {
        let whole = fs::read(&file).unwrap();
        for at in (0..whole.len()).step_by(7) {
            let mut damaged = whole.clone();
            damaged[at] ^= 0x20;
            fs::write(&file, &damaged).unwrap();
            let opened = Export::open(folder.path());
            assert!(opened.is_err(), "{} with byte {at} changed", file.display());
        }
        fs::write(&file, &whole[..whole.len() - 1]).unwrap();
        assert!(Export::open(folder.path()).is_err(), "{} cut", file.display());
        fs::write(&file, &whole).unwrap();
    }
    assert_eq!(Export::open(folder.path()).unwrap().total().records, 32);
}

#[tokio::test]
async fn what_is_no_export_or_a_newer_one_is_refused() {
    let ground = Ground::identity().await;
    let folder = tempfile::tempdir().unwrap();
    assert!(matches!(Export::open(folder.path()), Err(TailError::NoExport(_))));
    assert!(Stored::read(folder.path()).unwrap().is_none(), "an empty folder may be used");
    fs::write(folder.path().join("photo.jpg"), "x").unwrap();
    assert!(matches!(Export::open(folder.path()), Err(TailError::NoExport(_))));
    assert!(matches!(Stored::read(folder.path()), Err(TailError::Occupied(_))));
    fs::remove_file(folder.path().join("photo.jpg")).unwrap();
    fs::write(folder.path().join("index"), "of a book").unwrap();
    let begun = Writer::open(folder.path(), || panic!("nothing is begun"));
    assert!(matches!(begun, Err(TailError::Occupied(_))));
    assert_eq!(fs::read_to_string(folder.path().join("index")).unwrap(), "of a book");
    fs::remove_file(folder.path().join("index")).unwrap();
    ground.export(folder.path()).await;
    let manifest = folder.path().join("manifest.json");
    let text = fs::read_to_string(&manifest).unwrap();
    fs::write(&manifest, text.replace("\"format\": 1", "\"format\": 2")).unwrap();
    let error = Export::open(folder.path()).unwrap_err();
    assert!(error.to_string().ends_with("has format 2; this leeward reads format 1"), "{error}");
}
