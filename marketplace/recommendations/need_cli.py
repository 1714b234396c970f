"""`flask match need NEED_ID`: the recommendation of one need on the command line."""

from __future__ import annotations

import json

import click
from flask import current_app
from flask.cli import with_appcontext
from sqlalchemy import select

from ..db import db
from ..matching.constraints import ASIDE
from ..needs.models import Need
from ..taxonomy.queries import get_taxonomy
from .services import recommend, result_of


@click.command("need")
@click.argument("need_id")
@click.option("--top", default=10, show_default=True, help="列出前几名")
@click.option("--json", "as_json", is_flag=True, help="以 JSON 输出全部结果")
@with_appcontext
def need_command(need_id: str, top: int, as_json: bool) -> None:
    """给需求 NEED_ID（编号或内部序号）推荐服务商，逐家写明理由。"""
    wanted = Need.number == need_id.upper()
    if need_id.isdecimal():
        wanted = Need.id == int(need_id)
    need = db.session.scalar(select(Need).where(wanted))
    if need is None:
        raise click.ClickException(f"没有编号为“{need_id}”的需求。")
    made = recommend(
        db.session,
        current_app.extensions["duijie.index"],
        get_taxonomy(db.session),
        need,
        explain_top=top,
    )
    if as_json:
        click.echo(json.dumps(result_of(made.ranking), ensure_ascii=False))
        return
    names = {item.provider_id: item.name for item in made.pool.facts}
    click.echo(f"{need.number} {need.title}")
    if made.degraded:
        click.echo("（索引不可用，未计文字依据）")
    for constraint in made.understanding.constraints:
        firm = "硬条件" if constraint.hard else "优先项"
        firm = "不计入" if constraint.kind == ASIDE else firm
        click.echo(f"  {firm}：{constraint.label}（{constraint.source}）")
    for item in made.ranking.placed[:top]:
        click.echo(f"{item.rank:>3} {item.score:6.1f}  {names[item.provider_id]}")
        for reason in item.reasons:
            sign = "＋" if reason.sign == "plus" else "－"
            quote = f"：“{reason.quote}”（{reason.source}）" if reason.quote else ""
            click.echo(f"            {sign} {reason.claim}{quote}")
    click.echo(f"未入选 {len(made.ranking.excluded)} 家：")
    for left in made.ranking.excluded:
        click.echo(f"            {names[left.provider_id]}：{left.reason}")
