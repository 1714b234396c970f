"""What the search index holds of the published providers, and how it follows the database.

The index is a disposable cache: `documents_of` says what it should hold, `reconcile` makes it so.
Masked clients' names never get here.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from ..providers.models import Case, Offering, Provider
from ..providers.queries import WHOLE, list_whole
from ..search.documents import Document
from ..search.errors import IndexUnavailable
from ..search.index import SearchIndex

log = logging.getLogger("duijie.index")

AT_ONCE = 500


def profile_ref(provider: Provider) -> str:
    """Return the index reference of a provider's own text."""
    return f"profile:{provider.id}"


def documents_of(provider: Provider) -> Iterator[Document]:
    """Return the documents of a published provider: its profile, offerings and cases."""
    key = str(provider.id)
    yield Document(
        ref=profile_ref(provider),
        provider_id=key,
        kind="profile",
        version=provider.version,
        title=provider.organisation.name,
        body=f"{provider.summary}\n{provider.profile}",
    )
    for offering in provider.offerings:
        yield _offering_document(offering, key, provider.version)
    for case in provider.cases:
        yield _case_document(case, key, provider.version)


def _offering_document(offering: Offering, key: str, version: int) -> Document:
    return Document(
        ref=f"offering:{offering.id}",
        provider_id=key,
        kind="offering",
        version=version,
        title=offering.name,
        body=offering.summary,
    )


def _case_document(case: Case, key: str, version: int) -> Document:
    metrics = "；".join(str(metric.get("name", "")) for metric in case.metrics)
    return Document(
        ref=f"case:{case.id}",
        provider_id=key,
        kind="case",
        version=version,
        title=case.title,
        body=f"{case.client_shown}。{case.story}{metrics}",
    )


def all_documents(session: Session) -> Iterator[Document]:
    """Return the documents of all published providers."""
    providers = session.scalars(
        select(Provider)
        .where(Provider.published)
        .options(*WHOLE)
        .order_by(Provider.id)
        .execution_options(yield_per=AT_ONCE)
    )
    for provider in providers:
        yield from documents_of(provider)


def rebuild(session: Session, index: SearchIndex) -> int:
    """Build the whole index anew from the database; return the number of documents."""
    count = index.rebuild(all_documents(session)).documents
    log.info("index rebuilt: %d documents", count)
    return count


def look_after(session: Session, index: SearchIndex) -> None:
    """Read the index's files again, mend what differs, and merge it when it has grown ragged."""
    try:
        index.verify()
    except IndexUnavailable as problem:
        log.warning("index damaged (%s); rebuilding", problem)
        rebuild(session, index)
        return
    reconcile(session, index)
    if index.status().rebuild_due:
        rebuild(session, index)


def reconcile(session: Session, index: SearchIndex) -> int:
    """Make the index hold every document at its version, and nothing else; return the changes.

    Called for every index task and, as a safety net, at start and every few minutes. Rebuilds
    when the index cannot be opened.
    """
    try:
        held = index.versions()
    except IndexUnavailable as problem:
        log.warning("index unavailable (%s); rebuilding", problem)
        return rebuild(session, index)
    wanted = wanted_versions(session)
    gone = [ref for ref in held if ref not in wanted]
    behind = {
        provider_id for ref, (provider_id, version) in wanted.items() if held.get(ref) != version
    }
    if not gone and not behind:
        return 0
    upserts = [
        document
        for provider in list_whole(session, behind)
        for document in documents_of(provider)
        if held.get(document.ref) != document.version
    ]
    index.apply(upserts, gone)
    return len(upserts) + len(gone)


def wanted_versions(session: Session) -> dict[str, tuple[int, int]]:
    """Return reference → (provider id, version) of every document the index should hold."""
    wanted: dict[str, tuple[int, int]] = {}
    published = select(Provider.id, Provider.version).where(Provider.published)
    for provider_id, version in session.execute(published):
        wanted[f"profile:{provider_id}"] = (provider_id, version)
    for kind, table in (("offering", Offering), ("case", Case)):
        rows = session.execute(
            select(table.id, table.provider_id, Provider.version)
            .join(Provider, Provider.id == table.provider_id)
            .where(Provider.published)
        )
        for row_id, provider_id, version in rows:
            wanted[f"{kind}:{row_id}"] = (provider_id, version)
    return wanted
