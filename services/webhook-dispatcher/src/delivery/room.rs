//! How many deliveries may be in memory, and whose.
//!
//! Everything in memory holds a [`Place`], from the moment it is leased until its outcome is
//! recorded. An endpoint's share follows from how it answers: it begins small, grows with every
//! quick answer and halves with every slow one. Endpoints that have not answered quickly of late
//! together get half of the room at most, so that no number of hanging ones keeps the others out.

mod share;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use domain::EndpointId;
use tokio::sync::Notify;

use crate::db::claims::Openings;

pub use share::Share;

/// Endpoints remembered; beyond that the idle ones are forgotten and begin anew.
const MOST_REMEMBERED: usize = 20_000;

pub struct Room {
    /// For all endpoints together.
    capacity: usize,
    in_flight_per_endpoint: usize,
    books: Mutex<Books>,
    freed: Notify,
}

#[derive(Default)]
struct Books {
    held: usize,
    held_unproven: usize,
    accounts: HashMap<EndpointId, Account>,
}

struct Account {
    held: usize,
    share: Share,
    /// Some of what this endpoint is owed lies in the table although it is due: what comes new
    /// goes there too, behind it.
    behind: bool,
}

/// Room for one delivery, given back when it is dropped.
pub struct Place {
    room: Arc<Room>,
    endpoint: EndpointId,
    /// Something in the table waits for what holds it.
    wakes: bool,
}

impl Place {
    /// Has the table looked at once it falls free.
    pub fn wake_when_free(&mut self) {
        self.wakes = true;
    }

    pub fn wakes_when_free(&self) -> bool {
        self.wakes
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.room.give_back(self.endpoint);
        if self.wakes {
            self.room.wake();
        }
    }
}

impl Room {
    pub fn new(capacity: usize, in_flight_per_endpoint: usize) -> Arc<Self> {
        let (books, freed) = (Mutex::default(), Notify::new());
        Arc::new(Self {
            capacity,
            in_flight_per_endpoint,
            books,
            freed,
        })
    }

    /// Places for `wanted` new deliveries to `endpoint`, as many as there are. When they are not
    /// enough, or the endpoint is behind already, the rest is for the claimer.
    pub fn for_new(self: &Arc<Self>, endpoint: EndpointId, wanted: usize) -> Vec<Place> {
        let mut books = self.lock();
        books.forget_the_idle();
        let account = books.account(endpoint);
        let granted = if account.behind {
            0
        } else {
            wanted.min(self.opening(&books, endpoint))
        };
        books.account(endpoint).behind |= granted < wanted;
        self.grant(&mut books, endpoint, granted)
    }

    /// Whether `wanted` new deliveries to `endpoint` find no room now, although it answers quickly.
    /// Half of what it may have is room for any number: whoever waited for more would let it idle.
    pub fn is_soon_free(&self, endpoint: EndpointId, wanted: usize) -> bool {
        let books = self.lock();
        let account = books.accounts.get(&endpoint);
        account
            .filter(|account| account.share.proven)
            .is_some_and(|account| {
                let wanted = wanted.min(self.most(&books, account.share).div_ceil(2));
                account.behind || self.opening(&books, endpoint) < wanted
            })
    }

    /// Places for `wanted` deliveries that were claimed, as many as there are.
    pub fn for_claimed(self: &Arc<Self>, endpoint: EndpointId, wanted: usize) -> Vec<Place> {
        let mut books = self.lock();
        let granted = wanted.min(self.opening(&books, endpoint));
        self.grant(&mut books, endpoint, granted)
    }

    /// What may be claimed now. An endpoint is listed where it may have more or less than others; but
    /// not one that is idle and would have more: all that ever answered would stand in every claim.
    /// Where its first look leaves something it is behind, and has the rest in the next.
    pub fn openings(&self) -> Openings {
        let books = self.lock();
        let number = |n: usize| i32::try_from(n).unwrap_or(i32::MAX);
        let unproven = self.free_unproven(&books);
        let each = Share::FIRST.held().min(unproven);
        let is_full_first = each == Share::FIRST.held();
        let known = books.accounts.iter().map(|(id, account)| {
            let is_idle = account.held == 0 && !account.behind && is_full_first;
            (id.0, self.opening(&books, *id), is_idle)
        });
        let special =
            known.filter(|(_, opening, is_idle)| *opening < each || (*opening > each && !is_idle));
        Openings {
            total: i64::from(number(self.capacity.saturating_sub(books.held))),
            each: number(each),
            listed: special
                .map(|(id, opening, _)| (id, number(opening)))
                .collect(),
        }
    }

    /// Notes that more is due in the table for `endpoint`, or may be.
    pub fn fell_behind(&self, endpoint: EndpointId) {
        self.lock().account(endpoint).behind = true;
    }

    /// Notes that nothing more is due in the table for `endpoint`.
    pub fn caught_up(&self, endpoint: EndpointId) {
        if let Some(account) = self.lock().accounts.get_mut(&endpoint) {
            account.behind = false;
        }
    }

    /// The endpoints that are behind.
    pub fn behind(&self) -> Vec<EndpointId> {
        let books = self.lock();
        books
            .accounts
            .iter()
            .filter(|(_, account)| account.behind)
            .map(|(id, _)| *id)
            .collect()
    }

    /// Learns from an attempt how `endpoint` answers.
    pub fn learn(&self, endpoint: EndpointId, quick: bool) -> Share {
        let mut books = self.lock();
        let account = books.account(endpoint);
        let (held, before) = (account.held, account.share);
        let share = before.after(quick, self.in_flight_per_endpoint);
        account.share = share;
        match (before.proven, share.proven) {
            (false, true) => books.held_unproven = books.held_unproven.saturating_sub(held),
            (true, false) => books.held_unproven += held,
            _ => {}
        }
        share
    }

    /// By how many places the endpoints that do not answer quickly have more than their half: they were
    /// given them while they did.
    pub fn excess(&self) -> usize {
        let held = self.lock().held_unproven;
        held.saturating_sub(self.capacity.div_ceil(2))
    }

    pub fn share(&self, endpoint: EndpointId) -> Share {
        self.lock()
            .accounts
            .get(&endpoint)
            .map_or(Share::FIRST, |account| account.share)
    }

    /// Whether a delivery to `endpoint` could be claimed now.
    pub fn has_opening(&self, endpoint: EndpointId) -> bool {
        self.opening(&self.lock(), endpoint) > 0
    }

    pub fn held(&self) -> usize {
        self.lock().held
    }

    /// Returns when an endpoint that is behind has room again, or may have.
    pub async fn freed(&self) {
        self.freed.notified().await;
    }

    /// Has the table looked at soon.
    pub fn wake(&self) {
        self.freed.notify_one();
    }

    fn opening(&self, books: &Books, endpoint: EndpointId) -> usize {
        let account = books.accounts.get(&endpoint);
        let (held, share) =
            account.map_or((0, Share::FIRST), |account| (account.held, account.share));
        let own = self.most(books, share).saturating_sub(held);
        let all = self.capacity.saturating_sub(books.held);
        let of_its_kind = if share.proven {
            all
        } else {
            self.free_unproven(books)
        };
        own.min(all).min(of_its_kind)
    }

    /// What an endpoint with such a share may hold: its whole share while half of the room is free,
    /// so that a few busy ones do not take all of it.
    fn most(&self, books: &Books, share: Share) -> usize {
        if books.held < self.capacity.div_ceil(2) {
            share.held()
        } else {
            share.frugal()
        }
    }

    fn free_unproven(&self, books: &Books) -> usize {
        self.capacity
            .div_ceil(2)
            .saturating_sub(books.held_unproven)
    }

    fn grant(
        self: &Arc<Self>,
        books: &mut Books,
        endpoint: EndpointId,
        granted: usize,
    ) -> Vec<Place> {
        let account = books.account(endpoint);
        account.held += granted;
        let proven = account.share.proven;
        books.held += granted;
        if !proven {
            books.held_unproven += granted;
        }
        (0..granted)
            .map(|_| Place {
                room: Arc::clone(self),
                endpoint,
                wakes: false,
            })
            .collect()
    }

    fn give_back(&self, endpoint: EndpointId) {
        let mut books = self.lock();
        let account = books.account(endpoint);
        account.held = account.held.saturating_sub(1);
        let (held, share, behind) = (account.held, account.share, account.behind);
        books.held = books.held.saturating_sub(1);
        if !share.proven {
            books.held_unproven = books.held_unproven.saturating_sub(1);
        }
        // Not at every place, so that the claimer takes many at once.
        if behind && held <= self.most(&books, share) / 2 {
            self.freed.notify_one();
        }
    }

    fn lock(&self) -> MutexGuard<'_, Books> {
        self.books.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Books {
    fn account(&mut self, endpoint: EndpointId) -> &mut Account {
        let new = Account {
            held: 0,
            share: Share::FIRST,
            behind: false,
        };
        self.accounts.entry(endpoint).or_insert(new)
    }

    fn forget_the_idle(&mut self) {
        if self.accounts.len() > MOST_REMEMBERED {
            self.accounts
                .retain(|_, account| account.held > 0 || account.behind);
        }
    }
}

#[cfg(test)]
mod tests;
