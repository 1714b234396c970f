"""Who may do what, as one table; pure, knows no database and no web.

A permission is written `scope:resource:action`, where the scope says whose rows it reaches:
`public` everybody's view, `own` the rows of one's own organisation, `unit` the rows of the
region one's unit serves, `site` the whole site. Roles hold permissions; object rules (is this
row mine?) are the business of each room's `policy` and `queries`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from .msgids import N_

VISITOR: Final = "visitor"
PERSON: Final = "person"
MANUFACTURER: Final = "manufacturer"
PROVIDER: Final = "provider"
CLERK: Final = "clerk"
REVIEWER: Final = "reviewer"
CURATOR: Final = "curator"
EXPERT: Final = "expert"
SYSTEM_ADMIN: Final = "system_admin"
SECURITY_ADMIN: Final = "security_admin"
AUDIT_ADMIN: Final = "audit_admin"

ROLE_NAMES: Final[dict[str, str]] = {
    VISITOR: N_("访客"),
    PERSON: N_("已登录"),
    MANUFACTURER: N_("制造企业"),
    PROVIDER: N_("服务商"),
    CLERK: N_("经办"),
    REVIEWER: N_("审核"),
    CURATOR: N_("管理员"),
    EXPERT: N_("专家"),
    SYSTEM_ADMIN: N_("系统管理员"),
    SECURITY_ADMIN: N_("安全管理员"),
    AUDIT_ADMIN: N_("审计管理员"),
}
STAFF_ROLES: Final = frozenset({CLERK, REVIEWER, CURATOR})
INVITED_ROLES: Final = frozenset(
    {CLERK, REVIEWER, CURATOR, EXPERT, SYSTEM_ADMIN, SECURITY_ADMIN, AUDIT_ADMIN}
)

PUBLIC: Final = "public:site:view"
SIGNED_IN: Final = "own:account:use"

_EVERYBODY = frozenset({PUBLIC})
_MEMBER = _EVERYBODY | {SIGNED_IN, "own:organisation:view", "own:organisation:edit"}
_STAFF = _EVERYBODY | {
    SIGNED_IN,
    "unit:workbench:view",
    "unit:need:view",
    "unit:needlist:view",
    "unit:recommendation:view",
    "unit:weights:view",
    "unit:lexicon:view",
    "unit:provider:view",
    "unit:call:view",
    "unit:application:view",
    "unit:assessment:view",
    "unit:decision:view",
    "unit:notice:view",
    "unit:edition:view",
    "unit:rubric:view",
}

GRANTS: Final[dict[str, frozenset[str]]] = {
    VISITOR: _EVERYBODY,
    PERSON: _EVERYBODY | {SIGNED_IN},
    MANUFACTURER: _MEMBER
    | {
        "own:need:view",
        "own:need:edit",
        "own:need:submit",
        "own:recommendation:view",
        "own:recommendation:save",
    },
    PROVIDER: _MEMBER
    | {
        "own:provider:view",
        "own:provider:edit",
        "own:application:view",
        "own:application:edit",
        "own:application:submit",
        "own:listing:view",
        "own:listing:withdraw",
        "own:objection:answer",
        "own:appeal:file",
    },
    CLERK: _STAFF
    | {
        "unit:need:edit",
        "unit:need:triage",
        "unit:needlist:import",
        "unit:needlist:edit",
        "unit:recommendation:save",
        "unit:outcome:record",
        "unit:call:edit",
        "unit:application:review",
        "unit:assessment:arrange",
        "unit:notice:edit",
        "unit:objection:handle",
        "unit:edition:edit",
    },
    REVIEWER: _STAFF
    | {"unit:need:edit", "unit:need:triage", "unit:needlist:edit", "unit:needlist:publish"}
    | {"unit:needlist:import", "unit:recommendation:save"}
    | {"unit:call:edit", "unit:call:publish", "unit:application:review", "unit:application:reject"}
    | {"unit:assessment:arrange", "unit:assessment:chair", "unit:expert:edit"}
    | {"unit:decision:propose", "unit:decision:approve", "unit:listing:change"}
    | {"unit:notice:edit", "unit:notice:publish", "unit:objection:handle"}
    | {"unit:objection:decide", "unit:objection:identify", "unit:edition:edit"}
    | {"unit:rubric:approve", "site:weights:approve", "site:lexicon:approve"}
    | {"unit:outcome:record"},
    CURATOR: _STAFF
    | {
        "unit:listing:follow",
        "unit:listing:change",
        "unit:call:publish",
        "unit:expert:edit",
        "unit:decision:propose",
        "unit:decision:approve",
        "unit:appeal:decide",
        "unit:edition:edit",
        "unit:edition:publish",
        "unit:rubric:edit",
        "unit:rubric:approve",
        "site:weights:propose",
        "site:weights:approve",
        "site:lexicon:propose",
        "site:lexicon:approve",
        "unit:need:triage",
        "unit:needlist:publish",
        "site:taxonomy:view",
        "site:taxonomy:edit",
        "site:rules:view",
        "site:rules:edit",
        "site:index:view",
        "site:index:rebuild",
    },
    EXPERT: _EVERYBODY | {SIGNED_IN, "own:assessment:view", "own:assessment:score"},
    SYSTEM_ADMIN: _EVERYBODY
    | {SIGNED_IN, "site:staff:view", "site:staff:invite", "site:unit:edit"}
    | {"site:index:view", "site:index:rebuild"},
    SECURITY_ADMIN: _EVERYBODY
    | {SIGNED_IN, "site:staff:view", "site:staff:grant", "site:account:lock"},
    AUDIT_ADMIN: _EVERYBODY | {SIGNED_IN, "site:audit:view", "site:audit:export"},
}


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who is looking: roles, the organisation one acts for, and the region one's unit serves.

    `region_prefix` is the leading part of region codes the unit handles: four digits for a
    city bureau, six for a district office; None for people outside the bureau.
    """

    user_id: int | None = None
    display_name: str = ""
    roles: frozenset[str] = frozenset({VISITOR})
    organisation_id: int | None = None
    unit_id: int | None = None
    region_prefix: str | None = None

    @property
    def is_signed_in(self) -> bool:
        """Whether this is a known person."""
        return self.user_id is not None

    @property
    def is_staff(self) -> bool:
        """Whether this person works on rows of the bureau."""
        return bool(self.roles & STAFF_ROLES)

    def may(self, permission: str) -> bool:
        """Whether any of the viewer's roles holds the permission."""
        return any(permission in GRANTS[role] for role in self.roles)

    def serves(self, region_code: str | None) -> bool:
        """Whether the viewer's unit handles rows of this region; rows of no region go to all."""
        if self.region_prefix is None:
            return False
        return region_code is None or region_code.startswith(self.region_prefix)


VISITING: Final = Viewer()


def region_prefix(region_code: str) -> str:
    """Return the part of the code that a unit of this region serves.

    '370000' (province) → '37', '370700' (city) → '3707', '370785' (county) → '370785'.
    """
    if region_code.endswith("0000"):
        return region_code[:2]
    if region_code.endswith("00"):
        return region_code[:4]
    return region_code
