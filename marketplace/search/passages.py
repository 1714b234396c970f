"""Mark in a text what a query found, and choose the passage worth showing.

Returns plain pieces of the original text; whoever shows them escapes them. Uses the
analyser of the index, so nothing is marked that would not be found. May not score.
"""

import unicodedata

from marketplace.search import analysis

Piece = tuple[str, bool]

ELLIPSIS = "…"


def highlight(text: str, query: str) -> list[Piece]:
    """Split a text into pieces, each with whether the query hits it.

    The pieces joined give the text back unchanged.
    """
    return _pieces(text, 0, len(text), _hits(text, query))


def snippet(text: str, query: str, width: int = 80) -> list[Piece]:
    """Cut the passage of at most ``width`` characters that shows most of a query.

    Where text is left off, an ellipsis outside the width stands for it. Among equally
    good passages the first wins; without any hit it is the beginning of the text.
    """
    if width < 1:
        raise ValueError("a snippet needs at least one character")
    hits = _hits(text, query)
    start = _best_start(len(text), hits, width)
    end = min(len(text), start + width)
    pieces = _pieces(text, start, end, hits)
    if start > 0:
        pieces.insert(0, (ELLIPSIS, False))
    if end < len(text):
        pieces.append((ELLIPSIS, False))
    return pieces


def _hits(text: str, query: str) -> list[tuple[int, int, str]]:
    """List the places of the query's tokens in the original text, by start."""
    wanted = set(analysis.tokenize(query))
    if not wanted:
        return []
    normalized, origins = _normalize_with_origins(text)
    places = [
        (origins[token.start], origins[token.end], token.text)
        for token in analysis.cut(normalized)
        if token.text in wanted
    ]
    return sorted(places)


def _normalize_with_origins(text: str) -> tuple[str, list[int]]:
    """Normalise a text and tell for each place in the result where it came from.

    Normalising goes by a character with the combining marks after it, since those may
    melt into one; a place inside what one such cluster became points at its start.
    """
    made: list[str] = []
    origins: list[int] = []
    start = 0
    while start < len(text):
        end = start + 1
        while end < len(text) and unicodedata.combining(text[end]):
            end += 1
        piece = analysis.normalize(text[start:end])
        made.append(piece)
        origins.extend([start] * len(piece))
        start = end
    origins.append(len(text))
    return "".join(made), origins


def _best_start(length: int, hits: list[tuple[int, int, str]], width: int) -> int:
    """Choose where the passage with the most hit characters, repetitions aside, begins."""
    if length <= width or not hits:
        return 0
    best, best_end, best_worth = 0, 0, 0
    for first, (start, _, _) in enumerate(hits):
        inside: dict[str, int] = {}
        last = start
        for begin, end, text in hits[first:]:
            if begin >= start + width:
                break
            if end <= start + width:
                inside[text] = end - begin
                last = max(last, end)
        if (worth := sum(inside.values())) > best_worth:
            best, best_end, best_worth = start, last, worth
    lead = min(width // 5, best)  # some text before the first hit makes the passage readable
    return max(0, best_end - width, min(best - lead, length - width))


def _pieces(text: str, start: int, end: int, hits: list[tuple[int, int, str]]) -> list[Piece]:
    """Split a range of the text at its hits; hits that touch or overlap become one."""
    pieces: list[Piece] = []
    done = start
    for begin, stop in _merged(hits):
        begin, stop = max(begin, done), min(stop, end)
        if begin >= stop:
            continue
        if begin > done:
            pieces.append((text[done:begin], False))
        pieces.append((text[begin:stop], True))
        done = stop
    if done < end:
        pieces.append((text[done:end], False))
    return pieces


def _merged(hits: list[tuple[int, int, str]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for begin, end, _ in hits:
        if merged and begin <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((begin, end))
    return merged
