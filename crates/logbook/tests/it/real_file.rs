//! The measured facts of a real export, where it is at hand.

use std::fs::File;

use logbook::{Reader, RowContent, Summary};
use test_support::real_logbook;

fn open(name: &str) -> Option<File> {
    real_logbook(name).map(|path| File::open(path).expect("it can be read"))
}

#[test]
fn logbook_a_adds_up() {
    let Some(file) = open("logbook-a.csv") else {
        return;
    };
    let reader = Reader::new(file).expect("a logbook");
    assert_eq!(reader.warnings(), []);
    let mut summary = Summary::default();
    for row in reader {
        let row = row.expect("the file can be read");
        if let RowContent::GroundTraining(training) = &row.content {
            assert_eq!((row.line, training.received_minutes), (38, 120));
        }
        row.warnings
            .iter()
            .for_each(|warning| eprintln!("{warning}"));
        summary.add(&row);
    }
    assert_eq!(summary.aircraft, 26);
    assert_eq!(summary.flights + summary.ground_trainings, 243);
    assert_eq!((summary.ground_trainings, summary.refused), (1, 0));
    assert_eq!(summary.total_minutes, 22_326);
    assert_eq!(summary.landings, 1109);
    assert_eq!(summary.warnings, 32);
}

#[test]
fn the_official_template_is_an_empty_logbook() {
    let Some(file) = open("template.csv") else {
        return;
    };
    let reader = Reader::new(file).expect("a logbook");
    let unknown = reader
        .warnings()
        .iter()
        .map(|warning| warning.column.as_deref());
    assert_eq!(unknown.clone().count(), 7);
    assert!(
        unknown
            .flatten()
            .all(|column| column.ends_with("]CustomFieldName"))
    );
    assert_eq!(reader.count(), 0);
}
