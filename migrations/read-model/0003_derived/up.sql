-- A record that is no more keeps its place, so that an older version which comes late is known to
-- be old. Its payload is the message of the deletion.
ALTER TABLE records ADD COLUMN deleted boolean NOT NULL DEFAULT false;

-- What records are found by from others: a signoff by its enrolment. Records that no document
-- gathers have no row here.
CREATE TABLE record_links (
    organization_id uuid             NOT NULL,
    kind            text COLLATE "C" NOT NULL,
    gathered_by     text COLLATE "C" NOT NULL,
    id              text COLLATE "C" NOT NULL,
    PRIMARY KEY (organization_id, kind, gathered_by, id)
);

-- When a view last changed. Whoever writes documents of a view holds this row until the commit:
-- it is the lock of all that is derived from several records, and it makes `updated_at` grow in
-- the order of the commits.
CREATE TABLE view_clocks (
    organization_id uuid             NOT NULL,
    view            text COLLATE "C" NOT NULL,
    changed_at      timestamptz      NOT NULL,
    PRIMARY KEY (organization_id, view)
) WITH (fillfactor = 50);

INSERT INTO view_clocks
SELECT organization_id, view, max(updated_at) FROM documents GROUP BY organization_id, view;

-- What the detail route serves where it says more than the list; null where both say the same.
ALTER TABLE documents ADD COLUMN detail_body bytea;
-- When the document changes by itself, because of the time it then is.
ALTER TABLE documents ADD COLUMN turns_at timestamptz;

-- Pages of `updated_since`, tombstones included.
CREATE INDEX documents_by_change ON documents (organization_id, view, updated_at, id);
-- What is due of one view, before it is answered from, and of all of them.
CREATE INDEX documents_by_turn ON documents (organization_id, view, turns_at)
    WHERE turns_at IS NOT NULL;
CREATE INDEX documents_turning ON documents (turns_at) WHERE turns_at IS NOT NULL;
