"""Background work of identity: sessions that ended are cleared away every night."""

from django.contrib.sessions.models import Session
from procrastinate.contrib.django import app

from danso.kernel import clock


@app.periodic(cron="23 2 * * *")  # type: ignore[untyped-decorator]
@app.task(queueing_lock="identity.clear_sessions")  # type: ignore[untyped-decorator]
def clear_sessions(timestamp: int) -> int:
    """Delete expired session rows; how many there were. Twice is harmless."""
    deleted, _ = Session.objects.filter(expire_date__lt=clock.now()).delete()
    return deleted
