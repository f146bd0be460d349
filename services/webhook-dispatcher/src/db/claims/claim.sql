-- Goes from endpoint to endpoint by the index on free deliveries, beginning after `$2`, so that a
-- long backlog of one is not read for the sake of the others. Every step is pulled by the next, so
-- that nothing is read once `$6` deliveries are found.
--
-- $1 owner  $2 endpoint before the first  $3 now  $4 openings, {"endpoint": number}
-- $5 opening of the others  $6 deliveries at most  $7 subject to begin with
WITH RECURSIVE waiting AS (
    SELECT $2::uuid AS endpoint_id
    UNION ALL
    SELECT (SELECT d.endpoint_id FROM owed d
            WHERE d.lease_owner IS NULL AND d.endpoint_id > w.endpoint_id
            ORDER BY d.endpoint_id LIMIT 1)
    FROM waiting w WHERE w.endpoint_id IS NOT NULL
), allowed AS (
    -- The openings are one JSON object: a look-up in it is a binary search, where a join with an
    -- array may become a nested loop.
    SELECT w.endpoint_id, least(coalesce(($4 ->> w.endpoint_id::text)::int, $5), a.most) AS most,
           a.next_at, a.step, a.probed
    FROM waiting w
    CROSS JOIN LATERAL (
        SELECT e.health = 'healthy' AND e.rate_requests IS NULL AS is_plain FROM endpoints e
        WHERE e.id = w.endpoint_id AND e.status = 'enabled'
        -- One after another, in their order.
        OFFSET 0
    ) e
    CROSS JOIN LATERAL (
        SELECT NULL::integer AS most, NULL::timestamptz AS next_at, NULL::interval AS step, false AS probed
        WHERE e.is_plain
        UNION ALL
        -- One replica at a time gives places away. Another passes on: it comes again soon.
        SELECT l.most, l.next_at, l.step, l.probed
        FROM (
            SELECT CASE e.health WHEN 'failing' THEN 1 ELSE
                       1 + floor(extract(epoch FROM $3 + interval '1 second' - greatest(e.rate_full_at, $3))
                                 / extract(epoch FROM s.step))::int END AS most,
                   greatest(e.rate_full_at, $3) AS next_at, s.step, e.health = 'failing' AS probed
            FROM endpoints e CROSS JOIN LATERAL (
                SELECT make_interval(secs => greatest(e.rate_seconds / e.rate_requests::float8,
                                                      1 / e.catch_up_pace::float8)) AS step
            ) s
            WHERE e.id = w.endpoint_id AND e.status = 'enabled' AND (e.health <> 'healthy' OR e.rate_requests IS NOT NULL)
              AND e.rate_full_at <= $3 + interval '1 second' AND (e.health <> 'failing' OR e.probe_at <= $3)
              -- A lock is a write: not where nothing is due, as far as one look tells.
              AND (EXISTS (SELECT FROM owed d WHERE d.endpoint_id = e.id AND d.lease_owner IS NULL
                             AND d.subject_id IS NULL AND d.next_attempt_at <= $3)
                   OR EXISTS (SELECT FROM owed d WHERE d.endpoint_id = e.id AND d.subject_id IS NOT NULL))
            FOR UPDATE OF e SKIP LOCKED
        ) l
        WHERE NOT e.is_plain
    ) a
    WHERE w.endpoint_id > $2
), picked AS MATERIALIZED (
    SELECT due.id, a.endpoint_id, a.next_at, a.step, a.probed
    FROM allowed a CROSS JOIN LATERAL (
        SELECT free.id FROM (
            SELECT d.id FROM owed d
            WHERE d.endpoint_id = a.endpoint_id AND d.lease_owner IS NULL AND d.subject_id IS NULL
              AND d.next_attempt_at <= $3
            ORDER BY d.next_attempt_at LIMIT a.most
            FOR UPDATE SKIP LOCKED
        ) free
        UNION ALL
        -- Of what goes in order, the oldest of each subject. From one subject to the next by the
        -- index, so that a long line behind a first one is not read; beginning anywhere and going
        -- round, so that all get their turn.
        SELECT head.id FROM (
            WITH RECURSIVE line AS (
                SELECT $7::uuid AS subject_id, 0 AS round
                WHERE (SELECT d.subject_id FROM owed d
                       WHERE d.endpoint_id = a.endpoint_id AND d.subject_id IS NOT NULL
                       ORDER BY d.subject_id LIMIT 1) IS NOT NULL
                UNION ALL
                SELECT coalesce(n.subject_id, '00000000-0000-0000-0000-000000000000'),
                       CASE WHEN n.subject_id IS NULL THEN l.round + 1 ELSE l.round END
                FROM line l CROSS JOIN LATERAL (
                    SELECT (SELECT d.subject_id FROM owed d
                            WHERE d.endpoint_id = a.endpoint_id AND d.subject_id > l.subject_id
                            ORDER BY d.subject_id LIMIT 1) AS subject_id
                    -- Evaluated once.
                    OFFSET 0
                ) n
                WHERE l.round = 0 OR (l.round = 1 AND l.subject_id <= $7)
            )
            SELECT first.id
            FROM (SELECT subject_id FROM line WHERE (round = 0) = (subject_id > $7) LIMIT 2000) l
            CROSS JOIN LATERAL (
                SELECT d.id FROM owed d
                WHERE d.id = (SELECT o.id FROM owed o WHERE o.endpoint_id = a.endpoint_id AND o.subject_id = l.subject_id
                              ORDER BY o.sequence LIMIT 1)
                  AND d.lease_owner IS NULL AND d.next_attempt_at <= $3
                FOR UPDATE SKIP LOCKED
            ) first
        ) head
        LIMIT a.most
    ) due
    WHERE a.most > 0
    LIMIT $6
), placed AS (
    -- One that is late shortens the way to the next, so it may be late by no more than that; but a
    -- moment always.
    SELECT p.id, p.next_at + (row_number() OVER (PARTITION BY p.endpoint_id) - 1) * p.step AS not_before,
           greatest(p.step, interval '250 milliseconds') AS leeway
    FROM picked p
), spent AS (
    UPDATE endpoints e
    SET rate_full_at = coalesce(p.next_at + p.places * p.step, e.rate_full_at),
        -- The attempt says when the next is. If it never ends, because its replica is gone, this does.
        probe_at = CASE WHEN p.probed THEN $3 + interval '1 minute' ELSE e.probe_at END
    FROM (SELECT endpoint_id, next_at, step, probed, count(*) AS places FROM picked
          WHERE next_at IS NOT NULL GROUP BY endpoint_id, next_at, step, probed) p
    WHERE e.id = p.endpoint_id
), claimed AS (
    -- Only what can be sent. What has lost its event is left free, for the keeper of the log to end.
    UPDATE owed d SET lease_owner = $1 FROM placed p, events v WHERE d.id = p.id AND v.id = d.event_id
    RETURNING d.id, d.event_id, d.sequence, d.attempt_count, d.probes, d.endpoint_id,
              d.subject_id IS NOT NULL AS in_order, p.not_before, p.not_before + p.leeway AS not_after,
              v.type AS event_type, v.traceparent, v.body, v.location_id
)
SELECT c.id, c.event_id, c.event_type, c.traceparent, c.body, c.sequence, c.attempt_count, c.probes,
       c.endpoint_id, c.in_order, c.not_before, c.not_after, c.location_id, e.url, e.scheme,
       e.secret_ciphertext, e.secret_key_id, e.previous_secret_ciphertext, e.previous_secret_key_id,
       e.previous_secret_until, e.headers_ciphertext, e.headers_key_id, e.retries, e.health, e.consecutive_failures
FROM claimed c JOIN endpoints e ON e.id = c.endpoint_id
ORDER BY c.endpoint_id, c.not_before, c.sequence
