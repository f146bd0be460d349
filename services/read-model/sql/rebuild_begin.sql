-- Empty tables like those that are served, with indexes and constraints of the same names: they
-- take their place one day. Migrations therefore need not know which of them they find.
DO $$
DECLARE
    name text;
    index record;
    options text[];
BEGIN
    FOREACH name IN ARRAY ARRAY['records', 'record_links', 'pilot_totals', 'documents', 'document_facets'] LOOP
        EXECUTE format('DROP TABLE IF EXISTS rebuild.%I', name);
        EXECUTE format(
            'CREATE TABLE rebuild.%I (LIKE public.%I INCLUDING DEFAULTS INCLUDING CONSTRAINTS
                 INCLUDING GENERATED INCLUDING STORAGE)', name, name);
        SELECT reloptions INTO options FROM pg_class WHERE oid = format('public.%I', name)::regclass;
        IF options IS NOT NULL THEN
            EXECUTE format('ALTER TABLE rebuild.%I SET (%s)', name, array_to_string(options, ', '));
        END IF;
        FOR index IN
            SELECT c.relname, i.indisprimary, pg_get_indexdef(i.indexrelid) AS definition
            FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
            WHERE i.indrelid = format('public.%I', name)::regclass
        LOOP
            EXECUTE replace(index.definition, ' ON public.', ' ON rebuild.');
            IF index.indisprimary THEN
                EXECUTE format('ALTER TABLE rebuild.%I ADD CONSTRAINT %I PRIMARY KEY USING INDEX %I',
                    name, index.relname, index.relname);
            END IF;
        END LOOP;
    END LOOP;
END $$;
-- Old versions of what was deleted stay old.
INSERT INTO rebuild.records SELECT * FROM public.records WHERE deleted;
