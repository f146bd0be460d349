-- Readings of the kind stay, as all readings do; there will be no more of them.
ALTER TABLE meter_readings
    DROP CONSTRAINT meter_readings_kind_check,
    ADD CONSTRAINT meter_readings_kind_check CHECK (
        kind IN ('hobbs', 'tach', 'airborne', 'airswitch', 'block', 'datcon', 'flight_time',
                 'heater_hobbs', 'vdo')
    ) NOT VALID;
