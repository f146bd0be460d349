//! The values of filters that are no instants.

use uuid::Uuid;

use crate::problem::ProblemError;
use crate::routes::MAX_LIMIT;

/// Characters of a wrong name or value that are repeated to the sender.
const SHOWN: usize = 40;

/// What was sent, cut to a length that fits a sentence.
pub(super) fn shown(text: &str) -> String {
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}

pub(super) fn limit(value: &str) -> Result<u16, ProblemError> {
    let digits = !value.is_empty() && value.bytes().all(|b| b.is_ascii_digit());
    let limit = value
        .parse()
        .ok()
        .filter(|limit| (1..=MAX_LIMIT).contains(limit));
    match (limit, digits) {
        (Some(limit), true) => Ok(limit),
        (_, true) => Err(ProblemError::parameter(
            "limit",
            "out_of_range",
            format!("`limit` is at least 1 and at most {MAX_LIMIT}"),
        )),
        (_, false) => {
            let detail = format!("`limit` is a whole number, and `{}` is none", shown(value));
            Err(ProblemError::parameter("limit", "not_a_number", detail))
        }
    }
}

pub(super) fn term(name: &str, terms: &[&str], value: &str) -> Result<String, ProblemError> {
    if terms.contains(&value) {
        return Ok(value.to_owned());
    }
    let allowed = terms.join(", ");
    let detail = format!(
        "`{}` is no value of `{name}`; allowed: {allowed}",
        shown(value)
    );
    Err(ProblemError::parameter(name, "unknown_value", detail))
}

/// The hyphenated form only, in either case; in lower case from here on.
pub(crate) fn uuid(text: &str) -> Option<String> {
    let uuid = Uuid::try_parse(text).ok().filter(|_| text.len() == 36);
    uuid.map(|uuid| uuid.to_string())
}

pub(super) fn id(name: &str, value: &str) -> Result<String, ProblemError> {
    uuid(value).ok_or_else(|| {
        let detail = format!(
            "`{}` is no UUID; `{name}` looks like 123e4567-e89b-12d3-a456-426614174000",
            shown(value)
        );
        ProblemError::parameter(name, "not_a_uuid", detail)
    })
}

/// Trimmed. At least one word, at most `words`, and no character that does not print; `max` counts
/// the characters as they were sent.
pub(super) fn text(
    name: &str,
    max: usize,
    words: usize,
    value: &str,
) -> Result<String, ProblemError> {
    let wrong = |code, why: &str| {
        let detail = format!("`{name}` {why}");
        Err(ProblemError::parameter(name, code, detail))
    };
    if value.trim().is_empty() {
        return wrong("empty", "is empty");
    }
    if value.chars().count() > max {
        return wrong("too_long", &format!("has at most {max} characters"));
    }
    if value.chars().any(char::is_control) {
        return wrong("control_character", "holds a control character");
    }
    if value.split_whitespace().count() > words {
        return wrong("too_many_words", &format!("has at most {words} words"));
    }
    Ok(value.trim().to_owned())
}
