-- The school's records as the system of record last published them. Everything that partners read
-- is derived from here, and can be derived again.
CREATE TABLE records (
    organization_id uuid             NOT NULL,
    -- 'organization', 'location', 'person', 'aircraft', 'flight'; a new kind needs no migration.
    kind            text COLLATE "C" NOT NULL,
    id              text COLLATE "C" NOT NULL,
    version         bigint           NOT NULL,
    -- The message `gaf.v1.RecordChange` that brought this version.
    payload         bytea            NOT NULL,
    -- The message it took the place of, so that the statement which replaces a record also returns
    -- what it replaced, whatever else happened to the row at the same time.
    previous        bytea,
    PRIMARY KEY (organization_id, kind, id)
) WITH (fillfactor = 80);

-- Minutes over a pilot's flights that are submitted or approved. The row is also the lock of the
-- pilot's document.
CREATE TABLE pilot_totals (
    organization_id       uuid   NOT NULL,
    pilot_id              uuid   NOT NULL,
    total_minutes         bigint NOT NULL,
    pic_minutes           bigint NOT NULL,
    dual_received_minutes bigint NOT NULL,
    night_minutes         bigint NOT NULL,
    instrument_minutes    bigint NOT NULL,
    PRIMARY KEY (organization_id, pilot_id)
) WITH (fillfactor = 50);
