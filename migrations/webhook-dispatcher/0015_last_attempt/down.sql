INSERT INTO attempts (delivery_id, number, started_at, duration_ms, status_code, error, error_detail, response_excerpt,
                      request_headers, response_headers)
SELECT id, attempt_count, started_at, duration_ms, last_status_code, last_error, error_detail, response_excerpt,
       request_headers, response_headers
FROM ended WHERE started_at IS NOT NULL;
DROP VIEW attempts_made;
ALTER TABLE ended
    DROP COLUMN started_at,
    DROP COLUMN duration_ms,
    DROP COLUMN error_detail,
    DROP COLUMN response_excerpt,
    DROP COLUMN request_headers,
    DROP COLUMN response_headers;
