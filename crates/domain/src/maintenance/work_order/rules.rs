//! What must be true of a work order's content.

use std::collections::HashSet;
use std::hash::Hash;

use super::{WorkOrder, WorkOrderContent, WorkOrderStatus};
use crate::maintenance::check_date;
use crate::{Refusal, Violation};

/// Tasks, parts, squawks or due items of one order, at most.
const MOST: usize = 200;
/// A thousand hours of work on one task, or parts of one number.
const MOST_MINUTES: i32 = 60_000;
const MOST_PARTS: i32 = 100_000;
/// A hundred million of a currency of two decimals.
const MOST_COST: i64 = 10_000_000_000;

impl WorkOrderContent {
    /// Every violation at once; texts are the caller's to check.
    pub fn violations(&self) -> Vec<Violation> {
        let mut found = Vec::new();
        listed("squawk_ids", &self.squawk_ids, &mut found);
        listed("due_item_ids", &self.due_item_ids, &mut found);
        count("tasks", self.tasks.len(), &mut found);
        count("parts", self.parts.len(), &mut found);
        let mut within = |pointer, value: i32, least, most| {
            if value < least || value > most {
                let detail = format!("{pointer} is between {least} and {most}");
                found.push(Violation::new(pointer, "out_of_range", detail));
            }
        };
        for task in &self.tasks {
            within("tasks.labor_minutes", task.labor_minutes, 0, MOST_MINUTES);
        }
        for part in &self.parts {
            within("parts.quantity", part.quantity, 1, MOST_PARTS);
        }
        check_date("due_on", self.due_on, &mut found);
        if !(0..=MOST_COST).contains(&self.cost_minor) {
            let detail = format!("cost_minor is between 0 and {MOST_COST}");
            found.push(Violation::new("cost_minor", "out_of_range", detail));
        }
        found
    }
}

fn listed<T: Eq + Hash>(pointer: &'static str, ids: &[T], found: &mut Vec<Violation>) {
    count(pointer, ids.len(), found);
    if ids.iter().collect::<HashSet<_>>().len() < ids.len() {
        let detail = format!("{pointer} holds an id twice");
        found.push(Violation::new(pointer, "repeated", detail));
    }
}

fn count(pointer: &'static str, count: usize, found: &mut Vec<Violation>) {
    if count > MOST {
        let detail = format!("{pointer} holds at most {MOST}");
        found.push(Violation::new(pointer, "too_many", detail));
    }
}

impl WorkOrder {
    /// Writes other content, until the work is handed in for approval.
    ///
    /// # Errors
    /// [`Refusal::InvalidTransition`] later than that, [`Refusal::Invalid`].
    pub fn revise(mut self, content: WorkOrderContent) -> Result<Self, Refusal> {
        use WorkOrderStatus as S;
        let revisable = [S::Draft, S::Open, S::InProgress, S::AwaitingParts];
        self.require(&revisable, "revised")?;
        Refusal::unless_empty(content.violations())?;
        // Another day is another promise, which may be broken in its turn.
        if content.due_on != self.content.due_on {
            self.alerted.past_due = false;
        }
        self.content = content;
        Ok(self)
    }

    pub(super) fn require(
        &self,
        allowed: &[WorkOrderStatus],
        attempted: &'static str,
    ) -> Result<(), Refusal> {
        if allowed.contains(&self.status) {
            Ok(())
        } else {
            Err(Refusal::InvalidTransition {
                what: "work order",
                from: self.status.as_str(),
                attempted,
            })
        }
    }
}
