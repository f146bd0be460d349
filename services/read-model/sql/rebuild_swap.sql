-- Whoever reads waits for this instead of the other way round, but not for long.
SET LOCAL lock_timeout = '3s';
DROP TABLE public.records, public.record_links, public.pilot_totals, public.documents,
    public.document_facets;
ALTER TABLE rebuild.records SET SCHEMA public;
ALTER TABLE rebuild.record_links SET SCHEMA public;
ALTER TABLE rebuild.pilot_totals SET SCHEMA public;
ALTER TABLE rebuild.documents SET SCHEMA public;
ALTER TABLE rebuild.document_facets SET SCHEMA public;
