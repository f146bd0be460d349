DROP INDEX records_deleted;
DROP TABLE rebuilds;
DROP SCHEMA rebuild CASCADE;
