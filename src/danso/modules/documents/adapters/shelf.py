"""Where sealed papers lie: a folder, or a bucket that speaks S3, by one address (obstore)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from functools import cache
from typing import Final
from uuid import UUID

import obstore
from django.conf import settings
from obstore.exceptions import BaseError
from obstore.store import ObjectStore, from_url

from danso.kernel.errors import Unavailable

_FOLDER: Final = "file://"


@cache
def _store(address: str) -> ObjectStore:
    """Keys of a bucket come from the environment that obstore reads (AWS_ACCESS_KEY_ID, ...)."""
    if address.startswith(_FOLDER):
        return from_url(address, mkdir=True)
    return from_url(address)


def _here() -> ObjectStore:
    return _store(settings.PAPERS_ADDRESS)


def _place(key: UUID) -> str:
    """Two letters of folders keep each of them small. The end of a key is random, not its time."""
    return f"{key.hex[-2:]}/{key.hex}"


def put(key: UUID, sealed: bytes) -> None:
    """Lay down a paper; another of the same key is never overwritten. Raises Unavailable."""
    try:
        obstore.put(_here(), _place(key), sealed, mode="create")
    except (BaseError, OSError) as error:
        raise _out_of_reach() from error


def get(key: UUID) -> bytes | None:
    """What was laid down; None where there is nothing. Raises Unavailable."""
    try:
        return bytes(obstore.get(_here(), _place(key)).bytes())
    except FileNotFoundError:
        return None
    except (BaseError, OSError) as error:
        raise _out_of_reach() from error


def delete(keys: list[UUID]) -> None:
    """Destroy papers; those that are gone already are no fault. Raises Unavailable."""
    for key in keys:
        try:
            obstore.delete(_here(), _place(key))
        except FileNotFoundError:
            continue
        except (BaseError, OSError) as error:
            raise _out_of_reach() from error


def laid_before(moment: datetime) -> Iterator[list[UUID]]:
    """Keys of what lies there since before a moment, some thousand at a time."""
    for page in obstore.list(_here(), chunk_size=1000):
        names = [one["path"].rpartition("/")[2] for one in page if one["last_modified"] < moment]
        yield [UUID(hex=name) for name in names]


def _out_of_reach() -> Unavailable:
    return Unavailable(
        "The store of papers can't be reached.",
        code="papers_out_of_reach",
        fix="Try again; if it stays, tell the operator. Nothing was kept.",
    )
