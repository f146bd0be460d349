//! When a record is created, changed, kept or refused.

use super::*;
use chrono::TimeDelta;

#[derive(Debug, Clone, PartialEq)]
struct Note {
    text: &'static str,
    stamps: Stamps,
}

impl Content for Note {
    const WHAT: &'static str = "note";

    fn stamps(&self) -> Stamps {
        self.stamps
    }

    fn with_stamps(self, stamps: Stamps) -> Self {
        Self { stamps, ..self }
    }
}

fn at(seconds: i64) -> DateTime<Utc> {
    DateTime::UNIX_EPOCH + TimeDelta::seconds(seconds)
}

fn note(text: &'static str, version: i64) -> Note {
    Note {
        text,
        stamps: Stamps {
            version,
            created_at: at(0),
            updated_at: at(version),
        },
    }
}

#[test]
fn version_zero_creates_and_may_be_repeated() {
    let created = decide(note("a", 0), None, at(9)).unwrap();
    let stamps = Stamps {
        version: 1,
        created_at: at(9),
        updated_at: at(9),
    };
    assert_eq!(created, Save::Create(Note { text: "a", stamps }));
    assert_eq!(
        decide(note("a", 0), Some(note("a", 3)), at(9)).unwrap(),
        Save::Keep(note("a", 3))
    );
    let other = decide(note("b", 0), Some(note("a", 1)), at(9));
    assert!(matches!(other, Err(OpsError::IdTaken("note"))));
}

#[test]
fn a_version_seen_changes_what_is_still_there() {
    let changed = decide(note("b", 3), Some(note("a", 3)), at(9)).unwrap();
    let stamps = Stamps {
        version: 4,
        created_at: at(0),
        updated_at: at(9),
    };
    assert_eq!(
        changed,
        Save::Update {
            before: note("a", 3),
            after: Note { text: "b", stamps }
        }
    );
    assert!(matches!(
        decide(note("b", 3), None, at(9)),
        Err(OpsError::NotFound { .. })
    ));
    for seen in [1, 2, 4] {
        let outcome = decide(note("b", seen), Some(note("a", 3)), at(9));
        assert!(matches!(outcome, Err(OpsError::VersionMismatch)), "{seen}");
    }
}

#[test]
fn an_equal_record_is_kept_for_who_saw_it_or_the_one_before() {
    for seen in [2, 3] {
        let outcome = decide(note("a", seen), Some(note("a", 3)), at(9));
        assert_eq!(outcome.unwrap(), Save::Keep(note("a", 3)));
    }
    for seen in [1, 4] {
        let outcome = decide(note("a", seen), Some(note("a", 3)), at(9));
        assert!(matches!(outcome, Err(OpsError::VersionMismatch)), "{seen}");
    }
}
