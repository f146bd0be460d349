-- Who holds leases. A replica that lives moves `alive_until` ahead of the clock; what a dead one
-- holds is anybody's.
CREATE TABLE replicas (
    id          uuid        PRIMARY KEY,
    alive_until timestamptz NOT NULL
) WITH (fillfactor = 50);
