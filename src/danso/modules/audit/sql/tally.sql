-- How many entries of each kind were sealed in each minute: what live pages show without reading
-- the journal. Counted by the sealer in the transaction that seals; a figure, not evidence.
-- actor is a partner's key; officers and citizens are not counted one by one.
CREATE TABLE audit_tally (
    minute bigint NOT NULL, -- unix minute of sealing
    action text NOT NULL,
    actor text NOT NULL,
    outcome text NOT NULL,
    count bigint NOT NULL,
    PRIMARY KEY (minute, action, actor, outcome)
);
REVOKE ALL ON audit_tally FROM danso_app, PUBLIC;
GRANT SELECT, INSERT, UPDATE ON audit_tally TO danso_sealer;
GRANT SELECT ON audit_tally TO danso_app;

CREATE VIEW audit_v1.tally AS
SELECT to_timestamp(minute * 60) AS minute, action, actor, outcome, count FROM audit_tally;
GRANT SELECT ON audit_v1.tally TO danso_app;
