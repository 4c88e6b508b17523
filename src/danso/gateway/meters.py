"""Counters of the gateway for Prometheus: nothing in them says whom anybody asked about."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0)


class Meters:
    """One process's counters, in a registry of its own."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.calls = Counter(
            "danso_gateway_calls",
            "Calls by route and status",
            ["route", "status"],
            registry=self.registry,
        )
        self.people = Counter(
            "danso_gateway_people",
            "People asked about, by result",
            ["result"],
            registry=self.registry,
        )
        self.refusals = Counter(
            "danso_gateway_refusals", "Refusals by code", ["code"], registry=self.registry
        )
        self.unjournaled = Counter(
            "danso_gateway_unjournaled",
            "Refusals that could not be journaled",
            registry=self.registry,
        )
        self.seconds = Histogram(
            "danso_gateway_seconds",
            "Time to answer, by route",
            ["route"],
            buckets=_SECONDS,
            registry=self.registry,
        )
        self.waiting = Gauge(
            "danso_gateway_waiting", "Questions waiting for a statement", registry=self.registry
        )
        self.statements = Gauge(
            "danso_gateway_statements",
            "Statements that verified single calls, since the start",
            registry=self.registry,
        )
        self.news_age = Gauge(
            "danso_gateway_news_age_seconds",
            "Age of the news of revocations",
            registry=self.registry,
        )
        self.unsealed = Gauge(
            "danso_gateway_unsealed_seconds",
            "Age of the oldest unsealed journal row",
            registry=self.registry,
        )
        self._results: dict[str, Counter] = {}
        self._calls: dict[tuple[str, int], tuple[Counter, Histogram]] = {}

    def count_call(self, route: str, status: int, seconds: float) -> None:
        """One call answered."""
        pair = self._calls.get((route, status))
        if pair is None:
            pair = (self.calls.labels(route, str(status)), self.seconds.labels(route))
            self._calls[route, status] = pair
        pair[0].inc()
        pair[1].observe(seconds)

    def count_person(self, answer: str, people: int = 1) -> None:
        """People asked about, by the verdict's letter."""
        counter = self._results.get(answer[0])
        if counter is None:
            counter = self._results[answer[0]] = self.people.labels(answer[0])
        counter.inc(people)

    def page(self) -> bytes:
        """The text page that Prometheus reads."""
        return generate_latest(self.registry)
