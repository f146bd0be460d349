//! The tables of this service that are queried through diesel's DSL, as
//! `migrations/webhook-dispatcher` makes them.

diesel::table! {
    endpoints (id) {
        id -> Uuid,
        organization_id -> Uuid,
        url -> Text,
        description -> Nullable<Text>,
        event_types -> Array<Text>,
        location_id -> Nullable<Uuid>,
        scheme -> Text,
        secret_ciphertext -> Binary,
        secret_key_id -> Text,
        status -> Text,
        disabled_reason -> Nullable<Text>,
        next_sequence -> BigInt,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
        previous_secret_ciphertext -> Nullable<Binary>,
        previous_secret_key_id -> Nullable<Text>,
        previous_secret_until -> Nullable<Timestamptz>,
        header_names -> Array<Text>,
        headers_ciphertext -> Nullable<Binary>,
        headers_key_id -> Nullable<Text>,
        metadata -> Jsonb,
        retries -> Text,
        rate_requests -> Nullable<Integer>,
        rate_seconds -> Nullable<Integer>,
        rate_full_at -> Timestamptz,
        in_order -> Bool,
        health -> Text,
        consecutive_failures -> Integer,
        failures_since -> Nullable<Timestamptz>,
        failing_since -> Nullable<Timestamptz>,
        probe_at -> Nullable<Timestamptz>,
        probes -> Integer,
        catching_up_since -> Nullable<Timestamptz>,
        catch_up_pace -> Nullable<Integer>,
        pace_changed_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    events (id) {
        id -> Text,
        organization_id -> Uuid,
        #[sql_name = "type"]
        event_type -> Text,
        occurred_at -> Timestamptz,
        traceparent -> Nullable<Text>,
        body -> Binary,
        created_at -> Timestamptz,
        location_id -> Nullable<Uuid>,
        subject_id -> Nullable<Uuid>,
        passed_over -> Jsonb,
    }
}

diesel::table! {
    owed (id) {
        id -> Uuid,
        event_id -> Text,
        endpoint_id -> Uuid,
        organization_id -> Uuid,
        sequence -> BigInt,
        replay -> Integer,
        subject_id -> Nullable<Uuid>,
        attempt_count -> Integer,
        next_attempt_at -> Timestamptz,
        lease_owner -> Nullable<Uuid>,
        last_status_code -> Nullable<Integer>,
        last_error -> Nullable<Text>,
        created_at -> Timestamptz,
        probes -> Integer,
    }
}

diesel::table! {
    ended (id) {
        id -> Uuid,
        event_id -> Text,
        endpoint_id -> Uuid,
        organization_id -> Uuid,
        sequence -> BigInt,
        replay -> Integer,
        status -> Text,
        attempt_count -> Integer,
        last_status_code -> Nullable<Integer>,
        last_error -> Nullable<Text>,
        created_at -> Timestamptz,
        completed_at -> Timestamptz,
    }
}

// A view: what is owed, in consignments or not.
diesel::table! {
    pending (id) {
        id -> Uuid,
        event_id -> Text,
        endpoint_id -> Uuid,
    }
}

// A view: what is pending, and what has ended.
diesel::table! {
    deliveries (id) {
        id -> Uuid,
        event_id -> Text,
        endpoint_id -> Uuid,
        organization_id -> Uuid,
        sequence -> BigInt,
        replay -> Integer,
        status -> Text,
        attempt_count -> Integer,
        next_attempt_at -> Nullable<Timestamptz>,
        last_status_code -> Nullable<Integer>,
        last_error -> Nullable<Text>,
        created_at -> Timestamptz,
        completed_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    replays (organization_id, id) {
        organization_id -> Uuid,
        id -> Uuid,
        event_id -> Text,
        idempotency_key -> Nullable<Text>,
        endpoints -> Integer,
        already_pending -> Integer,
        requested_at -> Timestamptz,
        endpoint_id -> Nullable<Uuid>,
        delivery_id -> Nullable<Uuid>,
    }
}

diesel::table! {
    recoveries (id) {
        id -> Uuid,
        organization_id -> Uuid,
        endpoint_id -> Uuid,
        since -> Timestamptz,
        until -> Timestamptz,
        event_types -> Array<Text>,
        missed -> Bool,
        per_second -> Integer,
        status -> Text,
        reason -> Nullable<Text>,
        waiting_for -> Nullable<Text>,
        position -> Text,
        examined -> BigInt,
        recovered -> BigInt,
        still_owed -> BigInt,
        expected -> Nullable<BigInt>,
        due_at -> Timestamptz,
        started_at -> Timestamptz,
        updated_at -> Timestamptz,
        finished_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    retention (organization_id) {
        organization_id -> Uuid,
        days -> Integer,
        updated_at -> Timestamptz,
    }
}

// A view: those in `attempts`, and the last, which stands in `ended`.
diesel::table! {
    attempts_made (delivery_id, number) {
        delivery_id -> Uuid,
        number -> Integer,
        started_at -> Timestamptz,
        duration_ms -> Integer,
        status_code -> Nullable<Integer>,
        error -> Nullable<Text>,
        error_detail -> Nullable<Text>,
        response_excerpt -> Binary,
        request_headers -> Nullable<Text>,
        response_headers -> Nullable<Text>,
    }
}

diesel::joinable!(deliveries -> events (event_id));
diesel::allow_tables_to_appear_in_same_query!(deliveries, endpoints, events);
