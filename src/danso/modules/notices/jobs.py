"""Sends messages as they are written, and again what a carrier could not take."""

from uuid import UUID

from procrastinate.contrib.django import app

from danso.modules.notices.interface import forget_messages, send_message, send_waiting

AT_ONCE = 200


@app.task(name="notices.send")  # type: ignore[untyped-decorator]
def send(key: str) -> None:
    """Send one message that was just written."""
    send_message(UUID(key))


# A round ends by itself, and a second one never waits behind it.
@app.periodic(cron="* * * * * */10")  # type: ignore[untyped-decorator]
@app.task(  # type: ignore[untyped-decorator]
    name="notices.send_waiting", queueing_lock="notices.send_waiting", lock="notices.send_waiting"
)
def send_again(timestamp: int) -> None:
    """Send what could not go out before."""
    send_waiting(AT_ONCE)


@app.periodic(cron="25 18 * * *")  # type: ignore[untyped-decorator]
@app.task(name="notices.forget", queueing_lock="notices.forget")  # type: ignore[untyped-decorator]
def forget_daily(timestamp: int) -> None:
    """Words of yesterday's messages go, and rows past their term."""
    forget_messages()
