"""What the store does behind the scenes, every night."""

from __future__ import annotations

from procrastinate.contrib.django import app

from danso.modules.documents import interface as documents


# 19:35 UTC is 2:35 at night in Vietnam.
@app.periodic(cron="35 19 * * *")  # type: ignore[untyped-decorator]
@app.task(name="documents.tidy", queueing_lock="documents.tidy")  # type: ignore[untyped-decorator]
def tidy_daily(timestamp: int) -> None:
    """End what has expired, destroy what is past its term, sweep the shelf."""
    del timestamp
    documents.end_expired()
    documents.destroy_past_term()
    documents.sweep_shelf()
