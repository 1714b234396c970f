"""Make any number of synthetic providers, offerings, cases and needs from a seed.

Invented texts for measuring only: names are drawn from syllables, so that no real company is
meant. Words come from the taxonomy and from the lists in ``corpus_words.json``; how often each
is used falls as Zipf found it in running text (rank to the power of −1), with a long tail of
names, model numbers and compound part names, since that tail decides how long postings are.
The same seed gives the same texts on every machine.
"""

import csv
import itertools
import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from marketplace.search import Document

_TAXONOMY = Path(__file__).parent.parent / "marketplace" / "taxonomy" / "data"
_WORDS = Path(__file__).parent / "corpus_words.json"


@dataclass(frozen=True, slots=True)
class BenchText:
    """An offering or a case."""

    ref: str
    kind: str
    title: str
    body: str
    industry_code: str
    scene_id: str


@dataclass(frozen=True, slots=True)
class BenchProvider:
    """A provider with what the gates and the signals of a recommendation look at."""

    provider_id: str
    name: str
    profile: str
    region_code: str
    industry_codes: tuple[str, ...]
    scene_ids: tuple[str, ...]
    type_code: str
    tier: str
    deployments: tuple[str, ...]
    texts: tuple[BenchText, ...]


@dataclass(frozen=True, slots=True)
class BenchNeed:
    """A need as a manufacturer would write it."""

    title: str
    description: str
    industry_code: str
    scene_id: str


class Zipf:
    """Draws from a list, the first entries most often."""

    def __init__(self, values: Sequence[str], exponent: float = 1.0) -> None:
        self._values = list(values)
        weights = (1.0 / rank**exponent for rank in range(1, len(self._values) + 1))
        self._cumulated = list(itertools.accumulate(weights))

    def draw(self, rng: random.Random) -> str:
        """Draw one value."""
        return rng.choices(self._values, cum_weights=self._cumulated)[0]


class Vocabulary:
    """The words of the templates, each list with its own order of frequency."""

    def __init__(self) -> None:
        words = json.loads(_WORDS.read_text(encoding="utf-8"))
        rng = random.Random(20260101)
        self.templates: dict[str, list[str]] = words["templates"]
        self.slots = {name: Zipf(values) for name, values in words["lists"].items()}
        self.industries = _rows("industry_divisions_41.csv")
        self.scenes = _rows("scenes_miit_2025_40.csv")
        self.slots["industry"] = Zipf([row["name"] for row in self.industries])
        synonyms = [
            word for row in self.scenes for word in (row["synonyms_editorial"] or "").split("|")
        ]
        self.slots["scene"] = Zipf([row["name"] for row in self.scenes])
        self.slots["capability"] = Zipf([word for word in synonyms if word])
        parts = [a + b for a in words["part_heads"] for b in words["part_tails"]]
        rng.shuffle(parts)
        self.slots["part"] = Zipf(parts, 0.9)
        names = ["".join(pair) for pair in itertools.product(words["syllables"], repeat=2)]
        rng.shuffle(names)
        self.slots["name"] = Zipf(names, 0.6)

    def fill(self, template: str, rng: random.Random) -> str:
        """Replace every ``{slot}`` of a template by a drawn word."""
        pieces = template.replace("}", "{").split("{")
        return "".join(
            piece if at % 2 == 0 else self._word(piece, rng) for at, piece in enumerate(pieces)
        )

    def text(self, kind: str, sentences: int, rng: random.Random) -> str:
        """Write some sentences of a kind."""
        chosen = rng.choices(self.templates[kind], k=sentences)
        return "".join(self.fill(template, rng) for template in chosen)

    def _word(self, slot: str, rng: random.Random) -> str:
        if slot == "number":
            return str(rng.choice((rng.randint(2, 99), rng.randint(10, 90) * 10)))
        if slot == "percent":
            return str(rng.randint(1, 99))
        if slot == "model":
            return f"{rng.choice('ABCDFGHKLMNPRSTVXYZ')}{rng.choice('ABCDEGKMSTX')}-{rng.randint(100, 9999)}"
        return self.fill(self.slots[slot].draw(rng), rng)  # a word may have a slot of its own


@cache
def vocabulary() -> Vocabulary:
    """Load the words once."""
    return Vocabulary()


def providers(seed: int = 1, most_texts: int = 8) -> Iterator[BenchProvider]:
    """Make providers without end, each with two to ``most_texts`` offerings and cases."""
    words = vocabulary()
    regions = [row["code"] for row in _rows("shandong_prefectures_16.csv")]
    types = [row["code"] for row in _rows("provider_types.csv")]
    for number in itertools.count(1):
        rng = random.Random(f"{seed}:{number}")
        industries = rng.sample([row["code"] for row in words.industries], k=rng.randint(1, 4))
        scenes = rng.sample([row["scene_id"] for row in words.scenes], k=rng.randint(1, 4))
        yield BenchProvider(
            provider_id=f"p{number}",
            name=words.fill("{name}{suffix}", rng),
            profile=words.text("profile", rng.randint(3, 6), rng),
            region_code=rng.choice(regions),
            industry_codes=tuple(industries),
            scene_ids=tuple(scenes),
            type_code=rng.choice(types),
            tier=rng.choice(("tier1", "tier2", "tier3", "cultivation")),
            deployments=tuple(sorted(rng.sample(("cloud", "onprem", "edge"), k=rng.randint(1, 3)))),
            texts=tuple(_texts(number, rng.randint(2, most_texts), industries, scenes, rng)),
        )


def documents(count: int, seed: int = 1) -> Iterator[Document]:
    """Make exactly ``count`` documents: of each provider the profile, then its texts."""
    made = (document for provider in providers(seed) for document in provider_documents(provider))
    return itertools.islice(made, count)


def provider_documents(provider: BenchProvider) -> Iterator[Document]:
    """Give the documents of one provider as the index takes them."""
    facets = {
        "tier": (provider.tier,),
        "type": (provider.type_code,),
        "region": (provider.region_code,),
        "industry": provider.industry_codes,
        "scene": provider.scene_ids,
        "deployment": provider.deployments,
    }
    owner = provider.provider_id
    yield Document(f"profile:{owner}", owner, "profile", 1, provider.name, provider.profile, facets)
    for text in provider.texts:
        kind = "case" if text.kind == "case" else "offering"
        yield Document(text.ref, owner, kind, 1, text.title, text.body, facets)


def needs(count: int, seed: int = 1) -> Iterator[BenchNeed]:
    """Make needs, one to three sentences each."""
    words = vocabulary()
    for number in range(1, count + 1):
        rng = random.Random(f"need:{seed}:{number}")
        yield BenchNeed(
            title=words.text("need_title", 1, rng),
            description=words.text("need", rng.randint(1, 3), rng),
            industry_code=rng.choice(words.industries)["code"],
            scene_id=rng.choice(words.scenes)["scene_id"],
        )


def _texts(
    owner: int, count: int, industries: list[str], scenes: list[str], rng: random.Random
) -> Iterator[BenchText]:
    words = vocabulary()
    for number in range(1, count + 1):
        kind = rng.choice(("offering", "case"))
        yield BenchText(
            ref=f"{kind}:{owner}-{number}",
            kind=kind,
            title=words.text(f"{kind}_title", 1, rng),
            body=words.text(kind, rng.randint(2, 5), rng),
            industry_code=rng.choice(industries),
            scene_id=rng.choice(scenes),
        )


@cache
def _rows(name: str) -> list[dict[str, str]]:
    with (_TAXONOMY / name).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))
