use contracts::v1::{ImportLogbookRequest, ImportLogbookResponse, ImportRefusal};

use super::flight_ops::State;

/// Takes rows in, each once.
pub fn take(state: &mut State, request: ImportLogbookRequest) -> ImportLogbookResponse {
    let mut answer = ImportLogbookResponse::default();
    for row in &request.aircraft {
        match state
            .aircraft
            .insert(row.aircraft.as_ref().unwrap().registration.clone())
        {
            true => answer.aircraft_created += 1,
            false => answer.unchanged += 1,
        }
    }
    for row in &request.flights {
        let registration = row.entry.as_ref().unwrap().registration.clone();
        if state.refuses.contains(&row.line) {
            answer.refused.push(ImportRefusal {
                line: row.line,
                pointer: "block_minutes".into(),
                code: "out_of_range".into(),
                detail: "block time is 0 to 2880 minutes".into(),
            });
        } else if state
            .known
            .insert((row.fingerprint.to_vec(), row.occurrence))
        {
            answer.flights_created += 1;
            answer.aircraft_created += i32::from(state.aircraft.insert(registration));
        } else {
            answer.unchanged += 1;
        }
    }
    for row in &request.ground_training {
        let mut name = row.fingerprint.to_vec();
        name.push(b'g');
        match state.known.insert((name, row.occurrence)) {
            true => answer.ground_training_created += 1,
            false => answer.unchanged += 1,
        }
    }
    state.imports.push(request);
    answer
}
