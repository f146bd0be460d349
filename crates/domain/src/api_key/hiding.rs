//! Keys that people put where they do not belong: into a path, a parameter, an id of their own.

use std::borrow::Cow;

use super::{BODY_LEN, CHECKSUM_LEN, Surface};

/// What stands in a key's place. It may stand in a path and in a header.
const HIDDEN: &str = "***";

/// The text without the secret part of any key in it, for whatever is written down or sent back.
pub fn hide_keys(text: &str) -> Cow<'_, str> {
    let is_other = |c: char| !c.is_ascii_alphanumeric();
    let mut shown = String::with_capacity(text.len());
    for piece in text.split_inclusive(is_other) {
        let run = piece.trim_end_matches(is_other);
        if is_secret(&shown, run) {
            shown.push_str(HIDDEN);
            shown.push_str(piece.strip_prefix(run).unwrap_or_default());
        } else {
            shown.push_str(piece);
        }
    }
    if shown == text {
        Cow::Borrowed(text)
    } else {
        Cow::Owned(shown)
    }
}

/// Letters and digits of a key's length, whatever is before them, for that may be written in other
/// ways: `gaf%5Fpk%5F` ends with two of them, and written so twice over, `gaf%255Fpk%255F`, with
/// four. Three more than a key has is a SHA-256 in base32. Or any after a key's prefix.
fn is_secret(before: &str, run: &str) -> bool {
    const LEN: usize = BODY_LEN + CHECKSUM_LEN;
    let follows_prefix = || Surface::ALL.iter().any(|s| before.ends_with(s.prefix()));
    let has_length = matches!(run.len().checked_sub(LEN), Some(0..=2 | 4));
    has_length || (!run.is_empty() && follows_prefix())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api_key::ApiToken;

    #[test]
    fn only_keys_are_hidden() {
        let token = ApiToken::from_entropy(Surface::TrueFlight, &[9; 32]);
        let token = token.reveal();
        let (_, secret) = token.split_at(Surface::TrueFlight.prefix().len());
        let [base32, long] = [52, 64].map(|len| "x".repeat(len));
        for (text, shown) in [
            (format!("/flights/{token}"), "/flights/tf_live_***"),
            (format!("{token}/x?{token}"), "tf_live_***/x?tf_live_***"),
            (format!("%74f_live_{secret}"), "%74f_live_***"),
            (format!("tf%5Flive%5F{secret}"), "tf%5Flive%***"),
            (format!("tf%255Flive%255F{secret}"), "tf%255Flive%***"),
            (format!("é{token}é"), "étf_live_***é"),
            ("gaf_pk_cut".to_owned(), "gaf_pk_***"),
            ("gaf_pk_".to_owned(), "gaf_pk_"),
            ("job-7.retry_2:a".to_owned(), "job-7.retry_2:a"),
            (String::new(), ""),
            (base32.clone(), &base32),
            (long.clone(), &long),
        ] {
            assert_eq!(hide_keys(&text), shown);
        }
    }
}
