DROP TABLE meter_readings;
DROP FUNCTION meter_readings_stand();
