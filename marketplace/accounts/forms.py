"""Forms of this room: shape only; what they mean is decided in the services."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_security import hash_password
from flask_security.forms import EmailValidation
from wtforms import (
    BooleanField,
    EmailField,
    HiddenField,
    PasswordField,
    SelectChoice,
    SelectField,
    StringField,
    ValidationError,
)
from wtforms.validators import DataRequired, EqualTo, InputRequired, Length

from ..msgids import N_
from ..permissions import INVITED_ROLES, ROLE_NAMES
from ..taxonomy.queries import DIGITAL_LEVEL_NAMES, SIZE_CLASS_NAMES, Taxonomy
from ..web.forms import BaseForm, trim
from .drafts import OrganisationDraft, OrganisationFacts, PersonDraft
from .passwords import find_password_fault, tidy_password
from .uscc import find_uscc_fault, tidy_uscc

ORGANISATION_KINDS = {
    "company": _("企业"),
    "institute": _("科研院所"),
    "university": _("高等院校"),
    "opc": _("一人公司（OPC）"),
}


def options(names: Mapping[str, Any], first: bool = True) -> list[SelectChoice]:
    """Return value and name pairs for a select, with an empty choice in front."""
    chosen = [SelectChoice(value=value, label=name) for value, name in names.items()]
    return [SelectChoice(value="", label=_("请选择")), *chosen] if first else chosen


def region_choices(taxonomy: Taxonomy) -> list[SelectChoice]:
    """Return all regions for a select, grouped by province, wider ones first."""
    rows = [SelectChoice(value="", label=_("请选择"))]
    for code, region in taxonomy.regions.items():
        province = taxonomy.region_name(f"{code[:2]}0000")
        name = region.name if code.endswith("0000") else taxonomy.region_path(code)
        rows.append(SelectChoice(value=code, label=name, optgroup=province))
    return rows


def industry_choices(taxonomy: Taxonomy) -> list[SelectChoice]:
    """Return the industry divisions with their codes."""
    rows = taxonomy.industries.values()
    return options({item.code: f"{item.code} {item.name}" for item in rows})


def _email() -> EmailField:
    return EmailField(
        _("邮箱"),
        filters=[trim],
        validators=[DataRequired(_("请填写邮箱。")), EmailValidation(verify=True)],
        render_kw={"autocomplete": "email"},
    )


class PersonForm(BaseForm):
    """Name, password and consent: what every new account begins with."""

    display_name = StringField(
        _("姓名"),
        validators=[DataRequired(_("请填写姓名。")), Length(max=60)],
        render_kw={"autocomplete": "name"},
    )
    password = PasswordField(
        _("密码"),
        description=_("至少10个字符。不要用生日、电话、姓名，也不要用别处用过的密码。"),
        validators=[InputRequired(_("请填写密码。"))],
        render_kw={"autocomplete": "new-password"},
    )
    password_again = PasswordField(
        _("再填一次密码"),
        validators=[EqualTo("password", _("两次填写的密码不一致。"))],
        render_kw={"autocomplete": "new-password"},
    )
    consent = BooleanField(
        _("我已阅读并同意隐私政策"),
        validators=[DataRequired(_("同意隐私政策后才能开设账号。"))],
    )
    address = ""

    def validate_password(self, field: Any) -> None:
        """Refuse weak passwords."""
        email = self.email.data if hasattr(self, "email") else self.address
        fault = find_password_fault(field.data or "", email or "", self.display_name.data or "")
        if fault:
            raise ValidationError(gettext(fault))

    def to_person(self, email: str) -> PersonDraft:
        """Return the person, the password as a hash."""
        return PersonDraft(
            email=email.lower(),
            display_name=self.display_name.data or "",
            password_hash=hash_password(tidy_password(self.password.data or "")),
        )


class RegistrationForm(PersonForm):
    """A person and the organisation they register; one form for each side of the market."""

    _OF_ORGANISATION = ("name", "uscc", "kind", "region_code", "industry_code", "size_class")
    email = _email()
    name = StringField(
        _("单位名称"),
        description=_("与营业执照或法人证书一致。"),
        validators=[DataRequired(_("请填写单位名称。")), Length(max=120)],
        render_kw={"autocomplete": "organization"},
    )
    uscc = StringField(
        _("统一社会信用代码"),
        description=_("18位，在营业执照或法人证书上。"),
        filters=[lambda text: tidy_uscc(text) if text else text],
        render_kw={"autocomplete": "off", "spellcheck": "false"},
    )
    kind = SelectField(_("单位性质"), choices=options(ORGANISATION_KINDS, first=False))
    region_code = SelectField(_("所在地区"), validators=[DataRequired(_("请选择所在地区。"))])
    industry_code = SelectField(_("所属行业"), validators=[DataRequired(_("请选择所属行业。"))])
    size_class = SelectField(_("企业规模"))

    def __init__(self, side: str, taxonomy: Taxonomy, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.side = side
        self.region_code.choices = region_choices(taxonomy)
        if side == "manufacturer":
            del self.kind
            self.industry_code.choices = industry_choices(taxonomy)
        else:
            del self.industry_code
        self.size_class.choices = options(SIZE_CLASS_NAMES)
        # The list of faults follows the page: the organisation first, the consent last.
        order = [*self._OF_ORGANISATION, "display_name", "email", "password", "password_again"]
        order += [name for name in self._fields if name not in order]
        self._fields = {name: self._fields[name] for name in order if name in self._fields}

    def validate_uscc(self, field: Any) -> None:
        """Check the length, the signs and the check digit."""
        fault = find_uscc_fault(field.data) if field.data else N_("请填写统一社会信用代码。")
        if fault:
            raise ValidationError(gettext(fault))

    def to_organisation(self) -> OrganisationDraft:
        """Return the organisation."""
        return OrganisationDraft(
            name=self.name.data or "",
            uscc=self.uscc.data or "",
            region_code=self.region_code.data,
            industry_code=self.industry_code.data if self.industry_code else None,
            size_class=self.size_class.data or None,
            kind=self.kind.data if self.kind else "company",
            is_manufacturer=self.side == "manufacturer",
            is_provider=self.side == "provider",
        )


class ProfileForm(BaseForm):
    """The person's own name and telephone."""

    display_name = StringField(
        _("姓名"),
        validators=[DataRequired(_("请填写姓名。")), Length(max=60)],
        render_kw={"autocomplete": "name"},
    )
    phone = StringField(
        _("联系电话"),
        description=_("只用于办理事项时联系您，不对外公开。"),
        validators=[Length(max=40)],
        render_kw={"autocomplete": "tel", "inputmode": "tel"},
    )


class OrganisationForm(BaseForm):
    """What the owner may change of the organisation."""

    region_code = SelectField(_("所在地区"), validators=[DataRequired(_("请选择所在地区。"))])
    industry_code = SelectField(_("所属行业"))
    size_class = SelectField(_("企业规模"))
    digital_level = SelectField(_("数字化水平"))
    is_manufacturer = BooleanField(_("作为需求方，发布企业需求"))
    is_provider = BooleanField(_("作为服务方，展示产品和案例"))
    version = HiddenField()

    def __init__(self, taxonomy: Taxonomy, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.region_code.choices = region_choices(taxonomy)
        self.industry_code.choices = industry_choices(taxonomy)
        self.size_class.choices = options(SIZE_CLASS_NAMES)
        self.digital_level.choices = options(DIGITAL_LEVEL_NAMES)

    def to_facts(self) -> OrganisationFacts:
        """Return the facts; an empty choice is None."""
        return OrganisationFacts(
            region_code=self.region_code.data,
            industry_code=self.industry_code.data or None,
            size_class=self.size_class.data or None,
            digital_level=self.digital_level.data or None,
            is_manufacturer=bool(self.is_manufacturer.data),
            is_provider=bool(self.is_provider.data),
        )


class InviteMemberForm(BaseForm):
    """The address of a colleague."""

    email = _email()


class InviteStaffForm(BaseForm):
    """A person, a role and a unit."""

    email = _email()
    role = SelectField(
        _("岗位"),
        choices=options({name: ROLE_NAMES[name] for name in ROLE_NAMES if name in INVITED_ROLES}),
        validators=[DataRequired(_("请选择岗位。"))],
    )
    unit_id = SelectField(_("所属单位"), validators=[DataRequired(_("请选择所属单位。"))])

    def __init__(self, units: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.unit_id.choices = options(dict(units))


class InviteOwnerForm(BaseForm):
    """The person who is to take charge of an organisation without members."""

    uscc = StringField(
        _("统一社会信用代码"),
        filters=[lambda text: tidy_uscc(text) if text else text],
        validators=[DataRequired(_("请填写统一社会信用代码。"))],
    )
    email = _email()


class UnitForm(BaseForm):
    """A unit's name and the region it serves."""

    name = StringField(
        _("单位名称"), validators=[DataRequired(_("请填写单位名称。")), Length(max=120)]
    )
    region_code = SelectField(
        _("管辖地区"),
        description=_("该单位的人员只能办理这个地区及其下级地区的事项。"),
        validators=[DataRequired(_("请选择管辖地区。"))],
    )

    def __init__(self, taxonomy: Taxonomy, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.region_code.choices = region_choices(taxonomy)


class ReasonForm(BaseForm):
    """Why an account is locked; kept in the log."""

    reason = StringField(
        _("停用原因"), validators=[DataRequired(_("请写明原因。")), Length(max=200)]
    )


class ErasureForm(BaseForm):
    """The password once more, before the account is gone for good."""

    password = PasswordField(
        _("密码"),
        validators=[InputRequired(_("请填写密码，以确认是您本人。"))],
        render_kw={"autocomplete": "current-password"},
    )
