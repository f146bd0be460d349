ALTER TABLE organizations DROP CONSTRAINT organizations_owner;
DROP TABLE people;
DROP TABLE locations;
DROP TABLE organizations;
