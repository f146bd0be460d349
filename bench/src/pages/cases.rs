//! The pages that are measured: those of every filter that the route table has for flights.

use anyhow::bail;
use contracts::convert;
use contracts::v1::{Facet, ListDocumentsRequest, Position};
use public_api::routes::{self, Bound, DEFAULT_LIMIT, Filter, Form, Route, View};
use public_api::sort_key;
use uuid::Uuid;

use super::flights::{School, Share, instructor_id, person, plane};
use super::load;

/// How deep the deep page lies, in an organisation that has so many flights.
const DEEP: u32 = 100_000;

/// Asks for the page of a school; the round may move it.
type Ask = Box<dyn Fn(School, u32) -> ListDocumentsRequest>;

pub struct Case {
    pub name: String,
    /// Whether it is one filter at a time: its cost is promised.
    pub documented: bool,
    pub request: Ask,
}

pub fn all() -> anyhow::Result<Vec<Case>> {
    let mut cases = vec![
        documented("first page", |school, _| plain(school)),
        documented("100,000 rows deep", |school, round| ListDocumentsRequest {
            after: Some(deep(school, round)),
            ..plain(school)
        }),
    ];
    let route = routes::all().find(|route| route.view == View::Flights && route.is_list());
    for filter in route.map(Route::filters).unwrap_or_default() {
        cases.extend(of_filter(filter)?);
    }
    cases.extend(changes());
    cases.extend(combinations());
    Ok(cases)
}

fn of_filter(filter: &'static Filter) -> anyhow::Result<Vec<Case>> {
    let name = filter.name;
    Ok(match filter.form {
        Form::Enum(terms) => terms.iter().map(|term| narrowed(&[(name, term)])).collect(),
        Form::Uuid => [(Share::Common, "common"), (Share::Rare, "rare")]
            .into_iter()
            .map(|(share, label)| {
                let value = who(name, share)?.to_string();
                let case = narrowed(&[(name, &value)]);
                Ok(Case {
                    name: format!("{name} ({label})"),
                    ..case
                })
            })
            .collect::<anyhow::Result<_>>()?,
        Form::Instant(bound) => vec![documented(&format!("{name} (middle)"), move |school, _| {
            let key = Some(sort_key::instant(school.off_block_at(school.flights / 2)));
            match bound {
                Bound::From => ListDocumentsRequest {
                    sort_from: key,
                    ..plain(school)
                },
                Bound::To | Bound::Before => ListDocumentsRequest {
                    sort_to: key,
                    ..plain(school)
                },
            }
        })],
        Form::Text { .. } | Form::Date(_) | Form::Bool => bail!("no values for {name} yet"),
    })
}

fn who(filter: &str, share: Share) -> anyhow::Result<Uuid> {
    Ok(match filter {
        "pilot_id" => person(share),
        "instructor_id" => instructor_id(share),
        "aircraft_id" => plane(share),
        other => bail!("no values for {other} yet"),
    })
}

fn changes() -> Vec<Case> {
    let since = |school: School, request: ListDocumentsRequest| ListDocumentsRequest {
        updated_since: Some(convert::timestamp(load::half_way(school))),
        ..request
    };
    vec![
        documented("updated_since (all)", |school, _| ListDocumentsRequest {
            updated_since: Some(convert::timestamp(load::changed_at(0))),
            ..plain(school)
        }),
        documented("updated_since (middle)", move |school, _| {
            since(school, plain(school))
        }),
        documented("updated_since (next page)", move |school, _| {
            let after = Position {
                sort_key: sort_key::instant(load::half_way(school)),
                id: school.flight_id(school.flights / 2).to_string(),
            };
            ListDocumentsRequest {
                after: Some(after),
                ..since(school, plain(school))
            }
        }),
        documented("updated_since, status=approved", move |school, _| {
            since(school, faceted(school, &[("status", "approved")]))
        }),
        documented("updated_since, status=voided", move |school, _| {
            since(school, faceted(school, &[("status", "voided")]))
        }),
    ]
}

fn combinations() -> Vec<Case> {
    let (pilot, aircraft) = (
        person::<Uuid>(Share::Common).to_string(),
        plane::<Uuid>(Share::Common).to_string(),
    );
    let rare = person::<Uuid>(Share::Rare).to_string();
    let deep_approved = |school: School, round| ListDocumentsRequest {
        after: Some(deep(school, round)),
        ..faceted(school, &[("status", "approved")])
    };
    let mut all = vec![Case {
        name: "status=approved, 100,000 rows deep".to_owned(),
        documented: true,
        request: Box::new(deep_approved),
    }];
    for (name, facets) in [
        (
            "common pilot, status=approved",
            [("pilot_id", pilot.as_str()), ("status", "approved")],
        ),
        (
            "common aircraft, status=voided",
            [("aircraft_id", &aircraft), ("status", "voided")],
        ),
        (
            "common pilot, common aircraft",
            [("pilot_id", &pilot), ("aircraft_id", &aircraft)],
        ),
        (
            "rare pilot, status=approved",
            [("pilot_id", &rare), ("status", "approved")],
        ),
    ] {
        all.push(Case {
            name: name.to_owned(),
            documented: false,
            ..narrowed(&facets)
        });
    }
    all
}

fn documented(name: &str, request: impl Fn(School, u32) -> ListDocumentsRequest + 'static) -> Case {
    Case {
        name: name.to_owned(),
        documented: true,
        request: Box::new(request),
    }
}

/// All of these hold.
fn narrowed(facets: &[(&'static str, &str)]) -> Case {
    let owned: Vec<_> = facets
        .iter()
        .map(|(name, value)| (*name, (*value).to_owned()))
        .collect();
    let label: Vec<_> = facets
        .iter()
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    documented(&label.join(", "), move |school, _| {
        let facets: Vec<_> = owned
            .iter()
            .map(|(name, value)| (*name, value.as_str()))
            .collect();
        faceted(school, &facets)
    })
}

fn faceted(school: School, facets: &[(&str, &str)]) -> ListDocumentsRequest {
    let facets = facets.iter().map(|(name, value)| Facet {
        name: (*name).to_owned(),
        value: (*value).to_owned(),
    });
    ListDocumentsRequest {
        facets: facets.collect(),
        ..plain(school)
    }
}

fn plain(school: School) -> ListDocumentsRequest {
    ListDocumentsRequest {
        organization_id: school.organization().to_string(),
        view: View::Flights.as_str().to_owned(),
        limit: DEFAULT_LIMIT.into(),
        ..ListDocumentsRequest::default()
    }
}

/// Further down with each round, so that no page is read twice. The list begins with the latest.
fn deep(school: School, round: u32) -> Position {
    let down = DEEP.min(school.flights / 2) + round * u32::from(DEFAULT_LIMIT);
    let n = school.flights.saturating_sub(1 + down);
    Position {
        sort_key: sort_key::instant(school.off_block_at(n)),
        id: school.flight_id(n).to_string(),
    }
}
