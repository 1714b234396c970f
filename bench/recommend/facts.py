"""Turn synthetic providers and needs into the matcher's facts, with all that its gates look at.

Prices, ticked boxes, verification and listing are drawn from a generator of their own, so that
the texts stay those of the text benchmark. Nothing here is measured.
"""

import random
from collections.abc import Iterator
from datetime import date

from bench.corpus import BenchProvider, BenchText, needs, providers
from marketplace.matching.facts import CaseFacts, NeedFacts, OfferingFacts, ProviderFacts

AS_OF = date(2026, 11, 22)
_MOST_TEXTS = 6
_KINDS = ("platform", "model", "agent", "equipment", "software", "integration", "consulting")
_TRUST = ("declared",) * 6 + ("checked",) * 3 + ("accepted",)
_YES_NO_SILENT = (True, False, None, None, None, None)
_DEPLOYMENTS = ("cloud", "onprem", "edge")
_MUSTS = (
    "数据不出厂",
    "有同行业案例",
    "支持断网运行",
    "能对接MES",
    "提供振动采集终端",
    "两个月上线",
    "不要公有云",
    "接口全部开放",
)


def provider_facts(documents: int, seed: int = 1) -> Iterator[ProviderFacts]:
    """Make providers until they have so many offerings and cases together, about four each."""
    made = 0
    for provider in providers(seed, _MOST_TEXTS):
        kept = provider.texts[: documents - made]
        yield _provider(provider, kept, random.Random(f"facts:{seed}:{provider.provider_id}"))
        made += len(kept)
        if made >= documents:
            return


def need_facts(count: int, seed: int = 1) -> list[NeedFacts]:
    """Make needs of two to six sentences, most of them with some fields left blank."""
    found = []
    pairs = iter(needs(count * 2, seed))
    for number, (first, second) in enumerate(zip(pairs, pairs, strict=True), start=1):
        rng = random.Random(f"need facts:{seed}:{number}")
        budget = rng.choice((None, None, 20.0, 80.0, 150.0, 400.0))
        found.append(
            NeedFacts(
                need_id=f"n{number}",
                title=first.title,
                description=f"{first.description}\n{second.description}",
                industry_codes=(first.industry_code,) if rng.random() < 0.8 else (),
                scene_ids=(first.scene_id,) if rng.random() < 0.5 else (),
                region_code="370700",
                budget_max_wan=budget,
                must_haves=tuple(rng.sample(_MUSTS, k=rng.choice((0, 0, 1, 2)))),
                data_may_leave=rng.choice((None, None, False, True)),
                network_isolated=rng.choice((None, None, None, True)),
                xinchuang_required=rng.choice((None, None, None, None, True)),
                size_class=rng.choice((None, "small", "medium", "micro")),
            )
        )
    return found


def _provider(
    provider: BenchProvider, texts: tuple[BenchText, ...], rng: random.Random
) -> ProviderFacts:
    listed = rng.random() < 0.97
    return ProviderFacts(
        provider_id=provider.provider_id,
        name=provider.name,
        profile=provider.profile,
        type_codes=(provider.type_code,),
        tier=provider.tier,
        listed=listed,
        valid_on=AS_OF.replace(year=rng.choice((2025, *[2027] * 19))),
        unlisted_reason=None if listed else "在库状态为“暂停”",
        region_code=provider.region_code,
        service_regions=("370000",),
        industry_codes=provider.industry_codes,
        scene_ids=provider.scene_ids,
        deployments=provider.deployments,
        xinchuang=rng.choice(_YES_NO_SILENT),
        offline=rng.choice(_YES_NO_SILENT),
        offerings=tuple(_offering(text, rng) for text in texts if text.kind == "offering"),
        cases=tuple(_case(text, rng) for text in texts if text.kind == "case"),
    )


def _offering(text: BenchText, rng: random.Random) -> OfferingFacts:
    price = rng.choice((None, 5.0, 15.0, 30.0, 80.0, 200.0))
    return OfferingFacts(
        ref=text.ref,
        kind=rng.choice(_KINDS),
        name=text.title,
        text=text.body,
        scene_ids=(text.scene_id,),
        industry_codes=(text.industry_code,),
        deployments=tuple(rng.sample(_DEPLOYMENTS, k=rng.randint(0, 2))),
        xinchuang=rng.choice(_YES_NO_SILENT),
        offline=rng.choice(_YES_NO_SILENT),
        price_min_wan=price,
        price_max_wan=None if price is None else price * 4,
        verification=rng.choice(_TRUST),
    )


def _case(text: BenchText, rng: random.Random) -> CaseFacts:
    return CaseFacts(
        ref=text.ref,
        title=text.title,
        text=text.body,
        industry_code=text.industry_code,
        scene_ids=(text.scene_id,),
        year=rng.choice((None, 2018, 2021, 2023, 2024, 2025, 2026)),
        metrics=(f"漏检率由{rng.randint(3, 9)}%变为0.{rng.randint(1, 9)}%",),
        verification=rng.choice(_TRUST),
    )
