//! YAML 1.2, written plainly: blocks for objects and lists, and JSON's own form for every text that
//! could be read as anything else.

use super::Json;

pub(super) fn write(document: &Json) -> String {
    let mut text = String::new();
    block(document, 0, &mut text);
    text
}

/// The members or values, each on a line of its own.
fn block(value: &Json, depth: usize, text: &mut String) {
    match value {
        Json::Object(members) if !members.is_empty() => {
            for (at, (name, value)) in members.iter().enumerate() {
                // The first member of an object in a list stands beside the dash.
                if at > 0 || !text.ends_with("- ") {
                    indent(depth, text);
                }
                text.push_str(&scalar(name));
                text.push(':');
                nested(value, depth + 1, text);
            }
        }
        Json::List(values) if !values.is_empty() => {
            for value in values {
                indent(depth, text);
                text.push_str("- ");
                match value {
                    Json::Object(members) if !members.is_empty() => block(value, depth + 1, text),
                    other => {
                        text.push_str(&inline(other));
                        text.push('\n');
                    }
                }
            }
        }
        other => {
            text.push_str(&inline(other));
            text.push('\n');
        }
    }
}

/// The value of a member: on the same line, or as a block below it.
fn nested(value: &Json, depth: usize, text: &mut String) {
    let is_block = match value {
        Json::Object(members) => !members.is_empty(),
        Json::List(values) => !values.is_empty(),
        _ => false,
    };
    if is_block {
        text.push('\n');
        block(value, depth, text);
    } else {
        text.push(' ');
        text.push_str(&inline(value));
        text.push('\n');
    }
}

/// On one line. What is no plain scalar is written as JSON, which YAML contains.
fn inline(value: &Json) -> String {
    match value {
        Json::Text(text) => scalar(text),
        other => serde_json::to_string(other).unwrap_or_default(),
    }
}

fn scalar(text: &str) -> String {
    if is_plain(text) {
        text.to_owned()
    } else {
        serde_json::to_string(text).unwrap_or_default()
    }
}

/// Whether the text means itself without quotes: it begins with a letter, has no sign that YAML
/// gives a meaning to, and is no word that some reader takes for a value.
fn is_plain(text: &str) -> bool {
    const WORDS: [&str; 8] = ["true", "false", "null", "yes", "no", "on", "off", "y"];
    let begins = text.starts_with(|c: char| c.is_ascii_alphabetic());
    let continues = text
        .chars()
        .all(|c| c.is_ascii_alphanumeric() || " _-./()".contains(c));
    let word = text.to_ascii_lowercase();
    begins && continues && !text.ends_with(' ') && !WORDS.contains(&word.as_str()) && word != "n"
}

fn indent(depth: usize, text: &mut String) {
    text.extend(std::iter::repeat_n("  ", depth));
}
