use super::{Header, Table, is_row_of_types};
use crate::column::Column;
use crate::fields::Fields;

fn fields(record: &str) -> Fields {
    let mut fields = Fields::default();
    fields.split(record.as_bytes());
    fields
}

#[test]
fn tables_begin_with_their_name() {
    assert_eq!(
        Table::begins(&fields("Flights Table,,#;type")),
        Some(Table::Flights)
    );
    assert_eq!(
        Table::begins(&fields(" aircraft table ")),
        Some(Table::Aircraft)
    );
    assert_eq!(Table::begins(&fields("x,Flights Table")), None);
}

#[test]
fn a_header_knows_its_places_and_its_width() {
    let (header, warnings) =
        Header::read(Table::Flights, 7, &fields("PIC,Date,Person1,Person2,,,")).unwrap();
    assert_eq!(warnings, []);
    assert_eq!(header.places(Column::Person), [2, 3]);
    assert_eq!((header.width(), header.full_width()), (4, 7));
    assert_eq!(
        (
            header.name_of(Column::Date),
            header.name_of(Column::TotalTime)
        ),
        ("Date", "TotalTime")
    );
}

#[test]
fn names_stand_on_one_line() {
    let (header, _) = Header::read(Table::Flights, 1, &fields("Date,PIC,\"Total\nTime\"")).unwrap();
    assert_eq!(header.name_of(Column::TotalTime), "Total Time");
}

#[test]
fn a_header_needs_its_key_columns() {
    assert!(Header::read(Table::Aircraft, 1, &fields("AircraftID")).is_some());
    assert!(Header::read(Table::Aircraft, 1, &fields("Make,Model")).is_none());
    assert!(Header::read(Table::Flights, 1, &fields("Date,Text,Text")).is_none());
    assert!(Header::read(Table::Flights, 1, &fields("PIC,SIC")).is_none());
    assert!(Header::read(Table::Flights, 1, &fields(&"Date,PIC,".repeat(1000))).is_none());
}

#[test]
fn rows_of_types_are_known() {
    assert!(is_row_of_types(&fields(
        "Date,Text,HH:MM,Decimal or HH:MM,Packed Detail,,boolean"
    )));
    assert!(!is_row_of_types(&fields("Text,N51OA")));
}
