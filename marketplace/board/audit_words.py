"""What the actions of the audit log are called in Chinese; an unknown one keeps its code."""

from __future__ import annotations

from typing import Any, Final

from flask_babel import lazy_gettext as _

from ..needs.lifecycle import NEED_LIFECYCLE
from ..permissions import ROLE_NAMES
from . import vetting_words

AREAS: Final = {
    "account.": _("账号与登录"),
    "staff.": _("人员与岗位"),
    "unit.": _("单位设置"),
    "organisation.": _("企业与机构"),
    "member.": _("单位成员"),
    "invitation.": _("邀请"),
    "need.": _("需求"),
    "need_list.": _("需求清单"),
    "sheet_import.": _("表格导入"),
    "provider.": _("服务商资料"),
    "recommendation.": _("推荐"),
    "weights.": _("推荐权重"),
    "lexicon.": _("能力词库"),
    "rules.": _("规则"),
    "taxonomy.": _("分类"),
    "audit.": _("审计日志"),
    "outbox.": _("后台任务"),
    "demo.": _("演示数据"),
    **vetting_words.AREAS,
}

SUBJECTS: Final = {
    "user": _("账号"),
    "organisation": _("单位"),
    "invitation": _("邀请"),
    "unit": _("局内单位"),
    "need": _("需求"),
    "need_list": _("清单"),
    "sheet_import": _("导入"),
    "provider": _("服务商"),
    "weights": _("权重"),
    "lexicon": _("词库版本"),
    "task": _("任务"),
    "audit": _("日志"),
    **vetting_words.SUBJECTS,
}

_WORDS: Final = {
    "account.registered": _("注册"),
    "account.confirmed": _("确认邮箱"),
    "account.signed_in": _("登录"),
    "account.sign_in_failed": _("登录未成功"),
    "account.locked_out": _("连续失败，暂停登录"),
    "account.signed_out": _("退出登录"),
    "account.password_changed": _("修改密码"),
    "account.password_reset": _("重置密码"),
    "account.two_factor_on": _("开启两步验证"),
    "account.two_factor_off": _("关闭两步验证"),
    "account.two_factor_reset": _("由管理员关闭两步验证"),
    "account.recovery_codes_made": _("生成恢复码"),
    "account.recovery_code_used": _("使用恢复码"),
    "account.profile_changed": _("修改基本信息"),
    "account.consent_given": _("同意"),
    "account.consent_withdrawn": _("撤回同意"),
    "account.exported": _("导出个人数据"),
    "account.erased": _("注销账号"),
    "account.locked": _("停用账号"),
    "account.unlocked": _("恢复账号"),
    "staff.invited": _("邀请人员"),
    "staff.joined": _("接受邀请"),
    "staff.granted": _("授权"),
    "staff.refused": _("不授权"),
    "staff.withdrawn": _("收回岗位"),
    "unit.created": _("添加局内单位"),
    "unit.changed": _("修改局内单位"),
    "organisation.registered": _("登记单位"),
    "organisation.confirmed": _("单位确认"),
    "organisation.changed": _("修改单位信息"),
    "member.invited": _("邀请成员"),
    "member.owner_invited": _("邀请负责人"),
    "member.joined": _("加入单位"),
    "member.removed": _("移除成员"),
    "member.ownership_handed_over": _("移交负责人"),
    "member.claim_lost": _("单位已由他人确认"),
    "invitation.revoked": _("撤销邀请"),
    "need.drafted": _("起草需求"),
    "need.imported": _("导入需求"),
    "need.corrected": _("更正需求"),
    "need.disclosure": _("调整公开级别"),
    "need_list.drafted": _("起草清单"),
    "need_list.edited": _("修改清单"),
    "need_list.filled": _("导入清单内容"),
    "need_list.appended": _("清单加行"),
    "need_list.thinned": _("清单减行"),
    "need_list.ordered": _("清单排序"),
    "need_list.dropped": _("删除清单"),
    "need_list.published": _("发布清单"),
    "need_list.withdrawn": _("撤下清单"),
    "sheet_import.received": _("上传表格"),
    "sheet_import.checked": _("识别表格"),
    "sheet_import.mapped": _("指定列的对应"),
    "sheet_import.row_fixed": _("修改导入的一行"),
    "sheet_import.twins": _("处理重复行"),
    "sheet_import.committed": _("确认导入"),
    "sheet_import.discarded": _("放弃导入"),
    "provider.opened": _("开通服务商资料"),
    "provider.published": _("发布服务商资料"),
    "recommendation.saved": _("保存推荐"),
    "provider.fits_subscribed": _("订阅新增对口需求通知"),
    "provider.fits_unsubscribed": _("停止新增对口需求通知"),
    "recommendation.outcome": _("记录对接结果"),
    "recommendation.outcome_undone": _("撤回对接结果"),
    "weights.added": _("存入权重"),
    "weights.compared": _("对比权重"),
    "weights.proposed": _("提请启用权重"),
    "weights.approved": _("核准启用权重"),
    "weights.refused": _("不同意启用权重"),
    "weights.withdrawn": _("撤回启用权重的提请"),
    "lexicon.drafted": _("起草词库版本"),
    "lexicon.word_added": _("增加词语"),
    "lexicon.word_removed": _("删去词语"),
    "lexicon.word_restored": _("恢复词语"),
    "lexicon.capability_added": _("增加能力"),
    "lexicon.discarded": _("放弃词库草稿"),
    "lexicon.proposed": _("提请启用词库"),
    "lexicon.approved": _("核准启用词库"),
    "lexicon.refused": _("退回词库"),
    "lexicon.withdrawn": _("撤回启用词库的提请"),
    "rules.version_written": _("修改规则"),
    "taxonomy.term_added": _("添加分类条目"),
    "taxonomy.term_toggled": _("启停分类条目"),
    "audit.exported": _("导出日志"),
    "outbox.retried": _("重试后台任务"),
    "demo.loaded": _("装入演示数据"),
    **vetting_words.WORDS,
    **{f"need.{step.name}": step.label for step in NEED_LIFECYCLE.transitions},
}

_DETAILS: Final = {
    "address": _("来源地址"),
    "by": _("凭"),
    "person": _("填写的邮箱"),
    "role": _("岗位"),
    "unit": _("单位"),
    "user": _("账号"),
    "reason": _("原因"),
    "uscc": _("信用代码"),
    "kind": _("文本"),
    "number": _("编号"),
    "title": _("名称"),
    "doubts": _("可能限制竞争的措辞"),
    "confirmation": _("保留的理由"),
    "version": _("版本"),
    "name": _("名称"),
    "region": _("地区"),
    "before": _("改前"),
    "after": _("改后"),
    "rows": _("行数"),
    "to": _("到"),
    "words": _("理由"),
    "word": _("词语"),
    "capability": _("能力"),
}


def action_word(action: str) -> str:
    """Return what an action is called, or its code."""
    return str(_WORDS.get(action, action))


def subject_word(kind: str, subject_id: str, name: str = "") -> str:
    """Return what was acted on, e.g. 需求 12 or 账号 李工（3）."""
    if (kind, subject_id) == ("user", "unknown"):
        return str(_("没有这个账号"))
    word = SUBJECTS.get(kind, kind)
    return f"{word} {name}（{subject_id}）" if name else f"{word} {subject_id}"


def detail_words(detail: dict[str, Any]) -> list[tuple[str, str]]:
    """Return the details as pairs of words; roles by their names, an unknown key as it is."""
    return [
        (str(_DETAILS.get(key, key)), str(ROLE_NAMES.get(value, value) if key == "role" else value))
        for key, value in detail.items()
        if value is not None
    ]
