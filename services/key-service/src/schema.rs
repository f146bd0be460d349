//! The tables of this service, as `migrations/key-service` makes them.

diesel::table! {
    api_keys (id) {
        id -> Uuid,
        organization_id -> Uuid,
        surface -> Text,
        name -> Text,
        display_prefix -> Text,
        last_four -> Text,
        token_sha256 -> Binary,
        scopes -> Array<Text>,
        note -> Nullable<Text>,
        created_by -> Nullable<Text>,
        created_at -> Timestamptz,
        expires_at -> Nullable<Timestamptz>,
        revoked_at -> Nullable<Timestamptz>,
        locations -> Array<Uuid>,
        networks -> Array<Text>,
        replaces -> Nullable<Uuid>,
        retires_at -> Nullable<Timestamptz>,
        limit_requests -> Nullable<BigInt>,
        limit_seconds -> Nullable<BigInt>,
    }
}

diesel::table! {
    key_audit (id) {
        id -> BigInt,
        key_id -> Uuid,
        organization_id -> Uuid,
        act -> Text,
        by -> Nullable<Text>,
        at -> Timestamptz,
        detail -> Jsonb,
    }
}

diesel::table! {
    key_usage (key_id) {
        key_id -> Uuid,
        last_used_at -> Timestamptz,
        address -> Text,
        user_agent -> Nullable<Text>,
    }
}

diesel::joinable!(key_usage -> api_keys (key_id));
diesel::allow_tables_to_appear_in_same_query!(api_keys, key_usage);
