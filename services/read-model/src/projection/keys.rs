//! Sort keys of names, and the words that are searched. Points in time have theirs in
//! [`public_api::sort_key`].

/// Between the parts of a key; below every character that a key holds otherwise, so that `Van`
/// comes before `Van Dyke` whatever the first name.
const SEPARATOR: char = '\u{1f}';
/// Bytes of a key. It takes part in index entries, which PostgreSQL bounds to a third of a page.
const LONGEST_KEY: usize = 256;
/// Characters of a word that a search tells apart.
const LONGEST_WORD: usize = 24;

/// Texts one after the other, without regard to upper and lower case. Control characters, which
/// a database may refuse, are left out.
pub fn text(parts: &[&str]) -> String {
    let mut key = String::new();
    for (i, part) in parts.iter().enumerate() {
        if i > 0 {
            key.push(SEPARATOR);
        }
        key.extend(
            part.trim()
                .chars()
                .filter(|c| !c.is_control())
                .flat_map(char::to_lowercase),
        );
    }
    key.truncate(key.floor_char_boundary(LONGEST_KEY));
    key
}

/// The words of a text in lower case, each cut to the length that a search tells apart.
pub fn words(text: &str) -> impl Iterator<Item = String> {
    text.split(|c: char| c.is_whitespace() || c.is_control())
        .filter(|word| !word.is_empty())
        .map(|word| {
            word.chars()
                .flat_map(char::to_lowercase)
                .take(LONGEST_WORD)
                .collect()
        })
}

/// Every beginning of a word, the word included.
pub fn beginnings(word: &str) -> impl Iterator<Item = &str> {
    word.char_indices()
        .filter_map(|(at, c)| word.get(..at + c.len_utf8()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_sort_by_the_last_one_first() {
        let mut keys = [
            text(&["Van Dyke", "Al"]),
            text(&["VAN", "Zoë"]),
            text(&["Vance", ""]),
            text(&["van", "abe"]),
        ];
        keys.sort();
        assert_eq!(
            keys,
            [
                "van\u{1f}abe",
                "van\u{1f}zoë",
                "van dyke\u{1f}al",
                "vance\u{1f}"
            ]
        );
    }

    #[test]
    fn keys_are_bounded_and_hold_nothing_a_database_refuses() {
        assert_eq!(text(&["a\0b\n"]), "ab");
        assert_eq!(text(&[&"é".repeat(400)]).len(), 256);
        assert_eq!(text(&[&"€".repeat(400)]).len(), 255);
    }

    #[test]
    fn words_are_found_by_their_beginnings() {
        assert_eq!(
            words(" Ana  MARÍA\0x ").collect::<Vec<_>>(),
            ["ana", "maría", "x"]
        );
        assert_eq!(beginnings("aña").collect::<Vec<_>>(), ["a", "añ", "aña"]);
        assert_eq!(words(&"x".repeat(99)).next().unwrap().len(), 24);
    }
}
