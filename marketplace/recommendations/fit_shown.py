"""What the pages of fitting needs show; nothing of other providers, no points and no rank."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from flask import request, url_for
from flask_babel import gettext as _

from ..matching.explaining import explain
from ..matching.results import Excluded, Placed, Reason
from ..msgids import N_
from ..taxonomy.queries import Taxonomy
from .facts import shown_facts
from .fit_queries import BARRED, FITTING, THIN, Fit
from .services import Recommender
from .shown import show_reason

MOST_REASONS = 4
BAND_NAMES = {
    FITTING: (N_("对口"), "ok"),
    THIN: (N_("依据不足"), "warn"),
    BARRED: (N_("有条件不符"), "bad"),
}
_CASE_TO_CONFIRM = "建议索取"


def show_fit(recommender: Recommender, fit: Fit, provider_id: int) -> dict[str, Any]:
    """Return one need with the reasons for this provider, from what the reader may read of it."""
    made = recommender.recommend_facts(shown_facts(fit.need), explain_top=0)
    item = explain(made.ranking, str(provider_id))
    name, tone = BAND_NAMES[fit.band]
    return {
        "need": fit.need,
        "url": url_for("needs.show", number=fit.need.number),
        "band": (_(name), tone),
        "reasons": _reasons(item, provider_id),
        "missing": list(dict.fromkeys(_missing(item))),
    }


def _reasons(item: Placed | Excluded | None, provider_id: int) -> list[dict[str, Any]]:
    if not isinstance(item, Placed):
        return []
    address = url_for("catalogue.show", provider_id=provider_id)
    good = [reason for reason in item.reasons if reason.sign == "plus"]
    return [show_reason(_plain(reason), address) for reason in good[:MOST_REASONS]]


def _plain(reason: Reason) -> dict[str, Any]:
    return {name: getattr(reason, name) for name in Reason.__dataclass_fields__}


def _missing(item: Placed | Excluded | None) -> Iterable[str]:
    """Say what the profile lacks or rules out, addressed to the provider."""
    if isinstance(item, Excluded):
        for reason in (item.reason, *item.also):
            yield _("不符条件：%(what)s", what=reason)
        if item.quote:
            yield _("依据是资料中的“%(quote)s”，如已不准确请更新资料", quote=item.quote)
    if isinstance(item, Placed):
        for text in item.to_confirm:
            yield _asked_of_provider(text)
        for reason in item.reasons:
            if reason.sign == "minus":
                yield reason.claim


def _asked_of_provider(text: str) -> str:
    """Turn a question the manufacturer is to ask into what the provider can do about it."""
    if _CASE_TO_CONFIRM in text:
        return _("同类案例还未核验，可补交验收材料请经办人核对")
    if text.startswith("未"):
        return _("资料%(what)s", what=text.removesuffix("，请确认"))
    return text.replace("请确认能否做到", _("资料可写明能否做到"))


def show_bands(fits: Sequence[Fit], chosen: str) -> list[tuple[str, int, str, bool, None]]:
    """Return the bands as `chips` takes them, with how many needs each."""
    counts = Counter(fit.band for fit in fits)
    return [
        (_(name), counts[band], f"{request.path}?band={band}", band == chosen, None)
        for band, (name, _tone) in BAND_NAMES.items()
    ]


def show_filters(fits: Sequence[Fit], taxonomy: Taxonomy) -> dict[str, list[tuple[str, str]]]:
    """Return the industries and scenes of the fits to choose from, with how many each."""
    industries = Counter(fit.need.industry_code for fit in fits if fit.need.industry_code)
    scenes = Counter(fit.need.scene_id for fit in fits if fit.need.scene_id)
    return {
        "industry": [
            (code, f"{taxonomy.industry_name(code)} {count}")
            for code, count in sorted(industries.items())
        ],
        "scene": [
            (code, f"{taxonomy.scene_name(code)} {count}") for code, count in sorted(scenes.items())
        ],
    }
