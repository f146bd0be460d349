//! Days that are over, as fast as they are taken.

use bus::RpcClient;
use simulator::driver::Driver;
use simulator::{Day, School};

use super::school::Plan;
use super::stop::Stop;
use super::{Lived, days_before, interrupted};
use crate::failure::Failure;
use crate::session::Session;

/// Days that are sent together.
const TOGETHER: usize = 7;

/// Sends the days of the plan.
pub async fn fill(
    plan: &Plan,
    driver: &Driver<RpcClient>,
    stop: &Stop,
    session: &mut Session,
) -> Result<Lived, Failure> {
    let mut school = School::new(plan.setting());
    let founding = school.founding();
    let mut lived = Lived {
        from: plan.from,
        ..Lived::default()
    };
    match plan.after {
        Some(after) => {
            while school.today() <= after {
                school.day();
            }
        }
        None => lived.add(0, driver.live(vec![founding]).await.map_err(interrupted)?),
    }
    lived.to = days_before(school.today(), 1);
    let days = (plan.to - lived.to).num_days();
    let days = u64::try_from(days).unwrap_or_default();
    let mut progress = session.progress_of("days", days);
    while school.today() <= plan.to && !stop.has_come() {
        let week = week(&mut school, plan);
        let flights = week.iter().map(|day| day.flights).sum();
        let taken = u64::try_from(week.len()).unwrap_or_default();
        lived.add(flights, driver.live(week).await.map_err(interrupted)?);
        lived.to = days_before(school.today(), 1);
        progress.advance(taken, &mut session.output);
    }
    progress.finish();
    Ok(lived)
}

fn week(school: &mut School, plan: &Plan) -> Vec<Day> {
    let mut week = Vec::new();
    while week.len() < TOGETHER && school.today() <= plan.to {
        week.push(school.day());
    }
    week
}
