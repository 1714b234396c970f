"""What a provider fills in for an application, as one plain value; pure.

`ApplicationDraft.from_body(draft.as_body()) == draft`. The profile itself is not copied here:
the snapshot taken on submission holds it (see `snapshots`).
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, fields
from typing import Any


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """What an application adds to one case of the profile, each to be checked by its evidence.

    `accepted_on` is the ISO date of the client's acceptance, `client_rating` 1–5 as the client
    confirmed it, `is_repeat` whether the client bought again or passed the solution on.
    """

    case_id: int
    accepted_on: str | None = None
    client_is_sme: bool | None = None
    on_time: bool | None = None
    first_pass: bool | None = None
    is_repeat: bool | None = None
    client_rating: int | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class ApplicationDraft:
    """Track, tier asked for, the cases put forward, a statement per indicator, declarations.

    `statements` maps an indicator's code to the provider's words, `declarations` holds the codes
    of the declarations signed, `explanations` answers to a supplement by item code.
    """

    track: str = ""
    asked_tier: str = ""
    cases: tuple[CaseFacts, ...] = field(default=())
    statements: dict[str, str] = field(default_factory=dict)
    declarations: tuple[str, ...] = field(default=())
    explanations: dict[str, str] = field(default_factory=dict)

    def as_body(self) -> dict[str, Any]:
        """Return the draft as JSON-ready values."""
        body = asdict(self)
        return {**body, "cases": list(body["cases"]), "declarations": list(self.declarations)}

    @classmethod
    def from_body(cls, body: dict[str, Any]) -> ApplicationDraft:
        """Return the draft kept in `body`; unknown keys are ignored, missing ones defaulted."""
        names = {item.name for item in fields(CaseFacts)}
        return cls(
            track=str(body.get("track", "")),
            asked_tier=str(body.get("asked_tier", "")),
            cases=tuple(
                CaseFacts(**{key: value for key, value in item.items() if key in names})
                for item in body.get("cases", ())
            ),
            statements={str(key): str(text) for key, text in body.get("statements", {}).items()},
            declarations=tuple(str(code) for code in body.get("declarations", ())),
            explanations={
                str(key): str(text) for key, text in body.get("explanations", {}).items()
            },
        )
