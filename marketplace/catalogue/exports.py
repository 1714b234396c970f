"""The catalogue as a workbook: rows of the public filter or of the desk, the statement on top."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext
from sqlalchemy.orm import Session

from ..providers.queries import list_whole
from ..sheets.writing import Column, Table, write_workbook
from ..taxonomy.queries import PROVIDER_TYPE_NAMES, Taxonomy
from .queries import listings_of
from .shown import DEPLOYMENT_FACETS, organisation_kind, show_service_regions

DISCLAIMER = lazy_gettext("入库、分级、列入目录均不构成政府采购承诺、信用背书或行政许可。")


def export_catalogue(
    session: Session, ids: list[int], taxonomy: Taxonomy, tiers: dict[str, str], today: date
) -> bytes:
    """Return the xlsx of these providers, in this order."""
    providers = {provider.id: provider for provider in list_whole(session, ids)}
    listings = listings_of(session, ids)
    columns = [
        Column(_("序号"), "integer", width=6),
        Column(_("名称"), width=28),
        Column(_("统一社会信用代码"), width=22),
        Column(_("性质")),
        Column(_("类别"), width=24),
        Column(_("等级")),
        Column(_("评价通道")),
        Column(_("批次文号")),
        Column(_("有效期至"), "date"),
        Column(_("注册地")),
        Column(_("行业"), "long_text", width=30),
        Column(_("场景"), "long_text", width=30),
        Column(_("部署")),
        Column(_("服务范围"), width=16),
        Column(_("产品与方案"), "long_text", width=40),
        Column(_("核验或验收案例数"), "integer"),
        Column(_("对外联系"), width=26),
    ]
    rows: list[list[Any]] = []
    for number, provider_id in enumerate(ids, 1):
        provider, listing = providers[provider_id], listings[provider_id]
        marks = [code for code in ("offline", "xinchuang") if getattr(provider, code)]
        rows.append(
            [
                number,
                provider.organisation.name,
                provider.organisation.uscc,
                organisation_kind(provider),
                "、".join(PROVIDER_TYPE_NAMES.get(code, code) for code in provider.type_codes),
                tiers.get(listing.tier, listing.tier),
                listing.track,
                listing.batch_number,
                listing.valid_to,
                taxonomy.region_path(provider.organisation.region_code),
                "、".join(taxonomy.industry_name(code) for code in provider.industry_codes),
                "、".join(taxonomy.scene_name(code) for code in provider.scene_ids),
                "、".join(str(DEPLOYMENT_FACETS[code]) for code in [*provider.deployments, *marks]),
                show_service_regions(provider.service_regions, taxonomy),
                "；".join(offering.name for offering in provider.offerings),
                sum(case.verification != "declared" for case in provider.cases),
                f"{provider.contact_department} {provider.contact_phone}".strip(),
            ]
        )
    title = _("人工智能服务商目录（导出于%(day)s，共%(count)s家）", day=today, count=len(rows))
    return write_workbook(
        Table(_("服务商目录"), columns, rows, title=title, notes=[str(DISCLAIMER)])
    )


def export_desk(rows: list[dict[str, Any]], today: date) -> bytes:
    """Return the xlsx of the staff's page: every provider asked for and how it stands."""
    columns = [
        Column(_("序号"), "integer", width=6),
        Column(_("名称"), width=28),
        Column(_("统一社会信用代码"), width=22),
        Column(_("性质")),
        Column(_("类别"), width=24),
        Column(_("注册地"), width=18),
        Column(_("等级")),
        Column(_("评价通道")),
        Column(_("在库状态")),
        Column(_("有效期自"), "date"),
        Column(_("有效期至"), "date"),
        Column(_("剩余天数"), "integer"),
        Column(_("批次文号"), width=24),
        Column(_("核验日期"), "date"),
        Column(_("核验或验收案例数"), "integer"),
        Column(_("对外联系"), width=26),
    ]
    body: list[list[Any]] = [
        [
            number,
            row["name"],
            row["uscc"],
            row["kind"],
            row["types"],
            row["place"],
            row["tier"][1] if row["tier"] else "",
            row["track"],
            str(row["state"][0]),
            row["valid_from"],
            row["valid_to"],
            row["left"],
            row["batch"],
            row["verified_on"],
            row["cases"],
            row["contact"],
        ]
        for number, row in enumerate(rows, 1)
    ]
    title = _("服务商在库情况（导出于%(day)s，共%(count)s家）", day=today, count=len(body))
    notes = [str(DISCLAIMER), _("内部资料：含未入库单位，供工作人员使用。")]
    return write_workbook(Table(_("在库情况"), columns, body, title=title, notes=notes))
