"""Tables of sources that run by themselves: where each run stands, what needs somebody, tries."""

from django.db import models

from danso.kernel.keys import new_key


class SourceRun(models.Model):
    """When a source runs next and how it fared. `phase` is empty while nothing runs; one that its
    lock does not hold belongs to a process that died. Never a row's value."""

    source = models.TextField(primary_key=True, db_collation="C")
    # Whether this home knows where the source is; only the jobs may read that.
    is_placed = models.BooleanField(default=False)
    next_at = models.DateTimeField(null=True)
    paused_at = models.DateTimeField(null=True)
    paused_by = models.TextField(db_default="")
    phase = models.TextField(db_default="")
    step = models.TextField(db_default="")
    phase_at = models.DateTimeField(null=True)
    # How often it failed in a row, the last time with which code.
    tries = models.IntegerField(default=0)
    problem = models.TextField(db_default="")
    problem_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "sources_run"

    def __str__(self) -> str:
        return f"run of {self.source}"


class SourceAlert(models.Model):
    """Something about a source that somebody has to see to: open until it is over."""

    key = models.UUIDField(primary_key=True, default=new_key, editable=False)
    source = models.TextField(db_collation="C")
    kind = models.TextField()
    code = models.TextField()
    # Fields that are missing, columns that are not described.
    missing = models.JSONField(default=list)
    unknown = models.JSONField(default=list)
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "sources_alert"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind__in=("stopped", "drift", "late", "shrunk")),
                name="sources_alert_kind",
            ),
            models.UniqueConstraint(
                fields=["source", "kind"],
                condition=models.Q(closed_at__isnull=True),
                name="sources_alert_open",
            ),
        ]

    def __str__(self) -> str:
        return f"alert {self.key}"


class Trial(models.Model):
    """A look at rows before anything of them is taken: an uploaded file, or the source itself.

    What it found are codes and counts; the first rows lie in a file beside the upload, never here.
    """

    key = models.UUIDField(primary_key=True, default=new_key, editable=False)
    source = models.TextField(db_collation="C")
    kind = models.TextField()
    state = models.TextField(default="waiting")
    # As its sender named it; on disk it is called by its key.
    name = models.TextField(db_default="")
    size = models.BigIntegerField(default=0)
    opened_at = models.DateTimeField()
    opened_by = models.TextField()
    begun_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    tries = models.IntegerField(default=0)
    rows = models.IntegerField(default=0)
    found = models.JSONField(default=dict)
    problem = models.TextField(db_default="")

    class Meta:
        db_table = "sources_trial"
        indexes = [models.Index(fields=["source", "-opened_at"], name="sources_trial_source")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind__in=("upload", "place")), name="sources_trial_kind"
            ),
            models.CheckConstraint(
                condition=models.Q(
                    state__in=(
                        "waiting",
                        "checking",
                        "checked",
                        "failed",
                        "confirmed",
                        "loaded",
                        "cancelled",
                    )
                ),
                name="sources_trial_state",
            ),
        ]

    def __str__(self) -> str:
        return f"trial {self.key}"
