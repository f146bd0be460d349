CREATE TABLE companies (
    organization_id uuid   NOT NULL REFERENCES organizations (id),
    id              uuid   NOT NULL,
    version         bigint NOT NULL CHECK (version >= 1),
    record          jsonb  NOT NULL CHECK (jsonb_typeof(record) = 'object'),
    deleted_at      timestamptz,
    PRIMARY KEY (organization_id, id)
);

-- The last number given of each series and year. Whoever issues a document raises it in the same
-- transaction, one at a time: a number that is not used after all was never given.
CREATE TABLE number_series (
    organization_id uuid    NOT NULL REFERENCES organizations (id),
    -- What the numbers begin with; nothing, for invoices.
    series          text    NOT NULL,
    year            integer NOT NULL,
    last            bigint  NOT NULL CHECK (last >= 1),
    PRIMARY KEY (organization_id, series, year)
);

-- Invoices and credit notes.
CREATE TABLE invoices (
    organization_id uuid   NOT NULL REFERENCES organizations (id),
    id              uuid   NOT NULL,
    version         bigint NOT NULL CHECK (version >= 1),
    record          jsonb  NOT NULL CHECK (jsonb_typeof(record) = 'object'),
    deleted_at      timestamptz,
    kind            text   NOT NULL GENERATED ALWAYS AS (record ->> 'kind') STORED CHECK (
        kind IN ('invoice', 'credit_note')
    ),
    status          text   NOT NULL GENERATED ALWAYS AS (record ->> 'status') STORED CHECK (
        status IN ('draft', 'issued', 'partially_paid', 'paid', 'void')
    ),
    number          text   GENERATED ALWAYS AS (record #>> '{issue,number}') STORED,
    currency        text   NOT NULL GENERATED ALWAYS AS (record ->> 'currency') STORED CHECK (
        currency ~ '^[A-Z]{3}$'
    ),
    pilot_id        uuid   GENERATED ALWAYS AS (
        CASE WHEN record #>> '{customer,id,type}' = 'pilot'
            THEN (record #>> '{customer,id,id}')::uuid END
    ) STORED,
    company_id      uuid   GENERATED ALWAYS AS (
        CASE WHEN record #>> '{customer,id,type}' = 'company'
            THEN (record #>> '{customer,id,id}')::uuid END
    ) STORED,
    credits_id      uuid   GENERATED ALWAYS AS ((record ->> 'credits_id')::uuid) STORED,
    paid_minor      bigint NOT NULL GENERATED ALWAYS AS ((record ->> 'paid_minor')::bigint) STORED
        CHECK (paid_minor >= 0),
    PRIMARY KEY (organization_id, id),
    FOREIGN KEY (organization_id, pilot_id) REFERENCES people (organization_id, id),
    FOREIGN KEY (organization_id, company_id) REFERENCES companies (organization_id, id),
    FOREIGN KEY (organization_id, credits_id) REFERENCES invoices (organization_id, id),
    CONSTRAINT invoices_number UNIQUE (organization_id, number),
    CONSTRAINT invoices_have_a_customer CHECK (num_nulls(pilot_id, company_id) = 1),
    CONSTRAINT invoices_number_fits_the_status CHECK ((number IS NULL) = (status = 'draft')),
    CONSTRAINT invoices_credit_fits_the_kind CHECK ((credits_id IS NULL) = (kind = 'invoice')),
    CONSTRAINT invoices_only_drafts_go CHECK (deleted_at IS NULL OR status = 'draft')
);

-- The credit notes of an invoice.
CREATE INDEX invoices_by_credited ON invoices (organization_id, credits_id) WHERE credits_id IS NOT NULL;

-- The rules of the domain once more, for whoever reaches the table past the service: what was issued
-- stands, and a document goes the way of its payment.
CREATE FUNCTION invoices_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.status = 'draft' THEN
        IF NEW.status NOT IN ('draft', 'issued', 'paid') THEN
            RAISE EXCEPTION 'invoice % goes from draft to %', OLD.id, NEW.status
                USING ERRCODE = 'check_violation', CONSTRAINT = 'invoices_transition';
        END IF;
        RETURN NEW;
    END IF;
    IF NOT (OLD.status, NEW.status) IN (
        ('issued', 'issued'), ('issued', 'partially_paid'), ('issued', 'paid'), ('issued', 'void'),
        ('partially_paid', 'partially_paid'), ('partially_paid', 'paid'), ('paid', 'paid')
    ) THEN
        RAISE EXCEPTION 'invoice % goes from % to %', OLD.id, OLD.status, NEW.status
            USING ERRCODE = 'check_violation', CONSTRAINT = 'invoices_transition';
    END IF;
    IF OLD.record - ARRAY['version', 'status', 'paid_minor', 'credited_minor', 'reason', 'updated_at']
        IS DISTINCT FROM
        NEW.record - ARRAY['version', 'status', 'paid_minor', 'credited_minor', 'reason', 'updated_at']
        OR NEW.paid_minor < OLD.paid_minor
    THEN
        RAISE EXCEPTION 'invoice % is %; what it says stands', OLD.id, OLD.status
            USING ERRCODE = 'check_violation', CONSTRAINT = 'invoices_issued_stand';
    END IF;
    RETURN NEW;
END
$$;

-- Generated columns have their values only after the row is written.
CREATE TRIGGER invoices_guard AFTER UPDATE ON invoices
    FOR EACH ROW EXECUTE FUNCTION invoices_guard();

CREATE FUNCTION invoices_stay() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'invoices are not removed: void them, or credit them'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'invoices_stay';
END
$$;

CREATE TRIGGER invoices_stay BEFORE DELETE ON invoices
    FOR EACH ROW EXECUTE FUNCTION invoices_stay();

CREATE TABLE payments (
    organization_id uuid   NOT NULL REFERENCES organizations (id),
    id              uuid   NOT NULL,
    version         bigint NOT NULL CHECK (version >= 1),
    record          jsonb  NOT NULL CHECK (jsonb_typeof(record) = 'object'),
    deleted_at      timestamptz CHECK (deleted_at IS NULL),
    kind            text   NOT NULL GENERATED ALWAYS AS (record ->> 'kind') STORED CHECK (
        kind IN ('payment', 'refund', 'credit', 'adjustment')
    ),
    status          text   NOT NULL GENERATED ALWAYS AS (record ->> 'status') STORED CHECK (
        status IN ('pending', 'succeeded', 'failed', 'refunded')
    ),
    amount_minor    bigint NOT NULL GENERATED ALWAYS AS ((record #>> '{amount,minor}')::bigint) STORED
        CHECK (amount_minor > 0),
    pilot_id        uuid   GENERATED ALWAYS AS (
        CASE WHEN record #>> '{customer_id,type}' = 'pilot'
            THEN (record #>> '{customer_id,id}')::uuid END
    ) STORED,
    company_id      uuid   GENERATED ALWAYS AS (
        CASE WHEN record #>> '{customer_id,type}' = 'company'
            THEN (record #>> '{customer_id,id}')::uuid END
    ) STORED,
    refunds_id      uuid   GENERATED ALWAYS AS ((record ->> 'refunds_id')::uuid) STORED,
    PRIMARY KEY (organization_id, id),
    FOREIGN KEY (organization_id, pilot_id) REFERENCES people (organization_id, id),
    FOREIGN KEY (organization_id, company_id) REFERENCES companies (organization_id, id),
    FOREIGN KEY (organization_id, refunds_id) REFERENCES payments (organization_id, id),
    CONSTRAINT payments_have_a_customer CHECK (num_nulls(pilot_id, company_id) = 1)
);
