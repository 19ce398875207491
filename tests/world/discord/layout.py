"""What Discord adds to the layout of a message: component ids, defaults, addresses for attachment:// names."""

from collections.abc import Mapping
from itertools import count
from typing import Any

from tests.world.discord.rules import leaves
from tests.world.discord.state import File, Json

DEFAULTS: Mapping[int, Json] = {
    **{select: {"min_values": 1, "max_values": 1} for select in (3, 5, 6, 7, 8)},
    11: {"description": None, "spoiler": False},
    13: {"spoiler": False},
    14: {"spacing": 1, "divider": True},
    17: {"accent_color": None, "spoiler": False},
}


def completed(components: list[Json]) -> list[Json]:
    """Components with ids "generated sequentially" (docs, "Anatomy of a Component") and the defaults of their type."""
    taken = {one["id"] for _, one in leaves(components) if one.get("id")}
    free = (number for number in count(1) if number not in taken)
    for _, one in leaves(components):
        one["id"] = one.get("id") or next(free)
        one.update({key: value for key, value in DEFAULTS.get(one["type"], {}).items() if one.get(key) is None})
    return components


def linked(node: Any, files: Mapping[str, tuple[File, str]]) -> Any:
    """The same layout or embed, with attachment://name replaced by the file's signed address."""
    if isinstance(node, list):
        return [linked(each, files) for each in node]
    if not isinstance(node, dict):
        return node
    made = {key: linked(value, files) for key, value in node.items()}
    url = str(node.get("url", ""))
    name = url.removeprefix("attachment://")
    if name != url and name in files:
        file, address = files[name]
        made |= {"id": str(file.id), "url": address, "proxy_url": address}
    if node.get("type") == 13:
        held = files.get(str(node["file"]["url"]).removeprefix("attachment://"))
        made |= {"name": held[0].filename, "size": held[0].size} if held else {}
    return made
