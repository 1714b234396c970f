"""The pages everybody sees first, and the texts in the footer."""

from __future__ import annotations

from flask import abort, current_app, jsonify, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ..board.health import get_health
from ..calls.queries import list_open_calls
from ..db import db, now
from ..msgids import N_
from ..needs.queries import shown_needs
from ..notices.queries import list_running_notices
from ..permissions import PUBLIC
from ..web.filters import beijing_today
from ..web.routes import Room
from ..web.viewer import current_viewer
from .figures import get_figures, latest_lists, latest_needs
from .forms import sample_context

room = Room("home", __name__)

EXAMPLES = ("铸件 气孔", "车间排产", "机泵 振动", "空压站 节电", "MES")


@room.get("/", permission=PUBLIC)
def index() -> ResponseReturnValue:
    """Show the front page."""
    today = beijing_today(now())
    return render_template(
        "pages/home/index.html",
        today=today,
        figures=get_figures(db.session, today),
        calls=list_open_calls(db.session),
        notices=list_running_notices(db.session),
        lists=latest_lists(db.session),
        needs=shown_needs(db.session, current_viewer(), latest_needs(db.session)),
        examples=EXAMPLES,
    )


TEXTS = {
    "algorithm": ("/about/algorithm", N_("评价标准与算法说明")),
    "accessibility": ("/about/accessibility", N_("无障碍说明")),
    "privacy": ("/about/privacy", N_("隐私政策")),
    "complaints": ("/about/complaints", N_("投诉与申诉")),
}


def _text_view(name: str, title: str) -> ResponseReturnValue:
    return render_template(f"pages/home/{name}.html", title=_(title))


for _name, (_path, _title) in TEXTS.items():
    room.get(_path, permission=PUBLIC, endpoint=_name)(
        lambda name=_name, title=_title: _text_view(name, title)
    )


@room.get("/styleguide", permission=PUBLIC)
def styleguide() -> ResponseReturnValue:
    """Show every component with sample data; only where the demonstration runs."""
    if not current_app.config["DEMO"]:
        abort(404)
    return render_template("pages/styleguide.html", **sample_context())


@room.get("/healthz", permission=PUBLIC)
def healthz() -> ResponseReturnValue:
    """Answer 200 with the state of database, index and worker; 503 when the database is away."""
    health = get_health(db.session, current_app.extensions["duijie.index"])
    return jsonify(health.body), health.status
