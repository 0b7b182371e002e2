//! Files of a pair, on this machine.

use leeward::estate::{
    Address, Change, FaultKind, FileObject, Kind, Object, ObjectId, Outcome, Query, Reading, Verb, What,
};
use leeward::provider::file::FilePlace;
use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

fn pair() -> Address {
    Address::new(Kind::Pair, "orders")
}

fn read(path: &Path) -> Reading {
    let query = Query::File { pair: pair(), path: path.to_str().unwrap().into() };
    FilePlace::default().read(&[&query]).remove(0)
}

fn change(path: &Path, verb: Verb) -> Outcome {
    let id = ObjectId::new(&pair(), What::File(path.to_str().unwrap().into()));
    FilePlace::default().change(&[&Change { id, verb }]).remove(0)
}

fn file(text: &str) -> Object {
    Object::File(FileObject { text: text.into() })
}

fn update(from: &str, to: &str) -> Verb {
    Verb::Update { from: file(from), to: file(to) }
}

#[test]
fn a_file_is_made_changed_and_deleted() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("kafka.env");
    assert_eq!(read(&path), Reading::Absent);
    assert_eq!(change(&path, Verb::Create(file("one\n"))), Outcome::Done(()));
    assert_eq!(read(&path), Reading::Present(file("one\n")));
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o644);
    assert_eq!(change(&path, update("one\n", "two\n")), Outcome::Done(()));
    assert_eq!(fs::read_to_string(&path).unwrap(), "two\n");
    // Done again it finds itself done.
    assert_eq!(change(&path, update("one\n", "two\n")), Outcome::Done(()));
    assert_eq!(change(&path, Verb::Delete(file("two\n"))), Outcome::Done(()));
    assert_eq!(change(&path, Verb::Delete(file("two\n"))), Outcome::Done(()));
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0, "something is left beside it");
}

#[test]
fn what_is_not_as_expected_is_left_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("kafka.env");
    assert_eq!(change(&path, update("one", "two")), Outcome::Moved(Reading::Absent));
    fs::write(&path, "by hand").unwrap();
    let moved = Outcome::Moved(Reading::Present(file("by hand")));
    for verb in [Verb::Create(file("one")), update("one", "two"), Verb::Delete(file("one"))] {
        assert_eq!(change(&path, verb), moved);
    }
    assert_eq!(fs::read_to_string(&path).unwrap(), "by hand");
}

#[test]
fn rights_stay_and_a_link_stays_a_link() {
    let folder = tempfile::tempdir().unwrap();
    let (path, link) = (folder.path().join("real"), folder.path().join("kafka.env"));
    fs::write(&path, "one").unwrap();
    fs::set_permissions(&path, Permissions::from_mode(0o640)).unwrap();
    std::os::unix::fs::symlink(&path, &link).unwrap();
    assert_eq!(change(&link, update("one", "two")), Outcome::Done(()));
    assert_eq!(fs::read_to_string(&path).unwrap(), "two");
    assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o640);
}

#[test]
fn what_can_not_be_written_says_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let fault = |path: &Path| match change(path, Verb::Create(file("one"))) {
        Outcome::Failed(fault) => fault,
        other => panic!("{other:?}"),
    };
    let nowhere = fault(&folder.path().join("nowhere/kafka.env"));
    assert_eq!(
        (nowhere.kind, nowhere.hint.as_deref()),
        (FaultKind::Invalid, Some("make the folder that it is to lie in"))
    );
    let Reading::Unreachable(folder) = read(folder.path()) else { panic!("a folder is no file") };
    assert!(folder.message.contains("can't be read"), "{folder}");
}
