use proptest::prelude::{prop, prop_assert_eq, proptest};

use super::Fields;

fn split(record: &[u8]) -> Vec<Vec<u8>> {
    let mut fields = Fields::default();
    fields.split(record);
    fields.iter().map(<[u8]>::to_vec).collect()
}

fn split_by_csv(record: &[u8]) -> Vec<Vec<u8>> {
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .from_reader(record);
    let mut fields = csv::ByteRecord::new();
    reader.read_byte_record(&mut fields).unwrap();
    fields.iter().map(<[u8]>::to_vec).collect()
}

#[test]
fn values_are_kept_apart_up_to_a_limit() {
    let mut fields = Fields::default();
    fields.split(&b",".repeat(5000));
    assert!(fields.too_many() && fields.is_blank());
    fields.split(b"a,\" \"\"b\"\"\"");
    assert!(!fields.too_many() && !fields.is_blank());
    assert_eq!(
        (fields.len(), fields.get(1), fields.get(2)),
        (2, Some(&b" \"b\""[..]), None)
    );
}

proptest! {
    #[test]
    fn any_line_is_taken_apart_as_the_csv_crate_does(line in "[a\", ]{1,30}") {
        prop_assert_eq!(split(line.as_bytes()), split_by_csv(line.as_bytes()));
    }

    #[test]
    fn what_the_csv_crate_writes_is_read(values in prop::collection::vec("\\PC{0,10}|[a\",\n]{0,10}", 1..10)) {
        let mut writer = csv::Writer::from_writer(Vec::new());
        writer.write_record(&values).unwrap();
        let written = writer.into_inner().unwrap();
        let record = written.strip_suffix(b"\n").unwrap();
        let read: Vec<String> = split(record).into_iter().map(|value| String::from_utf8(value).unwrap()).collect();
        prop_assert_eq!(read, values);
    }
}
