"""Public pages: the lists in force, and one list with the rows this viewer may see."""

from __future__ import annotations

from collections import Counter

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from ...db import db, now
from ...needs.disclosure import BUDGET, REGION
from ...needs.lifecycle import STATES, TONES
from ...permissions import PUBLIC, VISITING, Viewer
from ...taxonomy.queries import Taxonomy, get_taxonomy
from ...web.addresses import known_args
from ...web.filters import beijing_today
from ...web.paging import asked_page, page_of_list, page_of_rows
from ...web.viewer import current_viewer
from ..blueprint import room
from ..documents.content import budget_words, day_words, goal_words, list_facts
from ..models import NeedList
from ..policy import is_handled_list
from ..queries import (
    ShownEntry,
    count_entries,
    get_list,
    is_open,
    list_rules,
    published_lists,
    shown_entries,
)
from .links import matches_url, need_url, page_url

LISTS_A_PAGE = 20
ROWS_A_PAGE = 50
KINDS = (("xlsx", "Excel"), ("docx", "Word"), ("pdf", "PDF"), ("csv", "CSV"))


@room.get("/lists/", permission=PUBLIC)
def browse() -> ResponseReturnValue:
    """Show the lists in force, newest first, with how many rows this viewer sees in each."""
    page = page_of_rows(db.session, published_lists(), asked_page(), LISTS_A_PAGE)
    counts = count_entries(db.session, current_viewer(), [item.id for item in page.items])
    return render_template(
        "pages/needlists/browse.html",
        page=page,
        counts=counts,
        chains=get_taxonomy(db.session).chains,
        today=beijing_today(now()),
    )


@room.get("/lists/<int:list_id>", permission=PUBLIC)
def show(list_id: int) -> ResponseReturnValue:
    """Show one list."""
    viewer = reading_viewer()
    need_list = get_list(db.session, current_viewer(), list_id)
    if need_list.state == "withdrawn":
        return render_template("pages/needlists/withdrawn.html", need_list=need_list)
    taxonomy = get_taxonomy(db.session)
    entries = shown_entries(db.session, viewer, need_list)
    wanted = _wanted(entries)
    shown = len(wanted) if request.args.get("all") == "1" else ROWS_A_PAGE
    page = page_of_list(wanted, asked_page(), max(1, shown))
    is_desk = is_handled_list(current_viewer(), need_list)
    return render_template(
        "pages/needlists/show.html",
        need_list=need_list,
        facts=list_facts(need_list, taxonomy, len(entries)),
        files=_files(need_list, viewer),
        counts=_counts(entries),
        stages=_stages(entries, taxonomy),
        chosen_stage=request.args.get("stage", ""),
        only_open=request.args.get("open") == "1",
        page=page,
        all_url=url_for(
            "needlists.show", list_id=list_id, all=1, **known_args("stage", "open", "view")
        ),
        rows=[row_of(entry, viewer) for entry in page.items],
        has_masked=any(entry.need.company_masked for entry in entries),
        has_gaps=_has_gaps(need_list, entries),
        notes=list_rules(db.session, need_list.published_on or beijing_today(now())).body["notes"],
        is_desk=is_desk,
        is_internal=is_desk and viewer is not VISITING,
        matches_url=matches_url(list_id) if is_desk else None,
        is_expired=bool(need_list.valid_to and need_list.valid_to < beijing_today(now())),
    )


def reading_viewer() -> Viewer:
    """Return who the rows are shown for: staff may look, and download, as the public does."""
    return VISITING if request.args.get("view") == "public" else current_viewer()


def _wanted(entries: list[ShownEntry]) -> list[ShownEntry]:
    if request.args.get("open") == "1":
        entries = [entry for entry in entries if is_open(entry.need)]
    if stage := request.args.get("stage"):
        entries = [entry for entry in entries if stage in entry.need.stages]
    return entries


def _counts(entries: list[ShownEntry]) -> list[tuple[str, int]]:
    found = Counter(entry.need.state for entry in entries)
    return [(str(STATES[state]), found[state]) for state in STATES if found[state]]


def _stages(entries: list[ShownEntry], taxonomy: Taxonomy) -> list[tuple[str, str]]:
    there = {stage for entry in entries for stage in entry.need.stages}
    return [(stage.id, stage.slogan) for stage in taxonomy.stages.values() if stage.id in there]


def row_of(entry: ShownEntry, viewer: Viewer) -> dict[str, object]:
    """Return what a table shows of one row, ready to read."""
    need = entry.need
    matches = None
    if need.reader == "staff" and viewer.may("unit:recommendation:view"):
        matches = page_url("recommendations.show", number=need.number)
    return {
        "number": entry.number,
        "title": need.title,
        "goal": goal_words(need),
        "url": need_url(need.number),
        "matches": matches,
        "company": need.company,
        "masked": need.company_masked,
        "region": need.region,
        "region_hidden": REGION in need.withheld,
        "scene": need.scene,
        "budget": budget_words(need),
        "budget_hidden": BUDGET in need.withheld,
        "day": day_words(need)[0],
        "day_word": day_words(need)[1],
        "state": need.state_name,
        "tone": TONES.get(need.state, "mute"),
        "level": need.disclosure,
    }


def _files(need_list: NeedList, viewer: Viewer) -> list[tuple[str, str, str, str]]:
    """Return what can be downloaded: word, address, note, kind."""
    if need_list.state != "published":
        return []
    view = {"view": "public"} if viewer is VISITING and current_viewer().is_signed_in else {}
    return [
        (word, url_for("needlists.download", list_id=need_list.id, kind=kind, **view), "", kind)
        for kind, word in KINDS
    ]


def _has_gaps(need_list: NeedList, entries: list[ShownEntry]) -> bool:
    """Whether the numbers this viewer reads leave one out: a row was taken off since."""
    head = f"{need_list.serial}-"
    numbers = [entry.number for entry in entries if entry.number.startswith(head)]
    ends = [number.rpartition("-")[2] for number in numbers]
    ordered = sorted(int(end) for end in ends if end.isdigit())
    return ordered != list(range(1, len(ordered) + 1))
