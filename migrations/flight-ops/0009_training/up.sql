CREATE TABLE programs (
    organization_id uuid   NOT NULL REFERENCES organizations (id),
    id              uuid   NOT NULL,
    version         bigint NOT NULL CHECK (version >= 1),
    record          jsonb  NOT NULL CHECK (jsonb_typeof(record) = 'object'),
    deleted_at      timestamptz,
    status          text   NOT NULL GENERATED ALWAYS AS (record ->> 'status') STORED CHECK (
        status IN ('draft', 'published', 'archived')
    ),
    PRIMARY KEY (organization_id, id)
);

-- Students stay in the revision they enrolled in: what has been published never changes.
CREATE FUNCTION programs_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    published integer := jsonb_array_length(OLD.record -> 'revisions');
BEGIN
    IF OLD.record -> 'revisions' IS DISTINCT FROM (
        SELECT coalesce(jsonb_agg(revision ORDER BY number), '[]'::jsonb)
        FROM jsonb_array_elements(NEW.record -> 'revisions') WITH ORDINALITY AS t (revision, number)
        WHERE number <= published
    ) THEN
        RAISE EXCEPTION 'the published revisions of program % stand', OLD.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'programs_revisions_stand';
    END IF;
    RETURN NEW;
END
$$;

CREATE TRIGGER programs_guard BEFORE UPDATE ON programs
    FOR EACH ROW EXECUTE FUNCTION programs_guard();

CREATE TABLE enrollments (
    organization_id uuid   NOT NULL REFERENCES organizations (id),
    id              uuid   NOT NULL,
    version         bigint NOT NULL CHECK (version >= 1),
    record          jsonb  NOT NULL CHECK (jsonb_typeof(record) = 'object'),
    deleted_at      timestamptz,
    status          text   NOT NULL GENERATED ALWAYS AS (record ->> 'status') STORED CHECK (
        status IN ('pending', 'active', 'standby', 'completed', 'discontinued', 'transferred')
    ),
    program_id      uuid   NOT NULL GENERATED ALWAYS AS ((record ->> 'program_id')::uuid) STORED,
    student_id      uuid   NOT NULL GENERATED ALWAYS AS ((record ->> 'student_id')::uuid) STORED,
    instructor_id   uuid   GENERATED ALWAYS AS ((record ->> 'instructor_id')::uuid) STORED,
    certified_by_id uuid   GENERATED ALWAYS AS ((record ->> 'certified_by_id')::uuid) STORED,
    PRIMARY KEY (organization_id, id),
    FOREIGN KEY (organization_id, program_id) REFERENCES programs (organization_id, id),
    FOREIGN KEY (organization_id, student_id) REFERENCES people (organization_id, id),
    FOREIGN KEY (organization_id, instructor_id) REFERENCES people (organization_id, id),
    FOREIGN KEY (organization_id, certified_by_id) REFERENCES people (organization_id, id)
);

-- Training is known by student and program: a student is in a program once at a time.
CREATE UNIQUE INDEX enrollments_open_once ON enrollments (organization_id, student_id, program_id)
    WHERE status IN ('pending', 'active', 'standby') AND deleted_at IS NULL;

-- The keys that a school signs with. The private half is encrypted for the key's own id.
CREATE TABLE signing_keys (
    organization_id uuid        NOT NULL REFERENCES organizations (id),
    id              uuid        NOT NULL,
    public_key      bytea       NOT NULL CHECK (octet_length(public_key) = 32),
    ring_key_id     text        NOT NULL,
    sealed_private  bytea       NOT NULL,
    created_at      timestamptz NOT NULL,
    retired_at      timestamptz,
    PRIMARY KEY (organization_id, id)
);

CREATE UNIQUE INDEX signing_keys_one_signs ON signing_keys (organization_id)
    WHERE retired_at IS NULL;

-- What a key signed stays signed: it is retired, never deleted, and its public half never changes.
-- The private half may be encrypted anew.
CREATE FUNCTION signing_keys_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE'
        OR NEW.public_key <> OLD.public_key
        OR OLD.retired_at IS NOT NULL AND NEW.retired_at IS DISTINCT FROM OLD.retired_at
    THEN
        RAISE EXCEPTION 'signing key % stands', OLD.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'signing_keys_stand';
    END IF;
    RETURN NEW;
END
$$;

CREATE TRIGGER signing_keys_guard BEFORE UPDATE OR DELETE ON signing_keys
    FOR EACH ROW EXECUTE FUNCTION signing_keys_guard();

CREATE TABLE signoffs (
    organization_id uuid   NOT NULL REFERENCES organizations (id),
    id              uuid   NOT NULL,
    version         bigint NOT NULL CHECK (version >= 1),
    record          jsonb  NOT NULL CHECK (jsonb_typeof(record) = 'object'),
    deleted_at      timestamptz,
    status          text   NOT NULL GENERATED ALWAYS AS (record ->> 'status') STORED CHECK (
        status IN ('recorded', 'superseded', 'revoked')
    ),
    enrollment_id   uuid   NOT NULL
        GENERATED ALWAYS AS ((record #>> '{content,enrollment_id}')::uuid) STORED,
    student_id      uuid   NOT NULL
        GENERATED ALWAYS AS ((record #>> '{content,student_id}')::uuid) STORED,
    instructor_id   uuid   NOT NULL
        GENERATED ALWAYS AS ((record #>> '{content,instructor_id}')::uuid) STORED,
    flight_id       uuid   GENERATED ALWAYS AS ((record #>> '{content,flight_id}')::uuid) STORED,
    supersedes_id   uuid   GENERATED ALWAYS AS ((record #>> '{content,supersedes_id}')::uuid) STORED,
    signing_key_id  uuid   NOT NULL
        GENERATED ALWAYS AS ((record #>> '{signature,key_id}')::uuid) STORED,
    PRIMARY KEY (organization_id, id),
    FOREIGN KEY (organization_id, enrollment_id) REFERENCES enrollments (organization_id, id),
    FOREIGN KEY (organization_id, student_id) REFERENCES people (organization_id, id),
    FOREIGN KEY (organization_id, instructor_id) REFERENCES people (organization_id, id),
    FOREIGN KEY (organization_id, flight_id) REFERENCES flights (organization_id, id),
    FOREIGN KEY (organization_id, supersedes_id) REFERENCES signoffs (organization_id, id),
    FOREIGN KEY (organization_id, signing_key_id) REFERENCES signing_keys (organization_id, id),
    -- A signoff is corrected once; what stands in its place may be corrected again.
    CONSTRAINT signoffs_superseded_once UNIQUE (organization_id, supersedes_id)
);

CREATE INDEX signoffs_by_enrollment ON signoffs (organization_id, enrollment_id);

-- What was signed never changes, and what no longer stands never stands again.
CREATE FUNCTION signoffs_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (OLD.record -> 'content', OLD.record -> 'signature')
        IS DISTINCT FROM (NEW.record -> 'content', NEW.record -> 'signature')
        OR NEW.deleted_at IS NOT NULL
    THEN
        RAISE EXCEPTION 'signoff % was signed; it stands as it is', OLD.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'signoffs_stand';
    END IF;
    IF OLD.record ->> 'status' <> 'recorded' THEN
        RAISE EXCEPTION 'signoff % is %', OLD.id, OLD.record ->> 'status'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'signoffs_transition';
    END IF;
    RETURN NEW;
END
$$;

CREATE TRIGGER signoffs_guard BEFORE UPDATE ON signoffs
    FOR EACH ROW EXECUTE FUNCTION signoffs_guard();

CREATE TABLE vtrs (
    organization_id uuid   NOT NULL REFERENCES organizations (id),
    -- The ULID of `vtr_...`.
    id              uuid   NOT NULL,
    version         bigint NOT NULL CHECK (version >= 1),
    record          jsonb  NOT NULL CHECK (jsonb_typeof(record) = 'object'),
    deleted_at      timestamptz,
    status          text   NOT NULL GENERATED ALWAYS AS (record ->> 'status') STORED CHECK (
        status IN ('issued', 'superseded', 'revoked')
    ),
    enrollment_id   uuid   NOT NULL
        GENERATED ALWAYS AS ((record #>> '{content,enrollment_id}')::uuid) STORED,
    -- `vtr_...`: the first of those that superseded one another.
    root_id         text   NOT NULL GENERATED ALWAYS AS (record #>> '{content,root_id}') STORED,
    signing_key_id  uuid   NOT NULL
        GENERATED ALWAYS AS ((record #>> '{signature,key_id}')::uuid) STORED,
    PRIMARY KEY (organization_id, id),
    FOREIGN KEY (organization_id, enrollment_id) REFERENCES enrollments (organization_id, id),
    FOREIGN KEY (organization_id, signing_key_id) REFERENCES signing_keys (organization_id, id)
);

CREATE UNIQUE INDEX vtrs_one_stands ON vtrs (organization_id, root_id) WHERE status = 'issued';

CREATE FUNCTION vtrs_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (OLD.record -> 'content', OLD.record -> 'manifest', OLD.record -> 'signature', OLD.record -> 'chain')
        IS DISTINCT FROM
        (NEW.record -> 'content', NEW.record -> 'manifest', NEW.record -> 'signature', NEW.record -> 'chain')
        OR NEW.deleted_at IS NOT NULL
    THEN
        RAISE EXCEPTION 'VTR % was signed; it stands as it is', OLD.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'vtrs_stand';
    END IF;
    IF OLD.record ->> 'status' <> 'issued' AND NEW.record ->> 'status' <> OLD.record ->> 'status' THEN
        RAISE EXCEPTION 'VTR % is %', OLD.id, OLD.record ->> 'status'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'vtrs_transition';
    END IF;
    RETURN NEW;
END
$$;

CREATE TRIGGER vtrs_guard BEFORE UPDATE ON vtrs
    FOR EACH ROW EXECUTE FUNCTION vtrs_guard();

-- What happened to the VTRs of a school, each entry with the hash of the one before it.
CREATE TABLE audit_chain (
    organization_id uuid        NOT NULL,
    sequence        bigint      NOT NULL CHECK (sequence >= 1),
    event           text        NOT NULL CHECK (event IN ('issued', 'superseded', 'revoked')),
    vtr_id          uuid        NOT NULL,
    manifest_sha256 bytea       NOT NULL CHECK (octet_length(manifest_sha256) = 32),
    at              timestamptz NOT NULL,
    prev_hash       bytea       CHECK (octet_length(prev_hash) = 32),
    chain_hash      bytea       NOT NULL CHECK (octet_length(chain_hash) = 32),
    PRIMARY KEY (organization_id, sequence),
    FOREIGN KEY (organization_id, vtr_id) REFERENCES vtrs (organization_id, id),
    CONSTRAINT audit_chain_has_one_beginning CHECK ((prev_hash IS NULL) = (sequence = 1)),
    -- No two entries follow upon the same one.
    CONSTRAINT audit_chain_does_not_fork UNIQUE (organization_id, prev_hash)
);

CREATE FUNCTION audit_chain_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'entries of the audit chain stand'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'audit_chain_stands';
END
$$;

CREATE TRIGGER audit_chain_guard BEFORE UPDATE OR DELETE ON audit_chain
    FOR EACH ROW EXECUTE FUNCTION audit_chain_guard();
