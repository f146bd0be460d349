DROP TABLE audit_chain;
DROP TABLE vtrs;
DROP TABLE signoffs;
DROP TABLE signing_keys;
DROP TABLE enrollments;
DROP TABLE programs;
DROP FUNCTION programs_guard, signoffs_guard, vtrs_guard, audit_chain_guard, signing_keys_guard;
