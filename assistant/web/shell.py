"""The frame that all pages share: head, navigation, landmarks, the panel of the source."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass

from markupsafe import Markup

from assistant import PRODUCT
from assistant.errors import AssistantError
from assistant.web.rendering import render


@dataclass(frozen=True, slots=True)
class NavigationPage:
    """A page of the header; ``name`` is also the class of its body. ``gradio`` tells that Gradio makes its content."""

    name: str
    title: str
    address: str
    gradio: bool = False


PAGES = (
    NavigationPage("ask", "Ask", "/", gradio=True),
    NavigationPage("draft", "Draft", "/draft"),
    NavigationPage("library", "Library", "/library", gradio=True),
    NavigationPage("evaluate", "Evaluate", "/evaluate"),
    NavigationPage("settings", "Settings", "/settings"),
)

# The script tags and style sheets that Gradio puts at the end of its head, and all of its body.
_GRADIO_PAGE = re.compile(
    r"<head>.*?(?P<head><script>window\.gradio_config.*?)</head>\s*<body[^>]*>(?P<body>.*)</body>", re.DOTALL
)


def framed_gradio_page(gradio_html: str, page: NavigationPage, nonce: str) -> str:
    """Return Gradio's page inside our frame, its scripts marked with ``nonce``.

    Gradio's own head (previews for link sharing with addresses of other hosts) and its inline page styles are left
    out. Raises AssistantError where the page is not built as the pinned version of Gradio builds it.
    """
    parts = _GRADIO_PAGE.search(gradio_html)
    if parts is None:
        raise AssistantError(
            "The installed version of Gradio builds its page in another way than the assistant expects.",
            next_step="Install the versions in the lock file.",
        )
    head, body = (part.replace("<script", f'<script nonce="{nonce}"') for part in parts.group("head", "body"))
    return framed(page.name, page.title, Markup(body), head=Markup(head))


def framed(
    page: str, title: str, body: str, *, head: str = "", reload_seconds: int | None = None, panel: bool = True
) -> str:
    """Return a whole page; ``body`` and ``head`` are HTML of ours, ``title`` is text."""
    return render(
        "page.html",
        product=PRODUCT,
        pages=PAGES,
        page=page,
        title=title,
        body=Markup(body),
        head=Markup(head),
        reload_seconds=reload_seconds,
        panel=panel,
    )


def starting_page(page: NavigationPage) -> str:
    """Return what is shown in the second or two in which the pages are being built; it reloads itself."""
    body = '<main class="notice"><h1>Getting ready</h1><p>The page opens by itself in a moment.</p></main>'
    return framed(page.name, page.title, body, reload_seconds=1, panel=False)


def notice_page(title: str, message: str) -> str:
    """Return a page that says what is wrong and what to do."""
    body = Markup('<main class="notice"><h1>{}</h1><p>{}</p></main>').format(title, message)
    return framed("notice", title, body, panel=False)


def new_nonce() -> str:
    return secrets.token_urlsafe(16)
