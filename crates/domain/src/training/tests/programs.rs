use super::*;
use crate::Refusal;

#[test]
fn revisions_are_numbered_and_none_is_published_of_nothing() {
    let first = program();
    assert_eq!(first.latest().unwrap().number, 1);
    let nothing = first.clone().publish(id(2), now());
    assert!(matches!(
        nothing,
        Err(Refusal::Conflict {
            code: "nothing_to_publish",
            ..
        })
    ));
    let mut changed = syllabus();
    changed.name = "Another".into();
    let revised = first.clone().revise(changed, None, now()).unwrap();
    let second = revised.publish(id(2), now()).unwrap();
    assert_eq!(second.revisions[0], first.revisions[0]);
    assert_eq!((second.revisions[1].number, second.version), (2, 4));
    assert_eq!(second.revision(2).unwrap().syllabus.name, "Another");
    assert!(second.revision(3).is_none() && second.draft.is_none());
}

#[test]
fn an_archived_program_changes_no_more() {
    let archived = program().archive(now()).unwrap();
    assert!(archived.clone().revise(syllabus(), None, now()).is_err());
    assert!(archived.clone().publish(id(2), now()).is_err());
    assert!(archived.archive(now()).is_err());
}

#[test]
fn everything_wrong_with_a_syllabus_is_said_at_once() {
    let mut wrong = syllabus();
    wrong.name.clear();
    wrong.stages[0].items[1].code = "I-1".into();
    wrong.stages[1].items[0].planned_minutes = -1;
    wrong.minimums.solo = -1;
    let found = wrong.violations();
    let found: Vec<_> = found.iter().map(|v| (v.pointer, v.code)).collect();
    assert_eq!(
        found,
        [
            ("name", "length"),
            ("items", "repeated"),
            ("items", "out_of_range"),
            ("minimums", "out_of_range"),
        ]
    );
    let empty = Syllabus {
        stages: Vec::new(),
        ..syllabus()
    };
    let found: Vec<_> = empty.violations().iter().map(|v| v.pointer).collect();
    assert_eq!(found, ["stages", "items"]);
}
