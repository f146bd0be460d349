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
