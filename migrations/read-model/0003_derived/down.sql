DROP INDEX documents_turning;
DROP INDEX documents_by_turn;
DROP INDEX documents_by_change;
ALTER TABLE documents DROP COLUMN turns_at;
ALTER TABLE documents DROP COLUMN detail_body;
DROP TABLE view_clocks;
DROP TABLE record_links;
ALTER TABLE records DROP COLUMN deleted;
