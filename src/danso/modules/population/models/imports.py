"""Files that were loaded: the file, its chunks, remembered headings, rows that could not enter."""

from django.db import models

from danso.kernel.keys import new_key


class Import(models.Model):
    """One file under one reading of its columns: loading it again finds this row."""

    key = models.UUIDField(primary_key=True, default=new_key, editable=False)
    digest = models.TextField()
    reading = models.TextField()
    name = models.TextField()
    format = models.TextField()
    encoding = models.TextField(db_default="")
    mapping = models.JSONField()
    chunk_rows = models.IntegerField()
    # Whether the register was empty when it began: then nobody needs to be looked up first.
    first_load = models.BooleanField(db_default=False)
    as_of = models.DateField()
    actor_kind = models.TextField()
    actor = models.TextField()
    state = models.TextField(db_default="running")
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["digest", "reading"], name="population_import_once")
        ]
        indexes = [models.Index(fields=["-started_at"], name="population_import_recent")]

    def __str__(self) -> str:
        return f"import {self.key}"


class ImportChunk(models.Model):
    """A stretch of a file that is in, whole: written in the transaction that loaded it."""

    pk = models.CompositePrimaryKey("import_key", "number")
    import_key = models.UUIDField()
    number = models.IntegerField()
    rows = models.IntegerField()
    loaded = models.IntegerField()
    updated = models.IntegerField()
    same = models.IntegerField()
    quarantined = models.IntegerField()
    reasons = models.JSONField()
    notes = models.JSONField()
    recorded_at = models.DateTimeField()

    class Meta:
        db_table = "population_import_chunk"

    def __str__(self) -> str:
        return f"chunk {self.number} of import {self.import_key}"


class ImportMapping(models.Model):
    """Which column a heading means, remembered by the headings' fingerprint or by a name."""

    name = models.TextField(primary_key=True)
    columns = models.JSONField()
    used_at = models.DateTimeField()

    class Meta:
        db_table = "population_import_mapping"

    def __str__(self) -> str:
        return f"mapping {self.name}"


class Quarantined(models.Model):
    """A row that may not enter as it stands, with its original text: personal data of nobody yet
    in the register, kept until a steward decides."""

    key = models.UUIDField(primary_key=True, default=new_key, editable=False)
    import_key = models.UUIDField()
    file = models.TextField()
    line = models.IntegerField()
    reason = models.TextField()
    suggestion = models.TextField(db_default="")
    commune = models.TextField(null=True)
    cells = models.JSONField()
    person = models.UUIDField(null=True)
    state = models.TextField(db_default="waiting")
    recorded_at = models.DateTimeField()
    resolved_at = models.DateTimeField(null=True)
    resolved_by = models.TextField(db_default="")
    resolution = models.TextField(db_default="")

    class Meta:
        db_table = "population_quarantine"
        indexes = [
            models.Index(
                fields=["commune", "reason"],
                name="population_quarantine_open",
                condition=models.Q(state="waiting"),
            ),
            models.Index(fields=["import_key", "line"], name="population_quarantine_file"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=("waiting", "loaded", "dismissed")),
                name="population_quarantine_state",
            )
        ]

    def __str__(self) -> str:
        return f"quarantined row {self.key}"
