"""Pages: the providers ranked for a need, saved runs and their replay."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from io import BytesIO
from typing import Any

from flask import current_app, flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ..db import db
from ..errors import NotPermitted
from ..matching.explaining import explain
from ..matching.facts import NeedFacts, ProviderFacts
from ..needs.models import Need
from ..permissions import SIGNED_IN
from ..taxonomy.queries import Taxonomy, get_taxonomy
from ..web.viewer import current_viewer
from . import (  # noqa: F401 -- their pages
    exposure_views,
    fit_views,
    lexicon_version_views,
    lexicon_views,
    list_views,
    log_views,
    weight_views,
)
from .blueprint import room
from .exports import export_run
from .forms import address_of, read_corrections
from .outcomes import Outcome, outcome_of, outcome_saved
from .pool import FactsById
from .queries import (
    find_candidate,
    get_enough,
    get_ranked_need,
    get_run,
    get_tier_names,
    list_candidate_names,
    list_runs,
)
from .replaying import replay_run
from .run_log import may_see_log
from .services import Recommendation, recommend, result_of, save_run
from .shown import (
    CARDS,
    MOST_COMPARED,
    show_answer,
    show_comparison,
    show_left_out,
    show_placed,
    show_understanding,
)
from .supply import lacks_shown

MOST_SUGGESTED = 500
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _made(need: Need, taxonomy: Taxonomy) -> Recommendation:
    return recommend(
        db.session,
        current_app.extensions["duijie.index"],
        taxonomy,
        need,
        read_corrections(request.values),
    )


@room.get("/needs/<number>/providers", permission=SIGNED_IN)
def show(number: str) -> ResponseReturnValue:
    """Rank the providers for a need, with reasons, and say why the others are not in."""
    need = get_ranked_need(db.session, current_viewer(), number)
    taxonomy = get_taxonomy(db.session)
    made = _made(need, taxonomy)
    if request.args.get("remove"):
        address = address_of(made.corrections)
        return redirect(
            url_for("recommendations.show", number=number, _anchor="understood", **address)
        )
    enough = get_enough(db.session, made.as_of)
    return render_template(
        "pages/recommendations/show.html",
        need=need,
        runs=list_runs(db.session, need),
        degraded=made.degraded,
        weights=made.ranking.weights_name,
        counts_vectors=made.counts_vectors,
        corrections=address_of(made.corrections),
        may_save=_may_save(),
        as_of=made.as_of,
        lacks=lacks_shown(made, enough),
        enough=enough,
        scenes=taxonomy.scenes.values(),
        industries=taxonomy.industries.values(),
        **_page(made, outcome_of(made.ranking), made.pool.by_id, taxonomy),
    )


def _may_save() -> bool:
    viewer = current_viewer()
    return viewer.may("own:recommendation:save") or viewer.may("unit:recommendation:save")


def _page(
    made: Any, outcome: Outcome, facts: Mapping[str, ProviderFacts], taxonomy: Taxonomy
) -> dict[str, Any]:
    """Return what both the live page and a saved run show."""
    tiers = get_tier_names(db.session)
    shown = [
        show_placed(item, facts[item["provider_id"]], tiers, taxonomy)
        for item in outcome.recommended
    ]
    return {
        "text": _told(made.understanding.need),
        "understood": show_understanding(made.understanding, outcome.excluded_by, taxonomy),
        "cards": shown[:CARDS],
        "rows": shown[CARDS:],
        "left_out": show_left_out(outcome, facts, tiers),
        "left_count": outcome.left_count,
        "pool_count": len(facts),
        "answer": _answer(made, facts, tiers),
        "asked": request.args.get("why", "")[:80],
        "names": _suggested(facts),
        "comparison": _comparison(made, facts, tiers),
        "compared": request.args.getlist("compare")[:MOST_COMPARED],
    }


def _suggested(facts: Mapping[str, ProviderFacts]) -> list[str]:
    """Return the names to suggest while one is typed; of a large directory none, the page would be all names."""
    return list_candidate_names(db.session) if len(facts) <= MOST_SUGGESTED else []


def _told(need: NeedFacts) -> str:
    """Return the need as its owner put it: the problem, or the title while there is none."""
    return need.description.split("\n")[0] or need.title


def _answer(
    made: Any, facts: Mapping[str, ProviderFacts], tiers: dict[str, str]
) -> dict[str, Any] | None:
    """Answer “why not this firm?” for the name asked for; None when nothing was asked."""
    asked = request.args.get("why", "").strip()[:80]
    if not asked:
        return None
    key = find_candidate(db.session, asked)
    if key is None or key not in facts:
        return {
            "title": asked,
            "text": _("目录里没有这个名称或信用代码的服务商：可能尚未入库，或与登记的不一致。"),
            "tone": "mute",
            "tier": None,
            "tag": "",
            "quote": None,
            "counterfactual": "",
        }
    explained = explain(made.ranking, key)
    return show_answer(asdict(explained) if explained else None, facts[key], tiers)


def _comparison(made: Any, facts: Mapping[str, ProviderFacts], tiers: dict[str, str]) -> Any:
    """Return the side-by-side table of two or three placed providers; None for fewer."""
    chosen = []
    for provider_id in dict.fromkeys(request.args.getlist("compare")):
        item = explain(made.ranking, provider_id)
        if item is not None and hasattr(item, "contributions"):
            chosen.append((asdict(item), facts[provider_id]))
    chosen = chosen[:MOST_COMPARED]
    return show_comparison(chosen, tiers) if len(chosen) > 1 else None


@room.post("/needs/<number>/runs", permission=SIGNED_IN)
def save(number: str) -> ResponseReturnValue:
    """Save the run as computed now, with the corrections shown on the page."""
    viewer = current_viewer()
    need = get_ranked_need(db.session, viewer, number)
    if not _may_save():
        raise NotPermitted("您的账号不能保存推荐结果。", next_step="请由经办人或需求单位保存。")
    run = save_run(db.session, need, _made(need, get_taxonomy(db.session)), viewer)
    flash(_("已保存，运行号%(number)s。以后可按当时的条件重放核对。", number=run.number), "success")
    return redirect(url_for("recommendations.run", number=run.number), 303)


@room.get("/runs/<number>", permission=SIGNED_IN)
def run(number: str) -> ResponseReturnValue:
    """Show a saved run, computed again from what it kept and compared with what was saved."""
    saved = get_run(db.session, current_viewer(), number)
    taxonomy = get_taxonomy(db.session)
    replay = replay_run(db.session, saved)
    facts = FactsById(replay.ranking.run.prepared)
    return render_template(
        "pages/recommendations/run.html",
        need=saved.need,
        saved=saved,
        replay=replay,
        may_see_log=may_see_log(current_viewer(), saved.need),
        **_page(replay, outcome_saved(saved.result), facts, taxonomy),
    )


@room.get("/needs/<number>/providers.xlsx", permission=SIGNED_IN)
def export(number: str) -> ResponseReturnValue:
    """Send the ranking of a need as a workbook."""
    need = get_ranked_need(db.session, current_viewer(), number)
    made = _made(need, get_taxonomy(db.session))
    title = _("需求%(number)s推荐结果（%(day)s）", number=need.number, day=made.as_of)
    body = export_run(title, result_of(made.ranking), made.pool.by_id, get_tier_names(db.session))
    return send_file(
        BytesIO(body), mimetype=XLSX, as_attachment=True, download_name=f"{title}.xlsx"
    )
