//! Rows of training on the ground.

use contracts::convert::day;
use contracts::v1::ImportedGroundTraining;

use super::refusal::Refusal;
use crate::db::ground_training::GroundTraining;

const A_DAY: i32 = 24 * 60;

pub fn read(row: ImportedGroundTraining) -> Result<GroundTraining, Refusal> {
    let line = row.line;
    let date = day("date", &row.date)
        .map_err(|_| Refusal::new(line, "date", "malformed", "a date is written as 2026-05-28"))?;
    for (pointer, minutes) in [
        ("minutes_received", row.minutes_received),
        ("minutes_given", row.minutes_given),
    ] {
        if !(0..=A_DAY).contains(&minutes) {
            return Err(Refusal::new(
                line,
                pointer,
                "out_of_range",
                format!("minutes are 0 to {A_DAY}"),
            ));
        }
    }
    super::flights::check_fingerprint(line, &row.fingerprint)?;
    Ok(GroundTraining {
        fingerprint: row.fingerprint.into(),
        occurrence: row.occurrence,
        date,
        minutes_received: row.minutes_received,
        minutes_given: row.minutes_given,
    })
}

/// Each entry once, in the order in which all imports insert them.
pub fn in_order(rows: &[GroundTraining]) -> Vec<GroundTraining> {
    let mut rows = rows.to_vec();
    rows.sort();
    rows.dedup_by(|a, b| (&a.fingerprint, a.occurrence) == (&b.fingerprint, b.occurrence));
    rows
}
