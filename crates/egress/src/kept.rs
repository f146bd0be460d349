//! The headers of an answer, as far as they are kept.

use std::collections::BTreeMap;

use reqwest::header::HeaderMap;

/// Names kept of one answer, at most.
const MOST: usize = 64;
/// Bytes of one value, at most.
const LONGEST: usize = 1_024;
/// Bytes of all names and values, at most.
const ALL: usize = 8 << 10;
/// Stands at the end of a value that was longer.
const CUT: char = '…';

/// By lower-case name. Several of one name are joined by commas, which says the same (RFC 9110,
/// section 5.3). What is more than the bounds is left out, the last names first; bytes that are no
/// UTF-8 are replaced.
pub(crate) fn of(headers: &HeaderMap) -> BTreeMap<String, String> {
    let (mut kept, mut room) = (BTreeMap::new(), ALL);
    for name in headers.keys().take(MOST) {
        let values = headers.get_all(name).iter();
        let values = values.map(|value| String::from_utf8_lossy(value.as_bytes()));
        let value = cut(values.collect::<Vec<_>>().join(", "));
        let bytes = name.as_str().len() + value.len();
        if bytes > room {
            break;
        }
        room -= bytes;
        kept.insert(name.as_str().to_owned(), value);
    }
    kept
}

fn cut(mut value: String) -> String {
    if value.len() > LONGEST {
        value.truncate(value.floor_char_boundary(LONGEST - CUT.len_utf8()));
        value.push(CUT);
    }
    value
}

#[cfg(test)]
mod tests {
    use reqwest::header::{HeaderName, HeaderValue};

    use super::*;

    fn headers(given: impl IntoIterator<Item = (String, Vec<u8>)>) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in given {
            let name: HeaderName = name.parse().unwrap();
            headers.append(name, HeaderValue::from_bytes(&value).unwrap());
        }
        headers
    }

    #[test]
    fn names_are_kept_once_and_bytes_as_text() {
        let given = [("Vary", "a"), ("x-b", "1"), ("vary", "b, c")];
        let given = given.map(|(name, value)| (name.to_owned(), value.into()));
        let mut given = headers(given);
        given.insert("x-odd", HeaderValue::from_bytes(b"\xff\x80 x").unwrap());
        let kept: Vec<_> = of(&given).into_iter().collect();
        let expected = [
            ("vary", "a, b, c"),
            ("x-b", "1"),
            ("x-odd", "\u{fffd}\u{fffd} x"),
        ];
        assert_eq!(kept, expected.map(|(n, v)| (n.to_owned(), v.to_owned())));
    }

    #[test]
    fn they_are_bounded_in_number_and_size() {
        let many = headers((0..500).map(|n| (format!("x-{n}"), b"v".to_vec())));
        assert_eq!(of(&many).len(), MOST);

        let long = of(&headers([("x".to_owned(), "é".repeat(2_000).into_bytes())]));
        assert!(long["x"].len() <= LONGEST && long["x"].ends_with('…'));

        let large = headers((0..50).map(|n| (format!("x-{n}"), vec![b'v'; 1_000])));
        let kept = of(&large);
        let bytes: usize = kept
            .iter()
            .map(|(name, value)| name.len() + value.len())
            .sum();
        assert!(bytes <= ALL && kept.len() == 8, "{bytes}");
    }
}
