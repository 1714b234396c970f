"""Pages of many needs at once: the matches of a list, and where the region lacks supply."""

from __future__ import annotations

from io import BytesIO

from flask import current_app, render_template, request, send_file
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ..db import db
from ..errors import NotFound
from ..taxonomy.queries import Taxonomy, get_taxonomy
from ..web.paging import asked_page, page_of_list
from ..web.viewer import current_viewer
from .blueprint import room
from .exports import export_matches
from .lists import MatchedList, get_matched_list, match_region, tell_reasons
from .queries import get_enough, get_tier_names
from .services import Recommender
from .supply import MOST_LACKS, count_by_stage, list_shortages

VIEW = "unit:recommendation:view"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_NEEDS = 5


def make_recommender(taxonomy: Taxonomy) -> Recommender:
    """Return what ranks this request's needs."""
    return Recommender(db.session, current_app.extensions["duijie.index"], taxonomy)


def _matched(recommender: Recommender, list_id: int) -> MatchedList:
    matched = get_matched_list(db.session, recommender, current_viewer(), list_id)
    if matched is None:
        raise NotFound("没有这份清单。", next_step="请从清单一览进入。")
    return matched


@room.get("/desk/lists/<int:list_id>/matches", permission=VIEW)
def list_matches(list_id: int) -> ResponseReturnValue:
    """Show the first three providers for every row of a need list, and what is missing."""
    recommender = make_recommender(get_taxonomy(db.session))
    matched = _matched(recommender, list_id)
    only_gaps = request.args.get("gap") == "1"
    page = page_of_list(matched.gaps if only_gaps else matched.rows, asked_page(), 25)
    return render_template(
        "pages/recommendations/list.html",
        matched=matched,
        page=page,
        rows=tell_reasons(recommender, page.items),
        only_gaps=only_gaps,
        enough=matched.enough,
        most_lacks=MOST_LACKS,
        tiers=get_tier_names(db.session),
    )


@room.get("/desk/lists/<int:list_id>/matches.xlsx", permission=VIEW)
def export_list(list_id: int) -> ResponseReturnValue:
    """Send the matches of a list as a workbook, one row a need."""
    matched = _matched(make_recommender(get_taxonomy(db.session)), list_id)
    title = _("%(title)s匹配结果", title=matched.need_list.title)
    return send_file(
        BytesIO(export_matches(title, matched.rows)),
        mimetype=XLSX,
        as_attachment=True,
        download_name=f"{title}.xlsx",
    )


@room.get("/desk/supply", permission=VIEW)
def supply() -> ResponseReturnValue:
    """Show in which scenes and industries the region's needs find too few providers."""
    taxonomy, viewer = get_taxonomy(db.session), current_viewer()
    recommender = make_recommender(taxonomy)
    rows = match_region(db.session, recommender, viewer)
    page = page_of_list(list_shortages(rows), asked_page())
    counted = count_by_stage(rows, taxonomy.stages_of)
    return render_template(
        "pages/recommendations/supply.html",
        page=page,
        needs=len(rows),
        short=sum(row.is_gap for row in rows),
        stages=[
            (stage.slogan, *counted.get(key, (0, 0))) for key, stage in taxonomy.stages.items()
        ],
        taxonomy=taxonomy,
        enough=get_enough(db.session, recommender.today),
        most_needs=MOST_NEEDS,
        may_call=viewer.may("unit:call:edit"),
    )
