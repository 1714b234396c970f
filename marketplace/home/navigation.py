"""What the frame of every page shows: the site's identity, the doors, the account links."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from flask import current_app, url_for
from flask_babel import force_locale
from flask_babel import gettext as _

from ..board.queries import count_doors
from ..db import db, now
from ..permissions import AUDIT_ADMIN, PROVIDER, SECURITY_ADMIN, SYSTEM_ADMIN, Viewer
from ..web.filters import beijing_today
from ..web.locale import CHINESE, chosen_language, other_language, page_language
from ..web.viewer import current_viewer
from .my_doors import MyDoors

ENGLISH_PAGES = frozenset({"home.index", "catalogue.browse", "needs.browse"})
"""Pages all of whose fixed texts stand in the English catalogue; the others stay Chinese."""

WORKBENCH = "unit:workbench:view"
"""Who may open the workbench, and look things up from the header."""


def page_context() -> dict[str, Any]:
    """Return the context every template gets: the frame, in the language asked for."""
    viewer = current_viewer()
    chosen, spoken = chosen_language(), page_language()
    with force_locale(chosen.locale):
        return {
            "site": _identity(),
            "viewer": viewer,
            "page_lang": spoken.tag,
            "frame_lang": None if chosen is spoken else chosen.tag,
            "site_nav": _doors(viewer),
            "site_tools": _tools(viewer),
            "footer_links": _links(
                ("home.algorithm", _("评价标准与算法说明")),
                ("home.accessibility", _("无障碍说明")),
                ("home.privacy", _("隐私政策")),
                ("home.complaints", _("投诉与申诉")),
            ),
            "home_url": url_for("home.index"),
            "search_url": _url("catalogue.browse"),
            "my_doors": MyDoors(viewer),
            "nav_items": WorkDoors(viewer),
            "staff_home_url": _work_home(viewer),
            "staff_search_url": _url("board.find") if viewer.may(WORKBENCH) else None,
        }


def _identity() -> dict[str, Any]:
    config = current_app.config
    return {
        "name": config["SITE_NAME"],
        "bureau": config["BUREAU_NAME"],
        "support": config["SUPPORT_NAME"],
        "icp_number": config["ICP_NUMBER"],
        "phone": config["CONTACT_PHONE"],
        "demo": config["DEMO"],
    }


def _url(endpoint: str, **values: Any) -> str | None:
    return url_for(endpoint, **values) if endpoint in current_app.view_functions else None


def _work_home(viewer: Viewer) -> str:
    """Return where the name of the site leads on the work side: to what the person may open."""
    if viewer.may(WORKBENCH):
        return url_for("board.workbench")
    return url_for("assessments.mine" if viewer.may("own:assessment:view") else "home.index")


def _links(*pairs: tuple[str, str]) -> list[dict[str, Any]]:
    return [
        {"key": endpoint.partition(".")[0], "label": label, "url": url}
        for endpoint, label in pairs
        if (url := _url(endpoint))
    ]


def _doors(viewer: Viewer) -> list[dict[str, Any]]:
    doors = [
        ("home", _("首页"), _("首页"), "home.index"),
        ("catalogue", _("服务商目录"), _("目录"), "catalogue.browse"),
        ("needs", _("企业需求"), _("需求"), "needs.browse"),
        ("needlists", _("需求清单"), _("清单"), "needlists.browse"),
        ("calls", _("征集与公示"), _("征集"), "calls.browse"),
    ]
    if viewer.organisation_id is not None:
        mine = "providers.mine" if viewer.roles & {PROVIDER} else "needs.mine"
        doors.append(("mine", _("我的事项"), _("我的"), mine))
    return [
        {"key": key, "label": label, "short": short, "url": url}
        for key, label, short, endpoint in doors
        if (url := _url(endpoint))
    ]


@dataclass(frozen=True, slots=True)
class WorkDoors:
    """The doors of the work side; counted only where a page draws them, which letters do not."""

    viewer: Viewer

    def __iter__(self) -> Iterator[dict[str, Any]]:
        """Yield the doors of the viewer with how many things wait behind each."""
        return iter(_work_doors(self.viewer))


def _work_doors(viewer: Viewer) -> list[dict[str, Any]]:
    doors: list[tuple[str, str, str, str]] = [
        ("workbench", _("工作台"), "board.workbench", "unit:workbench:view"),
        ("needs", _("需求"), "needs.desk", "unit:need:view"),
        ("imports", _("导入"), "needlists.imports", "unit:needlist:import"),
        ("needlists", _("清单"), "needlists.desk", "unit:needlist:view"),
        ("applications", _("入库与评价"), "formal_review.desk", "unit:application:view"),
        ("notices", _("公示"), "notices.desk", "unit:notice:view"),
        ("editions", _("目录"), "editions.desk", "unit:edition:view"),
        ("catalogue", _("服务商"), "catalogue.desk", "unit:provider:view"),
        ("assessments", _("我的评审"), "assessments.mine", "own:assessment:view"),
        ("rubrics", _("评价标准"), "rubrics.index", "unit:rubric:view"),
        ("weights", _("推荐权重"), "recommendations.weights", "unit:weights:view"),
        ("lexicon", _("能力词库"), "recommendations.lexicon", "unit:lexicon:view"),
        ("rules", _("规则"), "rules.index", "site:rules:view"),
        ("taxonomy", _("分类"), "board.taxonomy", "site:taxonomy:view"),
        ("staff", _("人员"), "accounts.staff", "site:staff:view"),
        ("audit", _("审计"), "board.audit", "site:audit:view"),
        ("system", _("系统"), "board.system", "site:index:view"),
    ]
    counts: dict[str, int] = {}
    if viewer.is_staff:
        counts = count_doors(db.session, viewer, beijing_today(now()))  # type: ignore[arg-type]
    return [
        {"key": key, "label": label, "url": url, "count": counts.get(key)}
        for key, label, endpoint, permission in doors
        if viewer.may(permission) and (url := _url(endpoint))
    ]


def _tools(viewer: Viewer) -> list[dict[str, Any]]:
    language, url = other_language()
    switch = {
        "key": "language",
        "label": language.name,
        "lang": language.tag,
        "url": url,
        "icon": "translate",
        # The narrow work side has no room for it, unless somebody wants back to Chinese.
        "wide_only": viewer.is_staff and language is not CHINESE,
    }
    if not viewer.is_signed_in:
        return [
            switch,
            {"key": "sign_in", "label": _("登录"), "url": url_for("security.login")},
            *_links(("accounts.register", _("注册"))),
        ]
    tools: list[dict[str, Any]] = [switch]
    if viewer.is_staff:
        tools += _links(("board.workbench", _("工作台")))
    elif viewer.roles & {SYSTEM_ADMIN, SECURITY_ADMIN}:
        tools += _links(("accounts.staff", _("人员管理")))
    elif viewer.roles & {AUDIT_ADMIN}:
        tools += _links(("board.audit", _("审计")))
    tools.append(
        {
            "key": "account",
            "label": viewer.display_name,
            "url": _url("accounts.me") or url_for("home.index"),
        }
    )
    sign_out = url_for("security.logout")
    tools.append({"key": "sign_out", "label": _("退出"), "url": sign_out, "post": True})
    return tools
