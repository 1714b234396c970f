"""What the page of an agreement shows: the sheets side by side, and what follows from them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from ..rubrics.scoring import TIERS, decimal_of, rounded
from .models import Agreement
from .queries import scores_by_indicator, seats_of
from .services.agreeing import agreed_points, agreement_problems
from .sheet_page import show_points
from .sheets import Sheets, sheets_of
from .spread import Spread
from .tiers import tier_names


def agreement_context(
    session: Session, agreement: Agreement, typed: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """Return what the page needs; `typed` are posted values that were refused, kept as typed."""
    application = agreement.application
    sheets = sheets_of(session, application, agreement)
    kept = {score.indicator: score for score in agreement.scores}
    agreed = agreed_points(agreement)
    total = agreement.total if agreement.total is not None else sheets.total_with(agreed)
    rows = [
        _row(spread, sheets, kept.get(spread.indicator.code), typed) for spread in sheets.spreads
    ]
    open_count = sum(
        spread.indicator.code not in agreed or not kept[spread.indicator.code].basis
        for spread in sheets.to_discuss
    )
    names = tier_names(session)
    wide_rows = [row for row in rows if row["wide"]]
    return {
        "sheets": sheets,
        "letters": [seat.letter for seat in sheets.seats],
        "groups": [
            {"title": _("须讨论%(n)s项", n=len(wide_rows)), "flag": True, "rows": wide_rows},
            {
                "title": _("分歧不大%(n)s项，默认取均值", n=len(rows) - len(wide_rows)),
                "flag": False,
                "rows": [row for row in rows if not row["wide"]],
            },
        ],
        "computed": [
            {**item, "name": indicator.name}
            for item in agreement.computed
            for indicator in sheets.scheme.indicators(sheets.track)
            if indicator.code == item["code"]
        ],
        "totals": [
            {
                "letter": seat.letter,
                "total": sheets.totals.get(seat.letter),
                "tier": sheets.scheme.band_of(sheets.totals[seat.letter])
                if seat.letter in sheets.totals
                else None,
                "state": seat.state,
                "confirmed_at": seat.confirmed_at,
            }
            for seat in seats_of(session, application)
        ],
        "lowest": min(sheets.totals.values(), default=0.0),
        "highest": max(sheets.totals.values(), default=0.0),
        "total": total,
        "tier": sheets.scheme.band_of(total),
        "open_count": open_count,
        "agreed_count": len(sheets.to_discuss) - open_count,
        "effects": _effects(sheets, total, names, open_count),
        "problems": agreement_problems(sheets, agreement) if agreement.state == "open" else [],
        "minutes": (typed or {}).get("minutes", agreement.minutes),
        "tier_names": names,
    }


def _row(
    spread: Spread, sheets: Sheets, score: Any, typed: Mapping[str, str] | None
) -> dict[str, Any]:
    code = spread.indicator.code
    points = score.points if score else None
    return {
        "code": code,
        "name": spread.indicator.name,
        "most": spread.indicator.points,
        "cells": [
            (letter, value, letter in spread.outliers) for letter, value in spread.points.items()
        ],
        "low": spread.low,
        "high": spread.high,
        "mean": spread.mean,
        "wide": spread.must_discuss,
        "agreed": (typed or {}).get(f"agreed-{code}", show_points(points)),
        "basis": (typed or {}).get(f"basis-{code}", score.basis if score else ""),
        "reasons": [
            (seat.letter, own[code].reason)
            for seat in sheets.seats
            if (own := scores_by_indicator(seat)).get(code) is not None and own[code].reason
        ],
    }


def _effects(sheets: Sheets, total: float, names: Mapping[str, str], open_count: int) -> list[str]:
    """Return, in sentences, what the total means for the tier and what must be minuted."""
    reached = sheets.scheme.band_of(total)
    above = TIERS[-1] if reached is None else TIERS[max(0, TIERS.index(reached) - 1)]
    told = []
    note = _("（未议%(n)s项暂取均值）", n=open_count) if open_count else ""
    if reached != TIERS[0]:
        gap = decimal_of(sheets.scheme.line_of(above)) - decimal_of(total)
        told.append(
            _(
                "现定%(total).1f分%(note)s，距%(tier)s线差%(gap).1f分。",
                total=total,
                note=note,
                tier=names.get(above, above),
                gap=rounded(gap),
            )
        )
    if sheets.wide:
        low, high = min(sheets.totals.values()), max(sheets.totals.values())
        told.append(
            _(
                "各份总分相差%(gap).1f分，超过组内上限，须写入会议记录。",
                gap=rounded(decimal_of(high) - decimal_of(low)),
            )
        )
    return told
