"""Which language a page speaks: Chinese, or English for whoever asked for it.

`?lang=en` on any page sets a cookie and leads back to the page without it; what a browser says
it prefers is not asked, since a bureau's page must look the same to everybody it is shown to.
A page that is not translated stays wholly Chinese, inside a frame in the language asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from flask import Flask, current_app, has_request_context, redirect, request
from flask_babel import force_locale
from werkzeug.wrappers import Response

COOKIE: Final = "duijie_lang"
ONE_YEAR_S: Final = 365 * 24 * 3600


@dataclass(frozen=True, slots=True)
class Language:
    """A language of the site: its key in addresses, its catalogue, its tag, its own name."""

    key: str
    locale: str
    tag: str
    name: str


CHINESE: Final = Language("zh", "zh_Hans_CN", "zh-CN", "中文")
ENGLISH: Final = Language("en", "en", "en", "English")
LANGUAGES: Final = {language.key: language for language in (CHINESE, ENGLISH)}


def chosen_language() -> Language:
    """Return the language asked for, in which the frame of every page is."""
    if not has_request_context():
        return CHINESE
    return LANGUAGES.get(request.cookies.get(COOKIE, ""), CHINESE)


def page_language() -> Language:
    """Return the language the page's own part is in."""
    if has_request_context() and request.endpoint in current_app.extensions["duijie.translated"]:
        return chosen_language()
    return CHINESE


def select_locale() -> str:
    """Return the catalogue of the page's own part, for Flask-Babel."""
    return page_language().locale


def in_frame(caller: Callable[[], str]) -> str:
    """Render what stands between `{% call in_frame() %}` and its end in the frame's language."""
    with force_locale(chosen_language().locale):
        return caller()


def other_language() -> tuple[Language, str]:
    """Return the language one can change to, and the address that does it.

    A page that answers a form cannot be asked for again, so from there the way leads home.
    """
    other = CHINESE if chosen_language() is ENGLISH else ENGLISH
    path = request.path if request.method in {"GET", "HEAD"} else "/"
    return other, _address(path, [*_other_args(), ("lang", other.key)])


def install_locale(app: Flask, translated: Collection[str]) -> None:
    """Keep the language asked for in a cookie; `translated` are the endpoints that speak it."""
    app.extensions["duijie.translated"] = frozenset(translated)
    app.jinja_env.globals["in_frame"] = in_frame

    @app.before_request
    def _keep() -> Response | None:
        asked = request.args.get("lang", "")
        if request.method != "GET" or asked not in LANGUAGES:
            return None
        answer = redirect(_address(request.path, _other_args()), 303)
        answer.set_cookie(
            COOKIE,
            asked,
            max_age=ONE_YEAR_S,
            httponly=True,
            samesite="Lax",
            secure=current_app.config["SESSION_COOKIE_SECURE"],
        )
        return answer


def _other_args() -> list[tuple[str, str]]:
    return [(key, value) for key, value in request.args.items(multi=True) if key != "lang"]


def _address(path: str, args: list[tuple[str, str]]) -> str:
    """Return an address on this site; `//elsewhere` as a path must not lead there."""
    own = f"{request.script_root}/{path.lstrip('/' + chr(92))}"
    return f"{own}?{urlencode(args)}" if args else own
