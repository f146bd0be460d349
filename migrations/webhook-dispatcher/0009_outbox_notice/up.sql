-- Wakes the relays for rows that nobody has: what is given to a relay by memory, as its transaction
-- commits, is written as claimed. A notice is not free: transactions that send one commit one after
-- another. Copied like `outbox.sql`.
DROP TRIGGER outbox_notify ON outbox;
CREATE TRIGGER outbox_notify AFTER INSERT ON outbox
    FOR EACH ROW WHEN (NEW.claimed_until = '-infinity') EXECUTE FUNCTION outbox_notify();
