"""What the page of one expert's sheet shows: evidence, guidance and mark, indicator by indicator."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from ..db import now
from ..rubrics.scoring import Guide, Indicator
from ..rules.queries import get_rules
from ..web.filters import beijing_today
from .marks import MISSING, NO_REASON, band_at, faults_of, judged_of, needs_reason
from .models import Seat
from .queries import scores_by_indicator, snapshot_body
from .sheets import figures_of, rubric_of

FileUrl = Callable[[str], str]


def sheet_context(
    session: Session,
    seat: Seat,
    file_url: FileUrl,
    typed: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """Return what the page needs; `typed` are posted values that were refused, kept as typed."""
    application = seat.application
    rubric = rubric_of(session, application)
    scheme, track = rubric.scheme, application.track
    judged = judged_of(scheme, track)
    kept = scores_by_indicator(seat)
    faults = faults_of(judged, kept)
    figures = figures_of(session, application)
    evidence = _evidence(session, seat, file_url)
    cards = [
        _card(indicator, kept.get(indicator.code), faults, evidence, typed) for indicator in judged
    ]
    done = len(judged) - len(faults)
    return {
        "rubric": rubric,
        "cards": cards,
        "computed": [
            {
                "name": item.name,
                "most": item.points,
                "points": figures[item.code].points,
                "basis": figures[item.code].basis,
            }
            for item in scheme.indicators(track)
            if item.code in figures
        ],
        "groups": [
            {
                "name": dimension.name,
                "points": dimension.points,
                "items": [
                    _rail_item(item, kept, faults, figures)
                    for item in scheme.indicators(track)
                    if item.dimension == dimension.name
                ],
            }
            for dimension in scheme.dimensions
        ],
        "done": done,
        "of": len(judged),
        "subtotal": sum(score.points or 0.0 for score in kept.values()),
        "without_reason": sum(fault == NO_REASON for fault in faults.values()),
        "first_open": next(iter(faults), None),
        "faults": faults,
    }


def _rail_item(
    item: Indicator, kept: Mapping[str, Any], faults: Mapping[str, str], figures: Mapping[str, Any]
) -> dict[str, Any]:
    if item.code in figures:
        return {
            "name": item.name,
            "most": item.points,
            "points": figures[item.code].points,
            "state": "computed",
            "href": "#computed",
        }
    score = kept.get(item.code)
    state = {None: "done", NO_REASON: "part", MISSING: "todo"}[faults.get(item.code)]
    return {
        "name": item.name,
        "most": item.points,
        "points": score.points if score else None,
        "state": state,
        "href": f"#ind-{item.code}",
    }


def _card(
    item: Indicator,
    score: Any,
    faults: Mapping[str, str],
    evidence: Mapping[str, Any],
    typed: Mapping[str, str] | None,
) -> dict[str, Any]:
    points = score.points if score else None
    band = band_at(item, points)
    fault = faults.get(item.code)
    tags = {
        None: (_("已评"), "ok", None),
        NO_REASON: (_("还缺理由"), "warn", "circle-half"),
        MISSING: (_("未评"), "mute", None),
    }
    return {
        "code": item.code,
        "name": item.name,
        "dimension": item.dimension,
        "most": item.points,
        "tag": tags[fault],
        "statement": evidence["statements"].get(item.code, ""),
        "evidence": evidence["of"](item.code),
        "bands": [(_range(guide), guide.text, guide == band) for guide in reversed(item.guidance)],
        "mark": {
            "points": (typed or {}).get(f"points-{item.code}", show_points(points)),
            "reason": (typed or {}).get(f"reason-{item.code}", score.reason if score else ""),
            "most": item.points,
            "step": item.step,
            "band": _range(band) if band else "",
            "needs_reason": needs_reason(item, points),
            "error": _("落在%(band)s档，须写明理由", band=_range(band))
            if fault == NO_REASON and band
            else "",
        },
    }


def show_points(points: float | None) -> str:
    """Return points as they are typed: 7.0 is '7', nothing is ''."""
    return "" if points is None else f"{points:g}"


def _range(guide: Guide) -> str:
    return f"{guide.low:g}–{guide.high:g}" if guide.low != guide.high else f"{guide.low:g}"


def _evidence(session: Session, seat: Seat, file_url: FileUrl) -> dict[str, Any]:
    """Return the statements, and what to look at per indicator, by the rules of the bureau."""
    body = snapshot_body(seat.application)
    rules = get_rules(session, "assessment_rules", beijing_today(now())).body["evidence"]
    of = {item["indicator"]: item for item in rules}
    files: dict[str, list[tuple[str, str]]] = {}
    for item in body.get("files", ()):
        files.setdefault(str(item["item"]), []).append((item["filename"], file_url(item["key"])))
    cases = [_case(case, files) for case in body.get("cases", ())]

    def look_at(code: str) -> list[dict[str, Any]]:
        rule = of.get(code, {"materials": (), "cases": False})
        found = [
            {"title": name, "text": "", "level": None, "url": url, "files": ()}
            for material in rule["materials"]
            for name, url in files.get(material, ())
        ]
        return found + (cases if rule["cases"] else [])

    return {"statements": body.get("statements", {}), "of": look_at}


def _case(case: Mapping[str, Any], files: Mapping[str, Any]) -> dict[str, Any]:
    client = case.get("client_label") if case.get("client_masked") else case.get("client_name")
    facts = [
        f"{name} {before}{unit} → {after}{unit}"
        for name, before, after, unit in case.get("metrics") or ()
    ]
    if case.get("accepted_on"):
        facts.append(_("%(day)s验收", day=case["accepted_on"]))
    return {
        "title": f"{client}：{case.get('title', '')}" if client else str(case.get("title", "")),
        "text": "；".join(facts),
        "level": case.get("verification"),
        "url": None,
        "files": files.get(f"case-{case.get('case_id')}", ()),
    }
