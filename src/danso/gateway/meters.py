"""Counters of the gateway for Prometheus: nothing in them says whom anybody asked about.

What each answer counts is kept as plain numbers, which the one thread of the loop may add to
without a lock, and turned into Prometheus' words only when it reads the page.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator

from prometheus_client import CollectorRegistry, Gauge, Metric, generate_latest
from prometheus_client import Counter as PrometheusCounter
from prometheus_client.core import CounterMetricFamily, HistogramMetricFamily
from prometheus_client.registry import Collector

_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0)
_BOUNDS = (*map(str, _SECONDS), "+Inf")


class Meters(Collector):
    """One process's counters, in a registry of its own."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._calls: Counter[tuple[str, int]] = Counter()
        self._people: Counter[str] = Counter()
        self._times: dict[str, list[int]] = {}
        self._seconds: dict[str, float] = {}
        self.registry.register(self)
        self.refusals = PrometheusCounter(
            "danso_gateway_refusals", "Refusals by code", ["code"], registry=self.registry
        )
        self.unjournaled = PrometheusCounter(
            "danso_gateway_unjournaled",
            "Refusals that could not be journaled",
            registry=self.registry,
        )
        self.waiting = self._gauge("waiting", "Questions waiting for a statement")
        self.statements = self._gauge(
            "statements", "Statements that verified single calls, since the start"
        )
        self.news_age = self._gauge("news_age_seconds", "Age of the news of revocations")
        self.unsealed = self._gauge("unsealed_seconds", "Age of the oldest unsealed journal row")

    def count_call(self, route: str, status: int, seconds: float) -> None:
        """One call answered."""
        self._calls[route, status] += 1
        times = self._times.get(route)
        if times is None:
            times = self._times[route] = [0] * len(_BOUNDS)
            self._seconds[route] = 0.0
        times[bisect_left(_SECONDS, seconds)] += 1
        self._seconds[route] += seconds

    def count_person(self, answer: str) -> None:
        """Somebody asked about, by the verdict's letter."""
        self._people[answer[0]] += 1

    def count_people(self, answers: Iterable[str]) -> None:
        """As `count_person`, for a batch."""
        self._people.update(answer[0] for answer in answers)

    def page(self) -> bytes:
        """The text page that Prometheus reads."""
        return generate_latest(self.registry)

    def collect(self) -> Iterator[Metric]:
        """What was counted, as prometheus_client asks for it."""
        calls = CounterMetricFamily(
            "danso_gateway_calls", "Calls by route and status", labels=["route", "status"]
        )
        for (route, status), count in self._calls.items():
            calls.add_metric([route, str(status)], count)
        yield calls
        people = CounterMetricFamily(
            "danso_gateway_people", "People asked about, by result", labels=["result"]
        )
        for result, count in self._people.items():
            people.add_metric([result], count)
        yield people
        seconds = HistogramMetricFamily(
            "danso_gateway_seconds", "Time to answer, by route", labels=["route"]
        )
        for route, times in self._times.items():
            so_far = [sum(times[: at + 1]) for at in range(len(times))]
            buckets = list(zip(_BOUNDS, so_far, strict=True))
            seconds.add_metric([route], buckets, self._seconds[route])
        yield seconds

    def _gauge(self, name: str, meaning: str) -> Gauge:
        return Gauge(f"danso_gateway_{name}", meaning, registry=self.registry)
