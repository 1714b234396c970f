"""What the database itself refuses, in words: an expert with an interest, a seat given twice."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError, IntegrityError

from ..errors import Conflict, NotFound


@contextmanager
def refusals_in_words() -> Iterator[None]:
    """Turn a refusal of the database into Conflict; the transaction is lost and must be undone.

    SQLite raises IntegrityError from a trigger, PostgreSQL an error of its own kind.
    """
    try:
        yield
    except DBAPIError as error:
        if "the expert has an interest" in str(error.orig):
            raise Conflict(
                "这位专家与申报单位有利害关系，数据库拒收其席位和评分。",
                "没有保存任何内容。",
                "请办理回避，并抽取替补专家。",
            ) from error
        if isinstance(error, IntegrityError):
            raise Conflict(
                "他人刚刚办理了同一件事。",
                "您的这次操作没有生效，原有内容没有变化。",
                "请刷新页面查看最新状态后再办理。",
            ) from error
        raise


def no_seat() -> NotFound:
    """Return the one answer for seats that are not there and seats of others."""
    return NotFound("没有这项评审，或它不由您评审。", next_step="请从“我的评审”重新进入。")
