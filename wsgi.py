"""The WSGI entry: `gunicorn wsgi:app`, `flask --app wsgi …`."""

from marketplace.factory import create_app

app = create_app()
