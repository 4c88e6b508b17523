"""What weighs: the models that runs went by, and how common names are."""

from django.db import models


class KeptModel(models.Model):
    """A model that a run went by, whole, by its digest."""

    digest = models.TextField(primary_key=True, db_collation="C")
    model = models.JSONField()
    first_used_at = models.DateTimeField()
    first_used_by = models.TextField()

    class Meta:
        db_table = "linkage_model"

    def __str__(self) -> str:
        return f"model {self.digest}"


class Commonness(models.Model):
    """How common a name is among all people, as the latest whole run counted it: runs over a few
    records weigh by it, so that both come to the same."""

    pk = models.CompositePrimaryKey("kind", "value")
    kind = models.TextField(db_collation="C")
    value = models.TextField(db_collation="C")
    share = models.FloatField()

    class Meta:
        db_table = "linkage_commonness"

    def __str__(self) -> str:
        return f"commonness of a {self.kind}"
