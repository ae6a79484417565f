"""Requests of our client, checked against aiogram's models of the Bot API.

Reads `{"method": …, "params": {…}}` lines from the files that are named. Every field must exist in
aiogram's model of the method, and of what is inside it (aiogram itself lets unknown fields pass, so
they are looked for here); what is required must be there; types are strict. Then each request is
misspelt in every place where there is a field, and each misspelling must be found: a check that
finds nothing is no check.
"""

import copy
import json
import sys
import types
import typing

import aiogram.methods
from pydantic import BaseModel, TypeAdapter, ValidationError

METHODS = {
    method.__api_method__: method
    for method in vars(aiogram.methods).values()
    if isinstance(method, type) and getattr(method, "__api_method__", None)
}


def alternatives(annotation):
    """The types of which a value may be, without names and unions around them."""
    origin = typing.get_origin(annotation)
    if origin is typing.Annotated:
        return alternatives(typing.get_args(annotation)[0])
    if origin in (typing.Union, types.UnionType):
        return [one for part in typing.get_args(annotation) for one in alternatives(part)]
    return [annotation]


def fields(model):
    return {field.alias or name: field for name, field in model.model_fields.items()}


def in_model(model, value, place):
    """Complaints about an object as one of this model."""
    known = fields(model)
    found = [f"{place}.{name} is no field of {model.__name__}" for name in value if name not in known]
    for name, inner in value.items():
        if name in known:
            found += in_type(known[name].annotation, inner, f"{place}.{name}")
    if not found:
        try:
            model.model_validate_json(json.dumps(value), strict=True)
        except ValidationError as error:
            found = [f"{place} as {model.__name__}: {e['loc']} {e['msg']}" for e in error.errors()]
    return found


def in_type(annotation, value, place):
    """Complaints about a value; those of the alternative that comes closest."""
    attempts = []
    for one in alternatives(annotation):
        if isinstance(one, type) and issubclass(one, BaseModel):
            if isinstance(value, dict):
                attempts.append(in_model(one, value, place))
        elif typing.get_origin(one) is list:
            if isinstance(value, list):
                (inner,) = typing.get_args(one)
                complaints = [c for i, v in enumerate(value) for c in in_type(inner, v, f"{place}[{i}]")]
                attempts.append(complaints)
        else:
            try:
                TypeAdapter(one).validate_json(json.dumps(value), strict=True)
                attempts.append([])
            except Exception as error:  # noqa: BLE001: not every annotation can be asked
                attempts.append([f"{place}: {type(error).__name__} as {one}"])
    return min(attempts, key=len) if attempts else [f"{place}: nothing like {value!r} fits"]


def complaints(line):
    model = METHODS.get(line["method"])
    if model is None:
        return [f"{line['method']} is no method"]
    return in_model(model, line["params"], line["method"])


def misspelt(value):
    """Copies of a value, each with one field of some object inside it misspelt."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield {(other + "_" if other == name else other): v for other, v in value.items()}
            for wrong in misspelt(inner):
                yield {**value, name: wrong}
    if isinstance(value, list):
        for at, inner in enumerate(value):
            for wrong in misspelt(inner):
                changed = copy.copy(value)
                changed[at] = wrong
                yield changed


def main(paths):
    wrong = lines = misspellings = 0
    methods = set()
    for path in paths:
        with open(path, encoding="utf-8") as file:
            for text in filter(str.strip, file):
                line = json.loads(text)
                lines += 1
                methods.add(line["method"])
                for complaint in complaints(line):
                    wrong += 1
                    print(complaint)
                for params in misspelt(line["params"]):
                    misspellings += 1
                    if not complaints({**line, "params": params}):
                        wrong += 1
                        print(f"a misspelling was not found: {line['method']} {json.dumps(params)}")
    print(f"{lines} requests of {len(methods)} methods, {misspellings} misspellings: {wrong} wrong")
    if not lines:
        sys.exit("there is nothing to check")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main(sys.argv[1:])
