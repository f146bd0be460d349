//! From a request's path and method to its row.

use super::{Api, Method, Open, Route};

/// What the tables say about a request.
#[derive(Debug)]
pub enum Found<'p> {
    /// The row, and what the path has in place of its parameter.
    Route(&'static Route, Option<&'p str>),
    /// What is answered without a key.
    Open(Open),
    /// The path is known; these are its methods, for `Allow`.
    OtherMethods(Vec<&'static str>),
    Nothing,
}

/// Looks for `method` and `path` (still percent-encoded, without the query) in the tables. Paths
/// are compared byte by byte: no trailing slash, no other case, nothing decoded.
pub fn find<'p>(method: &str, path: &'p str) -> Found<'p> {
    let below = |api: &Api| Some((*api, path.strip_prefix(api.base_path())?));
    match Api::ALL.iter().find_map(below) {
        Some((api, path)) => find_in(api, method, path),
        None => Found::Nothing,
    }
}

fn find_in<'p>(api: Api, method: &str, path: &'p str) -> Found<'p> {
    if let Some(open) = api.open().iter().find(|open| open.path() == path) {
        return if Method::Get.serves(method) {
            Found::Open(*open)
        } else {
            Found::OtherMethods(names(Method::Get).collect())
        };
    }
    let mut others = Vec::new();
    for route in api.routes() {
        if let Some(parameter) = matches(route.path, path) {
            if route.method.serves(method) {
                return Found::Route(route, parameter);
            }
            others.extend(names(route.method));
        }
    }
    if others.is_empty() {
        Found::Nothing
    } else {
        Found::OtherMethods(others)
    }
}

/// The names of HTTP that it is served by.
fn names(method: Method) -> impl Iterator<Item = &'static str> {
    ["GET", "HEAD", "POST"]
        .into_iter()
        .filter(move |name| method.serves(name))
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
    use crate::routes::{self, IdForm};

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
        for route in routes::all() {
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
    fn what_is_open_is_read_and_nothing_else() {
        for open in Api::ALL.iter().flat_map(|api| api.open()) {
            for method in ["GET", "HEAD"] {
                let path = open.template();
                assert!(matches!(find(method, &path), Found::Open(found) if found == *open));
            }
            let Found::OtherMethods(allowed) = find("POST", &open.template()) else {
                panic!("{open:?}")
            };
            assert_eq!(allowed, ["GET", "HEAD"]);
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
            "/api/external/v1",
            "/api/external/v1/",
            "/api/external/v1/flights",
            "/api/v1/public/me",
            "/api/v1/public/health",
            "/api/external/v1/health/",
        ];
        for path in strangers {
            assert!(matches!(find("GET", path), Found::Nothing), "{path}");
        }
    }
}
