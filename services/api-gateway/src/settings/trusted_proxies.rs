//! Whose word is taken for where a request comes from.

use domain::api_key::Networks;
use serde::Deserialize;

/// Networks of the proxies in front of the gateway, with commas between them; none by default.
/// There are at most 50.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct TrustedProxies(pub Networks);

impl TryFrom<String> for TrustedProxies {
    type Error = String;

    fn try_from(given: String) -> Result<Self, Self::Error> {
        let given = given.split(',').map(str::trim);
        let given: Vec<_> = given.filter(|network| !network.is_empty()).collect();
        Networks::parse(&given)
            .map(Self)
            .map_err(|error| error.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn terms(given: &str) -> Result<Vec<String>, String> {
        TrustedProxies::try_from(given.to_owned()).map(|proxies| proxies.0.terms())
    }

    #[test]
    fn they_are_a_list_with_commas() {
        let networks = ["10.0.0.0/8", "192.0.2.1/32", "2001:db8::/32"];
        let read = terms(" 10.0.0.0/8,2001:db8::/32 , 192.0.2.1,");
        assert_eq!(read.unwrap(), networks);
        assert_eq!(terms(""), Ok(Vec::new()));
    }

    #[test]
    fn what_is_no_network_is_named() {
        for wrong in ["10.0.0.0/8 10.1.0.0/16", "proxy.example.org", "10.0.0.1/8"] {
            let error = terms(wrong).unwrap_err();
            assert!(error.contains(wrong), "{error}");
        }
    }
}
