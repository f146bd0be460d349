//! What holds of any input at all.

use logbook::{Reader, RowContent, Summary};
use proptest::prelude::{any, prop, prop_assert, prop_assert_eq, proptest};

const START: &[u8] =
    b"Aircraft Table\nAircraftID,Year,taa\nFlights Table\nDate,AircraftID,TotalTime,PIC,Person1\n";

/// Cells that come near to being right, or to breaking a row.
const CELL: &str = "2026-03-01|N51OA|1\\.6|1:36|-1|TRUE|;|\"|\r\n|é|\u{feff}|[ -~]{0,8}|\\PC{0,8}";

proptest! {
    #[test]
    fn arbitrary_bytes_are_read_to_the_end(bytes in prop::collection::vec(any::<u8>(), 0..2000)) {
        let _ = Reader::new(&bytes[..]).map(Iterator::count);
        let in_a_table = [START, &bytes[..]].concat();
        for row in Reader::new(&in_a_table[..]).unwrap() {
            let row = row.unwrap();
            prop_assert!(row.content != RowContent::Refused || !row.warnings.is_empty());
        }
    }

    #[test]
    fn arbitrary_csv_is_read_to_the_end(text in "([a-z0-9 ]|,|\"|\n|\r|2026-03-01,N51OA,){0,300}") {
        let in_a_table = [START, text.as_bytes()].concat();
        let lines = 1 + in_a_table.iter().filter(|byte| matches!(byte, b'\n' | b'\r')).count();
        let rows = Reader::new(&in_a_table[..]).unwrap().count();
        prop_assert!(rows <= lines);
    }

    /// Neither dropped, nor counted twice, nor an end to the reading.
    #[test]
    fn every_data_row_is_one_row(rows in prop::collection::vec(prop::collection::vec(CELL, 1..8), 0..30)) {
        let mut data = csv::WriterBuilder::new().flexible(true).from_writer(START.to_vec());
        let mut expected = 0;
        for row in &rows {
            data.write_record(row).unwrap();
            expected += usize::from(row.iter().any(|cell| !cell.trim_ascii().is_empty()));
        }
        let data = data.into_inner().unwrap();
        let mut summary = Summary::default();
        let mut line = 0;
        for row in Reader::new(&data[..]).unwrap() {
            let row = row.unwrap();
            summary.add(&row);
            prop_assert!(row.line > line, "lines go up");
            line = row.line;
            if let RowContent::Flight(flight) = row.content {
                prop_assert!(flight.minutes.pic <= flight.block_minutes());
            }
        }
        prop_assert_eq!(summary.rows(), u64::try_from(expected).unwrap());
    }

    /// How the file comes in makes no difference.
    #[test]
    fn any_size_of_read_gives_the_same_rows(
        text in "(\r|\n|\"|,|2026-03-01,N51OA,1\\.0,1\\.0,x){0,60}",
        size in 1usize..20,
    ) {
        struct Slow<'a>(&'a [u8], usize);
        impl std::io::Read for Slow<'_> {
            fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
                let most = self.1.min(buffer.len());
                std::io::Read::read(&mut self.0, &mut buffer[..most])
            }
        }
        let file = [b"\xef\xbb\xbf", START, text.as_bytes()].concat();
        let read = |row: std::io::Result<logbook::Row>| row.unwrap();
        let at_once: Vec<_> = Reader::new(&file[..]).unwrap().map(read).collect();
        let slowly: Vec<_> = Reader::new(Slow(&file, size)).unwrap().map(read).collect();
        prop_assert_eq!(at_once, slowly);
    }
}
