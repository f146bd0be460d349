-- How every meter came to read what it reads: append-only, corrections are entries of their own.
CREATE TABLE meter_readings (
    id                bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    organization_id   uuid        NOT NULL,
    aircraft_id       uuid        NOT NULL,
    kind              text        NOT NULL CHECK (
        kind IN ('hobbs', 'tach', 'airborne', 'airswitch', 'block', 'datcon', 'flight_time',
                 'heater_hobbs', 'vdo')
    ),
    -- Which engine the meter sits on, from 1; none for the airframe.
    engine_position   integer     CHECK (engine_position >= 1),
    -- What the meter reads from now on, in hundredths of an hour.
    value_hundredths  bigint      NOT NULL CHECK (value_hundredths BETWEEN 0 AND 99999999),
    -- What the entry moved it by; only a correction takes back.
    change_hundredths bigint      NOT NULL,
    source            text        NOT NULL CHECK (source IN ('opening', 'flight', 'adjustment')),
    -- The flight that posted the reading, or whose posting is taken back.
    flight_id         uuid,
    read_at           timestamptz NOT NULL,
    recorded_at       timestamptz NOT NULL,
    FOREIGN KEY (organization_id, aircraft_id) REFERENCES aircraft (organization_id, id),
    FOREIGN KEY (organization_id, flight_id) REFERENCES flights (organization_id, id),
    -- A flight posts each of its meters once, and has it taken back once.
    CONSTRAINT meter_readings_once UNIQUE (organization_id, flight_id, kind, source),
    CONSTRAINT meter_readings_fit_their_source CHECK (
        CASE source
            WHEN 'opening' THEN flight_id IS NULL AND change_hundredths = 0
            WHEN 'flight' THEN flight_id IS NOT NULL AND change_hundredths >= 0
            ELSE change_hundredths <> 0
        END
    )
);

CREATE FUNCTION meter_readings_stand() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'meter readings are append-only: post an adjustment'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'meter_readings_append_only';
END
$$;

CREATE TRIGGER meter_readings_stand BEFORE UPDATE OR DELETE ON meter_readings
    FOR EACH ROW EXECUTE FUNCTION meter_readings_stand();
CREATE TRIGGER meter_readings_stay BEFORE TRUNCATE ON meter_readings
    FOR EACH STATEMENT EXECUTE FUNCTION meter_readings_stand();
