//! Percent-encoding of queries, read strictly: nothing is guessed, nothing is replaced.

/// A text that is not properly percent-encoded UTF-8.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Malformed {
    #[error("a `%` is not followed by two hexadecimal digits")]
    Escape,
    #[error("the text is not UTF-8")]
    Utf8,
}

/// Decodes one name or value of a query; `+` is a space (HTML, `application/x-www-form-urlencoded`).
pub fn decode(text: &str) -> Result<String, Malformed> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'+' => b' ',
            b'%' => {
                let high = rest.next().and_then(hex).ok_or(Malformed::Escape)?;
                let low = rest.next().and_then(hex).ok_or(Malformed::Escape)?;
                (high << 4) | low
            }
            other => other,
        });
    }
    String::from_utf8(bytes).map_err(|_| Malformed::Utf8)
}

/// Encodes everything but RFC 3986's unreserved characters.
pub fn encode(text: &str) -> String {
    const DIGITS: [char; 16] = [
        '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'A', 'B', 'C', 'D', 'E', 'F',
    ];
    let digit = |nibble: u8| DIGITS.get(usize::from(nibble)).copied().unwrap_or('0');
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.extend(['%', digit(byte >> 4), digit(byte & 0xF)]);
        }
    }
    encoded
}

fn hex(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        b'A'..=b'F' => Some(digit - b'A' + 10),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn what_is_encoded_decodes_to_itself(text: String) {
            prop_assert_eq!(decode(&encode(&text)), Ok(text));
        }
    }

    #[test]
    fn broken_escapes_and_broken_utf8_are_told_apart() {
        assert_eq!(decode("a%2Fb+c"), Ok("a/b c".to_owned()));
        assert_eq!(decode("%2"), Err(Malformed::Escape));
        assert_eq!(decode("%zz"), Err(Malformed::Escape));
        assert_eq!(decode("%ff"), Err(Malformed::Utf8));
    }
}
