"""Load the demonstration data into an empty database; refuses to touch one that has rows.

Goes through the rooms' own services where they exist, so that what the tour shows is what the
site would have made. Only `flask demo load` and `flask setup` use it.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from importlib.resources import files
from typing import Any

from flask_security import hash_password
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ..accounts.models import Membership, Organisation, Role, Unit, User
from ..audit.services import record
from ..catalogue.models import Listing
from ..db import now
from ..needlists.models import NeedList, NeedListEntry
from ..needlists.services.publishing import number_entries
from ..needs.models import Need
from ..needs.queries import get_masker
from ..needs.steps import refresh_texts
from ..numbering.models import NumberSequence
from ..permissions import GRANTS, INVITED_ROLES, VISITOR
from ..providers.facets import write_facets
from ..providers.models import Provider
from ..providers.profiles import CaseDraft, CertificateDraft, OfferingDraft, ProfileDraft
from ..providers.services import open_provider, publish_profile
from ..providers.vocabulary import OFFERING_KINDS
from ..taxonomy.models import TaxonomyTerm
from ..taxonomy.queries import get_taxonomy
from ..web.filters import beijing_today
from .vetting.cast import Places
from .vetting.loading import load_vetting

DEMO_PASSWORD = "duijie-demo-2026"
"""The password of all demonstration accounts; they exist only where DUIJIE_DEMO is on."""

WRITTEN_ON = date(2026, 11, 28)
"""The day whose directory the demonstration describes; it always looks as on that day."""

_KIND_CODES = {str(name): code for code, name in OFFERING_KINDS.items()}


@dataclass(slots=True)
class _Loaded:
    units: dict[str, Unit] = field(default_factory=dict)
    organisations: dict[str, Organisation] = field(default_factory=dict)
    needs: dict[str, Need] = field(default_factory=dict)
    chains: dict[str, str] = field(default_factory=dict)


def read_demo(name: str, key: str | None = None) -> list[dict[str, Any]]:
    """Return the rows of a demonstration file."""
    text = files("marketplace.demo").joinpath("data", f"{name}.json").read_text("utf-8")
    rows = json.loads(text)[key or name]
    assert isinstance(rows, list)
    return rows


def is_empty(session: Session) -> bool:
    """Whether the database holds no organisation yet."""
    return not session.scalar(select(func.count()).select_from(Organisation))


def load_demo(session: Session, places: Places) -> dict[str, int]:
    """Load everything; return how many rows of each kind. The caller commits."""
    loaded = _Loaded()
    _load_regions(session, loaded)
    _load_units(session, loaded)
    _load_manufacturers(session, loaded)
    providers = _load_providers(session, loaded)
    people = _load_people(session, loaded)
    _load_needs(session, loaded)
    lists = _load_need_lists(session, loaded)
    applications = load_vetting(session, loaded.organisations, places)
    record(session, None, "demo.loaded", ("site", 1), providers=providers)
    return {
        "providers": providers,
        "needs": len(loaded.needs),
        "need_lists": lists,
        "people": people,
        "applications": applications,
    }


def _load_regions(session: Session, loaded: _Loaded) -> None:
    for kind, parent in (("prefectures", "province_code"), ("counties", "prefecture_code")):
        for row in read_demo("regions", kind):
            session.add(
                TaxonomyTerm(
                    kind="region",
                    code=row["code"],
                    name=row["name"],
                    parent_code=row[parent],
                    source=row["source"],
                )
            )
    for row in read_demo("chains"):
        loaded.chains[row["name"]] = row["key"]
        session.add(
            TaxonomyTerm(kind="chain", code=row["key"], name=row["name"], source="演示用分组")
        )
    session.flush()


def _load_units(session: Session, loaded: _Loaded) -> None:
    for row in read_demo("units"):
        parent = loaded.units.get(row["parent_key"] or "")
        unit = Unit(
            key=row["key"],
            name=row["name"],
            region_code=row["region_code"],
            parent_id=parent.id if parent else None,
        )
        session.add(unit)
        session.flush()
        loaded.units[row["key"]] = unit


def _load_manufacturers(session: Session, loaded: _Loaded) -> None:
    for row in read_demo("manufacturers"):
        organisation = Organisation(
            name=row["name"],
            uscc=row["uscc"],
            is_manufacturer=True,
            region_code=row["region_code"],
            industry_code=row["industry_code"],
            size_class=row["size_class"],
            digital_level=row["digital_level"],
        )
        session.add(organisation)
        loaded.organisations[row["key"]] = organisation
    session.flush()


def _load_providers(session: Session, loaded: _Loaded) -> int:
    taxonomy = get_taxonomy(session)
    rows = read_demo("providers")
    for row in rows:
        organisation = Organisation(
            name=row["name"],
            uscc=row["uscc"],
            kind=row["org_kind"],
            is_provider=True,
            region_code=row["region_code"],
        )
        session.add(organisation)
        session.flush()
        loaded.organisations[row["key"]] = organisation
        provider = open_provider(session, organisation, None)
        publish_profile(session, provider, _profile(row), None, taxonomy)
        _mark(provider, row)
        write_facets(session, provider, taxonomy)
        _load_listing(session, provider, row.get("listing") or {})
    session.flush()
    return len(rows)


def _profile(row: dict[str, Any]) -> ProfileDraft:
    contact = row.get("contact") or {}
    return ProfileDraft.from_body(
        {
            **row,
            "contact_department": contact.get("department", ""),
            "contact_phone": contact.get("phone", ""),
            "address_hint": row.get("address_hint") or "",
            "onsite_hours": row.get("onsite_hours") or "",
            "price_note": row.get("price_note") or "",
            "offerings": [_offering(item) for item in row["offerings"]],
            "cases": [_case(item) for item in row["cases"]],
            "certificates": [_certificate(item) for item in row["certificates"]],
        }
    )


def _offering(item: dict[str, Any]) -> dict[str, Any]:
    kind = _KIND_CODES.get(item["kind"], item["kind"])
    return {**_clean(item, OfferingDraft), "kind": kind}


def _case(item: dict[str, Any]) -> dict[str, Any]:
    return {
        **_clean(item, CaseDraft),
        "client_label": item.get("client_mask_label") or "",
        "metrics": [
            tuple("" if metric.get(key) is None else str(metric[key]) for key in _METRIC)
            for metric in item["metrics"]
        ],
    }


_METRIC = ("name", "before", "after", "unit")


def _certificate(item: dict[str, Any]) -> dict[str, Any]:
    return _clean(item, CertificateDraft)


def _clean(item: dict[str, Any], kind: Any) -> dict[str, Any]:
    """Drop what the draft does not have and nulls, which mean its default."""
    return {
        key: value
        for key, value in item.items()
        if key in kind.__dataclass_fields__ and value is not None
    }


def _mark(provider: Provider, row: dict[str, Any]) -> None:
    """Set the marks the demonstration gives; publishing alone makes everything 企业申报."""
    for case, item in zip(provider.cases, row["cases"], strict=True):
        case.verification = item["verification"]
        case.acceptance_number = item.get("acceptance_no") or ""
    for offering, item in zip(provider.offerings, row["offerings"], strict=True):
        offering.verification = item.get("verification") or "declared"
    for certificate, item in zip(provider.certificates, row["certificates"], strict=True):
        certificate.verification = item.get("verification") or "declared"


def _load_listing(session: Session, provider: Provider, row: dict[str, Any]) -> None:
    if not row.get("state") or not row.get("tier"):
        return
    session.add(
        Listing(
            provider_id=provider.id,
            tier=row["tier"],
            track=row["track"],
            state=row["state"],
            valid_from=_moved(row["valid_from"]),
            valid_to=_moved(row["valid_to"]),
            batch_number=row.get("batch_no") or "",
            verified_on=_moved(row["valid_from"]),
        )
    )


def _moved(text: str) -> date:
    """Return a day of the demonstration as far from today as it was from the day it was written."""
    return date.fromisoformat(text) + (beijing_today(now()) - WRITTEN_ON)


def _load_people(session: Session, loaded: _Loaded) -> int:
    roles = {}
    for name in sorted(set(GRANTS) - {VISITOR}):
        roles[name] = session.scalar(select(Role).where(Role.name == name)) or Role(name=name)
    password = hash_password(DEMO_PASSWORD)
    rows = read_demo("people")
    for row in rows:
        user = User(
            email=row["email"],
            display_name=row["display_name"],
            password=password,
            fs_uniquifier=secrets.token_hex(32),
            confirmed_at=now(),
            unit=loaded.units.get(row.get("unit_key") or ""),
        )
        session.add(user)
        if row["role"] in INVITED_ROLES:
            user.roles.append(roles[row["role"]])
        session.flush()
        if key := row.get("organisation_key"):
            organisation = loaded.organisations[key]
            first = not session.scalar(
                select(Membership.id).where(Membership.organisation_id == organisation.id)
            )
            session.add(
                Membership(
                    user_id=user.id,
                    organisation_id=organisation.id,
                    role="owner" if first else "editor",
                )
            )
            session.flush()
    return len(rows)


def _joined(value: str | Iterable[str] | None) -> str:
    return value if isinstance(value, str) else "、".join(value or ())


def _load_needs(session: Session, loaded: _Loaded) -> None:
    rows = read_demo("needs")
    for serial, row in enumerate(rows, 1):
        organisation = loaded.organisations[row["manufacturer_key"]]
        created = now() - timedelta(days=row.get("created_days_ago") or 1)
        need = Need(
            number=f"XQ-{created.year}-{serial:04d}",
            organisation_id=organisation.id,
            company_name=organisation.name,
            company_uscc=organisation.uscc,
            size_class=organisation.size_class,
            digital_level=organisation.digital_level,
            created_at=created,
            updated_at=created,
            submitted_at=None if row["state"] == "draft" else created,
            published_at=created + timedelta(days=2) if row["state"] == "published" else None,
            valid_until=_valid_until(row["state"]),
            **_need_values(row),
        )
        session.add(need)
        session.flush()
        record(session, None, "need.drafted", ("need", need.id), number=need.number)
        loaded.needs[row["key"]] = need
    session.add(NumberSequence(series=f"XQ-{now().year}", last=len(rows)))
    session.flush()
    masker = get_masker(session, now().date())
    for need in loaded.needs.values():
        refresh_texts(session, need, masker)


def _valid_until(state: str) -> date:
    days = -3 if state == "expired" else 150
    return (now() + timedelta(days=days)).date()


def _need_values(row: dict[str, Any]) -> dict[str, Any]:
    mask = row.get("mask") or {}
    contact = row.get("contact") or {}
    plain = ("industry_code", "region_code", "scene_id", "data_may_leave", "network_isolated")
    plain += ("xinchuang_required", "budget_min_yuan", "budget_max_yuan", "budget_secured")
    plain += ("invite_count", "disclosure", "state", "title", "pain")
    texts = ("baseline_source", "success_criterion", "data_volume", "data_class", "voucher")
    texts += ("site_constraints", "cooperation")
    return {
        **{key: row.get(key) for key in plain},
        **{key: row.get(key) or "" for key in texts},
        "goals": row.get("goals") or [],
        "data_kinds": _joined(row.get("data_kinds")),
        "data_interfaces": _joined(row.get("data_interfaces")),
        "must_haves": list(row.get("must_haves") or ()),
        "nice_to_haves": list(row.get("nice_to_haves") or ()),
        "start_by": _date(row.get("start_by")),
        "finish_by": _date(row.get("finish_by")),
        "mask_label": mask.get("company_label") or "",
        "mask_title": mask.get("masked_title") or "",
        "mask_pain": mask.get("masked_pain") or "",
        "contact_name": contact.get("name") or "",
        "contact_phone": contact.get("phone") or "",
    }


def _date(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _load_need_lists(session: Session, loaded: _Loaded) -> int:
    rows = read_demo("need_lists")
    for row in rows:
        unit = loaded.units[row["owner_unit_key"]]
        number = row.get("doc_no") or None
        need_list = NeedList(
            title=row["title"],
            number=number,
            serial=_serial(number),
            chain_code=loaded.chains.get(row.get("chain") or ""),
            event=row.get("event") or "",
            published_on=_date(row.get("date")) if row["state"] == "published" else None,
            valid_to=_date(row.get("valid_to")),
            owner_office=row.get("owner_office") or "",
            phone=row.get("phone") or "",
            region_code=unit.region_code,
            unit_id=unit.id,
            state=row["state"],
        )
        need_list.entries = [
            NeedListEntry(need=loaded.needs[item["need_key"]], position=position)
            for position, item in enumerate(row["rows"], 1)
        ]
        session.add(need_list)
        if row["state"] == "published":
            number_entries(session, need_list)
    session.flush()
    return len(rows)


def _serial(number: str | None) -> int | None:
    digits = (number or "").rpartition("〕")[2].rstrip("号")
    return int(digits) if digits.isdigit() else None
