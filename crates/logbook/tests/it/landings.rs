//! Take-offs and landings in old and new columns.

use crate::{codes, flight};

const OLD: &str =
    "TotalTime,DayTakeoffs,DayLandingsFullStop,NightTakeoffs,NightLandingsFullStop,AllLandings";
const NEW: &str = "TotalTime,Takeoff Day,Takeoff Night,Landing Full-Stop Day,Landing Full-Stop Night,\
                   Landing Touch-and-Go Day,Landing Touch-and-Go Night,Takeoff Day Towered,\
                   Landing Full-Stop Day Towered,Landing Touch-and-Go Day Towered";

#[test]
fn old_columns() {
    let (flight, warnings) = flight(OLD, "1.0,3,2,1,1,3");
    let l = flight.landings;
    assert_eq!(warnings, []);
    assert_eq!((l.day_takeoffs, l.night_takeoffs), (3, 1));
    assert_eq!((l.day, l.night, l.all), (2, 1, Some(3)));
}

#[test]
fn new_columns() {
    let (flight, warnings) = flight(NEW, "1.0,1,1,1,1,4,2,2,3,5");
    let l = flight.landings;
    assert_eq!(warnings, []);
    assert_eq!((l.day_takeoffs, l.night_takeoffs), (3, 1));
    assert_eq!((l.full_stop_day, l.touch_and_go_day, l.day), (4, 9, 13));
    assert_eq!(
        (l.full_stop_night, l.touch_and_go_night, l.night),
        (1, 2, 3)
    );
    assert_eq!(l.all, None);
}

#[test]
fn old_and_new_columns_in_one_file_are_one_count() {
    let columns = "TotalTime,Landing Full-Stop Day,Landing Touch-and-Go Day Towered,\
                   DayLandingsFullStop,NightLandingsFullStop,AllLandings";
    let (first, warnings) = flight(columns, "1.7,1,13,1,0,14");
    assert_eq!(
        (first.landings.day, first.landings.night, warnings),
        (14, 0, vec![])
    );
    let (second, warnings) = flight(columns, "1.0,2,,4,1,5");
    assert_eq!((second.landings.day, second.landings.night), (4, 1));
    assert_eq!(codes(&warnings), ["DayLandingsFullStop columns_disagree"]);
}

#[test]
fn all_landings_may_have_more_or_fewer() {
    let (more, warnings) = flight(OLD, "1.0,,,,,11");
    assert_eq!(
        (more.landings.day, more.landings.night, more.landings.all),
        (11, 0, Some(11))
    );
    assert_eq!(codes(&warnings), ["AllLandings landings_disagree"]);
    assert!(
        warnings[0]
            .reason
            .contains("the other 11 count as landings by day")
    );
    let (fewer, warnings) = flight(OLD, "1.0,,2,,2,1");
    assert_eq!(
        (fewer.landings.day, fewer.landings.night, fewer.landings.all),
        (2, 2, Some(1))
    );
    assert_eq!(codes(&warnings), ["AllLandings landings_disagree"]);
}

#[test]
fn counts_are_bounded() {
    let (single, warnings) = flight(OLD, "1.0,-1,1000,999,3.0,");
    assert_eq!(
        (single.landings.full_stop_day, single.landings.night),
        (0, 3)
    );
    assert_eq!(
        codes(&warnings),
        [
            "DayTakeoffs out_of_range",
            "DayLandingsFullStop out_of_range"
        ]
    );
    let (sum, warnings) = flight(NEW, "1.0,0,0,999,0,999,0,0,0,0");
    assert_eq!(sum.landings.day, 999);
    assert_eq!(codes(&warnings), ["Landing Full-Stop Day out_of_range"]);
}
