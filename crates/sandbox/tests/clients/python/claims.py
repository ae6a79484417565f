"""What both Python clients are asked to hold."""

import contextlib


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


HTML = (
    "<b>bold <i>both</i></b> <u>under</u> <s>gone</s> <tg-spoiler>secret</tg-spoiler> "
    '<a href="https://example.org/?a=1&amp;b=2">link</a> <code>x &lt; y</code>\n'
    '<pre><code class="language-rust">fn main() {}</code></pre>\n'
    "😀 <b>after a pair</b>\n<blockquote>said</blockquote>"
)
HTML_TEXT = (
    "bold both under gone secret link x < y\nfn main() {}\n😀 after a pair\nsaid"
)
# Offsets in UTF-16 units: the smiling face takes two.
HTML_ENTITIES = [
    ("bold", 0, 9, {}),
    ("italic", 5, 4, {}),
    ("underline", 10, 5, {}),
    ("strikethrough", 16, 4, {}),
    ("spoiler", 21, 6, {}),
    ("text_link", 28, 4, {"url": "https://example.org/?a=1&b=2"}),
    ("code", 33, 5, {}),
    ("pre", 39, 12, {"language": "rust"}),
    ("bold", 55, 12, {}),
    ("blockquote", 68, 4, {}),
]

MARKDOWN = (
    "*bold _both_* __under__ ~gone~ ||secret|| [link](https://example.org/) `x < y`\n"
    "```rust\nfn main() {}```\n😀 *after a pair*\\.\n>said"
)
MARKDOWN_ENTITIES = [*HTML_ENTITIES[:-1], ("blockquote", 69, 4, {})]
MARKDOWN_TEXT = "bold both under gone secret link x < y\nfn main() {}\n😀 after a pair.\nsaid"

# What is wrong with a text, and how Telegram says so.
BROKEN_HTML = [
    ("<b>open", "can't parse entities: Can't find end tag corresponding to start tag \"b\""),
    ("<blink>no</blink>", 'can\'t parse entities: Unsupported start tag "blink" at byte offset 0'),
    ("<b>a</i>", 'can\'t parse entities: Unmatched end tag at byte offset 4, expected "</b>", found "</i>"'),
]
BROKEN_MARKDOWN = [
    ("*open", "can't parse entities: Can't find end of Bold entity at byte offset 0"),
    ("no. way", "can't parse entities: Character '.' is reserved and must be escaped with the preceding '\\'"),
    ("[link", "can't parse entities: Can't find end of TextUrl entity at byte offset 0"),
    ("[link](http", "can't parse entities: Can't find end of a URL at byte offset 7"),
]

NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the "
    "same as a current content and reply markup of the message"
)
TERMINATED = (
    "terminated by other getUpdates request; make sure that only one bot instance is running"
)
WEBHOOK_ACTIVE = (
    "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
)
