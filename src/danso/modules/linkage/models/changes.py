"""What has changed since the last run: people by position, records by their loads."""

from uuid import UUID, uuid4

from django.db import models

# Stands for all people, where a file of them came in.
EVERYBODY = UUID(int=0)


class Change(models.Model):
    """Somebody changed, as an event at this position said. Kept until each source's runs have
    passed it."""

    pk = models.CompositePrimaryKey("position", "person")
    position = models.BigIntegerField()
    person = models.UUIDField()

    class Meta:
        db_table = "linkage_change"

    def __str__(self) -> str:
        return f"change at {self.position}"


class Pending(models.Model):
    """A record that is new, changed or gone since it was matched; record '' stands for them all.

    `token` is another one with each change: a run takes away only what it has seen.
    """

    pk = models.CompositePrimaryKey("source", "record")
    source = models.TextField(db_collation="C")
    record = models.TextField(db_collation="C")
    token = models.UUIDField(default=uuid4)

    class Meta:
        db_table = "linkage_pending"

    def __str__(self) -> str:
        return f"pending record of {self.source}"


class OpenKey(models.Model):
    """What a record that is linked to nobody would be looked for by (`engine.scoring.keep_keys`):
    a person who comes with such a key may be who it is about."""

    pk = models.CompositePrimaryKey("source", "key", "record")
    source = models.TextField(db_collation="C")
    key = models.BigIntegerField()
    record = models.TextField(db_collation="C")

    class Meta:
        db_table = "linkage_open_key"
        indexes = [models.Index(fields=["source", "record"], name="linkage_open_key_record")]

    def __str__(self) -> str:
        return f"key of an open record of {self.source}"
