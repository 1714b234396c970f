"""The words of a provider's profile: kinds of offering, deployments, marks; pure data."""

from __future__ import annotations

from flask_babel import lazy_gettext as _

OFFERING_KINDS = {
    "platform": _("平台"),
    "model": _("模型"),
    "agent": _("智能体"),
    "equipment": _("装备"),
    "software": _("软件"),
    "dataset": _("数据集"),
    "compute": _("算力"),
    "consulting": _("咨询"),
    "training": _("培训"),
    "integration": _("集成"),
    "research": _("成果"),
}
DEPLOYMENTS = {"cloud": _("云"), "onprem": _("本地"), "edge": _("边缘")}
VERIFICATION_NAMES = {
    "declared": _("企业申报"),
    "checked": _("材料核验"),
    "accepted": _("平台验收"),
}
ORGANISATION_KINDS = {
    "company": _("企业"),
    "institute": _("科研院所"),
    "university": _("高校"),
    "opc": _("一人公司（OPC）"),
}
STAFF_BANDS = ("1人", "9人以下", "10至49人", "50至99人", "100至299人", "300人以上")
