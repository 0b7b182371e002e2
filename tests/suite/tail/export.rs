//! Killed anywhere, an export is gone on with and ends whole.

use super::ground::{Ground, quiet, source};
use leeward::tail::{Export, Kept, Stored, TailError, Writer, export};
use std::fs;
use std::path::Path;

fn records(folder: &Path) -> Vec<Kept> {
    Export::open(folder).unwrap().records().map(Result::unwrap).collect()
}

fn resume(folder: &Path) -> Writer {
    Writer::with_segments(folder, || panic!("the manifest is there"), 600).unwrap()
}

/// The files in the order in which they came to be, with their contents.
fn written(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let mut files: Vec<(String, Vec<u8>)> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap())
        .map(|entry| (entry.file_name().into_string().unwrap(), fs::read(entry.path()).unwrap()))
        .collect();
    files.sort();
    files
}

#[tokio::test]
async fn it_holds_every_record_in_order() {
    let ground = Ground::identity().await;
    let folder = tempfile::tempdir().unwrap();
    ground.export(folder.path()).await;
    #[cfg(unix)]
    for entry in fs::read_dir(folder.path()).unwrap() {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = entry.unwrap().metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0, "nobody else reads records");
    }
    let opened = Export::open(folder.path()).unwrap();
    let parts: Vec<(&str, i32, i64, i64)> =
        opened.manifest.parts.iter().map(|p| (p.topic.as_str(), p.partition, p.from, p.to)).collect();
    assert_eq!(
        parts,
        [("orders", 0, 8, 20), ("pay.v1", 0, 0, 20)],
        "a partition with nothing left is left out"
    );
    for (part, first, salt) in [(0, 8, "orders"), (1, 0, "pay.v1")] {
        let kept: Vec<Kept> = records(folder.path()).into_iter().filter(|kept| kept.part == part).collect();
        let values: Vec<String> =
            kept.iter().map(|kept| String::from_utf8(kept.value.clone().unwrap()).unwrap()).collect();
        assert_eq!(values, (first..20).map(|n| format!("{salt}-0-{n}")).collect::<Vec<_>>());
        assert_eq!(kept.iter().map(|kept| kept.offset).collect::<Vec<_>>(), (first..20).collect::<Vec<_>>());
        assert_eq!(kept[0].headers, [("trace".to_owned(), Some(b"t".to_vec()))]);
    }
    assert_eq!(opened.parts.iter().map(|count| count.records).collect::<Vec<_>>(), [12, 20]);
}

/// What a process leaves that is killed before its manifest is there: an empty index, or a draft beside it.
#[tokio::test]
async fn killed_before_its_manifest_it_is_begun_anew() {
    let ground = Ground::identity().await;
    let whole = tempfile::tempdir().unwrap();
    ground.export(whole.path()).await;
    let manifest = fs::read(whole.path().join("manifest.json")).unwrap();
    for draft in [None, Some(0), Some(manifest.len() / 2), Some(manifest.len()), Some(manifest.len() + 900)] {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("index"), "").unwrap();
        if let Some(length) = draft {
            let bytes: Vec<u8> = manifest.iter().copied().cycle().take(length).collect();
            fs::write(folder.path().join("manifest.json.new"), bytes).unwrap();
        }
        assert!(Stored::read(folder.path()).unwrap().is_none(), "a draft of {draft:?} bytes");
        assert!(matches!(Export::open(folder.path()), Err(TailError::NoExport(_))));
        ground.export(folder.path()).await;
        assert_eq!(records(folder.path()), records(whole.path()));
        let names = |folder: &Path| written(folder).into_iter().map(|(name, _)| name).collect::<Vec<_>>();
        assert_eq!(names(folder.path()), names(whole.path()), "no draft is left");
    }
}

/// What a killed process leaves: the index up to some line or within one, the segments that it lists, and the next one
/// up to some byte.
#[tokio::test]
async fn killed_at_any_byte_it_is_gone_on_with() {
    let ground = Ground::identity().await;
    let whole = tempfile::tempdir().unwrap();
    ground.export(whole.path()).await;
    let expected = records(whole.path());
    let files = written(whole.path());
    let index = &files.iter().find(|(name, _)| name == "index").unwrap().1;
    let segments: Vec<&(String, Vec<u8>)> =
        files.iter().filter(|(name, _)| name.ends_with(".records")).collect();
    let lines: Vec<&[u8]> = index.split_inclusive(|byte| *byte == b'\n').collect();
    assert_eq!(lines.len(), segments.len() + 2, "the manifest, the segments, the end");
    for listed in 0..lines.len() {
        let open = listed.saturating_sub(1);
        let begun = segments.get(open);
        let length = begun.map_or(0, |(_, bytes)| bytes.len());
        let cuts: Vec<usize> = (0..length).step_by(97).chain([length]).collect();
        for cut in cuts {
            for torn in [0, lines[listed].len() / 2] {
                let folder = tempfile::tempdir().unwrap();
                let put = |name: &str, bytes: &[u8]| fs::write(folder.path().join(name), bytes).unwrap();
                put("manifest.json", &files.iter().find(|(name, _)| name == "manifest.json").unwrap().1);
                put("index", &[&lines[..listed].concat(), &lines[listed][..torn]].concat());
                segments[..open].iter().for_each(|(name, bytes)| put(name, bytes));
                if let Some((name, bytes)) = begun {
                    put(name, &bytes[..cut]);
                }
                assert!(Export::open(folder.path()).is_err(), "it is not whole");
                export(&ground.memory, resume(folder.path()), &quiet).await.unwrap();
                assert_eq!(
                    records(folder.path()),
                    expected,
                    "line {listed} torn at {torn}, segment {open} at {cut}"
                );
            }
        }
    }
}

#[tokio::test]
async fn the_tail_stays_what_it_was_when_the_export_began() {
    let ground = Ground::identity().await;
    let folder = tempfile::tempdir().unwrap();
    let manifest = ground.manifest().await;
    drop(Writer::open(folder.path(), || manifest).unwrap());
    ground.fill(&source(), "orders", 0, 20..30, "orders").await;
    export(&ground.memory, resume(folder.path()), &quiet).await.unwrap();
    assert_eq!(records(folder.path()).len(), 32);
}

#[tokio::test]
async fn what_retention_takes_meanwhile_is_noted_and_a_new_topic_is_refused() {
    let ground = Ground::identity().await;
    let folder = tempfile::tempdir().unwrap();
    let manifest = ground.manifest().await;
    drop(Writer::open(folder.path(), || manifest.clone()).unwrap());
    ground.memory.edit(|world| {
        let topic = world.clusters.get_mut(&source()).unwrap().topics.get_mut("orders").unwrap();
        topic.partitions[0].start = 15;
        topic.records.get_mut(&0).unwrap().retain(|record| record.offset >= 15);
    });
    export(&ground.memory, resume(folder.path()), &quiet).await.unwrap();
    let opened = Export::open(folder.path()).unwrap();
    assert_eq!(opened.gaps.iter().map(|gap| (gap.part, gap.from, gap.to)).collect::<Vec<_>>(), [(0, 8, 15)]);
    assert_eq!(opened.total().records, 25);

    let other = tempfile::tempdir().unwrap();
    let writer = Writer::open(other.path(), || manifest).unwrap();
    ground.make(&source(), "orders", 2);
    let error = export(&ground.memory, writer, &quiet).await.unwrap_err();
    assert!(matches!(error, TailError::Shrunk { wanted: 20, end: 0, .. }), "{error}");
}

#[tokio::test]
async fn two_at_once_are_one_too_many() {
    let ground = Ground::identity().await;
    let folder = tempfile::tempdir().unwrap();
    let manifest = ground.manifest().await;
    let first = Writer::open(folder.path(), || manifest.clone()).unwrap();
    let second = Writer::open(folder.path(), || manifest).err().unwrap();
    assert!(matches!(second, TailError::Busy(_)), "{second}");
    drop(first);
    export(&ground.memory, resume(folder.path()), &quiet).await.unwrap();
    assert!(Stored::read(folder.path()).unwrap().unwrap().end().is_some());
}

/// The lock is held before there is a manifest: of two that begin, the other's can't take the place of the first's.
#[test]
fn nothing_is_written_beside_one_that_begins() {
    let folder = tempfile::tempdir().unwrap();
    let begun = fs::File::create(folder.path().join("index")).unwrap();
    begun.lock().unwrap();
    let second = Writer::open(folder.path(), || panic!("it has no use for a manifest"));
    assert!(matches!(second, Err(TailError::Busy(_))));
    assert_eq!(written(folder.path()), [("index".to_owned(), Vec::new())]);
}
