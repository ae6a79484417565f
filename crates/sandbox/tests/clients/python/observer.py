"""Stands between a client and the local Telegram and looks at every answer and every update.

Clients talk to it as they would to the server, and it changes nothing, unless it is told to break
an answer: then somebody has to notice. Webhooks are set to `/hook/PORT/…` here, so that updates
pass by, too. `GET /observer/findings?bot=ID` says what was wrong.
"""

import argparse
import asyncio
import collections
import json
import signal
import sys

import strict
from aiohttp import ClientError, ClientSession, ClientTimeout, web

HOP = {"host", "content-length", "transfer-encoding", "connection", "keep-alive"}


class Observer:
    def __init__(self, upstream, plant, session):
        self.upstream = upstream
        self.plant = plant
        self.findings = collections.defaultdict(list)
        self.seen = collections.Counter()
        self.session = session

    async def call(self, request):
        path = request.path
        head = request.path.split("/")
        bot = head[1].removeprefix("bot").split(":")[0]
        method = head[2] if len(head) > 2 else ""
        answer = await self.forward(request, self.upstream + str(request.rel_url))
        if answer is None or not path.startswith("/bot"):
            return answer
        try:
            body = json.loads(answer.body)
        except ValueError:
            if answer.status < 500:
                self.findings[bot].append(f"{method}: not JSON: {answer.body[:60]!r}")
            return answer
        if self.plant is not None and self.plant.fits(method, body):
            body, status = self.plant.spoil(body, answer.status)
            answer = web.Response(
                status=status, body=json.dumps(body).encode(), content_type="application/json"
            )
        self.seen[method.lower()] += 1
        found = strict.answer(method, answer.status, body)
        if method.lower() == "getupdates" and body.get("ok"):
            found += self.updates(body["result"])
        self.findings[bot] += [f"{method}: {line}" for line in found]
        return answer

    @staticmethod
    def updates(updates):
        found = []
        numbers = [update.get("update_id") for update in updates]
        if numbers != sorted(set(numbers)):
            found.append(f"updates out of order: {numbers}")
        for i, one in enumerate(updates):
            # What aiogram's types say of it is found with the answer as a whole.
            if len(one) != 2:
                found.append(f"result[{i}]: an update is its number and one thing: {sorted(one)}")
        return found

    async def hook(self, request):
        """An update on its way to a webhook at a port of this machine."""
        port, rest = request.match_info["port"], request.match_info["rest"]
        bot = request.query.get("bot", "?")
        found = []
        try:
            body = await request.json()
        except ValueError:
            body = None
        if self.plant is not None and self.plant.fits("webhook", body):
            body, _ = self.plant.spoil(body, 200)
        found += strict.update(body)
        if request.content_type != "application/json":
            found.append(f"content type {request.content_type}")
        self.seen["webhook"] += 1
        self.findings[bot] += [f"webhook: {line}" for line in found]
        url = f"http://127.0.0.1:{port}/{rest}"
        return await self.forward(request, url, json.dumps(body).encode())

    async def forward(self, request, url, body=None):
        headers = {name: value for name, value in request.headers.items() if name.lower() not in HOP}
        sent = await request.read() if body is None else body
        if not sent:
            headers.pop("Content-Type", None)
        try:
            async with self.session.request(
                request.method, url, headers=headers, data=sent or None, allow_redirects=False
            ) as answer:
                got = await answer.read()
                kept = {k: v for k, v in answer.headers.items() if k.lower() not in HOP}
                kept.pop("Content-Encoding", None)
                return web.Response(status=answer.status, body=got, headers=kept)
        except ClientError as error:
            print(f"{request.path}: {error!r}", file=sys.stderr, flush=True)
            # As the server did it: the connection ends.
            if request.transport is not None:
                request.transport.abort()
            return web.Response(status=502)

    async def report(self, request):
        return web.json_response(self.findings.get(request.query["bot"], []))

    async def coverage(self, _request):
        return web.json_response(dict(self.seen))


class Plant:
    """A fault in the answers: a field of another value, or none."""

    def __init__(self, spec):
        self.method = spec["method"].lower()
        self.spec = spec
        self.places = [p for p in spec.get("at", "").split(".") if p]

    def fits(self, method, body):
        if method.lower() != self.method and self.method != "*":
            return False
        wanted = self.spec.get("if")
        return wanted is None or wanted in json.dumps(body, ensure_ascii=False)

    def spoil(self, body, status):
        for holder in self.holders(body, self.places[:-1]):
            name = self.places[-1]
            if isinstance(holder, list):
                name = int(name)
                if name >= len(holder):
                    continue
            elif name not in holder and "set" not in self.spec:
                continue
            if "set" in self.spec:
                holder[name] = self.spec["set"]
            else:
                del holder[name]
        return body, self.spec.get("status", status)

    def holders(self, value, places):
        if not places:
            return [value] if isinstance(value, (dict, list)) else []
        place, rest = places[0], places[1:]
        if place == "*":
            inner = value if isinstance(value, list) else value.values()
            return [one for item in inner for one in self.holders(item, rest)]
        if isinstance(value, dict) and place in value:
            return self.holders(value[place], rest)
        if isinstance(value, list) and place.isdigit() and int(place) < len(value):
            return self.holders(value[int(place)], rest)
        return []


async def listen(observer):
    """Stands before one Telegram; gives what has to be cleaned up."""
    app = web.Application(client_max_size=64 * 1024 * 1024)
    app.router.add_get("/observer/findings", observer.report)
    app.router.add_get("/observer/seen", observer.coverage)
    app.router.add_post("/hook/{port}/{rest:.*}", observer.hook)
    app.router.add_route("*", "/{rest:.*}", observer.call)
    # A client that has gone must not leave its poll behind.
    runner = web.AppRunner(app, handler_cancellation=True, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0, shutdown_timeout=0.1)
    await site.start()
    print(f"listening on http://127.0.0.1:{runner.addresses[0][1]}", flush=True)
    return runner


async def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("upstream", nargs="+", help="a Telegram; each gets an address here")
    parser.add_argument("--plant", type=json.loads, help="a fault, in JSON")
    given = parser.parse_args()
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    async with ClientSession(timeout=ClientTimeout(total=None)) as session:
        runners = []
        for upstream in given.upstream:
            observer = Observer(upstream, Plant(given.plant) if given.plant else None, session)
            runners.append(await listen(observer))
        await stop.wait()
        for runner in runners:
            await runner.cleanup()


asyncio.run(main())
