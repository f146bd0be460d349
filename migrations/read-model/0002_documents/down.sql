DROP TABLE document_facets;
DROP TABLE documents;
