"""Tables of hosted registers: versions and standing, records with every earlier state."""

from django.db import models

from danso.kernel.keys import new_key


class HostedRegister(models.Model):
    """Where a register stands, and the last number it gave. A row comes with its first use.

    `source`: the connected source that tells instead of it once it has graduated.
    """

    code = models.TextField(primary_key=True, db_collation="C")
    state = models.TextField(db_default="open")
    source = models.TextField(db_collation="C", db_default="")
    last_number = models.IntegerField(db_default=0)
    changed_at = models.DateTimeField()
    changed_by = models.TextField()

    class Meta:
        db_table = "sources_register"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=("open", "closed", "graduated")),
                name="sources_register_state",
            ),
        ]

    def __str__(self) -> str:
        return f"register {self.code}"


class RegisterVersion(models.Model):
    """A version of a register's description, as it was when the first record used it: its text is
    what was typed in the browser, or JSON of the province's file. Never changed."""

    pk = models.CompositePrimaryKey("register", "version")
    register = models.TextField(db_collation="C")
    version = models.IntegerField()
    origin = models.TextField()
    text = models.TextField()
    digest = models.TextField()
    defined_at = models.DateTimeField()
    defined_by = models.TextField()

    class Meta:
        db_table = "sources_registerversion"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(origin__in=("file", "browser")),
                name="sources_registerversion_origin",
            ),
        ]

    def __str__(self) -> str:
        return f"version {self.version} of {self.register}"


class RegisterUpload(models.Model):
    """A file that somebody is looking at before taking it in; gone with the answer."""

    key = models.UUIDField(primary_key=True, default=new_key, editable=False)
    register = models.TextField(db_collation="C")
    content = models.BinaryField()
    suffix = models.TextField()
    made_at = models.DateTimeField()
    made_by = models.TextField()

    class Meta:
        db_table = "sources_registerupload"

    def __str__(self) -> str:
        return f"upload {self.key}"


class RegisterAsked(models.Model):
    """How many numbers somebody looked up today while entering records, and how many lines of
    which files (by digest) asked about people in vain."""

    pk = models.CompositePrimaryKey("by", "day")
    by = models.TextField(db_collation="C")
    day = models.DateField()
    asked = models.IntegerField(db_default=0)
    failed = models.IntegerField(db_default=0)
    files = models.JSONField(default=list, db_default=[])

    class Meta:
        db_table = "sources_registerasked"

    def __str__(self) -> str:
        return f"numbers asked on {self.day}"


class RegisterRecord(models.Model):
    """A record as it stands. `named`: the name to search by, folded; `source_record`: its key at
    the source that took the register's place; `entered_for`: the person's key as an officer gave
    it, from which `person` follows merges and their undoing."""

    key = models.UUIDField(primary_key=True, default=new_key, editable=False)
    register = models.TextField(db_collation="C")
    number = models.TextField(db_collation="C")
    commune = models.TextField(db_collation="C")
    person = models.UUIDField(null=True)
    entered_for = models.UUIDField(null=True)
    named = models.TextField(db_default="")
    payload = models.JSONField()
    version = models.IntegerField()
    revision = models.IntegerField(db_default=1)
    state = models.TextField(db_default="open")
    ended_on = models.DateField(null=True)
    digest = models.TextField()
    source_record = models.TextField(db_collation="C", db_default="")
    entered_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        db_table = "sources_registerrecord"
        indexes = [
            models.Index(
                fields=["register", "state", "-number"], name="sources_registerrecord_list"
            ),
            models.Index(fields=["person"], name="sources_registerrecord_person"),
            models.Index(fields=["entered_for"], name="sources_registerrecord_given"),
            models.Index(
                fields=["register", "ended_on"],
                name="sources_registerrecord_ended",
                condition=~models.Q(state="open"),
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["register", "number"], name="sources_registerrecord_number"
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=("open", "ended", "void")),
                name="sources_registerrecord_state",
            ),
        ]

    def __str__(self) -> str:
        return f"record {self.key}"


class RegisterRecordVersion(models.Model):
    """A state that a record had: what, about whom, since when, by whom, why. Only ever added to;
    gone with its record when that is past its term."""

    pk = models.CompositePrimaryKey("record", "revision")
    record = models.UUIDField()
    revision = models.IntegerField()
    version = models.IntegerField()
    commune = models.TextField()
    person = models.UUIDField(null=True)
    payload = models.JSONField()
    state = models.TextField()
    ended_on = models.DateField(null=True)
    why = models.TextField(db_default="")
    at = models.DateTimeField()
    by = models.TextField()
    unit = models.TextField(db_default="")

    class Meta:
        db_table = "sources_registerrecordversion"

    def __str__(self) -> str:
        return f"revision {self.revision} of {self.record}"
