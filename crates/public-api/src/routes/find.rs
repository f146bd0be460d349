//! From a request's path and method to its row.

use super::{BASE_PATH, ROUTES, Route};

/// What the table says about a request.
#[derive(Debug)]
pub enum Found<'p> {
    /// The row, and what the path has in place of its parameter.
    Route(&'static Route, Option<&'p str>),
    /// The path is known; these are its methods, for `Allow`.
    OtherMethods(Vec<&'static str>),
    Nothing,
}

/// Looks for `method` and `path` (still percent-encoded, without the query) in the table. Paths
/// are compared byte by byte: no trailing slash, no other case, nothing decoded.
pub fn find<'p>(method: &str, path: &'p str) -> Found<'p> {
    let Some(path) = path.strip_prefix(BASE_PATH) else {
        return Found::Nothing;
    };
    let mut others = Vec::new();
    for route in ROUTES {
        if let Some(parameter) = matches(route.path, path) {
            if route.method.serves(method) {
                return Found::Route(route, parameter);
            }
            others.extend(
                ["GET", "HEAD", "POST"]
                    .into_iter()
                    .filter(|m| route.method.serves(m)),
            );
        }
    }
    if others.is_empty() {
        Found::Nothing
    } else {
        Found::OtherMethods(others)
    }
}

/// Some, with the text in the place of the parameter if the template has one.
fn matches<'p>(template: &str, path: &'p str) -> Option<Option<&'p str>> {
    let mut parameter = None;
    let mut segments = path.split('/');
    for expected in template.split('/') {
        let segment = segments.next()?;
        if expected.starts_with('{') && !segment.is_empty() {
            parameter = Some(segment);
        } else if expected != segment {
            return None;
        }
    }
    segments.next().is_none().then_some(parameter)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::routes::{IdForm, Method};

    #[test]
    fn ids_are_read_in_their_one_form() {
        let uuid = "3F0C0000-0000-4000-8000-000000000001";
        assert_eq!(IdForm::Uuid.parse(uuid), Some(uuid.to_lowercase()));
        for form in [
            IdForm::Uuid,
            IdForm::EventId,
            IdForm::VtrId,
            IdForm::SummaryId,
        ] {
            assert_eq!(form.parse(form.example()).as_deref(), Some(form.example()));
        }
        for stranger in [
            "",
            "x",
            "3f0c00000000400080000000000000001",
            "{3f0c0000-0000-4000-8000-000000000001}",
            "evt_",
            "évt_01",
        ] {
            assert_eq!(IdForm::Uuid.parse(stranger), None, "{stranger}");
            assert_eq!(IdForm::EventId.parse(stranger), None, "{stranger}");
            assert_eq!(IdForm::VtrId.parse(stranger), None, "{stranger}");
            assert_eq!(IdForm::SummaryId.parse(stranger), None, "{stranger}");
        }
    }

    #[test]
    fn every_row_is_found_by_its_own_path() {
        for route in ROUTES {
            let path = route.template().replace("{id}", "some-id");
            let parameter = route.path.contains("{id}").then_some("some-id");
            let methods: &[&str] = match route.method {
                Method::Get => &["GET", "HEAD"],
                Method::Post => &["POST"],
            };
            for method in methods {
                let Found::Route(found, id) = find(method, &path) else {
                    panic!("{path} is not found")
                };
                assert!(std::ptr::eq(found, route), "{path}");
                assert_eq!(id, parameter);
            }
            let Found::OtherMethods(allowed) = find("DELETE", &path) else {
                panic!("{path}")
            };
            assert_eq!(allowed, methods);
        }
    }

    #[test]
    fn what_only_looks_like_a_route_is_none() {
        let strangers = [
            "/",
            "",
            "/api/v1/public",
            "/api/v1/public/",
            "/api/v1/publicflights",
            "/api/v1/public/flights/",
            "/api/v1/public//flights",
            "/api/v1/public/Flights",
            "/api/v1/public/flights/a/b",
            "/flights",
            "/api/v1/public/%66lights",
            "/api/v1/public/{id}",
        ];
        for path in strangers {
            assert!(matches!(find("GET", path), Found::Nothing), "{path}");
        }
    }
}
