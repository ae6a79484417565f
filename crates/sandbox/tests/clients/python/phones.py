"""The phones of the people, through the contract below `/_sandbox/telegram`."""

import asyncio
import contextlib
import json

from aiohttp import ClientSession, ClientTimeout

PATIENCE = 8.0


class Refused(Exception):
    """What a person cannot do."""

    def __init__(self, body):
        super().__init__(f"{body.get('code')}: {body.get('detail')}")
        self.code = body.get("code")


class Phone:
    """One person. Every event that comes is looked at once, by whoever waits for its like."""

    def __init__(self, session, base, person):
        self.session = session
        self.base = base
        self.person = person
        self.id = person["id"]
        self.events = []
        self.news = asyncio.Condition()
        self.reader = None

    async def open(self):
        seq = (await self.state())["seq"]
        query = {"as": str(self.id), "after": str(seq)}
        stream = await self.session.get(
            f"{self.base}/events", params=query, timeout=ClientTimeout(total=None)
        )
        assert stream.content_type == "text/event-stream", await stream.text()
        self.reader = asyncio.create_task(self.read(stream))

    async def close(self):
        self.reader.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self.reader

    async def read(self, stream):
        async with stream:
            kind, data = "", []
            async for line in stream.content:
                line = line.decode().rstrip("\r\n")
                if line.startswith("event:"):
                    kind = line[6:].strip()
                elif line.startswith("data:"):
                    data.append(line[5:].removeprefix(" "))
                elif not line and data:
                    async with self.news:
                        self.events.append((kind, json.loads("\n".join(data))))
                        self.news.notify_all()
                    kind, data = "", []

    async def event(self, what, *kinds, where):
        """The first event of these kinds that nobody has taken and that `where` is true of."""

        def take():
            for i, (kind, data) in enumerate(self.events):
                if kind in kinds and where(data):
                    return self.events.pop(i)[1]
            return None

        async with self.news:
            try:
                async with asyncio.timeout(PATIENCE):
                    while (found := take()) is None:
                        await self.news.wait()
            except TimeoutError:
                raise AssertionError(
                    f"{self.person['first_name']} never saw {what}; there was {self.events!r:.1500}"
                ) from None
            return found

    async def message(self, chat, text=None):
        """A message of somebody else in a chat, as a whole; `text` is a part of its text."""

        def fits(event):
            message = event["message"]
            said = message.get("text") or message.get("caption") or ""
            own = message.get("out") or message.get("from", {}).get("id") == self.id
            return at(event, chat) and not own and (text is None or text in said)

        return (await self.event(f"a message {text!r} in {chat}", "message", where=fits))["message"]

    async def edited(self, chat, text=None):
        def fits(event):
            said = event["message"].get("text") or event["message"].get("caption") or ""
            return at(event, chat) and (text is None or text in said)

        return (await self.event(f"an edit {text!r}", "edited", where=fits))["message"]

    async def deleted(self, chat, message):
        def fits(event):
            return at(event, chat) and message in event["message_ids"]

        return await self.event(f"the end of {message}", "deleted", where=fits)

    async def answer(self, query):
        def fits(event):
            return event["callback_query_id"] == query

        return await self.event(f"an answer to {query}", "answer", where=fits)

    async def act(self, kind, **fields):
        body = {"as": self.id, "type": kind, **fields}
        async with self.session.post(f"{self.base}/act", json=body) as answer:
            got = await answer.json()
            if answer.status != 200:
                raise Refused(got)
            return got

    async def state(self):
        async with self.session.get(f"{self.base}/state", params={"as": str(self.id)}) as answer:
            got = await answer.json()
            assert answer.status == 200, got
            return got

    async def shown_bot(self, bot):
        return next(one for one in (await self.state())["bots"] if one["id"] == bot)

    async def chat(self, chat):
        return next((one for one in (await self.state())["chats"] if one["id"] == chat), None)

    async def start(self, bot, payload=None):
        return await self.act("start", bot=bot, **({"payload": payload} if payload else {}))

    async def send(self, chat, text, **more):
        return (await self.act("send", chat=chat, text=text, **more))["message"]

    async def tap(self, chat, message, label):
        """Presses the button with this label."""
        rows = message["reply_markup"].get("inline_keyboard")
        for row, buttons in enumerate(rows):
            for column, button in enumerate(buttons):
                if button["text"] == label:
                    return await self.act(
                        "press", chat=chat, message=message["message_id"], row=row, column=column
                    )
        raise AssertionError(f"no button {label!r} in {rows}")

    async def tap_and_see(self, chat, message, label):
        """Presses a button and waits for the bot's answer to it."""
        pressed = await self.tap(chat, message, label)
        return await self.answer(pressed["callback_query_id"])


def at(event, chat):
    """Whether an event is of a chat."""
    where = event["chat"]
    return (where["id"] if isinstance(where, dict) else where) == chat


class Faults:
    """What the server does wrong on request; the list is one, so one flow at a time has it."""

    def __init__(self, session, base):
        self.session = session
        self.url = f"{base}/faults"
        self.lock = asyncio.Lock()

    @contextlib.asynccontextmanager
    async def __call__(self, *faults):
        async with self.lock:
            async with self.session.post(self.url, json=list(faults)) as answer:
                assert answer.status == 200, await answer.text()
            try:
                yield
            finally:
                async with self.session.delete(self.url) as answer:
                    assert answer.status == 200


def new_session():
    return ClientSession(timeout=ClientTimeout(total=30))
