-- Training on the ground, as logbooks record it beside the flights.
CREATE TABLE ground_training (
    organization_id  uuid        NOT NULL,
    pilot_id         uuid        NOT NULL,
    -- The row's content, hashed, and its number among equal rows of its day: the same row again
    -- is the same entry.
    fingerprint      bytea       NOT NULL CHECK (octet_length(fingerprint) BETWEEN 1 AND 64),
    occurrence       bigint      NOT NULL CHECK (occurrence >= 0),
    date             date        NOT NULL,
    minutes_received integer     NOT NULL CHECK (minutes_received BETWEEN 0 AND 1440),
    minutes_given    integer     NOT NULL CHECK (minutes_given BETWEEN 0 AND 1440),
    recorded_at      timestamptz NOT NULL,
    PRIMARY KEY (organization_id, pilot_id, fingerprint, occurrence),
    FOREIGN KEY (organization_id, pilot_id) REFERENCES people (organization_id, id)
);
