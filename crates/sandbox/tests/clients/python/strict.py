"""Compares answers with aiogram's types, more strictly than aiogram itself does.

aiogram keeps fields that it does not know and turns "5" into 5. Here a field that a type does not
know, a missing one, a null (Telegram sends none) and a value of another type are findings.
"""

import datetime
import types
import typing

import aiogram.methods
import aiogram.types
from aiogram.methods import TelegramMethod
from pydantic import BaseModel

# What a method returns, by its name in lower case: the server does not care about case either.
RETURNED = {
    name.lower(): method.__returning__
    for name, method in vars(aiogram.methods).items()
    if isinstance(method, type) and issubclass(method, TelegramMethod) and method is not TelegramMethod
}

# What the real server sends and its documentation does not say (json_store of a chat).
UNDOCUMENTED = {("Chat", "all_members_are_administrators"), ("Chat", "accepted_gift_types")}

PLAIN = {str: str, bool: bool, int: int}


def check(annotation, value, path="result"):
    """What of `value` is not as `annotation` says, one line each."""
    if value is None:
        return [f"{path}: null, and Telegram sends none"]
    if annotation is typing.Any:
        return []
    if isinstance(annotation, typing.TypeAliasType if hasattr(typing, "TypeAliasType") else ()):
        return check(annotation.__value__, value, path)
    origin = typing.get_origin(annotation)
    if origin is typing.Annotated:
        return check(typing.get_args(annotation)[0], value, path)
    if origin in (typing.Union, types.UnionType):
        return _union(typing.get_args(annotation), value, path)
    if origin is typing.Literal:
        allowed = typing.get_args(annotation)
        if type(value) in (str, int, bool) and value in allowed:
            return []
        return [f"{path}: {value!r} is none of {[str(one) for one in allowed]}"]
    if origin is list:
        if not isinstance(value, list):
            return [f"{path}: {_kind(value)} instead of a list"]
        item = typing.get_args(annotation)[0]
        return [line for i, one in enumerate(value) for line in check(item, one, f"{path}[{i}]")]
    if annotation in PLAIN:
        good = type(value) is PLAIN[annotation]
        return [] if good else [f"{path}: {_kind(value)} instead of {annotation.__name__}"]
    if annotation is float:
        good = type(value) in (int, float)
        return [] if good else [f"{path}: {_kind(value)} instead of a number"]
    if annotation is datetime.datetime:
        good = type(value) is int and value >= 0
        return [] if good else [f"{path}: {value!r} instead of a Unix time"]
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return _model(annotation, value, path)
    return [f"{path}: no rule for {annotation!r}"]


def _kind(value):
    return f"{type(value).__name__} {value!r:.60}"


def _union(members, value, path):
    """The member that fits best speaks for all."""
    best = None
    for member in members:
        if member is type(None) or getattr(member, "__name__", "") == "Default":
            continue
        found = check(member, value, path)
        if not found:
            return []
        if best is None or len(found) < len(best):
            best = found
    return best or [f"{path}: nothing fits"]


def _model(model, value, path):
    if not isinstance(value, dict):
        return [f"{path}: {_kind(value)} instead of {model.__name__}"]
    found = []
    fields = {field.alias or name: field for name, field in model.model_fields.items()}
    for name, inner in value.items():
        if name in fields:
            found += check(fields[name].annotation, inner, f"{path}.{name}")
        elif (model.__name__, name) not in UNDOCUMENTED:
            found.append(f"{path}.{name}: {model.__name__} has no such field")
    for name, field in fields.items():
        if name not in value and field.is_required():
            found.append(f"{path}.{name}: missing in {model.__name__}")
    if model is aiogram.types.Message:
        found += _entities(value, "text", "entities", path)
        found += _entities(value, "caption", "caption_entities", path)
        if value.get("date") == 0:
            found.append(f"{path}.date: 0 is of a message that cannot be reached")
    return found


def _entities(message, text, entities, path):
    """Entities count UTF-16 units, lie within the text and come in order; no list is empty."""
    found = [f"{path}.{entities}: empty"] if message.get(entities) == [] else []
    units = len(str(message.get(text, "")).encode("utf-16-le")) // 2
    before = 0
    for i, entity in enumerate(message.get(entities, [])):
        start, length = entity.get("offset"), entity.get("length")
        if type(start) is not int or type(length) is not int:
            continue
        if start < before or length < 1 or start + length > units:
            found.append(f"{path}.{entities}[{i}]: {start}+{length} in a text of {units}")
        before = start
    return found


def answer(method, status, body):
    """What is wrong with the answer to a call."""
    if not isinstance(body, dict) or type(body.get("ok")) is not bool:
        return [f"no ok: {body!r:.100}"]
    if body["ok"]:
        found = [f"{name}: unknown" for name in body if name not in ("ok", "result", "description")]
        if status != 200:
            found.append(f"ok with status {status}")
        if "result" not in body:
            return found + ["result: missing"]
        returned = RETURNED.get(method.lower())
        if returned is None:
            return found + ["a method that does not exist was obeyed"]
        return found + check(returned, body["result"])
    return _refusal(status, body)


PREFIXES = {
    400: "Bad Request: ",
    401: "Unauthorized",
    403: "Forbidden: ",
    404: "Not Found",
    409: "Conflict: ",
    429: "Too Many Requests: retry after ",
}


def _refusal(status, body):
    known = ("ok", "error_code", "description", "parameters")
    found = [f"{name}: unknown" for name in body if name not in known]
    if body.get("error_code") != status:
        found.append(f"error_code {body.get('error_code')!r} with status {status}")
    said = body.get("description")
    prefix = PREFIXES.get(status, "")
    if type(said) is not str or not said.startswith(prefix):
        return found + [f"description: {said!r} does not begin with {prefix!r}"]
    if "parameters" in body:
        found += check(aiogram.types.ResponseParameters, body["parameters"], "parameters")
    if status == 429:
        seconds = body.get("parameters", {}).get("retry_after")
        if said != f"{prefix}{seconds}":
            found.append(f"{said!r} with retry_after {seconds!r}")
    return found


def update(body, path="update"):
    """What is wrong with an update."""
    found = check(aiogram.types.Update, body, path)
    if isinstance(body, dict) and len(body) != 2:
        found.append(f"{path}: an update is its number and one thing, not {sorted(body)}")
    return found
