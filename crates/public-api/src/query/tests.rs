use proptest::prelude::*;

use super::*;
use crate::routes::{self, Route};

fn route(path: &str) -> &'static Route {
    routes::all().find(|route| route.path == path).unwrap()
}

fn flights(raw: &str) -> Result<ListQuery, Vec<(String, String)>> {
    parse(route("/flights"), raw).map_err(|errors| {
        let told = errors.into_iter().map(|error| match error.place {
            Some(crate::problem::Place::Parameter(name)) => (name, error.code.into_owned()),
            other => panic!("{other:?} is not in a query"),
        });
        told.collect()
    })
}

fn error(raw: &str) -> (String, String) {
    let errors = flights(raw).unwrap_err();
    assert_eq!(errors.len(), 1, "{errors:?}");
    errors.into_iter().next().unwrap()
}

#[test]
fn an_empty_query_asks_for_the_first_page_of_everything() {
    for raw in ["", "&", "&&"] {
        let query = flights(raw).unwrap();
        assert_eq!(
            (query.limit, query.cursor, query.narrowing),
            (50, None, Narrowing::default())
        );
    }
}

#[test]
fn the_vendors_own_example_is_understood() {
    let query = flights("status=approved&from=2026-05-01&to=2026-05-31&limit=200").unwrap();
    assert_eq!(
        query.narrowing.facets,
        [("status".to_owned(), "approved".to_owned())]
    );
    assert_eq!(
        query.narrowing.sort_from.as_deref(),
        Some("2026-05-01T00:00:00.000000Z")
    );
    assert_eq!(
        query.narrowing.sort_to.as_deref(),
        Some("2026-06-01T00:00:00.000000Z")
    );
    assert_eq!(query.limit, 200);
}

#[test]
fn two_ways_to_say_the_same_are_one_narrowing() {
    let id = "123E4567-e89b-12d3-a456-426614174000";
    let one = flights(&format!("pilot_id={id}&status=draft&from=2026-05-01")).unwrap();
    let two = flights(&format!(
        "from=2026-05-01T02:00:00%2B02:00&limit=7&status=dr%61ft&pilot_id={}",
        id.to_lowercase()
    ));
    assert_eq!(one.narrowing, two.unwrap().narrowing);
}

#[test]
fn everything_wrong_is_told_at_once() {
    let errors = flights("status=nope&pilot_id=7&from=x&limit=0&colour=red&status=draft&to=%zz")
        .unwrap_err();
    let mut errors: Vec<_> = errors
        .iter()
        .map(|(name, code)| (name.as_str(), code.as_str()))
        .collect();
    errors.sort_unstable();
    assert_eq!(
        errors,
        [
            ("colour", "unknown_parameter"),
            ("from", "not_an_instant"),
            ("limit", "out_of_range"),
            ("pilot_id", "not_a_uuid"),
            ("status", "repeated_parameter"),
            ("status", "unknown_value"),
            ("to", "malformed_encoding"),
        ]
    );
}

#[test]
fn an_error_names_what_is_allowed() {
    let errors = parse(route("/fleet"), "status=flying&colour=red").unwrap_err();
    let details: Vec<_> = errors.iter().map(|error| error.detail.as_str()).collect();
    assert_eq!(
        details,
        [
            "`flying` is no value of `status`; allowed: active, inactive, sold",
            "`colour` is unknown; allowed: status, airworthiness_status, limit, cursor, updated_since, fields",
        ]
    );
}

#[test]
fn limits_outside_the_range_are_refused_not_bent() {
    for (raw, code) in [
        ("limit=0", "out_of_range"),
        ("limit=201", "out_of_range"),
        ("limit=99999999999999999999", "out_of_range"),
        ("limit=-1", "not_a_number"),
        ("limit=%2B5", "not_a_number"),
        ("limit=", "not_a_number"),
        ("limit=ten", "not_a_number"),
    ] {
        assert_eq!(error(raw), ("limit".to_owned(), code.to_owned()), "{raw}");
    }
    assert_eq!(flights("limit=1").unwrap().limit, 1);
    assert_eq!(flights("limit=200").unwrap().limit, 200);
}

#[test]
fn bounds_may_meet_but_not_cross() {
    assert_eq!(error("from=2026-06-01&to=2026-05-01").1, "from_after_to");
    assert!(flights("from=2026-05-01&to=2026-05-01").is_ok());
    // The day before: where the one begins, the other ends.
    for crossed in [
        "from=2026-05-02&to=2026-05-01",
        "from=2026-05-02T00:00:00Z&to=2026-05-01",
    ] {
        assert_eq!(error(crossed).1, "from_after_to", "{crossed}");
    }
    let invoices = |raw: &str| parse(route("/invoices"), raw);
    assert!(invoices("from=2026-05-01&to=2026-05-01").is_ok());
    assert!(invoices("from=2026-05-02&to=2026-05-01").is_err());
    assert!(flights("from=2026-05-01T00:00:00Z&to=2026-05-01T00:00:00Z").is_ok());
}

#[test]
fn texts_are_bounded() {
    let pilots = |raw: &str| parse(route("/pilots"), raw);
    let code = |raw: &str| pilots(raw).unwrap_err().first().unwrap().code.clone();
    assert_eq!(
        pilots("q=+jane+").unwrap().narrowing.facets,
        [("q".to_owned(), "jane".to_owned())]
    );
    assert_eq!(code("q="), "empty");
    assert_eq!(code("q=++"), "empty");
    assert_eq!(code("q=a+b+c+d+e+f+g+h+i"), "too_many_words");
    assert!(pilots("q=a+b+c+d+e+f+g++h").is_ok());
    assert_eq!(code("q=a%00b"), "control_character");
    assert_eq!(code(&format!("q={}", "ä".repeat(101))), "too_long");
    assert!(pilots(&format!("q={}", "ä".repeat(100))).is_ok());
}

#[test]
fn the_next_page_keeps_the_filters_and_replaces_the_cursor() {
    let query =
        flights("status=approved&cursor=old&from=2026-05-01T00:00:00%2B02:00&limit=2").unwrap();
    assert_eq!(query.cursor.as_deref(), Some("old"));
    assert_eq!(
        query.page_at("new"),
        "status=approved&from=2026-05-01T00%3A00%3A00%2B02%3A00&limit=2&cursor=new"
    );
}

#[test]
fn a_detail_takes_only_a_selection() {
    let detail = route("/flights/{id}");
    assert!(parse_detail(detail, "").unwrap().is_all());
    let status = parse_detail(detail, "fields=status").unwrap();
    assert!(status.has("status") && status.has("id") && !status.has("remarks"));
    let errors = parse_detail(detail, "limit=5&x").unwrap_err();
    assert_eq!(errors.len(), 2);
    assert!(errors.iter().all(|error| error.code == "unknown_parameter"));
    assert_eq!(errors[0].detail, "`limit` is unknown; allowed: fields");
}

#[test]
fn an_action_takes_nothing() {
    let replay = route("/events/{id}/replay");
    assert!(parse_empty(replay, "").is_ok());
    let errors = parse_empty(replay, "fields=id").unwrap_err();
    assert_eq!(
        errors[0].detail,
        "`fields` is unknown: this route takes no parameters"
    );
}

#[test]
fn changes_are_asked_for_since_an_instant_or_a_day() {
    let since = |raw: &str| flights(raw).unwrap().narrowing.updated_since;
    assert_eq!(since(""), None);
    assert_eq!(
        since("updated_since=2026-05-28T14:00:00%2B02:00"),
        "2026-05-28T12:00:00Z".parse().ok()
    );
    assert_eq!(
        since("updated_since=2026-05-28"),
        "2026-05-28T00:00:00Z".parse().ok()
    );
    assert_eq!(
        error("updated_since=2026-05-28T12:00:00").1,
        "offset_required"
    );
    assert_eq!(error("updated_since=").1, "not_an_instant");
}

#[test]
fn what_a_request_does_not_say_is_taken_as_documented() {
    let facets = |raw: &str| {
        let query = parse(route("/finance-summaries"), raw).unwrap();
        let next = query.page_at("c");
        (query.narrowing.facets, next)
    };
    let of = |term: &str| vec![("granularity".to_owned(), term.to_owned())];
    assert_eq!(facets(""), (of("month"), "cursor=c".to_owned()));
    let asked = "granularity=day&cursor=c".to_owned();
    assert_eq!(facets("granularity=day"), (of("day"), asked));
    let errors = parse(route("/finance-summaries"), "granularity=week").unwrap_err();
    assert_eq!(
        errors[0].detail,
        "`week` is no value of `granularity`; allowed: day, month"
    );
}

#[test]
fn what_has_no_date_is_beyond_every_bound() {
    let bounds = |raw: &str| {
        let narrowing = parse(route("/invoices"), raw).unwrap().narrowing;
        (narrowing.sort_from, narrowing.sort_to)
    };
    let text = |text: &str| Some(text.to_owned());
    assert_eq!(bounds(""), (None, None));
    assert_eq!(bounds("from=2026-05-12"), (text("2026-05-12"), None));
    assert_eq!(bounds("to=2026-05-12"), (text("0"), text("2026-05-13")));
    let errors = parse(
        route("/invoices"),
        "from=2026-05-12&to=2026-05-10&overdue=yes",
    );
    let codes: Vec<_> = errors.unwrap_err().into_iter().map(|e| e.code).collect();
    assert_eq!(codes, ["unknown_value", "from_after_to"]);
}

#[test]
fn a_selection_is_no_narrowing() {
    let query = flights("fields=status,route&limit=3").unwrap();
    assert_eq!(query.narrowing, Narrowing::default());
    assert_eq!(query.page_at("c"), "fields=status%2Croute&limit=3&cursor=c");
    assert_eq!(error("fields=status,colour").1, "unknown_field");
}

proptest! {
    #[test]
    fn no_query_string_panics(raw: String, row in 0..routes::all().count()) {
        let route = routes::all().nth(row).unwrap();
        let _ = parse(route, &raw);
        let _ = parse_detail(route, &raw);
        let _ = parse_empty(route, &raw);
    }

    #[test]
    fn no_value_panics(value: String, row in 0..routes::all().count()) {
        let route = routes::all().nth(row).unwrap();
        let filters = route.filters().iter().map(|filter| filter.name);
        for name in filters.chain(route.parameters().iter().copied()) {
            let raw = format!("{name}={}", urlencoded::encode(&value));
            let _ = parse(route, &raw);
        }
    }

    #[test]
    fn a_page_at_a_cursor_reads_as_the_same_list(limit in 1u16..=200, q in "[a-zäöü '&=%+]{0,20}[a-z]") {
        let pilots = route("/pilots");
        let query = parse(pilots, &format!("limit={limit}&q={}", urlencoded::encode(&q))).unwrap();
        let next = parse(pilots, &query.page_at("c")).unwrap();
        prop_assert_eq!(next.narrowing, query.narrowing);
        prop_assert_eq!((next.limit, next.cursor.as_deref()), (limit, Some("c")));
    }
}
