-- The same counts by day, so that a page asks a week without adding up its minutes. Kept in the
-- same statement as the minutes, hence always their sum.
CREATE TABLE audit_tally_day (
    day integer NOT NULL, -- days since 1970 in Vietnam, seven hours before UTC all year
    action text NOT NULL,
    actor text NOT NULL,
    outcome text NOT NULL,
    count bigint NOT NULL,
    PRIMARY KEY (day, action, actor, outcome)
);
REVOKE ALL ON audit_tally_day FROM danso_app, PUBLIC;
GRANT SELECT, INSERT, UPDATE ON audit_tally_day TO danso_sealer;
GRANT SELECT ON audit_tally_day TO danso_app;

INSERT INTO audit_tally_day (day, action, actor, outcome, count)
SELECT (minute * 60 + 25200) / 86400, action, actor, outcome, sum(count)
FROM audit_tally GROUP BY 1, 2, 3, 4;
