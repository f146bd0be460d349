//! Texts of training records.

use std::ops::RangeInclusive;

use crate::Violation;

/// So many characters, none of them a control character.
pub(super) fn check_text(
    pointer: &'static str,
    text: Option<&str>,
    length: &RangeInclusive<usize>,
    found: &mut Vec<Violation>,
) {
    let Some(text) = text else { return };
    if !length.contains(&text.chars().count()) {
        let (least, most) = (length.start(), length.end());
        let detail = format!("{pointer} has {least} to {most} characters");
        found.push(Violation::new(pointer, "length", detail));
    }
    let breaks = |c: char| c.is_control() && !matches!(c, '\n' | '\r' | '\t');
    if text.chars().any(breaks) {
        let detail = format!("{pointer} holds control characters");
        found.push(Violation::new(pointer, "malformed", detail));
    }
}
