"""Sources as their owners would keep them, made from a synthetic province, with the truth apart.

One reads the province (`register`), another draws who stands in a source and what is wrong with
each record (`selection`, `faults`, `records`), says whether it can still be resolved (`pointing`),
makes up what else the source holds (`values`, `patterns`), and writes (`write`, `shapes`).
"""
