use proptest::prelude::{prop, prop_assert, proptest};

use super::{Framing, Records};
use crate::limits::MAX_ROW_BYTES;

/// Every record of a text: its line, what became of it, and its bytes.
fn records(text: &str) -> Vec<(u64, Framing, String)> {
    let mut records = Records::new(text.as_bytes());
    let mut all = Vec::new();
    while let Some(framing) = records.advance().unwrap() {
        all.push((
            records.line(),
            framing,
            String::from_utf8_lossy(records.bytes()).into_owned(),
        ));
    }
    all
}

#[test]
fn records_know_their_lines() {
    let text = "\u{feff}a\r\n\"b\r\nb\",c\r\rd\n";
    let lines = [(1, "a"), (2, "\"b\nb\",c"), (4, ""), (5, "d")];
    let expected = lines.map(|(line, text)| (line, Framing::Whole, text.to_owned()));
    assert_eq!(records(text), expected);
}

#[test]
fn a_quote_without_end_is_stepped_back_from() {
    let shape: Vec<(u64, Framing)> = records("a,\"b\nc\n\"d\"\n")
        .into_iter()
        .map(|(line, framing, _)| (line, framing))
        .collect();
    assert_eq!(
        shape,
        [
            (1, Framing::Unterminated),
            (2, Framing::Whole),
            (3, Framing::Whole)
        ]
    );
    let at_the_end = records("a\n\"b");
    assert_eq!(at_the_end[1].1, Framing::Unterminated);
    assert_eq!(at_the_end.len(), 2);
}

/// Each line opens a quote, whatever state it begins in, so that every record
/// would run to the limit. Without the rule that lines read again stand each
/// for itself, this would take a million times as long.
#[test]
fn no_byte_is_read_more_than_twice() {
    let text = "x\"y,\"z\n".repeat(MAX_ROW_BYTES / 2);
    let mut records = Records::new(text.as_bytes());
    let mut count = 0;
    while records.advance().unwrap().is_some() {
        count += 1;
    }
    assert_eq!(count, MAX_ROW_BYTES / 2);
}

#[test]
fn buffers_stay_within_the_limit() {
    let text = format!("\"{}\n", "line\n".repeat(MAX_ROW_BYTES));
    let mut records = Records::new(text.as_bytes());
    while records.advance().unwrap().is_some() {
        assert!(records.record.capacity() <= 2 * MAX_ROW_BYTES);
    }
    assert_eq!(records.line(), u64::try_from(MAX_ROW_BYTES).unwrap() + 1);
}

proptest! {
    /// What the `csv` crate writes comes back record by record.
    #[test]
    fn written_records_are_whole(
        rows in prop::collection::vec(prop::collection::vec("[a\",\n]{1,6}", 1..4), 0..10),
    ) {
        let mut writer = csv::WriterBuilder::new().flexible(true).from_writer(Vec::new());
        rows.iter().for_each(|row| writer.write_record(row).unwrap());
        let text = String::from_utf8(writer.into_inner().unwrap()).unwrap();
        let records = records(&text);
        prop_assert!(records.len() == rows.len());
        prop_assert!(records.iter().all(|(_, framing, _)| *framing == Framing::Whole));
    }
}
