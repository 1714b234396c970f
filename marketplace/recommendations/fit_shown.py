"""What the pages of fitting needs show; nothing of other providers, no points and no rank."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any
from urllib.parse import urlencode

from flask import request, url_for
from flask_babel import gettext as _

from ..matching.explaining import explain
from ..matching.results import Excluded, Placed
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
    return [show_reason(asdict(reason), address) for reason in good[:MOST_REASONS]]


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


def choose_fits(fits: Iterable[Fit], chosen: Mapping[str, str]) -> list[Fit]:
    """Return the fits of the chosen band, industry and scene; what is not chosen leaves all in."""
    return [
        fit
        for fit in fits
        if chosen.get("band") in ("", None, fit.band)
        and chosen.get("industry") in ("", None, fit.need.industry_code)
        and chosen.get("scene") in ("", None, fit.need.scene_id)
    ]


def show_bands(
    fits: Sequence[Fit], chosen: Mapping[str, str]
) -> list[tuple[str, int, str, bool, None]]:
    """Return the bands as `chips` takes them, with how many needs of the chosen filters each."""
    others = {name: code for name, code in chosen.items() if name != "band" and code}
    counts = Counter(fit.band for fit in choose_fits(fits, others))
    return [
        (
            _(name),
            counts[band],
            f"{request.path}?{urlencode({'band': band, **others})}",
            band == chosen["band"],
            None,
        )
        for band, (name, _tone) in BAND_NAMES.items()
    ]


def show_filters(
    fits: Sequence[Fit], chosen: Mapping[str, str], taxonomy: Taxonomy
) -> dict[str, list[tuple[str, str]]]:
    """Return the industries and scenes to choose from, with how many needs one would then see.

    Each is counted with the other choices in force but not its own; what is chosen stays to be seen.
    """
    codes = {
        "industry": [fit.need.industry_code for fit in _but(fits, chosen, "industry")],
        "scene": [fit.need.scene_id for fit in _but(fits, chosen, "scene")],
    }
    names = {"industry": taxonomy.industry_name, "scene": taxonomy.scene_name}
    known = {"industry": taxonomy.industries, "scene": taxonomy.scenes}
    found = {}
    for name, given in codes.items():
        counts = Counter(code for code in given if code)
        if chosen[name] in known[name]:
            counts[chosen[name]] += 0
        found[name] = [(code, f"{names[name](code)} {counts[code]}") for code in sorted(counts)]
    return found


def _but(fits: Iterable[Fit], chosen: Mapping[str, str], name: str) -> list[Fit]:
    return choose_fits(fits, {key: code for key, code in chosen.items() if key != name})
