//! Personal data and free text are printed nowhere.

use logbook::{Person, Private, Reader, RowContent};
use proptest::prelude::{prop, prop_assert, proptest};

use crate::flight;

const SECRET: &str = "Zoe Zyx";
const PHONE: &str = "650-555-0100";

#[test]
fn people_and_remarks_are_read_and_not_printed() {
    let columns =
        "TotalTime,Person1,Person2,InstructorName,InstructorComments,PilotComments,Approach1";
    let values = "1.0,Zoe Zyx;Instructor;zoe@example.org;+1 650 555 0100,;;;,Zoe Zyx,said Zoe Zyx,with Zoe Zyx,1;ILS;1;KPAO;for Zoe Zyx";
    let (flight, warnings) = flight(columns, values);
    assert_eq!(warnings, []);
    let exposed = |text: &Option<Private>| text.as_ref().map(|text| text.expose().to_owned());
    let [person, instructor] = &flight.people[..] else {
        panic!("{}", flight.people.len())
    };
    let Person {
        name,
        role,
        email,
        phone,
    } = person;
    assert_eq!(exposed(name).as_deref(), Some(SECRET));
    assert_eq!(exposed(role).as_deref(), Some("Instructor"));
    assert_eq!(exposed(email).as_deref(), Some("zoe@example.org"));
    assert_eq!(exposed(phone).as_deref(), Some("+1 650 555 0100"));
    assert_eq!(exposed(&instructor.name).as_deref(), Some(SECRET));
    assert_eq!(exposed(&flight.comments).as_deref(), Some("with Zoe Zyx"));
    assert_eq!(
        flight.instructor_comments.clone().unwrap().into_exposed(),
        "said Zoe Zyx"
    );
    let printed = format!("{flight:?}");
    assert!(
        !printed.contains("Zyx") && !printed.contains("0100") && !printed.contains("Instructor\""),
        "{printed}"
    );
}

const HEADER: &str = "Date,AircraftID,TotalTime,PIC,PilotComments,IPC,Person1,Night,TimeOut";

proptest! {
    /// Whatever a row is like, and whatever an unquoted comma shifts.
    #[test]
    fn no_warning_carries_a_secret(
        cells in prop::collection::vec("[0-9x\",\n.;-]{0,4}", 4),
        before in 0usize..3,
        commas in 0usize..6,
        quote in prop::bool::ANY,
    ) {
        let [total, pic, night, time] = &cells[..] else { panic!() };
        let secret = format!("{}{SECRET},{PHONE}{}", "so,".repeat(before), ",".repeat(commas));
        let secret = if quote { format!("\"{secret}") } else { secret };
        let row = format!("2026-03-01,N51OA,{total},{pic},{secret},,{SECRET};{SECRET};{SECRET};{SECRET},{night},{time}\n");
        let file = format!("Flights Table\n{HEADER}\n{row}2026-03-01,N51OA,1,1,,,,,\n");
        for row in Reader::new(file.as_bytes()).unwrap() {
            let row = row.unwrap();
            let printed = format!("{row:?} {}", serde_json::to_string(&row.warnings).unwrap());
            let refused = row.content == RowContent::Refused;
            prop_assert!(!printed.contains("Zyx") && !printed.contains("0100"), "refused: {refused}: {printed}");
        }
    }
}
