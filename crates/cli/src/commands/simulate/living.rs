//! On and on, at a rate.

use std::num::NonZeroUsize;
use std::time::Duration;

use bus::RpcClient;
use simulator::School;
use simulator::driver::Driver;
use tokio::time::{Instant, sleep_until};

use super::school::Plan;
use super::stop::Stop;
use super::{Lived, days_before, interrupted, today};
use crate::failure::Failure;
use crate::session::Session;

/// Aircraft of a school that lives at a rate: as many as it takes.
const MOST_AIRCRAFT: usize = 40;
/// The days that a school lives.
const YEAR: u64 = 365;

/// Lives until Ctrl-C.
pub async fn live(
    plan: &Plan,
    driver: &Driver<RpcClient>,
    rate: NonZeroUsize,
    mut lived: Lived,
    mut stop: Stop,
    session: &mut Session,
) -> Result<Lived, Failure> {
    session.output.remark("Living; Ctrl-C ends it.");
    let mut progress = session.progress("flights");
    let mut pace = Pace::new(rate, Instant::now());
    // Other schools than any before.
    let mut seed = session.now().timestamp().unsigned_abs();
    'schools: loop {
        seed += 1;
        let mut school = school(plan, seed, rate, session);
        let last = days_before(today(session, plan.zone), 1);
        let founded = driver.live(vec![school.founding()]).await;
        let founded = founded.map_err(interrupted)?;
        if founded.refused > 0 {
            // One of its aircraft is registered like another; the next school's will not be.
            continue;
        }
        lived.add(0, founded);
        while school.today() <= last {
            let day = school.day();
            let flights = day.flights;
            // A day that has begun is lived to its end.
            let tally = driver.live(vec![day]).await.map_err(interrupted)?;
            lived.add(flights, tally);
            progress.advance(
                u64::try_from(flights).unwrap_or_default(),
                &mut session.output,
            );
            let due = pace.due(flights, Instant::now());
            tokio::select! {
                biased;
                () = stop.come() => break 'schools,
                () = sleep_until(due) => (),
            }
        }
    }
    progress.finish();
    Ok(lived)
}

fn school(plan: &Plan, seed: u64, rate: NonZeroUsize, session: &Session) -> School {
    let mut setting = plan.setting();
    setting.seed = seed;
    setting.first_day = days_before(today(session, plan.zone), YEAR);
    setting.aircraft = (rate.get() / 15).clamp(plan.aircraft, MOST_AIRCRAFT.max(plan.aircraft));
    School::new(setting)
}

/// Not faster than asked for.
struct Pace {
    per_flight: Duration,
    next: Instant,
}

impl Pace {
    fn new(rate: NonZeroUsize, now: Instant) -> Self {
        let rate = u32::try_from(rate.get()).unwrap_or(u32::MAX);
        Self {
            per_flight: Duration::from_secs(60) / rate,
            next: now,
        }
    }

    /// When to go on after so many flights. What could not be sent in time is not made up for.
    fn due(&mut self, flights: usize, now: Instant) -> Instant {
        let flights = u32::try_from(flights).unwrap_or_default();
        let behind = now.checked_sub(self.per_flight).unwrap_or(now);
        self.next = self.next.max(behind) + self.per_flight * flights;
        self.next
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pace_is_kept_and_nothing_is_made_up_for() {
        let begun = Instant::now();
        let after = |seconds| begun + Duration::from_secs(seconds);
        let mut pace = Pace::new(NonZeroUsize::new(60).unwrap(), begun);
        assert_eq!(pace.due(2, begun), after(2));
        assert_eq!(pace.due(3, after(2)), after(5));
        // A day without flights costs nothing.
        assert_eq!(pace.due(0, after(5)), after(5));
        assert_eq!(pace.due(4, after(105)), after(108));
    }
}
