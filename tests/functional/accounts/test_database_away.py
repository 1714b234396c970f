"""With the database away, a signed-in person gets the page that says so, not a broken one."""

from __future__ import annotations

import time
from pathlib import Path

from flask.testing import FlaskClient

from marketplace.factory import create_app


def _browser(folder: Path) -> FlaskClient:
    environ = {
        "DUIJIE_INSTANCE": str(folder),
        "DATABASE_URL": "postgresql://nobody@127.0.0.1:1/nothing?connect_timeout=2",
    }
    client = create_app(environ, {"TESTING": True, "WTF_CSRF_ENABLED": False}).test_client()
    with client.session_transaction() as cookie:
        cookie["_user_id"] = "somebody"
        cookie["seen_at"] = int(time.time())
    return client


def test_the_answer_is_503_in_words_and_asks_to_come_back(tmp_path: Path) -> None:
    client = _browser(tmp_path)
    for answer in (client.get("/me/"), client.post("/me/profile", data={"display_name": "李工"})):
        assert answer.status_code == 503
        assert answer.headers["Retry-After"] == "5"
        assert "数据库暂时连接不上" in answer.text
