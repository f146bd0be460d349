//! Names with values, as arguments.

use std::collections::HashMap;

use crate::failure::Failure;

/// `X-Tenant: 7`
pub fn header(text: &str) -> Result<(String, String), String> {
    pair(
        text,
        ':',
        "expected a name, a colon and a value, such as `X-Tenant: 7`",
    )
}

/// `team=ops`
pub fn note(text: &str) -> Result<(String, String), String> {
    pair(
        text,
        '=',
        "expected a name, an equals sign and a value, such as `team=ops`",
    )
}

fn pair(text: &str, between: char, otherwise: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once(between).ok_or(otherwise)?;
    Ok((name.trim().to_owned(), value.trim().to_owned()))
}

/// # Errors
/// Where a name is there twice.
pub fn map(
    argument: &str,
    pairs: Vec<(String, String)>,
) -> Result<HashMap<String, String>, Failure> {
    let mut map = HashMap::with_capacity(pairs.len());
    for (name, value) in pairs {
        if map.contains_key(&name) {
            return Err(Failure::bad_input(
                "repeated_name",
                format!("{argument} names {name} twice"),
            ));
        }
        map.insert(name, value);
    }
    Ok(map)
}
