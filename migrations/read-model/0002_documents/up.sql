-- Documents byte for byte as partners get them, of every view.
CREATE TABLE documents (
    organization_id uuid             NOT NULL,
    -- 'flights', 'fleet', 'pilots', 'events'; a new view needs no migration.
    view            text COLLATE "C" NOT NULL,
    id              text COLLATE "C" NOT NULL,
    version         bigint           NOT NULL,
    -- Compared byte by byte; points in time have a fixed width.
    sort_key        text COLLATE "C" NOT NULL,
    location_id     uuid,
    -- The pairs [facet, value] under which document_facets lists it, to be found when they change.
    facets          jsonb            NOT NULL,
    body            bytea            NOT NULL,
    deleted         boolean          NOT NULL DEFAULT false,
    updated_at      timestamptz      NOT NULL,
    PRIMARY KEY (organization_id, view, id)
) WITH (fillfactor = 80);

-- A page without a filter.
CREATE INDEX documents_by_sort_key ON documents (organization_id, view, sort_key, id)
    WHERE NOT deleted;

-- What documents are found by. A page of any filter of any view is one range of the primary key,
-- which holds all there is in the table: values first, then the order of the list.
CREATE TABLE document_facets (
    organization_id uuid             NOT NULL,
    view            text COLLATE "C" NOT NULL,
    facet           text COLLATE "C" NOT NULL,
    value           text COLLATE "C" NOT NULL,
    sort_key        text COLLATE "C" NOT NULL,
    id              text COLLATE "C" NOT NULL,
    PRIMARY KEY (organization_id, view, facet, value, sort_key, id)
);
