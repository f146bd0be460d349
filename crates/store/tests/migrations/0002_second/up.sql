-- Outside a transaction, while other replicas wait for their turn.
CREATE INDEX CONCURRENTLY seats_by_holder ON seats (holder);
