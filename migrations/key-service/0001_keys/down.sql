DROP TABLE key_audit;
DROP FUNCTION key_audit_is_append_only();
DROP TABLE api_keys;
