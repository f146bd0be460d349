CREATE TABLE aircraft (
    organization_id      uuid        NOT NULL REFERENCES organizations (id),
    id                   uuid        NOT NULL,
    version              bigint      NOT NULL CHECK (version >= 1),
    location_id          uuid,
    registration         text        NOT NULL CHECK (registration ~ '^[A-Z0-9-]{2,12}$'),
    make                 text        NOT NULL,
    model                text        NOT NULL,
    category             text        NOT NULL CHECK (category IN ('airplane', 'rotorcraft', 'glider', 'simulator')),
    status               text        NOT NULL CHECK (status IN ('active', 'inactive', 'sold')),
    airworthiness_status text        NOT NULL CHECK (
        airworthiness_status IN ('airworthy', 'limited', 'grounded', 'in_maintenance')
    ),
    -- The latest reading of each meter; how it came to be stands in meter_readings.
    meters               jsonb       NOT NULL CHECK (jsonb_typeof(meters) = 'array'),
    -- Everything that no query and no rule looks at.
    details              jsonb       NOT NULL CHECK (jsonb_typeof(details) = 'object'),
    external_reference   text,
    created_at           timestamptz NOT NULL,
    updated_at           timestamptz NOT NULL,
    PRIMARY KEY (organization_id, id),
    CONSTRAINT aircraft_registration UNIQUE (organization_id, registration),
    FOREIGN KEY (organization_id, location_id) REFERENCES locations (organization_id, id)
);
