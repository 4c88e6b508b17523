-- What other processes and modules may touch, and nothing else.

-- The way in. id and recorded_at are the table's own to give.
CREATE VIEW audit_v1.inbox AS SELECT kind, subject, entry FROM audit_inbox;
REVOKE ALL ON audit_v1.inbox FROM PUBLIC;
GRANT INSERT ON audit_v1.inbox TO danso_app, danso_sealer;

-- Domain events in their one order: what feeds of changes follow.
CREATE VIEW audit_v1.events AS
SELECT position, second, entry FROM audit_entry WHERE kind = 2;
GRANT SELECT ON audit_v1.events TO danso_app;

-- How old the oldest unsealed row is. A row that became visible after the last complete sweep was
-- recorded earlier if its transaction was long: it has waited for the sealer only since the sweep.
-- Rows below low_id are left out: they are few, become visible late, and the next full pass has
-- them; reading past what VACUUM can't yet clear would make this view slow just when it matters.
-- backlog is an upper bound (ids given to rolled-back rows count), so that it costs nothing.
CREATE VIEW audit_v1.health AS
SELECT
    CASE WHEN oldest.id IS NOT NULL THEN greatest(oldest.recorded_at, s.swept_at) END
        AS oldest_unsealed_at,
    coalesce(newest.id - oldest.id + 1, 0) AS backlog,
    s.size AS sealed_size,
    s.swept_at,
    s.origin,
    h.size AS head_size,
    h.at AS head_at,
    h.root AS head_root,
    h.signature AS head_signature,
    h.key_id AS head_key_id
FROM audit_state s
LEFT JOIN LATERAL (
    SELECT id, recorded_at FROM audit_inbox WHERE id > s.low_id ORDER BY id LIMIT 1
) oldest ON true
LEFT JOIN LATERAL (
    SELECT id FROM audit_inbox WHERE id > s.low_id ORDER BY id DESC LIMIT 1
) newest ON true
LEFT JOIN LATERAL (SELECT * FROM audit_tree_head ORDER BY at DESC LIMIT 1) h ON true;
GRANT SELECT ON audit_v1.health TO danso_app, danso_gateway, danso_sealer;
