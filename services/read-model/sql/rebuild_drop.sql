DROP TABLE IF EXISTS rebuild.records, rebuild.record_links, rebuild.pilot_totals,
    rebuild.documents, rebuild.document_facets;
