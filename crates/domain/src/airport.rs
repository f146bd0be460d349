//! Airports as logbooks name them.

use serde::{Deserialize, Serialize};

/// An aerodrome. Real logbooks hold `O60`, `3O8` or `N98`, so the ICAO code may be absent.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Airport {
    /// What the pilot wrote, upper case: `KPAO`, `O69`.
    pub ident: String,
    /// The ICAO location indicator (four letters, Doc 7910) where the ident is one.
    pub icao_code: Option<String>,
    /// The national identifier (FAA LID) where the ident is one.
    pub local_code: Option<String>,
}

/// An ident nobody can fly to.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("an airport ident has 2 to 8 letters, digits or hyphens")]
pub struct InvalidIdent;

impl Airport {
    /// Reads an ident. Four letters are an ICAO location indicator; anything else is a local
    /// identifier. Contiguous-US indicators (`K` and three letters) carry their FAA identifier too.
    pub fn from_ident(text: &str) -> Result<Self, InvalidIdent> {
        let ident = text.trim().to_ascii_uppercase();
        let plausible = (2..=8).contains(&ident.len())
            && ident.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
        if !plausible {
            return Err(InvalidIdent);
        }
        let is_icao = ident.len() == 4 && ident.chars().all(|c| c.is_ascii_alphabetic());
        let local_code = if is_icao {
            ident.strip_prefix('K').map(str::to_owned)
        } else {
            Some(ident.clone())
        };
        Ok(Self {
            icao_code: is_icao.then(|| ident.clone()),
            local_code,
            ident,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn four_letters_are_icao_and_the_rest_is_local() {
        let kiow = Airport::from_ident(" kiow ").unwrap();
        assert_eq!(
            (kiow.icao_code.as_deref(), kiow.local_code.as_deref()),
            (Some("KIOW"), Some("IOW"))
        );
        let c17 = Airport::from_ident("C17").unwrap();
        assert_eq!(
            (c17.icao_code, c17.local_code.as_deref()),
            (None, Some("C17"))
        );
        assert_eq!(Airport::from_ident("EDDF").unwrap().local_code, None);
        assert_eq!(Airport::from_ident("?"), Err(InvalidIdent));
        assert_eq!(Airport::from_ident("a;b"), Err(InvalidIdent));
    }
}
