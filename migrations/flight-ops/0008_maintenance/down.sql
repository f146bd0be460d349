DROP TABLE meter_postings;
DROP TABLE count_readings;
DROP TABLE squawks;
DROP TABLE work_order_numbers;
DROP TABLE work_orders;
DROP TABLE due_items;
DROP INDEX aircraft_to_look_at;
ALTER TABLE aircraft DROP COLUMN look_at, DROP COLUMN declared;
