-- One more kind of meter. Every row fits the wider list.
ALTER TABLE meter_readings
    DROP CONSTRAINT meter_readings_kind_check,
    ADD CONSTRAINT meter_readings_kind_check CHECK (
        kind IN ('hobbs', 'tach', 'airborne', 'airswitch', 'block', 'datcon', 'edu', 'flight_time',
                 'heater_hobbs', 'vdo')
    );
