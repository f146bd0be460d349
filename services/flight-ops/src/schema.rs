//! The tables of this service, as `migrations/flight-ops` makes them.

diesel::table! {
    organizations (id) {
        id -> Uuid,
        version -> BigInt,
        name -> Text,
        timezone -> Text,
        currency -> Text,
        country -> Text,
        approver_differs_from_submitter -> Bool,
        owner_id -> Uuid,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
    }
}

diesel::table! {
    locations (organization_id, id) {
        organization_id -> Uuid,
        id -> Uuid,
        version -> BigInt,
        name -> Text,
        code -> Text,
        icao_code -> Nullable<Text>,
        timezone -> Text,
        address -> Nullable<Text>,
        active -> Bool,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
    }
}

diesel::table! {
    people (organization_id, id) {
        organization_id -> Uuid,
        id -> Uuid,
        version -> BigInt,
        first_name -> Text,
        last_name -> Text,
        call_sign -> Nullable<Text>,
        email -> Nullable<Text>,
        roles -> Array<Text>,
        status -> Text,
        licences -> Jsonb,
        ratings -> Jsonb,
        medical -> Nullable<Jsonb>,
        caa_reference -> Nullable<Text>,
        home_airport -> Nullable<Text>,
        external_reference -> Nullable<Text>,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
    }
}

diesel::table! {
    aircraft (organization_id, id) {
        organization_id -> Uuid,
        id -> Uuid,
        version -> BigInt,
        location_id -> Nullable<Uuid>,
        registration -> Text,
        make -> Text,
        model -> Text,
        category -> Text,
        status -> Text,
        airworthiness_status -> Text,
        meters -> Jsonb,
        details -> Jsonb,
        external_reference -> Nullable<Text>,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
    }
}

diesel::table! {
    flights (organization_id, id) {
        organization_id -> Uuid,
        id -> Uuid,
        version -> BigInt,
        location_id -> Nullable<Uuid>,
        status -> Text,
        flight_type -> Text,
        aircraft_id -> Uuid,
        registration -> Text,
        pilot_id -> Uuid,
        instructor_id -> Nullable<Uuid>,
        pic_id -> Uuid,
        off_block_at -> Timestamptz,
        takeoff_at -> Nullable<Timestamptz>,
        landing_at -> Nullable<Timestamptz>,
        on_block_at -> Timestamptz,
        details -> Jsonb,
        submitted_by -> Nullable<Uuid>,
        submitted_at -> Nullable<Timestamptz>,
        approved_by -> Nullable<Uuid>,
        approved_at -> Nullable<Timestamptz>,
        rejected_by -> Nullable<Uuid>,
        rejected_at -> Nullable<Timestamptz>,
        rejection_reason -> Nullable<Text>,
        replaces_id -> Nullable<Uuid>,
        external_reference -> Nullable<Text>,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
    }
}

diesel::table! {
    meter_readings (id) {
        id -> BigInt,
        organization_id -> Uuid,
        aircraft_id -> Uuid,
        kind -> Text,
        engine_position -> Nullable<Integer>,
        value_hundredths -> BigInt,
        change_hundredths -> BigInt,
        source -> Text,
        flight_id -> Nullable<Uuid>,
        read_at -> Timestamptz,
        recorded_at -> Timestamptz,
    }
}

diesel::table! {
    ground_training (organization_id, pilot_id, fingerprint, occurrence) {
        organization_id -> Uuid,
        pilot_id -> Uuid,
        fingerprint -> Binary,
        occurrence -> BigInt,
        date -> Date,
        minutes_received -> Integer,
        minutes_given -> Integer,
        recorded_at -> Timestamptz,
    }
}

diesel::table! {
    signing_keys (organization_id, id) {
        organization_id -> Uuid,
        id -> Uuid,
        public_key -> Binary,
        ring_key_id -> Text,
        sealed_private -> Binary,
        created_at -> Timestamptz,
        retired_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    audit_chain (organization_id, sequence) {
        organization_id -> Uuid,
        sequence -> BigInt,
        event -> Text,
        vtr_id -> Uuid,
        manifest_sha256 -> Binary,
        at -> Timestamptz,
        prev_hash -> Nullable<Binary>,
        chain_hash -> Binary,
    }
}
