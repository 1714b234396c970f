"""What differs between two snapshots of an application, line by line, in words; pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from ..msgids import N_

Body = Mapping[str, Any]
Names = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Change:
    """One difference: where, what stood there before, what stands there after; '' for nothing."""

    where: str
    before: str
    after: str


_HEAD: Final = {"track": N_("赛道"), "asked_tier": N_("申报等级")}
_CASE: Final = {
    "title": N_("名称"),
    "client_name": N_("客户"),
    "client_label": N_("客户的公开称呼"),
    "year": N_("年份"),
    "story": N_("经过"),
    "metrics": N_("前后数据"),
    "verification": N_("核验级别"),
    "acceptance_number": N_("验收编号"),
    "accepted_on": N_("验收日"),
    "client_is_sme": N_("客户是中小企业"),
    "on_time": N_("按期交付"),
    "first_pass": N_("一次通过验收"),
    "is_repeat": N_("客户复购或推广"),
    "client_rating": N_("客户评分"),
    "note": N_("补充说明"),
}
_PROFILE: Final = {
    "summary": N_("一句话介绍"),
    "profile": N_("单位介绍"),
    "type_codes": N_("类别"),
    "industry_codes": N_("行业"),
    "scene_ids": N_("场景"),
    "deployments": N_("部署方式"),
    "xinchuang": N_("信创适配"),
    "offline": N_("离线运行"),
    "service_regions": N_("服务范围"),
    "onsite_hours": N_("到场时间"),
    "price_note": N_("价格方式"),
    "founded_year": N_("成立年份"),
    "staff_band": N_("人员规模"),
}
_OFFERING: Final = {
    "name": N_("名称"),
    "kind": N_("类别"),
    "summary": N_("介绍"),
    "filing_number": N_("备案号"),
    "price_min_yuan": N_("最低价（元）"),
    "price_max_yuan": N_("最高价（元）"),
}
_CERTIFICATE: Final = {"name": N_("名称"), "number": N_("编号"), "valid_to": N_("有效期至")}
_WORDS: Final = {
    "yes": N_("是"),
    "no": N_("否"),
    "declared": N_("企业申报"),
    "checked": N_("材料核验"),
    "accepted": N_("平台验收"),
    "attached": N_("已上传"),
    "listed": N_("列入申报"),
    "kept": N_("有"),
    "signed": N_("已签署"),
}


def compare(before: Body, after: Body, names: Names | None = None) -> list[Change]:
    """Return every difference between the bodies of two snapshots, in the order of the form.

    `names` are names by code: indicators, materials, declarations, tiers; a code without one
    stands for itself.
    """
    names = names or {}
    return [
        *_fields(before, after, _HEAD, "", names),
        *_cases(before, after),
        *_texts(before, after, "statements", N_("说明"), names),
        *_files(before, after, names),
        *_declarations(before, after, names),
        *_texts(before, after, "explanations", N_("补正说明"), names),
        *_fields(before["profile"], after["profile"], _PROFILE, N_("单位资料："), names),
        *_parts(before, after, "offerings", N_("产品"), _OFFERING),
        *_parts(before, after, "certificates", N_("资质"), _CERTIFICATE),
    ]


def _fields(
    before: Body, after: Body, labels: Names, prefix: str, names: Names
) -> Iterator[Change]:
    for name, label in labels.items():
        old, new = before.get(name), after.get(name)
        if old != new:
            yield Change(f"{prefix}{label}", _shown(old, names), _shown(new, names))


def _shown(value: Any, names: Names | None = None) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return _WORDS["yes" if value else "no"]
    if isinstance(value, list | tuple):
        return "；".join(_figure(item) for item in value)
    text = str(value)
    return (names or {}).get(text) or _WORDS.get(text, text)


def _figure(item: Any) -> str:
    """['漏检率', '2.1', '0.4', '%'] → '漏检率 2.1→0.4%'."""
    if isinstance(item, list | tuple) and len(item) == 4:
        name, old, new, unit = (str(part) for part in item)
        return f"{name} {old}→{new}{unit}"
    return str(item)


def _cases(before: Body, after: Body) -> Iterator[Change]:
    yield from _by_id(
        {item["case_id"]: item for item in before["cases"]},
        {item["case_id"]: item for item in after["cases"]},
        N_("案例"),
        _CASE,
        _WORDS["listed"],
    )


def _parts(before: Body, after: Body, part: str, word: str, labels: Names) -> Iterator[Change]:
    yield from _by_id(
        {item["id"]: item for item in before["profile"][part]},
        {item["id"]: item for item in after["profile"][part]},
        word,
        labels,
        _WORDS["kept"],
    )


def _by_id(
    old: Mapping[Any, Body], new: Mapping[Any, Body], word: str, labels: Names, there: str
) -> Iterator[Change]:
    for key in _in_order(old, new):
        one, other = old.get(key), new.get(key)
        title = _title_of(one or other or {})
        where = f"{word}“{title}”"
        if one is None or other is None:
            yield Change(where, there if one else "", there if other else "")
        else:
            yield from _fields(one, other, labels, where, {})


def _title_of(item: Body) -> str:
    return str(item.get("title") or item.get("name") or "")


def _texts(before: Body, after: Body, part: str, word: str, names: Names) -> Iterator[Change]:
    old, new = before.get(part, {}), after.get(part, {})
    for code in _in_order(old, new):
        if old.get(code, "") != new.get(code, ""):
            where = f"{word}“{names.get(code, code)}”"
            yield Change(where, old.get(code, ""), new.get(code, ""))


def _files(before: Body, after: Body, names: Names) -> Iterator[Change]:
    titles = {
        f"case-{case['case_id']}": N_("案例") + f"“{case['title']}”"
        for case in (*before["cases"], *after["cases"])
    }

    def identity(item: Body) -> tuple[str, str]:
        return item["item"], item["sha256"]

    old, new = _keyed(before["files"], identity), _keyed(after["files"], identity)
    for key in _in_order(old, new):
        if (key in old) == (key in new):
            continue
        item = old.get(key) or new[key]
        place = titles.get(item["item"]) or names.get(item["item"], item["item"])
        where = N_("附件") + f"“{item['filename']}”（{place}）"
        there = _WORDS["attached"]
        yield Change(where, there if key in old else "", there if key in new else "")


def _keyed(
    items: Iterable[Body], identity: Callable[[Body], tuple[str, str]]
) -> dict[tuple[str, str], Body]:
    return {identity(item): item for item in items}


def _declarations(before: Body, after: Body, names: Names) -> Iterator[Change]:
    old = dict.fromkeys(before["declarations"], True)
    new = dict.fromkeys(after["declarations"], True)
    for code in _in_order(old, new):
        if (code in old) != (code in new):
            where = N_("承诺") + f"“{names.get(code, code)}”"
            signed = _WORDS["signed"]
            yield Change(where, signed if code in old else "", signed if code in new else "")


def _in_order(old: Mapping[Any, Any], new: Mapping[Any, Any]) -> list[Any]:
    """Return the keys of both, those of the later first, what was dropped after them."""
    return list(dict.fromkeys([*new, *old]))
