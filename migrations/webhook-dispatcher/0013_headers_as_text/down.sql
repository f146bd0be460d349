ALTER TABLE attempts
    ALTER COLUMN request_headers TYPE jsonb USING request_headers::jsonb,
    ALTER COLUMN response_headers TYPE jsonb USING response_headers::jsonb;
