"""What Flask-Security says, in our words; set as SECURITY_MSG_* and translated by our catalogue.

Every answer to a failed sign-in is the same sentence, whatever the reason, so that nobody
learns from it whether an address has an account, is locked, or is not confirmed.
"""

from __future__ import annotations

from typing import Any


def N_(text: str) -> str:
    """Mark a msgid that is translated only when it is shown."""
    return text


_ERRORS = {
    "API_ERROR": N_("提交的内容无法识别，请返回上一页重新填写。"),
    "GENERIC_AUTHN_FAILED": N_(
        "邮箱或密码不对，或者邮箱还没有确认、账号已停用。同一账号连续5次不成功，15分钟内不能登录。"
    ),
    "UNAUTHORIZED": N_("您没有查看这一页的权限。"),
    "UNAUTHENTICATED": N_("请先登录。"),
    "REAUTHENTICATION_REQUIRED": N_("这一步关系账号安全，请先再输一次密码。"),
    "INVALID_CONFIRMATION_TOKEN": N_("确认链接无效。请重新获取确认邮件，并使用最新一封里的链接。"),
    "CONFIRMATION_EXPIRED": N_("确认链接已过期，请重新获取确认邮件。"),
    "CONFIRMATION_REQUIRED": N_("邮箱还没有确认。"),
    "EMAIL_ALREADY_ASSOCIATED": N_("这个邮箱不能使用。"),
    "EMAIL_NOT_PROVIDED": N_("请填写邮箱。"),
    "INVALID_EMAIL_ADDRESS": N_("邮箱格式不对，例如 name@company.cn。"),
    "PASSWORD_NOT_PROVIDED": N_("请填写密码。"),
    "PASSWORD_MISMATCH": N_("两次填写的密码不一致。"),
    "RETYPE_PASSWORD_MISMATCH": N_("两次填写的密码不一致。"),
    "PASSWORD_INVALID_LENGTH": N_("密码至少要%(length)s个字符。"),
    "PASSWORD_TOO_SIMPLE": N_("密码太简单，请换一个。"),
    "PASSWORD_IS_THE_SAME": N_("新密码不能与原密码相同。"),
    "INVALID_PASSWORD": N_("密码不对。"),
    "INVALID_PASSWORD_CODE": N_("密码或验证码不对。"),
    "USER_DOES_NOT_EXIST": N_("邮箱或密码不对。"),
    "DISABLED_ACCOUNT": N_("账号已停用。"),
    "PASSWORD_RESET_EXPIRED": N_("重置链接已过期，请重新申请。"),
    "INVALID_RESET_PASSWORD_TOKEN": N_("重置链接无效或已经用过，请重新申请。"),
    "INVALID_REDIRECT": N_("登录后只能回到本站页面。"),
    "INVALID_CODE": N_("验证码不对。"),
    "INVALID_INPUT": N_("填写的内容不对。"),
    "INVALID_RECOVERY_CODE": N_("恢复码不对，或者已经用过。"),
    "TWO_FACTOR_INVALID_TOKEN": N_("验证码不对或已过期。请等验证器显示下一组数字再试。"),
    "TWO_FACTOR_PERMISSION_DENIED": N_("请从登录页重新开始。"),
    "TWO_FACTOR_METHOD_NOT_AVAILABLE": N_("请选择一种方式。"),
    "TWO_FACTOR_SETUP_EXPIRED": N_("设置须在半小时内完成，请重新开始。"),
    "FAILED_TO_SEND_CODE": N_("验证码没有发出，请稍后再试。"),
    "ANONYMOUS_USER_REQUIRED": N_("您已经登录，不必再办这一步。"),
}
_NEWS = {
    "GENERIC_RECOVERY": N_("如果这个邮箱在本站有账号，我们已发出重置密码的邮件。"),
    "ALREADY_CONFIRMED": N_("邮箱已经确认过，请直接登录。"),
    "NO_RECOVERY_CODES_SETUP": N_("还没有生成恢复码。"),
    "PASSWORD_RESET_REQUEST": N_("如果%(email)s在本站有账号，重置密码的邮件已经发出，请查收。"),
    "CONFIRMATION_REQUEST": N_("如果%(email)s在本站有待确认的账号，确认邮件已经发出，请查收。"),
    "FORGOT_PASSWORD": N_("忘记密码"),
    "LOGIN": N_("请先登录。"),
    "REFRESH": N_("这一步关系账号安全，请先再输一次密码。"),
    "REAUTHENTICATION_SUCCESSFUL": N_("密码正确，请继续。"),
    "CODE_HAS_BEEN_SENT": N_("验证码已发出。"),
}
_SUCCESSES = {
    "CONFIRM_REGISTRATION": N_("请到%(email)s查收确认邮件，点击其中的链接完成注册。"),
    "EMAIL_CONFIRMED": N_("邮箱已确认，请登录。"),
    "PASSWORD_RESET_NO_LOGIN": N_("密码已重置，请用新密码登录。"),
    "PASSWORD_CHANGE": N_("密码已修改，其他设备上的登录已全部退出。"),
    "TWO_FACTOR_LOGIN_SUCCESSFUL": N_("两步验证通过，已登录。"),
    "TWO_FACTOR_CHANGE_METHOD_SUCCESSFUL": N_(
        "两步验证已开启。请接着生成恢复码，以备手机不在身边。"
    ),
    "TWO_FACTOR_DISABLED": N_("两步验证已关闭。"),
}


def security_messages() -> dict[str, Any]:
    """Return the settings that replace Flask-Security's own messages."""
    kinds = (("error", _ERRORS), ("info", _NEWS), ("success", _SUCCESSES))
    return {
        f"SECURITY_MSG_{key}": (text, kind) for kind, texts in kinds for key, text in texts.items()
    }
