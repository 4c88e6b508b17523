-- One batch: take rows out of the inbox, give each the next position, a salt and a leaf, and keep
-- entry and leaf apart. One statement, so that a row is either in the inbox or in the log.
WITH moved AS (
    DELETE FROM audit_inbox
    WHERE id = ANY (ARRAY(SELECT id FROM audit_inbox ORDER BY id LIMIT %(limit)s))
    RETURNING id, kind, subject, recorded_at, entry
), placed AS MATERIALIZED (
    SELECT
        %(size)s::bigint + row_number() OVER (ORDER BY id) - 1 AS position,
        kind, subject, recorded_at, entry,
        substr(sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid())), 1, 16) AS salt
    FROM moved
), leaves AS MATERIALIZED (
    SELECT position, sha256(
        '\x0001'::bytea || int8send(position) || int8send(%(second)s::bigint)
        || sha256(salt || convert_to(entry, 'UTF8'))
    ) AS hash
    FROM placed
), kept AS (
    INSERT INTO audit_entry (position, second, kind, subject, recorded_at, salt, entry)
    SELECT position, %(second)s::bigint, kind, subject, recorded_at, salt, entry FROM placed
), grown AS (
    INSERT INTO audit_leaf (position, second, hash)
    SELECT position, %(second)s::bigint, hash FROM leaves
)
SELECT coalesce(string_agg(hash, ''::bytea ORDER BY position), ''::bytea) FROM leaves
