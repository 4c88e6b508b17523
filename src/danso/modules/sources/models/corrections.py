"""Tables of corrections and worklists."""

from django.db import models

from danso.kernel.keys import new_key


class Correction(models.Model):
    """One reported mismatch. Rows the gateway opened wait for their decider in `jobs`."""

    key = models.UUIDField(primary_key=True, default=new_key, editable=False)
    person = models.UUIDField()
    field = models.TextField()
    claimed = models.TextField()
    evidence = models.TextField(db_default="")
    origin = models.TextField()
    opened_at = models.DateTimeField()
    opened_by = models.TextField()
    opened_unit = models.TextField(db_default="")
    procedure = models.TextField(db_default="")
    file_code = models.TextField(db_default="")
    state = models.TextField(db_default="open")
    commune = models.TextField(db_default="")
    decider = models.TextField(db_default="")
    due = models.DateField(null=True)
    answer = models.TextField(db_default="")
    answered_at = models.DateTimeField(null=True)
    answered_by = models.TextField(db_default="")
    # In a copy: what was accepted here and asked of the register above, which decides.
    request = models.UUIDField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["commune", "state", "due"], name="sources_correction_commune"),
            models.Index(fields=["opened_by", "opened_at"], name="sources_correction_opener"),
            models.Index(fields=["person"], name="sources_correction_person"),
            models.Index(
                fields=["commune", "due"],
                name="sources_correction_open",
                condition=models.Q(state="open"),
            ),
            models.Index(fields=["answered_at"], name="sources_correction_answered"),
            models.Index(
                fields=["request"],
                name="sources_correction_request",
                condition=models.Q(request__isnull=False),
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=("open", "accepted", "rejected", "withdrawn")),
                name="sources_correction_state",
            ),
            # The same asker cannot queue the same complaint twice.
            models.UniqueConstraint(
                fields=["person", "field", "opened_by"],
                condition=models.Q(state="open"),
                name="sources_correction_once",
            ),
        ]

    def __str__(self) -> str:
        return f"correction {self.key}"


class Worklist(models.Model):
    """A list handed to commune police."""

    key = models.UUIDField(primary_key=True, default=new_key, editable=False)
    commune = models.TextField()
    hamlet = models.TextField(db_default="")
    measure = models.TextField()
    made_at = models.DateTimeField()
    made_by = models.TextField()

    class Meta:
        indexes = [models.Index(fields=["commune", "made_at"], name="sources_worklist_commune")]

    def __str__(self) -> str:
        return f"worklist {self.key}"


class WorklistRow(models.Model):
    """One person to check: the field in doubt and the record's version when the list was made."""

    key = models.UUIDField(primary_key=True, default=new_key, editable=False)
    worklist = models.ForeignKey(Worklist, on_delete=models.CASCADE, related_name="+")
    person = models.UUIDField()
    field = models.TextField()
    version = models.IntegerField()
    answered_at = models.DateTimeField(null=True)
    answered_by = models.TextField(db_default="")
    answer = models.TextField(db_default="")
    # What was answered, hashed: the same answer again is "already", another one is refused.
    digest = models.TextField(db_default="")

    class Meta:
        indexes = [models.Index(fields=["person"], name="sources_worklistrow_person")]

    def __str__(self) -> str:
        return f"worklist row {self.key}"
