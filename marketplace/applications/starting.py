"""Begin an application under a call, filled in beforehand with what is known already."""

from __future__ import annotations

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from ..audit.services import record
from ..calls.models import Call
from ..calls.policy import is_open
from ..catalogue.models import Listing
from ..db import database_now, now
from ..errors import Conflict, NotPermitted
from ..listings.queries import listing_of, may_apply
from ..msgids import N_
from ..numbering.services import next_yearly_number
from ..permissions import Viewer
from ..providers.models import Case, Provider
from ..providers.queries import find_provider_of
from ..rules.queries import get_rules
from ..web.filters import beijing_today
from .drafts import ApplicationDraft, CaseFacts
from .errors import Blocked, TooLate
from .models import Application
from .queries import find_latest_of_provider, find_running

_NOTHING = N_("没有新建申请。")
_WEIGHT = {"accepted": 0, "checked": 1, "declared": 2}


def start_application(session: Session, actor: Viewer, call: Call) -> Application:
    """Begin a numbered draft for the actor's organisation under a call that is open now.

    Raises NotPermitted, TooLate, Blocked while the provider may not apply or has not published
    its profile, Conflict when an application under this call is running already.
    """
    provider = find_provider_of(session, actor.organisation_id)
    if provider is None or not actor.may("own:application:edit"):
        raise NotPermitted(
            "您的账号没有代表任何服务商。", _NOTHING, "请先登记服务商，或由本单位管理员邀请您加入。"
        )
    _refuse_unless_free(session, call, provider)
    listing = listing_of(session, provider.id)
    draft = _filled_in(session, call, provider)
    application = Application(
        number=next_yearly_number(session, "SQ", now()),
        call_id=call.id,
        provider_id=provider.id,
        organisation_id=provider.organisation_id,
        region_code=call.region_code,
        track=draft.track,
        asked_tier=draft.asked_tier,
        kind=kind_of(listing, renewal_days(session)),
        draft=draft.as_body(),
        updated_by_id=actor.user_id,
    )
    session.add(application)
    session.flush()
    record(
        session,
        actor,
        "application.started",
        ("application", application.id),
        number=application.number,
        call=call.number,
        kind=application.kind,
    )
    return application


def _refuse_unless_free(session: Session, call: Call, provider: Provider) -> None:
    """Raise what keeps the provider from applying under the call now."""
    running = find_running(session, call.id, provider.id)
    if running is not None:
        raise Conflict(
            _("本次征集下已有申请%(number)s。", number=running.number),
            _NOTHING,
            "请从“入库申请”进入该申请；确需重新申请的，先撤回原申请。",
        )
    if not is_open(call, database_now(session)):
        raise TooLate("这次征集现在不在申报期内。", _NOTHING, "请留意下一批征集的开始时间。")
    if not provider.published:
        raise Blocked(
            "服务商资料还没有发布。", _NOTHING, "请先填写并发布服务商资料，申请以发布的资料为准。"
        )
    reason = may_apply(session, provider.id, beijing_today(now()))
    if reason:
        raise Blocked(reason, _NOTHING, "请在条件满足后再申报。")


def renewal_days(session: Session) -> int:
    """Return how many days before the end of a listing an application counts as renewal."""
    flow = get_rules(session, "application_flow", beijing_today(now())).body
    return int(flow["renewal_window_days"])


def kind_of(listing: Listing | None, window_days: int) -> str:
    """Return first, promotion or renewal, from the listing the provider has today."""
    if listing is None or listing.state in {"withdrawn", "removed"}:
        return "first"
    if listing.state == "expired":
        return "renewal"
    left = (listing.valid_to - beijing_today(now())).days
    return "renewal" if left <= window_days else "promotion"


def _filled_in(session: Session, call: Call, provider: Provider) -> ApplicationDraft:
    """Return the draft to begin with: the words of the latest application, cases of the profile.

    Declarations are signed anew each time; nothing of a supplement is carried over.
    """
    earlier = find_latest_of_provider(session, provider.id)
    old = ApplicationDraft.from_body(earlier.draft) if earlier else ApplicationDraft()
    most = get_rules(session, "application_flow", beijing_today(now())).body["most_cases"]
    facts = {item.case_id: item for item in old.cases}
    cases = sorted(provider.cases, key=lambda case: (case.id not in facts, *_rank(case)))
    only = call.tracks[0] if len(call.tracks) == 1 else ""
    return ApplicationDraft(
        track=old.track if old.track in call.tracks else only,
        asked_tier=old.asked_tier,
        cases=tuple(facts.get(case.id, CaseFacts(case.id)) for case in cases[:most]),
        statements=dict(old.statements),
    )


def _rank(case: Case) -> tuple[int, int]:
    return _WEIGHT[case.verification], case.position
