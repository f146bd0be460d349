//! Cursors: where a page ended, in a form that only we can make.
//!
//! A cursor is base64url (no padding) of a version byte, the position, and an HMAC-SHA256 over
//! the position and everything it is bound to: API, organisation, view, the locations of the key,
//! and filters. What it is bound
//! to is not in it: a cursor that is used elsewhere simply does not verify. `limit` may change
//! from page to page. The position can be read by whoever decodes it; it says no more than the
//! last document of the page before.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use domain::{LocationId, OrgId};

use crate::query::Narrowing;
use crate::routes::{Api, View};

const VERSION: u8 = 1;
const MAC_LEN: usize = 32;
/// Longer texts are not even decoded.
const MAX_TEXT: usize = 2_048;

/// The key that cursors are signed with; the same in every replica.
#[derive(Clone)]
pub struct CursorKey([u8; 64]);

impl CursorKey {
    /// HMAC fills a key up with zeros to SHA-256's block (RFC 2104, section 2); done here, the
    /// key has the one length that cannot be wrong.
    pub fn new(key: [u8; 32]) -> Self {
        let mut block = [0; 64];
        block.iter_mut().zip(key).for_each(|(to, from)| *to = from);
        Self(block)
    }
}

impl std::fmt::Debug for CursorKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("CursorKey(…)")
    }
}

/// The last document of a page, by the list's order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Position {
    pub sort_key: String,
    pub id: String,
}

/// The list a cursor is good for.
#[derive(Debug, Clone, Copy)]
pub struct Binding<'a> {
    pub api: Api,
    pub organization: OrgId,
    pub view: View,
    /// Those whose documents the key opens, in their order; None where it opens all.
    pub locations: Option<&'a [LocationId]>,
    pub narrowing: &'a Narrowing,
}

/// A text that is no cursor of the list. Why not, is not told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the cursor is not of this list")]
pub struct InvalidCursor;

/// Writes a cursor. The same position in the same list has always the same cursor.
pub fn seal(key: &CursorKey, binding: Binding<'_>, position: &Position) -> String {
    let mut bytes = vec![VERSION];
    push_text(&mut bytes, &position.sort_key);
    push_text(&mut bytes, &position.id);
    let mac = mac(key, binding, &bytes).finalize().into_bytes();
    bytes.extend_from_slice(&mac);
    URL_SAFE_NO_PAD.encode(bytes)
}

/// Reads a cursor that [`seal`] wrote with the same key for the same list.
pub fn open(key: &CursorKey, binding: Binding<'_>, text: &str) -> Result<Position, InvalidCursor> {
    if text.len() > MAX_TEXT {
        return Err(InvalidCursor);
    }
    let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| InvalidCursor)?;
    let signed = bytes.len().checked_sub(MAC_LEN).ok_or(InvalidCursor)?;
    let (signed, given) = bytes.split_at(signed);
    // In constant time, and before anything of it is believed.
    mac(key, binding, signed)
        .verify_slice(given)
        .map_err(|_| InvalidCursor)?;
    let rest = signed.strip_prefix(&[VERSION]).ok_or(InvalidCursor)?;
    let (sort_key, rest) = take_text(rest)?;
    let (id, rest) = take_text(rest)?;
    if !rest.is_empty() {
        return Err(InvalidCursor);
    }
    Ok(Position { sort_key, id })
}

fn mac(key: &CursorKey, binding: Binding<'_>, signed: &[u8]) -> Hmac<Sha256> {
    let mut bound = match binding.api {
        Api::GaFlight => b"gaf cursor".to_vec(),
        Api::TrueFlight => b"tf cursor".to_vec(),
    };
    bound.extend_from_slice(binding.organization.0.as_bytes());
    push_text(&mut bound, binding.view.as_str());
    // By a name that no filter has.
    for location in binding.locations.into_iter().flatten() {
        push_text(&mut bound, "@");
        bound.extend_from_slice(location.0.as_bytes());
    }
    for (name, value) in binding.narrowing.canonical() {
        push_text(&mut bound, name);
        push_text(&mut bound, &value);
    }
    let mut mac = <Hmac<Sha256> as KeyInit>::new(&key.0.into());
    // The length first: no binding can be taken for another with a longer position.
    mac.update(&length(bound.len()));
    mac.update(&bound);
    mac.update(signed);
    mac
}

fn length(of: usize) -> [u8; 4] {
    u32::try_from(of).unwrap_or(u32::MAX).to_be_bytes()
}

fn push_text(bytes: &mut Vec<u8>, text: &str) {
    bytes.extend_from_slice(&length(text.len()));
    bytes.extend_from_slice(text.as_bytes());
}

fn take_text(bytes: &[u8]) -> Result<(String, &[u8]), InvalidCursor> {
    let (length, rest) = bytes.split_first_chunk::<4>().ok_or(InvalidCursor)?;
    let length = usize::try_from(u32::from_be_bytes(*length)).map_err(|_| InvalidCursor)?;
    let (text, rest) = rest.split_at_checked(length).ok_or(InvalidCursor)?;
    let text = std::str::from_utf8(text).map_err(|_| InvalidCursor)?;
    Ok((text.to_owned(), rest))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const KEY: [u8; 32] = [7; 32];

    fn binding(narrowing: &Narrowing) -> Binding<'_> {
        Binding {
            api: Api::GaFlight,
            organization: OrgId(uuid::Uuid::from_u128(1)),
            view: View::Flights,
            locations: None,
            narrowing,
        }
    }

    fn narrowed(facets: &[(&str, &str)]) -> Narrowing {
        let facets = facets
            .iter()
            .map(|(n, v)| ((*n).to_owned(), (*v).to_owned()))
            .collect();
        Narrowing {
            facets,
            ..Narrowing::default()
        }
    }

    fn position() -> Position {
        Position {
            sort_key: "2026-05-02T18:47:00.000000Z".into(),
            id: "3f0c".into(),
        }
    }

    #[test]
    fn a_cursor_opens_in_its_own_list_and_is_always_the_same() {
        let (key, all) = (CursorKey::new(KEY), Narrowing::default());
        let cursor = seal(&key, binding(&all), &position());
        assert_eq!(open(&key, binding(&all), &cursor), Ok(position()));
        assert_eq!(seal(&key, binding(&all), &position()), cursor);
    }

    #[test]
    fn a_cursor_opens_nowhere_else() {
        let (key, approved) = (CursorKey::new(KEY), narrowed(&[("status", "approved")]));
        let home = binding(&approved);
        let cursor = seal(&key, home, &position());
        assert!(open(&key, home, &cursor).is_ok());

        let foreign = Binding {
            organization: OrgId(uuid::Uuid::from_u128(2)),
            ..home
        };
        assert_eq!(open(&key, foreign, &cursor), Err(InvalidCursor));
        let locations = [LocationId(uuid::Uuid::from_u128(3))];
        let others = [
            Binding {
                view: View::Fleet,
                ..home
            },
            Binding {
                api: Api::TrueFlight,
                ..home
            },
            Binding {
                locations: Some(&locations),
                ..home
            },
        ];
        for other in others {
            assert_eq!(open(&key, other, &cursor), Err(InvalidCursor));
        }
        for other in [
            Narrowing::default(),
            narrowed(&[("status", "draft")]),
            narrowed(&[("statu", "sapproved")]),
            Narrowing {
                sort_from: Some("2026".into()),
                ..approved.clone()
            },
            Narrowing {
                updated_since: "2026-05-28T12:00:00Z".parse().ok(),
                ..approved.clone()
            },
        ] {
            assert_eq!(
                open(
                    &key,
                    Binding {
                        narrowing: &other,
                        ..home
                    },
                    &cursor
                ),
                Err(InvalidCursor)
            );
        }
        assert_eq!(
            open(&CursorKey::new([8; 32]), home, &cursor),
            Err(InvalidCursor)
        );
    }

    #[test]
    fn either_bound_is_told_from_the_other() {
        let key = CursorKey::new(KEY);
        let from = Narrowing {
            sort_from: Some("2026".into()),
            ..Narrowing::default()
        };
        let to = Narrowing {
            sort_to: Some("2026".into()),
            ..Narrowing::default()
        };
        let cursor = seal(&key, binding(&from), &position());
        assert_eq!(open(&key, binding(&to), &cursor), Err(InvalidCursor));
    }

    #[test]
    fn every_changed_bit_is_noticed() {
        let (key, all) = (CursorKey::new(KEY), Narrowing::default());
        let sealed = URL_SAFE_NO_PAD
            .decode(seal(&key, binding(&all), &position()))
            .unwrap();
        for at in 0..sealed.len() * 8 {
            let mut changed = sealed.clone();
            changed[at / 8] ^= 1 << (at % 8);
            let text = URL_SAFE_NO_PAD.encode(changed);
            assert_eq!(
                open(&key, binding(&all), &text),
                Err(InvalidCursor),
                "bit {at}"
            );
        }
        assert!(!format!("{key:?}").contains('7'));
    }

    proptest! {
        #[test]
        fn no_text_verifies_by_chance(text: String, bytes: Vec<u8>) {
            let (key, all) = (CursorKey::new(KEY), Narrowing::default());
            prop_assert_eq!(open(&key, binding(&all), &text), Err(InvalidCursor));
            prop_assert_eq!(open(&key, binding(&all), &URL_SAFE_NO_PAD.encode(bytes)), Err(InvalidCursor));
        }

        #[test]
        fn any_position_survives_the_round_trip(sort_key in ".{0,200}", id in ".{0,60}") {
            let (key, all) = (CursorKey::new(KEY), Narrowing::default());
            let position = Position { sort_key, id };
            let cursor = seal(&key, binding(&all), &position);
            prop_assert!(cursor.len() <= MAX_TEXT || position.sort_key.len() > 400);
            if cursor.len() <= MAX_TEXT {
                prop_assert_eq!(open(&key, binding(&all), &cursor), Ok(position));
            }
        }
    }
}
