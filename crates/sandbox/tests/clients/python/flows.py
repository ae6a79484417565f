"""Runs the flows of one client: each with a bot of its own, several at once."""

import asyncio
import contextlib
import os
import sys
import time
import traceback

from phones import Faults, Phone, new_session

AT_ONCE = 6
LONGEST = 25.0
FLOWS = []


def flow(body):
    """Marks a flow; its name is what is printed."""
    FLOWS.append(body)
    return body


class World:
    """What a flow is given: a bot that nobody else uses, and the people."""

    def __init__(self, api, direct, token, session, people, faults):
        self.api = api
        self.direct = direct
        self.token = token
        self.bot = int(token.split(":")[0])
        self.username = f"flow_{self.bot}_bot"
        self.session = session
        self.people = people
        self.faults = faults
        self.stack = contextlib.AsyncExitStack()

    async def phone(self, hint="customer", number=0):
        """The phone of the first person who is this, or of another one."""
        person = [one for one in self.people if one["hint"] == hint][number]
        phone = Phone(self.session, f"{self.direct}/_sandbox/telegram", person)
        await phone.open()
        self.stack.push_async_callback(phone.close)
        return phone

    def hook(self, port, path):
        """The address of a webhook at a port of this machine, past the observer."""
        return f"{self.api}/hook/{port}/{path.lstrip('/')}?bot={self.bot}"


async def run_one(body, world):
    """None, or what went wrong."""
    wrong = []
    try:
        async with asyncio.timeout(LONGEST), world.stack:
            await body(world)
    except TimeoutError:
        wrong.append(f"was not done after {LONGEST:.0f} s\n{traceback.format_exc()}")
    except Exception:
        wrong.append(traceback.format_exc())
    async with world.session.get(f"{world.api}/observer/findings?bot={world.bot}") as answer:
        findings = await answer.json()
    if findings:
        wrong += ["the observer saw:", *dict.fromkeys(findings)]
    return "\n".join(wrong)


async def run(client):
    api, direct = os.environ["TELEGRAM_API"], os.environ["TELEGRAM_DIRECT"]
    tokens = os.environ["TELEGRAM_TOKENS"].split()
    only = sys.argv[1:]
    chosen = [body for body in FLOWS if not only or body.__name__ in only]
    if not chosen or len(tokens) < len(FLOWS):
        sys.exit(f"{client}: {len(chosen)} flows chosen, {len(tokens)} bots for {len(FLOWS)}")
    failed = 0
    gate = asyncio.Semaphore(AT_ONCE)
    async with new_session() as session:
        async with session.get(f"{direct}/_sandbox/telegram/people") as answer:
            people = await answer.json()
        faults = Faults(session, f"{direct}/_sandbox/telegram")

        async def one(body):
            nonlocal failed
            async with gate:
                token = tokens[FLOWS.index(body)]
                begun = time.monotonic()
                wrong = await run_one(body, World(api, direct, token, session, people, faults))
                took = time.monotonic() - begun
            name = body.__name__.replace("_", " ")
            if not wrong:
                print(f"ok      {client:8} {name} ({took:.1f} s)", flush=True)
                return
            failed += 1
            text = "\n".join(f"        {line}" for line in wrong.splitlines())
            print(f"FAILED  {client:8} {name} ({took:.1f} s)\n{text}", flush=True)

        await asyncio.gather(*(one(body) for body in chosen))
    print(f"{client}: {len(chosen) - failed} passed, {failed} failed", flush=True)
    sys.exit(1 if failed else 0)
