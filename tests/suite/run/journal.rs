use jiff::Timestamp;
use leeward::estate::{Fault, FaultKind};
use leeward::plan::StepId;
use leeward::run::{Entry, Event, Fact, Header, Journal, JournalError, Recording, Tape};
use proptest::prelude::*;
use std::io;
use std::sync::{Arc, Mutex};

/// A tape in memory that others can look at.
#[derive(Debug, Clone, Default)]
pub struct Memory(pub Arc<Mutex<Vec<u8>>>);

impl Tape for Memory {
    fn append(&mut self, line: &[u8]) -> io::Result<()> {
        self.0.lock().unwrap().extend_from_slice(line);
        Ok(())
    }
}

pub fn header() -> Header {
    Header {
        format: Header::FORMAT,
        run: "7f3a".into(),
        plan: "f00d".into(),
        steps: 3,
        leeward: "0.1.0".into(),
        started: Timestamp::UNIX_EPOCH,
        by: "ada@ops".into(),
        what: "apply".into(),
    }
}

fn entries() -> Vec<Entry> {
    let fault = Fault::new(FaultKind::Timeout, "no “answer”\n");
    let events = [
        vec![Event::Started { step: StepId(0), attempt: 1 }, Event::Started { step: StepId(1), attempt: 1 }],
        vec![Event::Done { step: StepId(0), fact: Fact::LetGo }, Event::Failed { step: StepId(1), fault }],
        vec![Event::Skipped { step: StepId(2), because: StepId(1) }],
        vec![Event::Saving { serial: 4 }, Event::Interrupted, Event::Resumed],
        vec![Event::Finished { whole: false }],
    ];
    events.map(|events| Entry { at: Timestamp::UNIX_EPOCH, events }).into()
}

/// A whole journal, and where each of its lines ends.
fn written() -> (Vec<u8>, Vec<usize>) {
    let tape = Memory::default();
    let mut journal = Journal::begin(Box::new(tape.clone()), &header()).unwrap();
    for entry in entries() {
        journal.append(&entry).unwrap();
    }
    let bytes = tape.0.lock().unwrap().clone();
    let ends = bytes.iter().enumerate().filter(|(_, byte)| **byte == b'\n').map(|(at, _)| at + 1).collect();
    (bytes, ends)
}

#[test]
fn a_journal_is_read_as_it_was_written() {
    let (bytes, _) = written();
    let recording = Recording::read(&bytes).unwrap();
    assert_eq!(recording.header, header());
    assert_eq!(recording.entries, entries());
    assert_eq!(recording.whole, bytes.len());
}

#[test]
fn each_line_is_json() {
    let (bytes, _) = written();
    for line in String::from_utf8(bytes).unwrap().lines() {
        let value: serde_json::Value = serde_json::from_str(line).unwrap();
        assert_eq!(value["crc"].as_str().unwrap().len(), 8);
    }
}

#[test]
fn a_journal_torn_at_any_byte_keeps_its_whole_lines() {
    let (bytes, ends) = written();
    for length in 0..bytes.len() {
        let whole = ends.iter().filter(|end| **end <= length).count();
        match Recording::read(&bytes[..length]) {
            Err(JournalError::Empty) => assert_eq!(whole, 0),
            Err(error) => panic!("{length}: {error}"),
            Ok(recording) => {
                assert_eq!(recording.entries, entries()[..whole - 1], "{length}");
                assert_eq!(recording.whole, ends[whole - 1], "{length}");
            }
        }
    }
}

#[test]
fn a_journal_goes_on_behind_what_was_torn_off() {
    let (bytes, ends) = written();
    let recording = Recording::read(&bytes[..ends[2] + 10]).unwrap();
    let tape = Memory::default();
    tape.0.lock().unwrap().extend_from_slice(&bytes[..recording.whole]);
    let mut journal = Journal::resume(Box::new(tape.clone()), &recording);
    for entry in &entries()[2..] {
        journal.append(entry).unwrap();
    }
    assert_eq!(*tape.0.lock().unwrap(), bytes);
}

#[test]
fn a_tail_of_zeroes_is_torn_too() {
    let (bytes, ends) = written();
    let mut torn = bytes[..ends[3]].to_vec();
    torn.extend([0; 512]);
    assert_eq!(Recording::read(&torn).unwrap().whole, ends[3]);
}

#[test]
fn missing_and_swapped_lines_are_noticed() {
    let (bytes, ends) = written();
    let without_the_third = [&bytes[..ends[1]], &bytes[ends[2]..]].concat();
    assert!(matches!(Recording::read(&without_the_third), Err(JournalError::Damaged { line: 3 })));
    let swapped = [&bytes[..ends[0]], &bytes[ends[1]..ends[2]], &bytes[ends[0]..ends[1]], &bytes[ends[2]..]];
    assert!(matches!(Recording::read(&swapped.concat()), Err(JournalError::Damaged { line: 2 })));
}

#[test]
fn a_newer_journal_is_refused_as_such() {
    let tape = Memory::default();
    Journal::begin(Box::new(tape.clone()), &Header { format: 2, ..header() }).unwrap();
    let answer = Recording::read(&tape.0.lock().unwrap());
    assert!(matches!(answer, Err(JournalError::Newer { found: 2 })));
}

/// A tape whose second line is not written.
struct Full(usize);

impl Tape for Full {
    fn append(&mut self, _: &[u8]) -> io::Result<()> {
        self.0 += 1;
        if self.0 == 2 { Err(io::ErrorKind::StorageFull.into()) } else { Ok(()) }
    }
}

#[test]
fn after_a_failed_write_nothing_is_written() {
    let mut journal = Journal::begin(Box::new(Full(0)), &header()).unwrap();
    assert!(matches!(journal.append(&entries()[0]), Err(JournalError::Write(_))));
    assert!(matches!(journal.append(&entries()[1]), Err(JournalError::Broken)));
}

proptest! {
    /// Either nothing that was recorded is changed, or the journal is refused.
    #[test]
    fn a_damaged_journal_never_tells_another_story(at in 0..written().0.len(), by in 1..=255_u8) {
        let (mut bytes, _) = written();
        bytes[at] ^= by;
        if let Ok(recording) = Recording::read(&bytes) {
            prop_assert_eq!(&recording.header, &header());
            prop_assert!(entries().starts_with(&recording.entries));
        }
    }
}
