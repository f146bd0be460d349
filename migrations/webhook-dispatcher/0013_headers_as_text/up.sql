-- They are written with every attempt, read now and then, and never searched: as text they are not parsed
-- when they are written, which took a fifth of the time of recording it. The dispatcher must be stopped:
-- its version before cannot read them, and while the log is rewritten nothing can be recorded.
ALTER TABLE attempts
    ALTER COLUMN request_headers TYPE text,
    ALTER COLUMN response_headers TYPE text;
