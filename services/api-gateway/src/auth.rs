//! Who asks, and whether they may.

use actix_web::http::header::{AUTHORIZATION, HeaderMap, HeaderName};
use domain::OrgId;
use domain::api_key::ApiToken;
use public_api::problem::{BadKey, Problem, ProblemError, ProblemKind};
use public_api::routes::{Api, RequiredScope};
use uuid::Uuid;

use crate::keys::KnownKey;
use crate::reach::Reach;

/// The header that names the organisation, as the vendor publishes it.
const ORGANIZATION: &str = "X-Org-Id";

/// The key in `Authorization: Bearer …`.
pub(crate) fn bearer(headers: &HeaderMap) -> Result<ApiToken, Problem> {
    let value = only(headers, &AUTHORIZATION, "Authorization")?
        .ok_or_else(|| Problem::unauthenticated(BadKey::Missing))?;
    // The scheme in any case, then at least one space (RFC 9110, section 11.1).
    let (scheme, token) = value.split_once(' ').unwrap_or((value, ""));
    if !scheme.eq_ignore_ascii_case("bearer") {
        return Err(Problem::unauthenticated(BadKey::OtherScheme));
    }
    ApiToken::parse(token.trim_matches(' '))
        .map_err(|why| Problem::unauthenticated(BadKey::Malformed(why)))
}

/// The organisation in `X-Org-Id`.
fn organization(headers: &HeaderMap) -> Result<OrgId, Problem> {
    let wrong = |code, detail: &str| {
        Problem::invalid_parameters(vec![ProblemError::header(ORGANIZATION, code, detail)])
    };
    let name = HeaderName::from_static("x-org-id");
    let value = only(headers, &name, ORGANIZATION)?.ok_or_else(|| {
        wrong(
            "missing",
            "the header X-Org-Id is missing; it holds your organisation's UUID",
        )
    })?;
    let uuid = Uuid::try_parse(value.trim()).ok();
    uuid.map(OrgId)
        .ok_or_else(|| wrong("not_a_uuid", "the header X-Org-Id holds no UUID"))
}

/// What the key opens, if it opens the route: GA Flight has the organisation named in a header,
/// TrueFlight goes by the key alone.
pub(crate) fn authorize(
    key: &KnownKey,
    headers: &HeaderMap,
    scope: RequiredScope,
) -> Result<Reach, Problem> {
    let api = scope.api();
    if api == Api::GaFlight {
        check_organization(key, organization(headers)?)?;
    }
    check_api(key, api)?;
    if api == Api::GaFlight {
        key.check_unbound()?;
    }
    if !key.has(scope) {
        return Err(Problem::insufficient_scope(scope.as_str()));
    }
    Ok(Reach::of(key))
}

fn check_organization(key: &KnownKey, named: OrgId) -> Result<(), Problem> {
    if key.organization == named {
        return Ok(());
    }
    let detail = "the key is not of the organisation that X-Org-Id names";
    let error = ProblemError::header(ORGANIZATION, "organization_mismatch", detail);
    Err(Problem::new(ProblemKind::OrganizationMismatch, detail).with_errors(vec![error]))
}

/// Whether the key is of this API.
fn check_api(key: &KnownKey, api: Api) -> Result<(), Problem> {
    let own = Api::of(key.surface);
    if own == api {
        return Ok(());
    }
    let detail = format!(
        "this key is of {}, whose paths begin with {}; here keys begin with {}",
        own.name(),
        own.base_path(),
        api.key_prefixes()
    );
    Err(Problem::new(ProblemKind::SurfaceMismatch, detail))
}

/// The header's text; a header that is there twice could be read in two ways, and is refused.
pub(crate) fn only<'h>(
    headers: &'h HeaderMap,
    name: &HeaderName,
    shown: &'static str,
) -> Result<Option<&'h str>, Problem> {
    let mut values = headers.get_all(name);
    let first = values.next();
    if values.next().is_some() {
        let detail = format!("the header {shown} is there more than once");
        return Err(Problem::invalid_parameters(vec![ProblemError::header(
            shown,
            "repeated_header",
            detail,
        )]));
    }
    // What is not visible ASCII is neither a key nor a UUID; an empty text says so just as well.
    Ok(first.map(|value| value.to_str().unwrap_or_default()))
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::HeaderValue;
    use domain::api_key::Surface;

    use super::*;

    fn headers(values: &[(&'static str, &[u8])]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in values {
            headers.append(
                HeaderName::from_static(name),
                HeaderValue::from_bytes(value).unwrap(),
            );
        }
        headers
    }

    fn code(problem: Problem) -> (u16, String) {
        (
            problem.kind.status(),
            problem.errors.first().unwrap().code.to_string(),
        )
    }

    #[test]
    fn a_key_is_read_whatever_the_case_of_its_scheme() {
        let token = ApiToken::from_entropy(Surface::GaFlight, &[1; 32]);
        for scheme in ["Bearer ", "bearer ", "BEARER   "] {
            let value = format!("{scheme}{}", token.reveal());
            assert_eq!(
                bearer(&headers(&[("authorization", value.as_bytes())])).unwrap(),
                token
            );
        }
    }

    #[test]
    fn what_is_no_key_is_told_apart_from_none() {
        assert_eq!(
            code(bearer(&headers(&[])).unwrap_err()),
            (401, "missing".into())
        );
        for value in [
            &b""[..],
            b"Bearer",
            b"Bearer ",
            b"Basic dTpw",
            b"gaf_pk_1",
            b"Bearer gaf_pk_1",
            b"Bearer \xff",
            b"Bearer a b",
        ] {
            let headers = headers(&[("authorization", value)]);
            assert_eq!(
                code(bearer(&headers).unwrap_err()),
                (401, "malformed".into()),
                "{value:?}"
            );
        }
    }

    #[test]
    fn a_header_that_is_there_twice_is_refused() {
        let twice = headers(&[
            ("authorization", b"Bearer a"),
            ("authorization", b"Bearer a"),
        ]);
        assert_eq!(
            code(bearer(&twice).unwrap_err()),
            (400, "repeated_header".into())
        );
        let id = b"3f0c0000-0000-4000-8000-000000000001";
        let twice = headers(&[("x-org-id", id), ("x-org-id", id)]);
        assert_eq!(
            code(organization(&twice).unwrap_err()),
            (400, "repeated_header".into())
        );
    }

    #[test]
    fn the_organisation_is_a_uuid() {
        assert_eq!(
            code(organization(&headers(&[])).unwrap_err()),
            (400, "missing".into())
        );
        assert_eq!(
            code(organization(&headers(&[("x-org-id", b"1")])).unwrap_err()),
            (400, "not_a_uuid".into())
        );
    }
}
