"""Cells that choose from a short list: disclosure, scene, size, level, cooperation, 信用代码. Pure."""

from __future__ import annotations

import re

from stdnum.cn import uscc
from stdnum.exceptions import ValidationError

from .text import clip, is_nothing, plain
from .understood import Understood

# Read in this order, so that 不公开 is never taken for 公开.
_DISCLOSURE = (
    ("masked", re.compile(r"脱敏|匿名|隐去|masked|隐藏企业|不公开(?:企业|单位|公司)|部分公开")),
    (
        "bureau",
        re.compile(
            r"局内|涉密|保密|绝密|机密|秘密|内部|bureau|不对外|不(?:可|宜|能|同意)?公开|不同意|暂不|^否$|^no?$"
        ),
    ),
    ("listed", re.compile(r"库内|定向|listed|限服务商")),
    ("public", re.compile(r"公开|公示|公布|发布|同意|可以|public|^是$|^y(?:es)?$")),
)
_NOT_SECRET = re.compile(r"不涉密|非涉密|不保密|无需保密|非密|无密级")
_SIZES = (("large", "大型"), ("medium", "中型"), ("small", "小型"), ("micro", "微型"))
_LEVELS = re.compile(r"(?:第)?([一二三四1-4])级|l([1-4])", re.IGNORECASE)
_COOPERATION = (
    ("jiebang", re.compile(r"揭榜|挂帅|赛马")),
    (
        "joint_rd",
        re.compile(
            r"联合|合作(?:研发|开发|攻关)|共同(?:研发|开发)|产学研|委托(?:研发|开发)|技术(?:开发|合作)|研发"
        ),
    ),
    ("diagnosis", re.compile(r"诊断|咨询|评估|问诊")),
    ("purchase", re.compile(r"采购|购买|招标|外包|购置|服务购买|比选|询价|采买|购")),
)


def read_uscc(text: str) -> Understood[str]:
    """Read a unified social credit code; one whose check digit fails is not kept."""
    if is_nothing(text):
        return Understood(text)
    compact = plain(clip(text)).upper()
    try:
        return Understood(text, uscc.validate(compact))
    except ValidationError:
        return Understood(text, None, ("uscc_invalid",))


def read_disclosure(text: str) -> Understood[str]:
    """Read who may see the need; an unclear answer stays open and never becomes public."""
    if is_nothing(text):
        return Understood(text)
    folded = _NOT_SECRET.sub("", plain(clip(text)).lower())
    for code, pattern in _DISCLOSURE:
        if pattern.search(folded):
            return Understood(text, code)
    return Understood(text, None, ("disclosure_unknown",))


def read_scene(text: str, scenes: dict[str, str]) -> Understood[str]:
    """Read a scene by its name or another name; a free description is left as text."""
    folded = plain(clip(text)).lower()
    if folded in scenes:
        return Understood(text, scenes[folded])
    inside = {scene for word, scene in scenes.items() if len(word) >= 3 and word in folded}
    return Understood(
        text, next(iter(inside)) if len(inside) == 1 else None, (), tuple(sorted(inside))
    )


def read_size(text: str) -> Understood[str]:
    """Read the size class; 中小 and 规上 name none."""
    folded = plain(clip(text))
    found = [code for code, word in _SIZES if word in folded or folded == word[0]]
    return Understood(text, found[0] if len(found) == 1 else None)


def read_digital_level(text: str) -> Understood[str]:
    """Read the digital level of small and medium firms, 一级 to 四级."""
    folded = plain(clip(text))
    match = _LEVELS.search(folded) or re.fullmatch(r"([1-4一二三四])", folded)
    if match is None:
        return Understood(text)
    digit = next(group for group in match.groups() if group)
    return Understood(text, str("一二三四".find(digit) + 1) if digit in "一二三四" else digit)


def read_cooperation(text: str) -> Understood[str]:
    """Read how the manufacturer wants to work with a provider."""
    folded = plain(clip(text))
    for code, pattern in _COOPERATION:
        if pattern.search(folded):
            return Understood(text, code)
    return Understood(text)
