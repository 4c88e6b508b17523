"""What this register is: a demo or a real one, for ever."""

from django.db import models


class Setting(models.Model):
    """One row, written at the first start. A trigger keeps `home` for ever."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    home = models.TextField()
    mode = models.TextField()
    stamped_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(id=1), name="population_setting_one"),
            models.CheckConstraint(
                condition=models.Q(home__in=("demo", "real")), name="population_setting_home"
            ),
        ]

    def __str__(self) -> str:
        return f"a {self.home} register"
