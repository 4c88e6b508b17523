-- Decisions that withhold entries from the person concerned. A grant, a renewal and an early end
-- are terms; a term counts once a second officer has signed, and the latest such term of a
-- decision says until when it holds. Nothing is ever changed in place.
CREATE TABLE audit_withholding (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    body_kind text NOT NULL CHECK (body_kind IN ('investigation', 'procuracy', 'criminal_court')),
    body_unit text NOT NULL CHECK (body_unit <> ''),
    file_code text NOT NULL,
    subject uuid NOT NULL
);
CREATE INDEX audit_withholding_subject ON audit_withholding (subject);

CREATE TABLE audit_withholding_term (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    withholding bigint NOT NULL REFERENCES audit_withholding,
    decision_number text NOT NULL CHECK (decision_number <> ''),
    until timestamptz NOT NULL,
    proposed_by text NOT NULL CHECK (proposed_by <> ''),
    proposed_at timestamptz NOT NULL,
    UNIQUE (id, proposed_by)
);
CREATE INDEX audit_withholding_term_latest ON audit_withholding_term (withholding, id DESC);

CREATE TABLE audit_withholding_signature (
    term bigint PRIMARY KEY,
    proposed_by text NOT NULL,
    signed_by text NOT NULL CHECK (signed_by <> ''),
    signed_at timestamptz NOT NULL,
    FOREIGN KEY (term, proposed_by) REFERENCES audit_withholding_term (id, proposed_by),
    CHECK (signed_by <> proposed_by) -- two officers, always
);

-- Since when and until when each decision holds.
CREATE VIEW audit_withholding_now AS
SELECT w.id, w.body_kind, w.body_unit, w.file_code, w.subject,
    min(s.signed_at) AS since,
    (array_agg(t.until ORDER BY t.id DESC))[1] AS until,
    (array_agg(t.decision_number ORDER BY t.id DESC))[1] AS decision_number
FROM audit_withholding w
JOIN audit_withholding_term t ON t.withholding = w.id
JOIN audit_withholding_signature s ON s.term = t.id
GROUP BY w.id;

CALL audit_guard('audit_withholding');
CALL audit_guard('audit_withholding_term');
CALL audit_guard('audit_withholding_signature');
REVOKE ALL ON audit_withholding, audit_withholding_term, audit_withholding_signature,
    audit_withholding_now FROM danso_app, PUBLIC;
GRANT SELECT, INSERT ON audit_withholding, audit_withholding_term, audit_withholding_signature
    TO danso_app;
GRANT SELECT ON audit_withholding_now TO danso_app;
