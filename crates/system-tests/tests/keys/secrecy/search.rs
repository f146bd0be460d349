//! A token in every form in which it could have been written down.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use domain::api_key::ApiToken;

/// Characters of the random part that give a token away.
const TELLING: std::ops::Range<usize> = 8..40;

pub struct Needle {
    forms: Vec<String>,
}

impl Needle {
    pub fn text(text: &str) -> Self {
        Self {
            forms: vec![text.to_owned()],
        }
    }

    /// The random part, without what lists show of a key.
    pub fn token(token: &str) -> Self {
        let (_, random) = token.rsplit_once('_').unwrap();
        let random = &random[TELLING];
        let bytes = random.as_bytes();
        let decimal: Vec<String> = bytes.iter().map(ToString::to_string).collect();
        // Base64 of whatever it stands in: three ways to fall on groups of three bytes, each
        // without what its neighbours would change.
        let encoded = (0..3).map(|skipped| {
            let whole = (bytes.len() - skipped) / 3 * 3;
            STANDARD.encode(&bytes[skipped..skipped + whole])
        });
        let mut forms = vec![
            random.to_owned(),
            hex::encode(bytes),
            hex::encode_upper(bytes),
        ];
        forms.extend([decimal.join(", "), decimal.join(",")]);
        forms.extend(encoded);
        Self { forms }
    }

    /// SHA-256 of the token, as PostgreSQL writes bytes.
    pub fn digest_of(token: &str) -> Self {
        let digest = ApiToken::parse(token).unwrap().digest();
        Self::text(&hex::encode(digest))
    }

    /// Where in the text it is first found.
    pub fn place_in(&self, text: &str) -> Option<usize> {
        self.forms.iter().find_map(|form| text.find(form.as_str()))
    }
}

#[test]
fn a_token_is_found_in_every_form() {
    let token = "gaf_pk_4fVZ0123456789abcdefghijABCDEFGHIJklmnopKLMNOPqrst";
    let needle = Needle::token(token);
    let decimal = format!("{:?}", token.as_bytes());
    for text in [token.to_owned(), hex::encode(token), decimal] {
        assert!(needle.place_in(&format!("x{text}y")).is_some(), "{text}");
    }
    for before in ["", "a", "ab", "abc"] {
        let text = STANDARD.encode(format!("{before}{token}"));
        assert!(needle.place_in(&text).is_some(), "{text}");
    }
    assert!(needle.place_in(&token[..20]).is_none());
}
