"""What the actions of vetting are called in the audit log: the steps by their tables, the rest here."""

from __future__ import annotations

from typing import Any, Final

from flask_babel import lazy_gettext as _

from ..applications.lifecycle import APPLICATION_LIFECYCLE
from ..applications.trail import ASSESSMENT_WORDS
from ..calls.lifecycle import CALL_LIFECYCLE
from ..editions.lifecycle import EDITION_LIFECYCLE
from ..lifecycle import Lifecycle
from ..listings.lifecycle import DECISION_LIFECYCLE, LISTING_LIFECYCLE
from ..notices.lifecycle import (
    APPEAL_LIFECYCLE,
    ENTRY_LIFECYCLE,
    NOTICE_LIFECYCLE,
    OBJECTION_LIFECYCLE,
)
from ..rubrics.lifecycle import RUBRIC_LIFECYCLE

_STEPS: Final[dict[str, Lifecycle]] = {
    "application": APPLICATION_LIFECYCLE,
    "call": CALL_LIFECYCLE,
    "edition": EDITION_LIFECYCLE,
    "listing": LISTING_LIFECYCLE,
    "decision": DECISION_LIFECYCLE,
    "notice": NOTICE_LIFECYCLE,
    "notice_entry": ENTRY_LIFECYCLE,
    "objection": OBJECTION_LIFECYCLE,
    "appeal": APPEAL_LIFECYCLE,
    "rubric": RUBRIC_LIFECYCLE,
}

AREAS: Final = {
    "call.": _("征集"),
    "application.": _("入库申请"),
    "evidence.": _("上传材料"),
    "expert.": _("专家库"),
    "seat.": _("专家评分"),
    "agreement.": _("合议"),
    "assessment.": _("专家评审"),
    "site_check.": _("现场核查"),
    "decision.": _("等级决定"),
    "listing.": _("在库管理"),
    "notice.": _("公示"),
    "objection.": _("异议"),
    "appeal.": _("申诉"),
    "edition.": _("目录"),
    "rubric.": _("评价标准"),
}

SUBJECTS: Final = {
    "call": _("征集"),
    "application": _("入库申请"),
    "evidence_file": _("材料"),
    "expert": _("专家"),
    "listing_decision": _("等级决定"),
    "listing": _("在库记录"),
    "public_notice": _("公示"),
    "objection": _("异议"),
    "appeal": _("申诉"),
    "edition": _("目录"),
    "rubric": _("评价标准"),
}

_OTHERS: Final[dict[str, Any]] = {
    "call.drafted": _("起草征集"),
    "call.edited": _("修改征集"),
    "call.extended": _("延长申报期"),
    "call.published": _("发布征集"),
    "call.cancelled": _("取消征集"),
    "application.started": _("新建申请"),
    "application.frozen": _("冻结快照"),
    "application.file_attached": _("上传材料"),
    "application.file_detached": _("移除材料"),
    "application.checked": _("规则核验"),
    "application.check_decided": _("认定须人工判定的规则"),
    "application.file_checked": _("核验材料"),
    "application.assigned": _("指定经办人"),
    "application.extend_supplement": _("延长补正期限"),
    "evidence.kept": _("保存上传的文件"),
    "provider.cases_checked": _("核实案例"),
    "expert.added": _("加入专家库"),
    "expert.edited": _("修改专家信息"),
    "expert.paused": _("暂停参与评审"),
    "expert.resumed": _("恢复参与评审"),
    "expert.interest_recorded": _("登记利害关系"),
    "expert.interest_ended": _("终止利害关系登记"),
    "seat.drawn": _("抽取专家"),
    "decision.proposed": _("提出等级决定"),
    "decision.approved": _("核准等级决定"),
    "decision.returned": _("退回等级决定"),
    "decision.voided": _("作废等级决定"),
    "listing.created": _("列入目录"),
    "listing.rechecked": _("年度复核"),
    "notice.drafted": _("起草公示"),
    "notice.edited": _("修改公示稿"),
    "notice.published": _("发布公示"),
    "notice.ended": _("公示期满"),
    "notice.cancelled": _("取消公示"),
    "notice.listed": _("批量入库"),
    "objection.received": _("收到异议"),
    "objection.identity_read": _("调阅异议人身份"),
    "objection.identity_verified": _("核验异议人身份"),
    "edition.drafted": _("起草目录"),
    "edition.left_out": _("暂不收录"),
    "edition.taken_in": _("恢复收录"),
    "edition.appended": _("发布补遗"),
    "rubric.drafted": _("起草评价标准"),
    "rubric.edited": _("修改评价标准草案"),
    "rubric.replayed": _("试算评价标准"),
    "rubric.submitted": _("提交核准"),
    "rubric.approved": _("核准评价标准"),
    "rubric.returned": _("退回评价标准草案"),
    "rubric.withdrawn": _("撤回评价标准草案"),
}

WORDS: Final[dict[str, Any]] = {
    **{
        f"{kind}.{step.name}": step.label
        for kind, table in _STEPS.items()
        for step in table.transitions
    },
    **ASSESSMENT_WORDS,
    **_OTHERS,
}
