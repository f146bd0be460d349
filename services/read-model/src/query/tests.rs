use contracts::v1;

use super::*;

fn request(view: &str, facets: &[(&str, &str)]) -> ListDocumentsRequest {
    ListDocumentsRequest {
        organization_id: "00000000-0000-0000-0000-000000000001".to_owned(),
        view: view.to_owned(),
        facets: facets
            .iter()
            .map(|(name, value)| v1::Facet {
                name: (*name).to_owned(),
                value: (*value).to_owned(),
            })
            .collect(),
        ..Default::default()
    }
}

fn facets(view: &str, given: &[(&str, &str)]) -> Result<Vec<(String, String)>, InvalidQuery> {
    let query = ListQuery::try_from(request(view, given))?;
    Ok(query.facets.into_iter().map(Into::into).collect())
}

fn pairs(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect()
}

#[test]
fn the_rarest_comes_first_and_repetition_goes() {
    let found = facets(
        "flights",
        &[
            ("status", "approved"),
            ("pilot_id", "p"),
            ("status", "approved"),
        ],
    );
    assert_eq!(
        found,
        Ok(pairs(&[("pilot_id", "p"), ("status", "approved")]))
    );
}

#[test]
fn a_search_looks_for_each_word_the_longest_first() {
    let found = facets("pilots", &[("role", "student"), ("q", " Jo  SMITH ")]);
    assert_eq!(
        found,
        Ok(pairs(&[("q", "smith"), ("q", "jo"), ("role", "student")]))
    );
}

#[test]
fn what_makes_no_sense_is_told_apart() {
    assert_eq!(facets("flight", &[]), Err(InvalidQuery::View));
    assert_eq!(
        facets("flights", &[("role", "student")]),
        Err(InvalidQuery::Facet)
    );
    assert_eq!(facets("pilots", &[("q", " \t")]), Err(InvalidQuery::NoWord));
    assert_eq!(
        facets("flights", &[("status", "a\0")]),
        Err(InvalidQuery::Text)
    );
    let many: Vec<String> = (0..40).map(|i| format!("w{i}")).collect();
    assert_eq!(
        facets("pilots", &[("q", &many.join(" "))]),
        Err(InvalidQuery::TooManyFacets)
    );
    let nobody = ListDocumentsRequest {
        organization_id: "1".to_owned(),
        ..request("flights", &[])
    };
    assert_eq!(ListQuery::try_from(nobody), Err(InvalidQuery::Organization));
}

#[test]
fn a_location_is_a_facet_where_the_view_has_them() {
    let located = |view| {
        let request = ListDocumentsRequest {
            location_id: Some("l".to_owned()),
            ..request(view, &[])
        };
        ListQuery::try_from(request).map(|query| query.facets)
    };
    assert_eq!(located("flights"), Ok(vec![Facet::new("location_id", "l")]));
    assert_eq!(located("pilots"), Err(InvalidQuery::Facet));
}

#[test]
fn limits_are_clamped() {
    let clamped = [0, 1, 200, 201, i32::MAX, -1].map(limit);
    assert_eq!(clamped, [50, 1, 200, 200, 200, 1]);
}
