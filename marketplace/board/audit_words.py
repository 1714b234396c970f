"""What the actions of the audit log are called in Chinese; an unknown one keeps its code."""

from __future__ import annotations

from typing import Final

from flask_babel import lazy_gettext as _

from ..needs.lifecycle import NEED_LIFECYCLE

AREAS: Final = {
    "account.": _("账号与登录"),
    "staff.": _("人员与岗位"),
    "unit.": _("单位设置"),
    "organisation.": _("企业与机构"),
    "member.": _("单位成员"),
    "invitation.": _("邀请"),
    "need.": _("需求"),
    "need_list.": _("需求清单"),
    "provider.": _("服务商资料"),
    "recommendation.": _("推荐"),
    "rules.": _("规则"),
    "taxonomy.": _("分类"),
    "audit.": _("审计日志"),
    "outbox.": _("后台任务"),
    "demo.": _("演示数据"),
}

SUBJECTS: Final = {
    "user": _("账号"),
    "organisation": _("单位"),
    "invitation": _("邀请"),
    "unit": _("局内单位"),
    "need": _("需求"),
    "need_list": _("清单"),
    "provider": _("服务商"),
    "task": _("任务"),
    "audit": _("日志"),
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
    "provider.opened": _("开通服务商资料"),
    "provider.published": _("发布服务商资料"),
    "recommendation.saved": _("保存推荐"),
    "rules.version_written": _("修改规则"),
    "taxonomy.term_added": _("添加分类条目"),
    "taxonomy.term_toggled": _("启停分类条目"),
    "audit.exported": _("导出日志"),
    "outbox.retried": _("重试后台任务"),
    "demo.loaded": _("装入演示数据"),
    **{f"need.{step.name}": step.label for step in NEED_LIFECYCLE.transitions},
}


def action_word(action: str) -> str:
    """Return what an action is called, or its code."""
    return str(_WORDS.get(action, action))


def subject_word(kind: str, subject_id: str) -> str:
    """Return what was acted on, e.g. 需求 12."""
    return f"{SUBJECTS.get(kind, kind)} {subject_id}"
