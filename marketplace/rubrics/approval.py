"""What still keeps a submitted draft from being approved, for the page and the service alike."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from ..permissions import Viewer
from .models import Rubric, RubricReplay
from .policy import may_decide
from .queries import latest_replay, rubric_in_force
from .shown import check_title


@dataclass(frozen=True, slots=True)
class Opinion:
    """What the second person writes: the opinion, and how unfairness found is dealt with."""

    words: str = ""
    fairness: str = ""

    def as_text(self) -> str:
        """Return both as kept with the rubric."""
        if not self.fairness:
            return self.words
        return _("%(words)s\n公平性处理：%(fairness)s", words=self.words, fairness=self.fairness)


def current_replay(session: Session, rubric: Rubric, today: date) -> RubricReplay | None:
    """Return the last replay if it was run with this revision against what is in force."""
    run = latest_replay(session, rubric)
    if run is None or run.revision != rubric.revision:
        return None
    return run if run.against == rubric_in_force(session, today).number else None


def open_questions(run: RubricReplay) -> list[str]:
    """Return the codes of the questions of fairness that do not hold."""
    return [check["code"] for check in run.result["checks"] if not check["holds"]]


def what_keeps(session: Session, actor: Viewer, rubric: Rubric, today: date) -> list[str]:
    """Return, in words, why the draft cannot be approved, whatever the opinion says."""
    if rubric.state != "submitted":
        return [_("还没有提请核准。")]
    reasons = []
    if not may_decide(actor, rubric):
        same = actor.user_id == rubric.submitted_by_id
        reasons.append(
            _("提请人不能自己核准，请由另一人核准。") if same else _("您的账号没有核准权限。")
        )
    if rubric.effective_on is None or rubric.effective_on < today:
        reasons.append(_("生效日期已过，请退回改期。"))
    if current_replay(session, rubric, today) is None:
        reasons.append(_("现在这一稿还没有试算，请先试算。"))
    return reasons


def what_the_opinion_lacks(opinion: Opinion, run: RubricReplay | None) -> list[str]:
    """Return, in words, what the opinion still has to say."""
    lacks = []
    if not opinion.words.strip():
        lacks.append(_("请填写核准意见。"))
    questions = open_questions(run) if run else []
    if questions and not opinion.fairness.strip():
        names = "、".join(f"“{check_title(code, False)}”" for code in questions)
        lacks.append(_("%(names)s须写明处理意见。", names=names))
    return lacks
