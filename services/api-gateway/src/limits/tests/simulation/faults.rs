//! What goes wrong.

use super::MILLISECOND;
use super::world::{Event, World};

/// At which replica.
#[derive(Debug, Clone, Copy)]
pub(super) enum Fault {
    /// It hears nothing; what waits for it is lost.
    Deaf(usize),
    /// Nothing that it says arrives.
    Mute(usize),
    Both(usize),
    /// It takes nothing from its queue, and does not know.
    Stuck(usize),
    /// It dies, and another begins that knows nothing.
    Dead(usize),
    /// The broker forgets everything, and everybody has to connect again.
    Restart,
}

impl World {
    /// One fault, from some time on, for some time.
    pub(super) fn plan_fault(&mut self) -> Fault {
        let node = usize::try_from(self.chance.number() % 64).unwrap() % self.nodes.len();
        // With the last one dies what it knew.
        let kinds = if self.nodes.len() > 1 { 6 } else { 5 };
        let fault = match self.chance.between(0, kinds) {
            0 => Fault::Deaf(node),
            1 => Fault::Mute(node),
            2 => Fault::Both(node),
            3 => Fault::Stuck(node),
            4 => Fault::Restart,
            _ => Fault::Dead(node),
        };
        let begin = self.chance.between(0, 3_000 * MILLISECOND);
        self.after(begin, Event::Begin(fault));
        fault
    }

    pub(super) fn begin(&mut self, fault: Fault) {
        let time = self.chance.between(MILLISECOND, 3_000 * MILLISECOND);
        match fault {
            Fault::Deaf(node) => self.nodes[node].disconnected(),
            Fault::Mute(node) => self.mute(node),
            Fault::Both(node) => {
                self.nodes[node].disconnected();
                self.mute(node);
            }
            Fault::Stuck(node) => self.nodes[node].stuck_until = self.now + 2 * time,
            Fault::Dead(node) => {
                self.replace(node);
                self.mute(node);
            }
            Fault::Restart => {
                for node in 0..self.nodes.len() {
                    self.nodes[node].disconnected();
                    self.mute(node);
                    // Each comes back in its own time.
                    let time = self.chance.between(MILLISECOND, 1_000 * MILLISECOND);
                    self.after(time, Event::End(Fault::Both(node)));
                }
                return;
            }
        }
        self.after(time, Event::End(fault));
    }

    pub(super) fn end(&mut self, fault: Fault) {
        match fault {
            Fault::Deaf(node) => self.after(0, Event::Connect(node)),
            Fault::Mute(node) => self.nodes[node].can_publish = true,
            Fault::Both(node) | Fault::Dead(node) => {
                self.nodes[node].can_publish = true;
                self.after(0, Event::Connect(node));
            }
            Fault::Stuck(_) | Fault::Restart => {}
        }
    }

    fn mute(&mut self, node: usize) {
        self.nodes[node].can_publish = false;
        self.nodes[node].doubt();
    }
}
