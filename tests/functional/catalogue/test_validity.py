"""How a listing's dates read on the provider's page."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from marketplace.catalogue.models import Listing
from marketplace.db import now
from marketplace.providers.models import Provider


def test_a_listing_whose_day_is_to_come_is_not_called_expired(
    client: FlaskClient, create_provider: Callable[..., Provider], session: Session
) -> None:
    provider = create_provider("甲服务有限公司")
    listing = session.query(Listing).filter_by(provider_id=provider.id).one()
    listing.valid_from = now().date() + timedelta(days=20)
    session.commit()
    page = client.get(f"/providers/{provider.id}").text
    assert "尚未生效" in page
    assert "已过期" not in page


def test_a_listing_whose_last_day_is_past_is_called_expired(
    client: FlaskClient, create_provider: Callable[..., Provider], session: Session
) -> None:
    provider = create_provider("甲服务有限公司")
    listing = session.query(Listing).filter_by(provider_id=provider.id).one()
    listing.valid_to = now().date() - timedelta(days=2)
    session.commit()
    assert "已过期" in client.get(f"/providers/{provider.id}").text
