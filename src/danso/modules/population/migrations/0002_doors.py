"""What may never be changed or removed, who may write what, and the views that higher modules' SQL
reads."""

from django.db import migrations

# Django adds a LIKE index beside every text key. Numbers are never searched by pattern and their
# column sorts by byte already: it would only make each load write 53 MB more per million people.
NO_LIKE_INDEX = """
DO $$
DECLARE found text;
BEGIN
    FOR found IN SELECT indexname FROM pg_indexes
        WHERE tablename = 'population_number' AND indexname LIKE 'population_number_number_%_like'
    LOOP
        EXECUTE format('DROP INDEX %I', found);
    END LOOP;
END $$;
"""

# The owner too is stopped: grants keep the app out, triggers keep a tired administrator out.
APPEND_ONLY = """
CREATE FUNCTION population_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'rows of % are kept for ever: record a correction instead', TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END $$;

CREATE TRIGGER population_person_version_keep BEFORE UPDATE OR DELETE ON population_person_version
    FOR EACH ROW EXECUTE FUNCTION population_refuse();
CREATE TRIGGER population_person_version_keep_all BEFORE TRUNCATE ON population_person_version
    FOR EACH STATEMENT EXECUTE FUNCTION population_refuse();

CREATE TRIGGER population_person_keep BEFORE DELETE ON population_person
    FOR EACH ROW EXECUTE FUNCTION population_refuse();
CREATE TRIGGER population_person_keep_all BEFORE TRUNCATE ON population_person
    FOR EACH STATEMENT EXECUTE FUNCTION population_refuse();

CREATE TRIGGER population_number_keep BEFORE DELETE OR UPDATE OF number ON population_number
    FOR EACH ROW EXECUTE FUNCTION population_refuse();
CREATE TRIGGER population_number_keep_all BEFORE TRUNCATE ON population_number
    FOR EACH STATEMENT EXECUTE FUNCTION population_refuse();

CREATE TRIGGER population_merge_keep BEFORE DELETE OR UPDATE OF key, kept, merged, moved, reason,
officers, recorded_at
    ON population_merge FOR EACH ROW EXECUTE FUNCTION population_refuse();
CREATE TRIGGER population_merge_keep_all BEFORE TRUNCATE ON population_merge
    FOR EACH STATEMENT EXECUTE FUNCTION population_refuse();

CREATE TRIGGER population_setting_keep BEFORE DELETE OR UPDATE OF id, home, stamped_at ON
population_setting
    FOR EACH ROW EXECUTE FUNCTION population_refuse();
CREATE TRIGGER population_setting_keep_all BEFORE TRUNCATE ON population_setting
    FOR EACH STATEMENT EXECUTE FUNCTION population_refuse();
"""

# The default privileges of the database give the app all four verbs; the gateway gets nothing here.
GRANTS = """
REVOKE UPDATE, DELETE, TRUNCATE ON population_person_version, population_setting FROM danso_app;
REVOKE DELETE, TRUNCATE ON population_person, population_number, population_old_number,
    population_household, population_card, population_merge, population_change_request FROM
    danso_app;
REVOKE ALL ON population_person, population_number, population_old_number, population_household,
    population_card, population_merge, population_change_request, population_person_version,
    population_setting FROM danso_gateway;
"""

VIEWS = """
CREATE SCHEMA population_v1;
GRANT USAGE ON SCHEMA population_v1 TO danso_app;

-- One row per number ever known: all that `verify` compares, so it reads no other table.
CREATE VIEW population_v1.keys AS
    SELECT number, person, status, life, protected, name_key, plain_key, birth, sex, commune, flags
    FROM population_number;

-- Two people may hold the same 9-digit number.
CREATE VIEW population_v1.old_numbers AS
    SELECT number, person FROM population_old_number;

-- What may be shared of a person, by person key. Protected people are in it: the caller hides them.
CREATE VIEW population_v1.people AS
    SELECT key AS person, number, old_number, full_name, family, middle, given, other_name,
           birth, CASE length(birth) WHEN 10 THEN 'day' WHEN 7 THEN 'month' WHEN 4 THEN 'year' END
           AS birth_precision, sex, ethnicity, religion, marital_status, nationality, blood_group,
           birth_place, birth_place_code, birth_registration_place, birth_registration_code,
           home_place, home_place_code, occupation,
           commune, recorded_commune, code_version, hamlet, address,
           temporary_commune, temporary_address, temporary_until, current_commune, current_address,
           absent_until, status, ended_on, household, relation,
           father, father_name, father_number, mother, mother_name, mother_number,
           spouse, spouse_name, spouse_number, representative_name, representative_number,
           card_kind, coalesce(card_number, number) AS card_number, card_issued, card_expires,
           card_status, flags, protected, merged_into, version, as_of, recorded_at, source
    FROM population_person;

-- The same by the catalogue's field codes, so that a share is to_jsonb(row) -> code and needs no
-- mapping.
-- A place is {commune, as_recorded, map, hamlet, detail}; a relative is {name, number}.
CREATE VIEW population_v1.shared AS
    SELECT p.key AS person, p.number, p.old_number, p.full_name, p.other_name, p.birth, p.sex,
           p.ethnicity, p.religion, p.nationality, p.marital_status, p.blood_group, p.occupation,
           jsonb_build_object('code', p.birth_place_code, 'detail', p.birth_place) AS birth_place,
           jsonb_build_object('code', p.birth_registration_code, 'detail',
           p.birth_registration_place)
               AS birth_registration_place,
           jsonb_build_object('code', p.home_place_code, 'detail', p.home_place) AS home_place,
           jsonb_build_object('commune', p.commune, 'as_recorded', p.recorded_commune, 'map',
           p.code_version,
                              'hamlet', p.hamlet, 'detail', p.address) AS permanent_place,
           jsonb_build_object('commune', p.temporary_commune, 'detail', p.temporary_address,
                              'until', p.temporary_until) AS temporary_place,
           p.absent_until AS temporary_absence,
           jsonb_build_object('commune', coalesce(p.current_commune, p.commune),
                              'detail', coalesce(p.current_address, p.address)) AS current_place,
           p.relation AS relation_to_head,
           (SELECT jsonb_build_object('name', head.full_name, 'number', head.number)
            FROM population_household AS home JOIN population_person AS head ON head.key = home.head
            WHERE home.key = p.household AND NOT head.protected) AS household_head,
           (SELECT jsonb_agg(jsonb_build_object('name', other.full_name, 'number', other.number,
                                                'relation', other.relation) ORDER BY other.sort_key)
            FROM population_person AS other
            WHERE other.household = p.household AND NOT other.protected AND other.merged_into IS
            NULL) AS household,
           jsonb_build_object('name', p.father_name, 'number', p.father_number) AS father,
           jsonb_build_object('name', p.mother_name, 'number', p.mother_number) AS mother,
           jsonb_build_object('name', p.spouse_name, 'number', p.spouse_number) AS spouse,
           jsonb_build_object('name', p.representative_name, 'number', p.representative_number) AS
           representative, jsonb_build_object('kind', p.card_kind, 'number',
           coalesce(p.card_number, p.number), 'issued', p.card_issued,
                              'expires', p.card_expires, 'status', p.card_status) AS card,
           CASE p.status WHEN 'alive' THEN NULL
                ELSE jsonb_build_object('status', p.status, 'date', p.ended_on) END AS death,
           p.status AS life, p.flags, p.protected, p.merged_into, p.as_of
    FROM population_person AS p;

GRANT SELECT ON ALL TABLES IN SCHEMA population_v1 TO danso_app;
"""


class Migration(migrations.Migration):
    dependencies = [("population", "0001_people")]
    operations = [
        migrations.RunSQL(NO_LIKE_INDEX, migrations.RunSQL.noop),
        migrations.RunSQL(APPEND_ONLY, migrations.RunSQL.noop),
        migrations.RunSQL(GRANTS, migrations.RunSQL.noop),
        migrations.RunSQL(VIEWS, migrations.RunSQL.noop),
    ]
