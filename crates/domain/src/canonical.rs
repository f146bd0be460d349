//! One form for one content, so that what is signed can be made again by anybody.

use std::fmt::Write as _;

use serde::Serialize;
use serde_json::Value;

use crate::Refusal;

/// A value that JSON cannot hold, or that has no one form: a fraction, a map with other keys than
/// texts.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("it has no canonical form: {0}")]
pub struct NotCanonical(String);

impl From<NotCanonical> for Refusal {
    fn from(problem: NotCanonical) -> Self {
        Self::invalid("content", "malformed", problem.to_string())
    }
}

/// The canonical JSON of RFC 8785, for values without fractions whose keys are ASCII: no white
/// space, keys in order, integers as they are.
///
/// # Errors
/// [`NotCanonical`] for anything else.
pub fn canonical_json(value: &impl Serialize) -> Result<Vec<u8>, NotCanonical> {
    let value = serde_json::to_value(value).map_err(|error| NotCanonical(error.to_string()))?;
    let mut out = String::new();
    write_value(&value, &mut out)?;
    Ok(out.into_bytes())
}

fn write_value(value: &Value, out: &mut String) -> Result<(), NotCanonical> {
    match value {
        Value::Null => out.push_str("null"),
        Value::Bool(truth) => write(out, truth),
        Value::Number(number) if number.is_f64() => {
            return Err(NotCanonical(format!("{number} is a fraction")));
        }
        Value::Number(number) => write(out, number),
        // serde_json escapes as RFC 8785 does: what must be, in its shortest form.
        Value::String(_) => write(out, value),
        Value::Array(items) => {
            out.push('[');
            for (i, item) in items.iter().enumerate() {
                if i > 0 {
                    out.push(',');
                }
                write_value(item, out)?;
            }
            out.push(']');
        }
        Value::Object(members) => write_object(members, out)?,
    }
    Ok(())
}

fn write_object(
    members: &serde_json::Map<String, Value>,
    out: &mut String,
) -> Result<(), NotCanonical> {
    let mut members: Vec<(&String, &Value)> = members.iter().collect();
    members.sort_by_key(|(key, _)| *key);
    out.push('{');
    for (i, (key, member)) in members.into_iter().enumerate() {
        if !key.is_ascii() {
            return Err(NotCanonical(format!("the key {key} is not ASCII")));
        }
        if i > 0 {
            out.push(',');
        }
        write(out, &Value::String(key.clone()));
        out.push(':');
        write_value(member, out)?;
    }
    out.push('}');
    Ok(())
}

fn write(out: &mut String, value: &impl std::fmt::Display) {
    // A `String` takes whatever is written to it.
    let _ = write!(out, "{value}");
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn canonical(value: &Value) -> String {
        String::from_utf8(canonical_json(value).unwrap()).unwrap()
    }

    #[test]
    fn keys_are_in_order_and_white_space_is_gone() {
        let value = json!({"b": [1, -2, null, true], "a": {"z": "x", "y": {}}, "B": []});
        assert_eq!(
            canonical(&value),
            r#"{"B":[],"a":{"y":{},"z":"x"},"b":[1,-2,null,true]}"#
        );
    }

    #[test]
    fn texts_are_escaped_as_rfc_8785_says() {
        // The example of its section 3.2.2, without the fractions.
        let value = json!({"string": "\u{20ac}$\u{f}\nA'\u{42}\u{22}\u{5c}\\\"/"});
        assert_eq!(
            canonical(&value),
            "{\"string\":\"€$\\u000f\\nA'B\\\"\\\\\\\\\\\"/\"}"
        );
    }

    #[test]
    fn fractions_have_no_canonical_form_here() {
        assert!(canonical_json(&json!([1.5])).is_err());
    }
}
