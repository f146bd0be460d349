//! Times of day.

use crate::{codes, flight};

const COLUMNS: &str = "TotalTime,TimeOut,TimeOff,TimeOn,TimeIn,OnDuty,OffDuty";

#[test]
fn times_are_read_in_every_spelling() {
    let (flight, warnings) = flight(COLUMNS, "1.6,0930,9:36,10:59:30,1106Z,730,23:59");
    assert_eq!(warnings, []);
    let t = flight.times;
    let times = [t.out, t.off, t.on, t.in_, t.on_duty, t.off_duty];
    let times = times.map(|time| time.unwrap().to_string());
    assert_eq!(
        times,
        [
            "09:30:00", "09:36:00", "10:59:00", "11:06:00", "07:30:00", "23:59:00"
        ]
    );
    assert_eq!(t.block_minutes(), Some(96));
}

#[test]
fn a_flight_may_pass_midnight() {
    let (flight, warnings) = flight(COLUMNS, "1.0,23:30,23:40,00:20,00:30,,");
    assert_eq!(warnings, []);
    assert_eq!(flight.times.block_minutes(), Some(60));
}

#[test]
fn times_out_of_order_are_dropped() {
    let (flight, warnings) = flight(COLUMNS, "1.6,0930,0900,1100,1106,,");
    assert_eq!(codes(&warnings), ["TimeOff times_out_of_order"]);
    assert_eq!((flight.times.off, flight.times.on), (None, None));
    assert_eq!(flight.times.block_minutes(), Some(96));
    let (_, warnings) = crate::flight(COLUMNS, "1.6,0930,1000,0955,1106,,");
    assert_eq!(codes(&warnings), ["TimeOff times_out_of_order"]);
}
