//! Free texts of a logbook, made to fit.

use super::notes::Note;

/// `text` without control characters and of at most `longest` bytes, with a note where something
/// was cut off.
pub fn fitted(
    text: &str,
    longest: usize,
    line: u64,
    column: &str,
    notes: &mut Vec<Note>,
) -> String {
    let clean: String = text
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect();
    let clean = clean.trim();
    if clean.len() <= longest {
        return clean.to_owned();
    }
    let reason = format!("is longer than {longest} bytes; the rest was cut off");
    notes.push(Note::new(line, column, "text_cut", reason));
    let (kept, _) = clean.split_at(clean.floor_char_boundary(longest));
    kept.trim_end().to_owned()
}

/// The same for a text that may be missing, or be empty.
pub fn fitted_optional(
    text: Option<&str>,
    longest: usize,
    line: u64,
    column: &str,
    notes: &mut Vec<Note>,
) -> Option<String> {
    let text = fitted(text?, longest, line, column, notes);
    Some(text).filter(|text| !text.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_text_is_cut_between_characters_and_said_to_be() {
        let mut notes = Vec::new();
        assert_eq!(
            fitted(" KPAO\tO69 \u{7}", 20, 1, "Route", &mut notes),
            "KPAO O69"
        );
        assert_eq!(notes, []);
        assert_eq!(fitted("aéé", 4, 7, "Route", &mut notes), "aé");
        assert_eq!((notes[0].line, notes[0].code.as_str()), (7, "text_cut"));
        assert_eq!(fitted_optional(Some(" "), 4, 1, "Route", &mut notes), None);
    }
}
