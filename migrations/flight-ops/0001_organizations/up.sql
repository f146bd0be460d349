-- Schools, their bases and their people. Every table is keyed by organisation first, so that what
-- belongs to another organisation is never found by accident, and the tables can be distributed
-- by it.
CREATE TABLE organizations (
    id         uuid        PRIMARY KEY,
    version    bigint      NOT NULL CHECK (version >= 1),
    name       text        NOT NULL CHECK (name <> ''),
    -- IANA zone.
    timezone   text        NOT NULL,
    -- ISO 4217.
    currency   text        NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    -- ISO 3166-1 alpha-2.
    country    text        NOT NULL CHECK (country ~ '^[A-Z]{2}$'),
    approver_differs_from_submitter boolean NOT NULL,
    -- Acts where a command names nobody.
    owner_id   uuid        NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL
);

CREATE TABLE locations (
    organization_id uuid        NOT NULL REFERENCES organizations (id),
    id              uuid        NOT NULL,
    version         bigint      NOT NULL CHECK (version >= 1),
    name            text        NOT NULL CHECK (name <> ''),
    code            text        NOT NULL CHECK (code <> ''),
    icao_code       text        CHECK (icao_code ~ '^[A-Z]{4}$'),
    timezone        text        NOT NULL,
    address         text,
    active          boolean     NOT NULL,
    created_at      timestamptz NOT NULL,
    updated_at      timestamptz NOT NULL,
    PRIMARY KEY (organization_id, id)
);

CREATE TABLE people (
    organization_id    uuid        NOT NULL REFERENCES organizations (id),
    id                 uuid        NOT NULL,
    version            bigint      NOT NULL CHECK (version >= 1),
    first_name         text        NOT NULL,
    last_name          text        NOT NULL,
    call_sign          text,
    email              text,
    roles              text[]      NOT NULL CHECK (
        roles <@ ARRAY['student', 'renter', 'instructor', 'ground_instructor', 'examiner', 'staff']
    ),
    status             text        NOT NULL CHECK (status IN ('active', 'inactive', 'archived')),
    licences           jsonb       NOT NULL,
    ratings            jsonb       NOT NULL,
    medical            jsonb,
    caa_reference      text,
    home_airport       text,
    external_reference text,
    created_at         timestamptz NOT NULL,
    updated_at         timestamptz NOT NULL,
    PRIMARY KEY (organization_id, id)
);

-- A school and its owner are created together, so the owner is looked for at the commit.
ALTER TABLE organizations ADD CONSTRAINT organizations_owner
    FOREIGN KEY (id, owner_id) REFERENCES people (organization_id, id) DEFERRABLE INITIALLY DEFERRED;
