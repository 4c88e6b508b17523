"""Figures of a Vietnamese population about 2019-2026, as parameters of the family model.

Households of 3.6, a fifth of three generations, 111 boys per 100 girls at birth (census 2019).
Everything here is a weight of a model, not a measurement of the province;
`docs/explanation/synthetic-people.md` says how near the outcome comes.
"""

from __future__ import annotations

MEAN_HOUSEHOLD = 3.6

# Age of the household's core woman in bands of five years from 19 on: the members' ages then come
# near the pyramid of 2019 moved on by seven years. A province that gives its own ages starts from
# these.
CORE_AGE_FIRST = 19
CORE_AGE_STEP = 5
CORE_AGE_WEIGHTS = (4.3, 10.6, 14.6, 15.3, 13.7, 10.7, 7.7, 5.3, 3.7, 2.9, 2.2, 1.7, 1.5, 1.3, 0.8)

BOYS_PER_BIRTH = 111 / 211

# Odds that somebody of this age is still alive, for those who were once spouses and parents.
ALIVE_EDGES = (40, 50, 60, 65, 70, 75, 80, 85, 90)
MEN_ALIVE = (0.99, 0.975, 0.95, 0.90, 0.83, 0.74, 0.60, 0.42, 0.22, 0.08)
WOMEN_ALIVE = (0.996, 0.99, 0.98, 0.96, 0.93, 0.87, 0.78, 0.62, 0.42, 0.20)

# Children ever born by the mother's year of birth.
COHORT_EDGES = (1945, 1955, 1965, 1975, 1985)
COHORT_CHILDREN = (4.4, 3.7, 3.0, 2.6, 2.45, 2.5)
CHILDLESS = 0.04
MOST_CHILDREN = 7
TWIN_BIRTHS = 0.011
FIRST_BIRTH = (23.6, 3.4)
SPACING_LEAST = 1.15
SPACING_SHAPE = (1.8, 1.6)

# Odds that a child of this age is still registered in the parents' household.
HOME_EDGES = (18, 23, 27, 31, 36, 46)
AT_HOME = (0.985, 0.86, 0.60, 0.33, 0.15, 0.06, 0.03)

# Odds that the husband's (else the wife's) parents live in the household, by the core woman's age.
ELDERS_EDGES = (30, 40, 50, 60, 68)
WITH_ELDERS = (0.52, 0.38, 0.25, 0.12, 0.03, 0.0)
WIFES_PARENTS = 0.10

NEVER_MARRIED = 0.045
DIVORCED = 0.035
PARENTS_AWAY = 0.05

# Years: no parent is younger than the first or older than the second when a child is born. A filler
# 1 January may move a date by up to a year, so the bounds keep a year's distance from 18 and 45.
PARENT_YOUNGEST = 19.3
MOTHER_OLDEST = 43.5
FATHER_OLDEST = 43.9

HUSBAND_OLDER = (2.8, 3.1)
HUSBAND_YOUNGEST = -6.0
HUSBAND_OLDEST = 13.0
MOTHER_OF_GROWN = (26.0, 4.6)

# The dead of the last years still lie in the files; the earlier ones do not.
DEAD_YEARS_LISTED = 3.0
DEAD_YEARS_SPREAD = 16.0
MISSING = 0.0004

# Birth dates of the old are known by year only, or were filled up with 1 January.
PRECISION_EDGES = (1940, 1950, 1960, 1970)
YEAR_ONLY = (0.42, 0.26, 0.10, 0.02, 0.0)
FIRST_OF_JANUARY = (0.20, 0.15, 0.07, 0.015, 0.0)
MONTH_ONLY = (0.02, 0.01, 0.005, 0.0, 0.0)
