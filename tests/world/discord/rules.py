"""
What Discord refuses although the JSON is well-formed: lengths, counts, names. And how it says so.

Numbers are those of the docs: "Create Message", "Embed Limits", "Component Object", "Application Command Object".
"""

import re
from typing import Any

from tests.world.discord.state import Flag, Json

TEXT_LIMIT = 2000


class Refusal(Exception):
    """An answer of 4xx: HTTP status, Discord's code, its words, wrong places of a form, seconds to wait."""

    def __init__(
        self, status: int, code: int, message: str, errors: Json | None = None, *, retry_after: float | None = None
    ) -> None:
        super().__init__(message)
        self.status = status
        self.retry_after = retry_after
        self.body: Json = {"message": message, "code": code}
        if errors:
            self.body["errors"] = errors
        if retry_after is not None:
            self.body |= {"retry_after": retry_after, "global": False}


def missing_access() -> Refusal:
    """Can't even see the place."""
    return Refusal(403, 50001, "Missing Access")


def missing_permissions() -> Refusal:
    """Sees it, but may not do this."""
    return Refusal(403, 50013, "Missing Permissions")


def unknown(what: str) -> Refusal:
    """404 with the code of the thing that isn't there."""
    codes = {"Channel": 10003, "Guild": 10004, "Member": 10007, "Message": 10008, "User": 10013, "Webhook": 10015}
    return Refusal(404, {**codes, "Interaction": 10062, "Application": 10002}[what], f"Unknown {what}")


class Form:
    """Collects what is wrong with a body, then refuses all of it at once with 50035."""

    def __init__(self) -> None:
        self.errors: Json = {}

    def wrong(self, path: str, code: str, message: str) -> None:
        """Note a fault at a dotted path."""
        at = self.errors
        for step in path.split("."):
            at = at.setdefault(step, {})
        at.setdefault("_errors", []).append({"code": code, "message": message})

    def length(self, path: str, text: Any, most: int, least: int = 0) -> None:
        """Text between `least` and `most` characters (code points); nothing at all counts as empty."""
        size = len(text or "")
        if size > most:
            self.wrong(path, "BASE_TYPE_MAX_LENGTH", f"Must be {most} or fewer in length.")
        elif size < least and size == 0:
            self.wrong(path, "BASE_TYPE_REQUIRED", "This field is required")
        elif size < least:
            self.wrong(path, "BASE_TYPE_MIN_LENGTH", f"Must be {least} or more in length.")

    def count(self, path: str, items: list[Any] | None, most: int, least: int = 0) -> None:
        """As many items as allowed."""
        if not least <= len(items or []) <= most:
            self.wrong(path, "BASE_TYPE_BAD_LENGTH", f"Must be between {least} and {most} in length.")

    def refuse(self) -> None:
        """Raise if anything was wrong."""
        if self.errors:
            raise Refusal(400, 50035, "Invalid Form Body", self.errors)


def check_message(body: Json, flags: int, files: int) -> None:
    """Content, embeds, components, allowed mentions of a message that is sent or edited."""
    form = Form()
    form.length("content", body.get("content"), TEXT_LIMIT)
    form.length("nonce", str(body.get("nonce") or ""), 25)
    form.count("embeds", body.get("embeds"), 10)
    form.count("attachments", body.get("attachments"), 10)
    if files > 10:
        form.wrong("attachments", "BASE_TYPE_MAX_LENGTH", "Must be 10 or fewer in length.")
    for index, embed in enumerate(body.get("embeds") or []):
        check_embed(form, f"embeds.{index}", embed)
    if sum(weight(embed) for embed in body.get("embeds") or []) > 6000:
        form.wrong("embeds", "MAX_EMBED_SIZE_EXCEEDED", "Embed size exceeds maximum size of 6000")
    if flags & Flag.COMPONENTS_V2:
        for field in ("content", "embeds"):
            if body.get(field):
                form.wrong(field, "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2", f"`{field}` is not allowed")
    check_components(form, body.get("components") or [], is_v2=bool(flags & Flag.COMPONENTS_V2))
    mentions = body.get("allowed_mentions") or {}
    for group in ("users", "roles"):
        form.count(f"allowed_mentions.{group}", mentions.get(group), 100)
        if mentions.get(group) and group in (mentions.get("parse") or []):
            form.wrong("allowed_mentions", "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE", f'parse:["{group}"] and {group}')
    form.refuse()


def weight(embed: Json) -> int:
    """Characters of an embed that count towards 6,000."""
    parts = [embed.get("title"), embed.get("description"), (embed.get("footer") or {}).get("text")]
    parts.append((embed.get("author") or {}).get("name"))
    for field in embed.get("fields") or []:
        parts += [field.get("name"), field.get("value")]
    return sum(len(part or "") for part in parts)


def check_embed(form: Form, at: str, embed: Json) -> None:
    """Limits within one embed."""
    form.length(f"{at}.title", embed.get("title"), 256)
    form.length(f"{at}.description", embed.get("description"), 4096)
    form.length(f"{at}.footer.text", (embed.get("footer") or {}).get("text"), 2048)
    form.length(f"{at}.author.name", (embed.get("author") or {}).get("name"), 256)
    form.count(f"{at}.fields", embed.get("fields"), 25)
    for index, field in enumerate(embed.get("fields") or []):
        form.length(f"{at}.fields.{index}.name", field.get("name"), 256, 1)
        form.length(f"{at}.fields.{index}.value", field.get("value"), 1024, 1)


def leaves(components: list[Json], at: str = "components") -> list[tuple[str, Json]]:
    """Every component with its path, however deep."""
    found: list[tuple[str, Json]] = []
    for index, one in enumerate(components):
        found.append((f"{at}.{index}", one))
        found += leaves(one.get("components") or [], f"{at}.{index}.components")
        single = [one[name] for name in ("accessory", "component") if name in one]
        found += leaves(single, f"{at}.{index}.component")
    return found


def check_components(form: Form, components: list[Json], *, is_v2: bool) -> None:
    """Rows, buttons, selects, form fields: counts, lengths, unique ids."""
    form.count("components", components, 40 if is_v2 else 5)
    found = leaves(components)
    ids = [one["custom_id"] for _, one in found if "custom_id" in one]
    for at, one in found:
        if "custom_id" in one:
            form.length(f"{at}.custom_id", one["custom_id"], 100, 1)
            if ids.count(one["custom_id"]) > 1:
                form.wrong(f"{at}.custom_id", "COMPONENT_CUSTOM_ID_DUPLICATED", "Component custom id is duplicated")
        _check_component(form, at, one)


def _check_component(form: Form, at: str, one: Json) -> None:
    match one["type"]:
        case 1:
            row = one.get("components") or []
            form.count(f"{at}.components", row, 5, 1)
            if len(row) > 1 and {child["type"] for child in row} != {2}:
                form.wrong(f"{at}.components", "COMPONENT_LAYOUT_WIDTH_EXCEEDED", "The row is too wide")
        case 2:
            form.length(f"{at}.label", one.get("label"), 80)
            if (one.get("style") == 5) != bool(one.get("url")):
                form.wrong(at, "BUTTON_COMPONENT_INVALID_STYLE", "A url and nothing but a link button go together")
        case 4:
            form.length(f"{at}.label", one.get("label"), 45)
            form.length(f"{at}.value", one.get("value"), 4000)
            form.length(f"{at}.placeholder", one.get("placeholder"), 100)
        case 3 | 5 | 6 | 7 | 8:
            form.length(f"{at}.placeholder", one.get("placeholder"), 150)
            if one["type"] == 3:
                check_choices(form, at, one)
        case 10:
            form.length(f"{at}.content", one.get("content"), 4000, 1)
        case 18:
            form.length(f"{at}.label", one.get("label"), 45, 1)
            form.length(f"{at}.description", one.get("description"), 100)


def check_choices(form: Form, at: str, select: Json) -> None:
    """Options of a string select."""
    options = select.get("options") or []
    form.count(f"{at}.options", options, 25, 1)
    for index, option in enumerate(options):
        form.length(f"{at}.options.{index}.label", option.get("label"), 100, 1)
        form.length(f"{at}.options.{index}.value", option.get("value"), 100, 1)
        form.length(f"{at}.options.{index}.description", option.get("description"), 100)
    if len({option.get("value") for option in options}) < len(options):
        form.wrong(
            f"{at}.options", "SELECT_COMPONENT_OPTION_VALUE_DUPLICATED", "The specified option value is already used"
        )


def check_modal(modal: Json) -> None:
    """A form: title, id, one to five fields."""
    form = Form()
    form.length("data.title", modal.get("title"), 45, 1)
    form.length("data.custom_id", modal.get("custom_id"), 100, 1)
    form.count("data.components", modal.get("components"), 5, 1)
    check_components(form, modal.get("components") or [], is_v2=False)
    form.refuse()


# docs, "Application Command Naming": letters, numbers, - _ ' in any script (Devanagari and Thai with their
# combining marks), lower case where there is one.
NAME = re.compile(r"[-'\u02BC\w\u0900-\u097F\u0E00-\u0E7F]{1,32}")


def check_command(form: Form, at: str, command: Json) -> None:
    """Names, descriptions, options of one application command."""
    if command.get("type") in (2, 3):
        form.length(f"{at}.name", command.get("name"), 32, 1)
        form.length(f"{at}.description", command.get("description"), 0)
        return
    check_named(form, at, command)
    check_options(form, at, command.get("options") or [])


def check_named(form: Form, at: str, one: Json) -> None:
    """A chat command's or an option's name and description, in every language."""
    names = {f"{at}.name": one.get("name"), **_languages(at, "name", one)}
    for path, name in names.items():
        if not NAME.fullmatch(name or "") or name != (name or "").lower():
            form.wrong(path, "APPLICATION_COMMAND_INVALID_NAME", "Command name is invalid")
    texts = {f"{at}.description": one.get("description"), **_languages(at, "description", one)}
    for path, text in texts.items():
        form.length(path, text, 100, 1)


def _languages(at: str, field: str, one: Json) -> Json:
    return {
        f"{at}.{field}_localizations.{lang}": text for lang, text in (one.get(f"{field}_localizations") or {}).items()
    }


def check_options(form: Form, at: str, options: list[Json]) -> None:
    """Options, sub-commands and choices: counts, names, order (required ones first)."""
    form.count(f"{at}.options", options, 25)
    names = [option.get("name") for option in options]
    if len(set(names)) < len(names):
        form.wrong(f"{at}.options", "APPLICATION_COMMAND_OPTIONS_NAME_ALREADY_EXISTS", "Option name already exists")
    asked = [bool(option.get("required")) for option in options]
    if asked != sorted(asked, reverse=True):
        form.wrong(f"{at}.options", "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID", "Required options must be first")
    for index, option in enumerate(options):
        path = f"{at}.options.{index}"
        check_named(form, path, option)
        check_options(form, path, option.get("options") or [])
        form.count(f"{path}.choices", option.get("choices"), 25)
        for place, choice in enumerate(option.get("choices") or []):
            form.length(f"{path}.choices.{place}.name", choice.get("name"), 100, 1)
