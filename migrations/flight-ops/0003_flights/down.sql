DROP TABLE flights;
DROP FUNCTION flights_guard();
