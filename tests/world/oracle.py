"""
The oracle: holds requests, answers and events against the vendors' own published schemas.

Hides OpenAPI, JSON Schema, and where the files rest (`../shared/spec` beside the repository; never in it).
Promises: `Oracle.load` is None where the folder is absent (the test run prints so); every other thing
it is asked about is counted, and each breach comes back as one readable line.
"""

import json
import math
import re
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

from jsonschema_rs import Draft7Validator, Draft202012Validator, Registry, ValidationError

FOLDER = Path(__file__).resolve().parents[2].parent / "shared" / "spec"
MEDIA = 16  # "Channel Types", docs: GUILD_MEDIA, which the specification leaves out
EVENTS = ("READY", "GUILD_CREATE", "MESSAGE_CREATE", "INTERACTION_CREATE")
COMMAND = 2  # the schema of INTERACTION_CREATE describes commands only
Json = dict[str, Any]
Validator = Draft7Validator | Draft202012Validator


def _loosened(node: Any) -> Any:
    """
    Undo what the generators got wrong.

    Bit sets became lists of their single bits, an intersection of enums became an empty one, each field of
    a forward's snapshot became a whole message instead of a message's field, and Discord takes snowflakes
    as numbers too (discord.py sends them so). Of the types of a message reference only the reply is listed
    ("Message Reference Types", docs: a forward is 1). The codes within a form error are words, not numbers
    (docs, "Error Messages"). Media channels are missing among the types.
    """
    if isinstance(node, list):
        return [_loosened(each) for each in node]
    if not isinstance(node, dict):
        return node
    if node.get("enum") == [0, 2, 4, 5, 13, 14, 15]:
        node = {**node, "enum": [*node["enum"], MEDIA]}
    if node.get("enum") == []:
        node = {key: value for key, value in node.items() if key != "enum"}
    if node.get("format") == "snowflake":
        return {"type": ["string", "integer"], "pattern": node.get("pattern", "")}
    made = {key: _loosened(value) for key, value in node.items()}
    _mend_schemas(made)
    _mend_definitions(made.get("definitions", {}))
    return made


def _mend_schemas(made: Json) -> None:
    """Put right the named schemas of the REST specification, where they stand in this node."""
    if "MessageReferenceType" in made:
        made["MessageReferenceType"] = {"type": "integer", "enum": [0, 1]}
    if "oneOf" in made.get("ChannelTypes", {}):
        made["ChannelTypes"]["oneOf"].append({"const": MEDIA})
    if "InnerErrors" in made:
        said = {"type": "object", "properties": {"code": {"type": "string"}, "message": {"type": "string"}}}
        made["InnerErrors"]["properties"]["_errors"]["items"] = {**said, "required": ["code", "message"]}


def _mend_definitions(definitions: Json) -> None:
    """Put right the definitions of a gateway event's schema."""
    for name, definition in definitions.items():
        if name.endswith("Flags") and definition.get("type") == "number":
            definitions[name] = {"type": "integer", "minimum": 0}
        if name == "APIMessageSnapshotFields":
            whole = definitions.get("APIMessage", {}).get("properties", {})
            definition["properties"] = {field: whole.get(field, {}) for field in definition["properties"]}


@cache
def _events(folder: Path) -> dict[str, Validator]:
    schemas = {name: folder / f"gateway-{name}.schema.json" for name in EVENTS}
    return {name: Draft7Validator(_loosened(json.loads(path.read_text()))) for name, path in schemas.items()}


class Specification:
    """One OpenAPI document, with a validator per schema, built when first needed."""

    def __init__(self, path: Path) -> None:
        self._document: Json = _loosened(json.loads(path.read_text()))
        self._registry = Registry([("spec:", self._document)])
        self._validators: dict[str, Validator] = {}
        self.paths: Json = self._document["paths"]

    def validator(self, pointer: str) -> Validator:
        """The validator of the schema at a JSON pointer."""
        if pointer not in self._validators:
            address = {"$ref": f"spec:#{quote(pointer, safe='/~')}"}
            self._validators[pointer] = Draft202012Validator(address, registry=self._registry)
        return self._validators[pointer]

    def at(self, *steps: str) -> tuple[Any, str]:
        """What is at a path of keys (None if nothing), and its pointer; references are followed."""
        node: Any = self._document
        pointer = ""
        for step in steps:
            while isinstance(node, dict) and "$ref" in node:
                pointer = node["$ref"].removeprefix("#")
                node = self.at(*[_unescaped(part) for part in pointer.split("/")[1:]])[0]
            if not isinstance(node, dict) or step not in node:
                return None, ""
            node, pointer = node[step], f"{pointer}/{step.replace('~', '~0').replace('/', '~1')}"
        return node, pointer


def _unescaped(part: str) -> str:
    return part.replace("~1", "/").replace("~0", "~")


@cache
def _specification(path: Path) -> Specification:
    return Specification(path)


class Oracle:
    """Judges traffic with one vendor; counts what it judged."""

    def __init__(self, specification: Specification, events: dict[str, Validator]) -> None:
        self._specification = specification
        self._events = events
        self.requests_checked = 0
        self.responses_checked = 0
        self.events_checked = 0

    @classmethod
    def load(cls, name: str, folder: Path = FOLDER) -> "Oracle | None":
        """The oracle of a specification file, or None (and why) where the files are not."""
        path = folder / name
        if not path.is_file():
            return None
        return cls(_specification(path), _events(folder) if name.startswith("discord") else {})

    def request(
        self,
        method: str,
        template: str,
        where: dict[str, str],
        query: dict[str, str],
        body: Any,
        kind: str = "application/json",
    ) -> list[str]:
        """Breaches of a request: path values, query, body. Paths the specification doesn't list are not judged here."""
        operation, _ = self._specification.at("paths", template, method.lower())
        if operation is None:
            return []
        self.requests_checked += 1
        title = f"{method} {template}"
        found = []
        shared, pointer = self._specification.at("paths", template, "parameters")
        own, own_pointer = self._specification.at("paths", template, method.lower(), "parameters")
        for group, at in ((shared or [], pointer), (own or [], own_pointer)):
            for index, parameter in enumerate(group):
                values = where if parameter["in"] == "path" else query
                if parameter["in"] in ("path", "query") and parameter["name"] in values:
                    value = _typed(values[parameter["name"]], parameter["schema"].get("type"))
                    found += self._judge(f"{at}/{index}/schema", value, f"{title} {parameter['name']}")
                elif parameter.get("required"):
                    found.append(f"{title}: {parameter['name']} is missing")
        schema, at = self._specification.at("paths", template, method.lower(), "requestBody", "content", kind, "schema")
        if schema is not None:
            found += self._judge(at, body, title)
        elif body is not None:
            found.append(f"{title}: takes no {kind} body")
        return found

    def response(self, method: str, template: str, status: int, body: Any, kind: str = "application/json") -> list[str]:
        """Breaches of an answer of ours."""
        answers = ("paths", template, method.lower(), "responses")
        one = (str(status), f"{status // 100}XX")  # a refusal's shape is told once for all of 4XX
        found = (self._specification.at(*answers, each, "content", kind, "schema") for each in one)
        schema, at = next((each for each in found if each[0] is not None), (None, ""))
        if schema is None:
            return []
        self.responses_checked += 1
        return _judged(self._specification.validator(at), body, f"{method} {template} -> {status}")

    def event(self, name: str, body: Json) -> list[str]:
        """Breaches of a gateway event; of other kinds than the four there is no schema."""
        validator = self._events.get(name)
        if validator is None or (name == "INTERACTION_CREATE" and body["type"] != COMMAND):
            return []
        self.events_checked += 1
        return _judged(validator, body, name)

    def _judge(self, pointer: str, value: Any, title: str) -> list[str]:
        return _judged(self._specification.validator(pointer), value, title)


def _judged(validator: Validator, body: Any, title: str) -> list[str]:
    # Python's JSON has numbers that are none, which the validator takes for null; a test sends them on purpose.
    return _told(validator, body, title) and _told(validator, _finite(body), title)


def _finite(node: Any) -> Any:
    """The same with 0 for every number that is none."""
    if isinstance(node, dict):
        return {key: _finite(value) for key, value in node.items()}
    if isinstance(node, list):
        return [_finite(value) for value in node]
    return 0 if isinstance(node, float) and not math.isfinite(node) else node


def _typed(text: str, kind: Any) -> Any:
    """A value of the address line, as the type its schema names."""
    if kind == "integer" and re.fullmatch(r"-?\d+", text):
        return int(text)
    if kind == "boolean" and text.lower() in ("0", "1", "true", "false"):
        return text.lower() in ("1", "true")
    return text


def _told(validator: Validator, value: Any, title: str) -> list[str]:
    if validator.is_valid(value):
        return []
    found = map(_deepest, validator.iter_errors(value))
    return [f"{title}: {'/'.join(map(str, each.instance_path)) or 'body'}: {each.message[:300]}" for each in found]


def _deepest(error: ValidationError) -> ValidationError:
    """Of several forms that a value could have had, the one it misses by least says what is wrong with it."""
    while forms := [form for form in getattr(error.kind, "context", ()) if form]:
        error = min(forms, key=len)[0]
    return error
