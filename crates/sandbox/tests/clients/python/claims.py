"""What both Python clients are asked to hold."""

import contextlib
import json
import pathlib


@contextlib.contextmanager
def raises(kind, *words):
    """The client's own exception, with all these words in it; gives a box with it inside."""
    box = []
    try:
        yield box
    except kind as error:
        for word in words:
            assert word in str(error), f"{word!r} is not in {error!s}"
        box.append(error)
    else:
        raise AssertionError(f"no {kind.__name__}")


def same(got, wanted):
    assert got == wanted, f"\n  got    {got!r}\n  wanted {wanted!r}"


# Texts with markup, and what Telegram says when there is something wrong. Offsets of entities are
# in UTF-16 units: the smiling face takes two.
TEXTS = json.loads((pathlib.Path(__file__).parent.parent / "texts.json").read_text("utf-8"))
HTML, HTML_TEXT = TEXTS["html"], TEXTS["html_text"]
HTML_ENTITIES = [tuple(one) for one in TEXTS["html_entities"]]
MARKDOWN, MARKDOWN_TEXT = TEXTS["markdown"], TEXTS["markdown_text"]
MARKDOWN_ENTITIES = [tuple(one) for one in TEXTS["markdown_entities"]]
BROKEN_HTML, BROKEN_MARKDOWN = TEXTS["broken_html"], TEXTS["broken_markdown"]
NOT_MODIFIED = TEXTS["not_modified"]
TERMINATED = TEXTS["terminated"]
WEBHOOK_ACTIVE = TEXTS["webhook_active"]
