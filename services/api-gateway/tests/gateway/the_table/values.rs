//! Right and wrong values of parameters, by what the row says of them.

use public_api::routes::{Bound, Filter, Form, Route};

/// A value that the filter takes.
pub fn right(filter: &Filter) -> String {
    match filter.form {
        Form::Enum(terms) => (*terms.last().unwrap()).to_owned(),
        Form::Bool => "true".to_owned(),
        Form::Uuid => "3f0c0000-0000-4000-8000-0000000000aa".to_owned(),
        Form::Text { .. } => "jane".to_owned(),
        Form::Instant(_) => "2026-05-28T12:00:00Z".to_owned(),
        Form::Date(_) => "2026-05-28".to_owned(),
    }
}

/// What bound of the sort key the right value is.
pub fn bound(form: Form) -> Option<(Bound, &'static str)> {
    match form {
        Form::Instant(bound) => Some((bound, "2026-05-28T12:00:00.000000Z")),
        Form::Date(Bound::To) => Some((Bound::To, "2026-05-29")),
        Form::Date(bound) => Some((bound, "2026-05-28")),
        Form::Enum(_) | Form::Bool | Form::Uuid | Form::Text { .. } => None,
    }
}

/// Values that the filter must refuse, each with the code of the refusal.
pub fn wrong(filter: &Filter) -> Vec<(String, &'static str)> {
    match filter.form {
        Form::Enum(terms) => vec![
            (String::new(), "unknown_value"),
            (terms.join(","), "unknown_value"),
            (terms[0].to_uppercase(), "unknown_value"),
            (format!("{}%00", terms[0]), "unknown_value"),
        ],
        Form::Bool => ["", "1", "TRUE", "yes"]
            .map(|text| (text.to_owned(), "unknown_value"))
            .into(),
        Form::Uuid => vec![
            (String::new(), "not_a_uuid"),
            ("3f0c00000000400080000000000000aa".into(), "not_a_uuid"),
            ("%27%20OR%201=1".into(), "not_a_uuid"),
        ],
        Form::Text { max, words } => vec![
            (String::new(), "empty"),
            ("x".repeat(max + 1), "too_long"),
            ("a%0Ab".into(), "control_character"),
            ("x+".repeat(words + 1), "too_many_words"),
        ],
        Form::Instant(_) => instants(),
        Form::Date(_) => vec![
            (String::new(), "not_a_date"),
            ("2026-02-30".into(), "not_a_date"),
            ("2026-05-28T12:00:00Z".into(), "not_a_date"),
            ("1066-10-14".into(), "out_of_range"),
        ],
    }
}

/// The same for a parameter that many routes share.
pub fn wrong_common(name: &str) -> Vec<(String, &'static str)> {
    match name {
        "limit" => [
            ("", "not_a_number"),
            ("0", "out_of_range"),
            ("201", "out_of_range"),
        ]
        .map(|(value, code)| (value.to_owned(), code))
        .into(),
        "cursor" => ["", "x", "eyJpZCI6MX0"]
            .map(|text| (text.to_owned(), "invalid_cursor"))
            .into(),
        "updated_since" => instants(),
        "fields" => ["", "colour", "id,", "id,,id", "ID"]
            .map(|text| (text.to_owned(), "unknown_field"))
            .into(),
        other => panic!("`{other}` has no wrong values yet"),
    }
}

/// A value that a shared parameter takes.
pub fn right_common(route: &Route, name: &str) -> String {
    match name {
        "limit" => "7".to_owned(),
        "updated_since" => "2026-05-28T12:00:00Z".to_owned(),
        "fields" => route.fields().join(","),
        other => panic!("`{other}` has no right value yet"),
    }
}

fn instants() -> Vec<(String, &'static str)> {
    [
        ("", "not_an_instant"),
        ("2026-05-28T12:00:00", "offset_required"),
        ("2026-02-30", "not_an_instant"),
        ("yesterday", "not_an_instant"),
        ("1066-10-14", "out_of_range"),
    ]
    .map(|(value, code)| (value.to_owned(), code))
    .into()
}
