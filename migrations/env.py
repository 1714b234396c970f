"""How Alembic runs here: on the application's own engine, one transaction for all steps."""

from alembic import context
from flask import current_app
from flask_security import AsaList

from marketplace.db import Moment

database = current_app.extensions["migrate"].db


def render_plain_types(kind, item, autogen_context):
    """Write our own column types as plain ones, so that old steps never import our code."""
    if kind == "type" and isinstance(item, Moment):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(item, AsaList):
        return "sa.UnicodeText()"
    return False


def same_type(context, inspected, metadata, inspected_type, metadata_type):
    """Call a moment a moment, whatever the database names it."""
    return False if isinstance(metadata_type, Moment) else None


with database.engine.connect() as connection:
    context.configure(
        connection=connection,
        target_metadata=database.metadata,
        render_as_batch=connection.dialect.name == "sqlite",
        render_item=render_plain_types,
        compare_type=same_type,
    )
    with context.begin_transaction():
        context.run_migrations()
    connection.commit()
