//! Memory stays constant, however long the file. Alone in its process, since
//! it measures the process.
#![allow(clippy::unwrap_used, reason = "a test")]

use std::io::Read;

use logbook::{Reader, RowContent, Summary};

const ROWS: u64 = 100_000;

/// The most that the process may grow by while 99 % of the file go by. The
/// file itself has some 25 MiB.
const MOST_GROWTH_KIB: u64 = 2 * 1024;

/// A logbook that is written while it is read.
struct Generated {
    row: u64,
    ready: Vec<u8>,
}

impl Generated {
    fn line(&self) -> String {
        let remark = "circuits and bumps, ".repeat(10);
        let (day, hour) = (self.row / 24 % 28 + 1, self.row % 24);
        format!(
            "2025-{:02}-{day:02},N51OA,KPAO,KHAF,{hour:02}30,1.6,1.6,2,2,\"{remark}\"\n",
            self.row % 12 + 1
        )
    }
}

impl Read for Generated {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        if self.ready.is_empty() && self.row < ROWS {
            self.ready = self.line().into_bytes();
            self.row += 1;
        }
        let count = buffer.len().min(self.ready.len());
        for (to, from) in buffer.iter_mut().zip(self.ready.drain(..count)) {
            *to = from;
        }
        Ok(count)
    }
}

/// The most memory the process has ever held, where the system tells.
fn peak_kib() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().strip_suffix("kB")?.trim().parse().ok()
}

#[test]
fn a_hundred_thousand_rows_take_no_more_memory_than_a_thousand() {
    let header = "Aircraft Table\nAircraftID\nN51OA\nFlights Table\n\
                  Date,AircraftID,From,To,TimeOut,TotalTime,PIC,DayLandingsFullStop,AllLandings,PilotComments\n";
    let file = Generated {
        row: 0,
        ready: header.into(),
    };
    let mut summary = Summary::default();
    let mut early_peak = None;
    for row in Reader::new(file).unwrap() {
        let row = row.unwrap();
        assert!(!matches!(row.content, RowContent::Refused), "{row:?}");
        summary.add(&row);
        if summary.flights == ROWS / 100 * 5 {
            early_peak = peak_kib();
        }
    }
    assert_eq!(summary.flights, ROWS);
    assert_eq!(summary.total_minutes, 96 * ROWS);
    assert_eq!(summary.landings, 2 * ROWS);
    match (early_peak, peak_kib()) {
        (Some(early), Some(late)) => {
            assert!(late - early < MOST_GROWTH_KIB, "from {early} to {late} KiB")
        }
        _ => eprintln!("SKIPPED in part: this system does not tell a process its peak of memory"),
    }
}
