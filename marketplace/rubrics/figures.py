"""The computed indicators: points from the cases of an application, each with its grounds.

Pure. `cases` are those of an application's snapshot: a case of the profile with `verification`
(declared, checked, accepted) and what the application says of it (accepted_on, client_is_sme,
on_time, first_pass, is_repeat, client_rating). What is only declared weighs nothing by default;
how much each level weighs is data of the rubric. Points are rounded to 0.1, half up.
"""

from __future__ import annotations

import calendar
import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final

from .scoring import Scheme, decimal_of, rounded

Cases = Sequence[Mapping[str, Any]]
_NUMBER: Final = re.compile(r"-?\d+(?:\.\d+)?")


@dataclass(frozen=True, slots=True)
class Figure:
    """Points of one computed indicator, of how many, and how they came about, in one sentence."""

    code: str
    points: float
    most: float
    basis: str


@dataclass(frozen=True, slots=True)
class _Facts:
    """What every computation reads, and the cases that weigh anything."""

    scheme: Scheme
    track: str
    cases: Cases
    on: date
    site_mean: float

    def weight(self, case: Mapping[str, Any]) -> Decimal:
        weights = self.scheme.settings["weights"]
        return decimal_of(weights.get(str(case.get("verification")), 0))

    def verified(self) -> list[Mapping[str, Any]]:
        return [case for case in self.cases if self.weight(case) > 0]


def compute_figures(
    scheme: Scheme, track: str, cases: Cases, on: date, site_mean: float
) -> dict[str, Figure]:
    """Return the figure of every computed indicator of the track, by code.

    `on` is the day of the assessment, `site_mean` the mean of all client ratings of the site
    (1 to 5). KeyError for an unknown track.
    """
    facts = _Facts(scheme, track, cases, on, site_mean)
    made = {}
    for item in scheme.indicators(track):
        if item.mode == "computed":
            share, basis = _COMPUTED[item.figure](facts)
            points = rounded(decimal_of(item.points) * min(max(share, Decimal(0)), Decimal(1)))
            made[item.code] = Figure(item.code, points, item.points, basis)
    return made


def months_before(on: date, months: int) -> date:
    """Return the same day so many months earlier, or that month's last day.

    24 months before 2028-02-29 is 2026-02-28.
    """
    year, month = divmod(on.year * 12 + on.month - 1 - months, 12)
    return date(year, month + 1, min(on.day, calendar.monthrange(year, month + 1)[1]))


def _client(case: Mapping[str, Any]) -> str:
    """Return who the client is; cases that do not tell count as one client together."""
    name = str(case.get("client_name") or case.get("client_label") or "")
    return "".join(name.split()).lower()


def _per_client(facts: _Facts, cases: Cases) -> dict[str, Decimal]:
    """Return the best weight per client, so that one client counts once."""
    best: dict[str, Decimal] = {}
    for case in cases:
        weight = facts.weight(case)
        if weight > 0:
            client = _client(case)
            best[client] = max(best.get(client, Decimal(0)), weight)
    return best


def _accepted_on(case: Mapping[str, Any]) -> date | None:
    try:
        return date.fromisoformat(str(case.get("accepted_on") or ""))
    except ValueError:
        return None


def _accepted_projects(facts: _Facts) -> tuple[Decimal, str]:
    """Share = Σ best weight per client ÷ full count, of cases accepted in the window.

    The window holds both its days: on 2026-07-01 a case accepted on 2024-07-01 counts, one of
    2024-06-30 does not, nor one accepted after the day. Two accepted (1) and one checked (0.7)
    case of three clients, full 8, most 10: 2.7 ÷ 8 × 10 = 3.375 → 3.4 points.
    """
    months = int(facts.scheme.settings["window_months"])
    first = months_before(facts.on, months)
    inside = [
        case
        for case in facts.cases
        if (day := _accepted_on(case)) is not None and first <= day <= facts.on
    ]
    clients = _per_client(facts, inside)
    full = facts.scheme.full_count(facts.track, "accepted_projects")
    weighed = sum(clients.values(), Decimal(0))
    span = f"{first.isoformat()}至{facts.on.isoformat()}"
    if not clients:
        return Decimal(0), f"{span}没有经核实的验收项目，仅有申报的不计分。"
    return weighed / decimal_of(full), (
        f"{span}计入{len(clients)}件（同一客户计一件），按核实程度折算{weighed:f}件，"
        f"{facts.track}赛道{full:g}件满分。"
    )


def _number(text: object) -> Decimal | None:
    found = _NUMBER.search(str(text if text is not None else "").replace(",", ""))
    return Decimal(found.group()) if found else None


def _change(case: Mapping[str, Any]) -> Decimal | None:
    """Return the greatest |after − before| ÷ |before| of a case's metrics; None when none tells.

    Which way is better stands nowhere in the figures; whether it was an improvement is what
    verification confirms, so the size alone counts here.
    """
    sizes = []
    for metric in case.get("metrics") or ():
        if len(metric) < 3:
            continue
        before, after = _number(metric[1]), _number(metric[2])
        if before is not None and after is not None and before != 0:
            sizes.append(abs(after - before) / abs(before))
    return max(sizes, default=None)


def _improvement(facts: _Facts) -> tuple[Decimal, str]:
    """Share = Σ of the best N cases of weight × min(1, change ÷ full change) ÷ N.

    Scrap 4 % → 3 % is a change of 0.25; with a full change of 0.5 it counts 0.5. Accepted cases
    of 0.5 and 1.0, N = 3, most 15: (1.0 + 0.5) ÷ 3 × 15 = 7.5 points. Dividing by N, not by
    the cases there are, keeps a further case from lowering the points.
    """
    full_change = decimal_of(facts.scheme.settings["full_change"])
    count = int(facts.scheme.full_count(facts.track, "improvement"))
    sizes = sorted(
        (
            facts.weight(case) * min(Decimal(1), change / full_change)
            for case in facts.verified()
            if (change := _change(case)) is not None
        ),
        reverse=True,
    )[:count]
    if not sizes:
        return Decimal(0), "没有经核实且写明前后数值的指标，仅有申报的不计分。"
    mean = sum(sizes, Decimal(0)) / count
    return mean, (
        f"取改善最大的{len(sizes)}件，按{count}件平均，"
        f"变化达到{_percent(full_change)}记满，折合满分的{_percent(mean)}。"
    )


def _repeat(facts: _Facts) -> tuple[Decimal, str]:
    """Share = Σ best weight per client who bought again or passed it on ÷ full count.

    One accepted and one checked repeat client, full 3, most 5: 1.7 ÷ 3 × 5 = 2.83 → 2.8 points.
    """
    clients = _per_client(facts, [case for case in facts.cases if case.get("is_repeat") is True])
    full = facts.scheme.full_count(facts.track, "repeat")
    if not clients:
        return Decimal(0), "没有经核实的复购或推广客户。"
    weighed = sum(clients.values(), Decimal(0))
    return weighed / decimal_of(full), (
        f"经核实的复购或推广客户{len(clients)}家，折算{weighed:f}家，{facts.track}赛道{full:g}家满分。"
    )


def _known(facts: _Facts, name: str) -> tuple[int, int]:
    """Return (how many yes, how many known) of a yes-or-no fact over the verified cases."""
    said = [case[name] for case in facts.verified() if isinstance(case.get(name), bool)]
    return sum(said), len(said)


def _on_time(facts: _Facts) -> tuple[Decimal, str]:
    """Share = mean of the share on time and the share passed at once, of what is known.

    3 of 4 on time, 2 of 2 passed at once, most 6: (0.75 + 1) ÷ 2 × 6 = 5.25 → 5.3 points.
    """
    parts = [_known(facts, "on_time"), _known(facts, "first_pass")]
    shares = [Decimal(yes) / count for yes, count in parts if count]
    if not shares:
        return Decimal(0), "经核实的案例没有写明是否按期、是否一次通过。"
    (timely, of_timely), (passed, of_passed) = parts
    return sum(shares, Decimal(0)) / len(shares), (
        f"经核实的案例中按期{timely}/{of_timely}件，一次通过{passed}/{of_passed}件，"
        "两项比例平均，未写明的不计。"
    )


def _sme_share(facts: _Facts) -> tuple[Decimal, str]:
    """Share = (small or medium clients ÷ cases that tell) ÷ full share, at most 1.

    1 of 4 with a full share of 0.5, most 4: 0.25 ÷ 0.5 × 4 = 2 points.
    """
    yes, count = _known(facts, "client_is_sme")
    full = decimal_of(facts.scheme.settings["full_sme"])
    if not count:
        return Decimal(0), "经核实的案例没有写明客户是否为中小企业。"
    return Decimal(yes) / count / full, (
        f"经核实的案例中，中小企业客户{yes}/{count}件，达到{_percent(full)}记满。"
    )


def _satisfaction(facts: _Facts) -> tuple[Decimal, str]:
    """Share = (shrunk mean − 1) ÷ 4, shrunk mean = (k·m + Σr) ÷ (k + n); m alone below n = 3.

    k = 5, m = 4, ratings 5, 5, 4, most 12: (20 + 14) ÷ 8 = 4.25 → 3.25 ÷ 4 × 12 = 9.75 → 9.8.
    Shrinking keeps one friend's 5 from being worth more than thirty clients' 4.6.
    """
    settings = facts.scheme.settings
    ratings = [
        Decimal(rating)
        for case in facts.verified()
        if isinstance(rating := case.get("client_rating"), int)
        and not isinstance(rating, bool)
        and 1 <= rating <= 5
    ]
    mean = decimal_of(facts.site_mean) if math.isfinite(facts.site_mean) else Decimal(1)
    mean = min(max(mean, Decimal(1)), Decimal(5))
    least, count = int(settings["least_ratings"]), len(ratings)
    if count < least:
        return (mean - 1) / 4, (
            f"经核实的客户评分{count}件，不足{least}件，按全站均值{rounded(mean):.1f}分计。"
        )
    prior = decimal_of(settings["prior_ratings"])
    shrunk = (prior * mean + sum(ratings, Decimal(0))) / (prior + count)
    own = sum(ratings, Decimal(0)) / count
    return (shrunk - 1) / 4, (
        f"经核实的客户评分{count}件，平均{rounded(own):.1f}分，"
        f"向全站均值{rounded(mean):.1f}分收缩后为{shrunk.quantize(Decimal('0.01'))}分。"
    )


def _percent(value: Decimal) -> str:
    return f"{rounded(value * 100):g}%"


_COMPUTED: Final[Mapping[str, Callable[[_Facts], tuple[Decimal, str]]]] = {
    "improvement": _improvement,
    "accepted_projects": _accepted_projects,
    "repeat": _repeat,
    "on_time": _on_time,
    "sme_share": _sme_share,
    "satisfaction": _satisfaction,
}
