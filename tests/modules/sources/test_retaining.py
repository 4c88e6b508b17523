"""Records that their owner no longer sends: kept for their term, then destroyed altogether."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from danso.kernel import clock
from danso.modules.linkage.models import Link, PastLink
from danso.modules.sources import interface as sources
from danso.modules.sources.models import SourceRecord
from tests.conftest import Database
from tests.modules.population.conftest import enrol, read_inbox
from tests.modules.sources.test_loading import SOURCE, drop, home, load, match, row

assert home, "every test here has one"


@pytest.mark.clause("I.A.2022.2", partly="no owner's own system was seen")
def test_a_record_no_longer_sent_is_destroyed_after_its_term(
    tmp_path: Path, fresh_db: Database
) -> None:
    enrol("Trương Quý Khoát")
    folder = drop(tmp_path / "drop", "a.csv", row("9900000001"), row("9900000002", "Cầm Bá Lai"))
    load(folder)
    match()
    load(drop(folder, "b.csv", row("9900000002", "Cầm Bá Lai")))
    match()
    assert PastLink.objects.filter(record="9900000001").exists()

    # Twelve months, says the catalogue.
    assert sources.destroy_past_term(now=clock.now() + timedelta(days=360)) == {}
    assert SourceRecord.objects.count() == 2
    later = clock.now() + timedelta(days=370)
    assert sources.destroy_past_term(now=later) == {SOURCE: 1}

    assert list(SourceRecord.objects.values_list("record", flat=True)) == ["9900000002"]
    assert not PastLink.objects.filter(record="9900000001").exists()
    assert Link.objects.count() == 1
    (entry,) = [
        one for one in read_inbox(fresh_db).entries if one["action"] == "sources.destroy_records"
    ]
    assert entry["detail"] == {"source": SOURCE, "retention": "source-record", "records": 1}
    assert sources.destroy_past_term(now=later) == {}
