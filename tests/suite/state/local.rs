use super::sample;
use leeward::state::{Local, State, Store, StoreError, decode};
use std::fs;

#[tokio::test]
async fn what_is_saved_is_loaded() {
    let folder = tempfile::tempdir().unwrap();
    let store = Local::new(folder.path().join("deep/leeward.state.json"));
    assert_eq!(store.load().await.unwrap(), None);
    let mut state = sample();
    store.save(&mut state).await.unwrap();
    assert_eq!(state.serial, 8);
    assert_eq!(store.load().await.unwrap(), Some(state));
}

#[tokio::test]
async fn the_state_before_the_last_write_is_kept() {
    let folder = tempfile::tempdir().unwrap();
    let store = Local::new(folder.path().join("s.json"));
    let mut state = State::new("l");
    for serial in 1..=3 {
        store.save(&mut state).await.unwrap();
        assert_eq!(state.serial, serial);
        assert_eq!(store.backup().exists(), serial > 1);
    }
    let backup = decode(&fs::read(store.backup()).unwrap()).unwrap();
    assert_eq!(backup.serial, 2);
    let mut names: Vec<_> =
        fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    names.sort();
    assert_eq!(names, ["s.json", "s.json.backup"]);
}

#[tokio::test]
async fn a_write_that_fails_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("s.json");
    fs::create_dir(&path).unwrap();
    let mut state = sample();
    let error = Local::new(&path).save(&mut state).await.unwrap_err();
    assert!(matches!(error, StoreError::Write { .. }), "{error}");
    assert_eq!(state, sample());
}

#[tokio::test]
async fn a_state_that_was_cut_off_is_refused_with_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("s.json");
    let store = Local::new(&path);
    store.save(&mut sample()).await.unwrap();
    let bytes = fs::read(&path).unwrap();
    fs::write(&path, &bytes[..bytes.len() / 2]).unwrap();
    let error = store.load().await.unwrap_err();
    assert_eq!(error.to_string(), format!("the state {} is cut off: its end is missing", path.display()));
    assert!(error.hint().unwrap().contains("s.json.backup"));
}

#[cfg(unix)]
#[tokio::test]
async fn a_link_to_the_state_stays_a_link() {
    let folder = tempfile::tempdir().unwrap();
    let (real, link) = (folder.path().join("real.json"), folder.path().join("link.json"));
    Local::new(&real).save(&mut sample()).await.unwrap();
    std::os::unix::fs::symlink(&real, &link).unwrap();
    let mut state = Local::new(&link).load().await.unwrap().unwrap();
    Local::new(&link).save(&mut state).await.unwrap();
    assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
    assert_eq!(Local::new(&real).load().await.unwrap().unwrap().serial, 9);
}
