//! What can be said of a token without asking anybody.

use super::{ApiToken, MalformedToken, Surface};

/// The regular expression by which leak scanners find tokens, in the syntax that PCRE, RE2, Java,
/// Python and JavaScript share. It finds every token there can be; what it finds is certain once
/// the checksum is right ([`ApiToken::parse`]).
pub const LEAK_PATTERN: &str = r"\b(?:gaf_pk|tf_live|tf_test)_[0-9A-Za-z]{49}\b";

/// What a text says about itself, with so little of it that it can be shown to anybody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inspection {
    /// None: it begins like no token.
    pub surface: Option<Surface>,
    /// As lists of keys show it, `gaf_pk_a1b2…wxyz`; of a text that is no token, not more than
    /// its first characters.
    pub shown: Option<String>,
    /// Whether it is a token, and why not.
    pub verdict: Result<(), MalformedToken>,
}

impl Inspection {
    pub fn of(text: &str) -> Self {
        let surface = Surface::of(text);
        match ApiToken::parse(text) {
            Ok(token) => Self {
                surface,
                shown: Some(format!("{}…{}", token.display_prefix(), token.last_four())),
                verdict: Ok(()),
            },
            Err(why) => Self {
                surface,
                shown: surface.map(|s| format!("{}…", s.prefix())),
                verdict: Err(why),
            },
        }
    }

    /// Whether the checksum is right; None where the text is not of the form that has one.
    pub fn checksum(&self) -> Option<bool> {
        match self.verdict {
            Ok(()) => Some(true),
            Err(MalformedToken::WrongChecksum) => Some(false),
            Err(_) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use regex::Regex;

    use super::*;

    fn scanner() -> Regex {
        Regex::new(LEAK_PATTERN).unwrap()
    }

    /// Whether the pattern finds the whole of `text`.
    fn finds(text: &str) -> bool {
        scanner()
            .find(text)
            .is_some_and(|found| found.as_str() == text)
    }

    fn surface() -> impl Strategy<Value = Surface> {
        proptest::sample::select(Surface::ALL)
    }

    proptest! {
        #[test]
        fn every_token_is_found_wherever_it_leaks(surface in surface(), entropy: [u8; 32]) {
            let token = ApiToken::from_entropy(surface, &entropy);
            for around in [["", ""], ["\"", "\""], ["KEY=", "\n"], ["Bearer ", ","], ["https://x/?key=", "&a=b"], ["(", ")."]] {
                let text = format!("{}{}{}", around[0], token.reveal(), around[1]);
                let found: Vec<_> = scanner().find_iter(&text).map(|m| m.as_str().to_owned()).collect();
                prop_assert_eq!(found, [token.reveal()]);
            }
        }

        /// Near misses: other prefixes, other lengths, other characters.
        #[test]
        fn what_it_finds_is_of_the_form_and_nothing_else_is(
            prefix in "gaf_pk_|tf_live_|tf_test_|gaf_sk_|tf_|GAF_PK_|xgaf_pk_|",
            body in "[0-9A-Za-z]{47,51}|[0-9A-Za-z_é-]{49}",
        ) {
            let text = format!("{prefix}{body}");
            let of_the_form = matches!(ApiToken::parse(&text), Ok(_) | Err(MalformedToken::WrongChecksum));
            prop_assert_eq!(finds(&text), of_the_form, "{}", text);
        }

        #[test]
        fn an_inspection_never_shows_the_token(surface in surface(), entropy: [u8; 32], typo in 20usize..40) {
            let token = ApiToken::from_entropy(surface, &entropy);
            let right = Inspection::of(token.reveal());
            prop_assert_eq!((right.surface, right.checksum()), (Some(surface), Some(true)));
            let mut wrong = token.reveal().to_owned();
            let other = if wrong.get(typo..=typo) == Some("x") { "y" } else { "x" };
            wrong.replace_range(typo..=typo, other);
            let wrong = Inspection::of(&wrong);
            prop_assert_eq!((wrong.surface, wrong.checksum()), (Some(surface), Some(false)));
            for shown in [right, wrong] {
                let body = token.reveal().trim_start_matches(surface.prefix());
                let printed = format!("{shown:?}");
                prop_assert!(!printed.contains(&body[..5]), "{}", printed);
            }
        }
    }

    #[test]
    fn what_is_no_token_is_told_apart() {
        let of = |text: &str| {
            let inspection = Inspection::of(text);
            (
                inspection.surface,
                inspection.checksum(),
                inspection.verdict.unwrap_err(),
            )
        };
        assert_eq!(of("sk_live_1"), (None, None, MalformedToken::UnknownPrefix));
        let tf = Some(Surface::TrueFlight);
        assert_eq!(of("tf_live_1"), (tf, None, MalformedToken::WrongLength));
        assert_eq!(of("tf_live_-"), (tf, None, MalformedToken::WrongCharacter));
    }

    #[test]
    fn the_documented_pattern_is_this_one() {
        let page = include_str!("../../../../docs/keys.md");
        assert!(page.lines().any(|line| line == LEAK_PATTERN));
    }
}
