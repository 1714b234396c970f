"""Settings, read once from the environment; the only module that reads it.

Names are documented in README.zh.md and docs/operations.md. No secret has a default: the key
is made on first start and kept in the instance folder, readable by its owner only.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

_ON = {"1", "true", "yes", "on"}


def _flag(environ: Mapping[str, str], name: str, default: bool) -> bool:
    value = environ.get(name)
    return default if value is None else value.strip().lower() in _ON


def _kept_secret(path: Path) -> str:
    """Return the secret kept at `path`, making it on first use.

    Several processes may start at once. The file gets its name by a link once it is whole: the
    first link wins, and nobody reads a file that is still empty.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(descriptor, "w", encoding="ascii") as file:
                file.write(secrets.token_urlsafe(48))
                file.flush()
                os.fsync(file.fileno())
            with suppress(FileExistsError):
                os.link(draft, path)
        finally:
            draft.unlink()
    secret = path.read_text("ascii").strip()
    if not secret:
        raise ValueError(f"{path} is empty; remove it to have a new secret made")
    return secret


def database_uri(value: str | None, instance: Path) -> str:
    """Return the SQLAlchemy address for `DATABASE_URL`, or the SQLite file of the instance."""
    if not value:
        return f"sqlite:///{instance / 'duijie.sqlite3'}"
    for prefix in ("postgres://", "postgresql://"):
        if value.startswith(prefix):
            return "postgresql+psycopg://" + value[len(prefix) :]
    return value


def read_config(environ: Mapping[str, str], instance: Path) -> dict[str, Any]:
    """Return the Flask configuration for this environment and instance folder."""
    return {
        "INSTANCE": instance,
        "SECRET_KEY": environ.get("SECRET_KEY") or _kept_secret(instance / "secret_key"),
        "SECURITY_PASSWORD_SALT": environ.get("SECURITY_PASSWORD_SALT")
        or _kept_secret(instance / "password_salt"),
        "TOTP_SECRET": _kept_secret(instance / "totp_secret"),
        "SQLALCHEMY_DATABASE_URI": database_uri(environ.get("DATABASE_URL"), instance),
        "INDEX_PATH": Path(environ.get("DUIJIE_INDEX", instance / "index")),
        "POOL_PATH": Path(environ.get("DUIJIE_POOL", instance / "pool")),
        "MAIL_FOLDER": instance / "mail",
        "UPLOAD_FOLDER": instance / "uploads",
        "SMTP_URL": environ.get("SMTP_URL", ""),
        "MAIL_SENDER": environ.get("DUIJIE_MAIL_SENDER", "duijie@localhost"),
        "DEMO": _flag(environ, "DUIJIE_DEMO", False),
        "SITE_NAME": environ.get("DUIJIE_SITE_NAME", "对接"),
        "BUREAU_NAME": environ.get("DUIJIE_BUREAU_NAME", "苏江市工业和信息化局"),
        "DOC_PREFIX": environ.get("DUIJIE_DOC_PREFIX", "苏江工信数字"),
        "SUPPORT_NAME": environ.get("DUIJIE_SUPPORT_NAME", "苏江市大数据中心"),
        "ICP_NUMBER": environ.get("DUIJIE_ICP_NUMBER", "苏ICP备00000000号（示例）"),
        "CONTACT_PHONE": environ.get("DUIJIE_CONTACT_PHONE", "0000-12345678"),
        "PUBLIC_URL": environ.get("DUIJIE_PUBLIC_URL", ""),
        "HTTPS": _flag(environ, "DUIJIE_HTTPS", False),
        "TRUSTED_PROXIES": int(environ.get("DUIJIE_TRUSTED_PROXIES", "0")),
        "EMBEDDINGS": environ.get("DUIJIE_EMBEDDINGS", "off"),
        "EMBEDDINGS_MODEL": environ.get("DUIJIE_EMBEDDINGS_MODEL", ""),
        "EMBEDDINGS_KEY": environ.get("DUIJIE_EMBEDDINGS_KEY", ""),
        "EMBEDDINGS_QUERY_PREFIX": environ.get("DUIJIE_EMBEDDINGS_QUERY_PREFIX", ""),
        "EMBEDDINGS_PASSAGE_PREFIX": environ.get("DUIJIE_EMBEDDINGS_PASSAGE_PREFIX", ""),
        "EMBEDDINGS_TIMEOUT": float(environ.get("DUIJIE_EMBEDDINGS_TIMEOUT", "15")),
        "SCANNER": environ.get("DUIJIE_SCANNER", ""),
        "MAX_CONTENT_LENGTH": 24 * 1024 * 1024,
        "MAX_FORM_MEMORY_SIZE": 2 * 1024 * 1024,
        "MAX_FORM_PARTS": 4000,
        "IDLE_TIMEOUT": timedelta(minutes=int(environ.get("DUIJIE_IDLE_MINUTES", "30"))),
        "PERMANENT_SESSION_LIFETIME": timedelta(hours=12),
        "SESSION_COOKIE_NAME": "duijie",
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_SECURE": _flag(environ, "DUIJIE_HTTPS", False),
        "WTF_CSRF_TIME_LIMIT": None,
        "BABEL_DEFAULT_LOCALE": "zh_Hans_CN",
        "BABEL_DEFAULT_TIMEZONE": "Asia/Shanghai",
        "LOG_RETENTION_DAYS": int(environ.get("DUIJIE_LOG_RETENTION_DAYS", "190")),
    }
