use super::*;

/// Grounded by its 100-hour.
fn grounded() -> Upkeep {
    let mut upkeep = upkeep(vec![hundred_hour(198_000)], vec![], vec![]);
    upkeep.review(today());
    upkeep
}

fn with(aircraft: &Aircraft, status: Airworthiness, reasons: &[&str]) -> Aircraft {
    Aircraft {
        airworthiness_status: status,
        grounding_reasons: reasons.iter().map(|r| (*r).to_owned()).collect(),
        ..aircraft.clone()
    }
}

#[test]
fn what_follows_from_records_is_not_the_schools_word_when_it_is_sent_back() {
    let upkeep = grounded();
    let sent_back = upkeep.aircraft.clone();
    let said = upkeep.declared.revised(&upkeep.aircraft, &sent_back);
    assert_eq!(said, Declared::default());
}

#[test]
fn the_school_grounds_and_lets_fly_by_its_own_word() {
    let mut upkeep = grounded();
    let both = ["overdue: item 10", "cracked exhaust"];
    let wanted = with(&upkeep.aircraft, Airworthiness::Grounded, &both);
    upkeep.declared = upkeep.declared.revised(&upkeep.aircraft, &wanted);
    assert_eq!(upkeep.declared.reasons, ["cracked exhaust"]);
    upkeep.due_items.clear();
    upkeep.review(today());
    assert_eq!(
        upkeep.aircraft.airworthiness_status,
        Airworthiness::Grounded
    );
    assert_eq!(upkeep.aircraft.grounding_reasons, ["cracked exhaust"]);

    let wanted = with(&upkeep.aircraft, Airworthiness::Airworthy, &[]);
    upkeep.declared = upkeep.declared.revised(&upkeep.aircraft, &wanted);
    upkeep.review(today());
    assert_eq!(
        upkeep.aircraft.airworthiness_status,
        Airworthiness::Airworthy
    );
    assert!(upkeep.aircraft.grounding_reasons.is_empty());
}

#[test]
fn the_schools_word_does_not_stand_against_its_records() {
    let mut upkeep = grounded();
    let wanted = with(&upkeep.aircraft, Airworthiness::Airworthy, &[]);
    upkeep.declared = upkeep.declared.revised(&upkeep.aircraft, &wanted);
    upkeep.review(today());
    assert_eq!(
        upkeep.aircraft.airworthiness_status,
        Airworthiness::Grounded
    );
    assert_eq!(upkeep.aircraft.grounding_reasons, ["overdue: item 10"]);
}

#[test]
fn a_school_that_takes_its_reason_back_leaves_what_follows_from_records() {
    let mut upkeep = grounded();
    upkeep.declared = Declared {
        status: Airworthiness::Grounded,
        reasons: vec!["cracked exhaust".into()],
    };
    upkeep.review(today());
    let only_ours = with(
        &upkeep.aircraft,
        Airworthiness::Grounded,
        &["overdue: item 10"],
    );
    upkeep.declared = upkeep.declared.revised(&upkeep.aircraft, &only_ours);
    assert_eq!(upkeep.declared, Declared::default());
}
