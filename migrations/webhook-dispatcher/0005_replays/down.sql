DROP TABLE replays;
-- Replays cannot be told from what they repeat without their number.
DELETE FROM deliveries WHERE replay > 0;
ALTER TABLE deliveries DROP CONSTRAINT deliveries_once_per_event;
ALTER TABLE deliveries DROP COLUMN replay;
ALTER TABLE deliveries ADD CONSTRAINT deliveries_once_per_event UNIQUE (event_id, endpoint_id);
