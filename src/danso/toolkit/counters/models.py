"""One table, not written to PostgreSQL's log: a crash forgets a quarter of an hour of counting, as
a restart of the pages did when each process counted for itself."""

from django.db import models


class Counter(models.Model):
    """One value under the hash of its name, until it expires."""

    digest = models.CharField(max_length=64, primary_key=True)
    value = models.TextField()
    until = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return self.digest
