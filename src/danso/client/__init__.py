"""A small typed client for partner agencies: verify, share and the rest over the gateway.

    from danso.client import Danso, Why

    with Danso("https://gateway.example", partner="my-code", key=Path("my.jwk")) as danso:
        why = Why(purpose="…", procedure="1.001234", file_code="H56-2026-0001",
                  officer="TX-017")
        answer = danso.verify(why, number="099...", full_name="...", birth="1971-02-03")
        if answer.result != "match":
            print(answer.code, answer.reason.vi, answer.next)

A court finds its calls in `danso.client.courts`, and checks the record for its file with
`check_record`.

Needs httpx, joserfc, cryptography and msgspec only; nothing of the platform's server side.
"""

from danso.client.calling import Refused, Unreachable
from danso.client.courts import Court
from danso.client.danso import Danso, Who, Why
from danso.client.records import check_record

__all__ = ["Court", "Danso", "Refused", "Unreachable", "Who", "Why", "check_record"]
