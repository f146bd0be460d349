//! Holds a replica: it can be made to wait, to stand still, and to be gone between any two steps.

use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};

use futures::future::BoxFuture;

use test_support::Chance;

#[derive(Default)]
pub(super) struct Reins(Mutex<Held>);

#[derive(Default)]
struct Held {
    is_frozen: bool,
    /// Until it is gone.
    steps_left: Option<u32>,
    waker: Option<Waker>,
}

impl Reins {
    /// It does not run until [`Reins::thaw`].
    pub(super) fn freeze(&self) {
        self.0.lock().unwrap().is_frozen = true;
    }

    pub(super) fn thaw(&self) {
        self.0.lock().unwrap().is_frozen = false;
        self.wake();
    }

    /// It is gone after so many more steps, with all it has in memory.
    pub(super) fn kill_after(&self, steps: u32) {
        self.0.lock().unwrap().steps_left = Some(steps);
        self.wake();
    }

    fn wake(&self) {
        let waker = self.0.lock().unwrap().waker.clone();
        if let Some(waker) = waker {
            waker.wake();
        }
    }
}

/// What is held. It steps when it wants to and others do not go first.
pub(super) struct Led {
    reins: Arc<Reins>,
    life: Option<BoxFuture<'static, ()>>,
    chance: Chance,
    shaken_percent: u64,
}

impl Led {
    pub(super) fn new(
        reins: Arc<Reins>,
        life: BoxFuture<'static, ()>,
        chance: Chance,
        shaken_percent: u64,
    ) -> Self {
        Self {
            reins,
            life: Some(life),
            chance,
            shaken_percent,
        }
    }

    /// Whether it may step now; `None`: it is gone.
    fn may_step(&mut self, context: &Context<'_>) -> Option<bool> {
        let mut held = self.reins.0.lock().unwrap();
        held.waker = Some(context.waker().clone());
        if let Some(left) = held.steps_left {
            held.steps_left = Some(left.checked_sub(1)?);
        }
        if held.is_frozen {
            return Some(false);
        }
        let is_last = self.chance.is(self.shaken_percent);
        if is_last {
            context.waker().wake_by_ref();
        }
        Some(!is_last)
    }
}

impl Future for Led {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        match self.may_step(context) {
            None => {
                self.life = None;
                Poll::Ready(())
            }
            Some(false) => Poll::Pending,
            Some(true) => match &mut self.life {
                Some(life) => life.as_mut().poll(context),
                None => Poll::Ready(()),
            },
        }
    }
}
