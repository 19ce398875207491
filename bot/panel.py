"""
The panel on which the people who manage a server decide, and its two forms.

Hides Discord's layouts. Promises: each control stands below a line that names it and shows what holds now, for eyes
and for screen readers alike; the ids of the controls carry the channel they are about, so a panel works after a
restart; lists what `choices` can keep and nothing else, and takes nothing that it does not list: what arrives may be
forged, or older than the lists.
"""

import re
from collections.abc import Callable, Collection, Sequence
from typing import Any

import discord

from bot.choices import KINDS, MOST_TERMS, Choice, Mode, Place, Slip
from bot.words import Words

# What a press says: what it is about, and in which channel (0: the whole server).
PANEL = r"set:(?P<what>[a-z_]+):(?P<channel>\d+)"
FORM = r"form:(?P<what>[a-z]+):(?P<channel>\d+)"
FOLLOW = "follow"  # the option that takes a channel's decision back

_MOST_ROLES = 25
_MINUTE_MS = 60_000
_TEXT_CHANNELS = [discord.ChannelType.text, discord.ChannelType.news, discord.ChannelType.public_thread]
POSTABLE = frozenset(kind.value for kind in _TEXT_CHANNELS)
"""The types of channels that the panel offers."""
CHANNELS = ("other_channel_id", "alerts_channel_id")
"""What is decided by choosing a channel; `role_ids` is decided by choosing roles."""
_OPTIONS: dict[str, Sequence[str]] = {
    "mode": list(Mode),
    "kinds": KINDS,
    "place": list(Place),
    "locale": Words.locales,
}
_OF_SERVERS = ("alerts_channel_id", "locale", "zone")


class Panel(discord.ui.LayoutView):
    """
    One server's or one channel's decisions; `own` are those made right there, `here` is the channel around it.

    `zone_from_ms` is when a time zone that was chosen begins to count, if it does not yet.
    """

    def __init__(
        self,
        choice: Choice,
        own: Collection[str],
        channel_id: int,
        here: int,
        words: Words,
        *,
        zone_from_ms: int | None = None,
    ) -> None:
        super().__init__(timeout=None)
        self._choice = choice
        self._own = own
        self._channel_id = channel_id
        self._words = words
        self._zone_from_ms = zone_from_ms
        self._title(here)
        self._options("mode", _OPTIONS["mode"], [choice.mode])
        self._options("kinds", _OPTIONS["kinds"], choice.kinds, most=len(KINDS))
        self._options("place", _OPTIONS["place"], [choice.place])
        if choice.place is Place.CHANNEL:
            self._channels("other_channel_id", choice.other_channel_id)
        self._roles()
        if not channel_id:
            self._channels("alerts_channel_id", choice.alerts_channel_id)
            self._options("locale", [FOLLOW, *_OPTIONS["locale"]], [choice.locale or FOLLOW])
        self._forms()
        self.stop()  # discord.py would remember every view it sends; presses reach us by their ids

    def _title(self, here: int) -> None:
        words = self._words
        if self._channel_id:
            text = words("settings.title.channel", channel=f"<#{self._channel_id}>")
        else:
            text = words("settings.title.server")
        self.add_item(discord.ui.TextDisplay(f"## {text}\n{words('settings.saved_at_once')}"))
        other = 0 if self._channel_id else here
        row: discord.ui.ActionRow[Any] = discord.ui.ActionRow()
        row.add_item(self._button("show", other, "settings.show.server" if not other else "settings.show.channel"))
        if self._channel_id and self._own:
            row.add_item(self._button("reset", self._channel_id, "settings.follow_server"))
        self.add_item(row)

    def _options(self, what: str, values: Sequence[str], chosen: Collection[str], *, most: int = 1) -> None:
        """A select of named values; in a channel also: as in the whole server."""
        follows = self._channel_id and what not in self._own
        shown = [] if not self._channel_id else [FOLLOW]
        options = [
            discord.SelectOption(
                label=self._words(f"settings.{what}.{value}"),
                value=value,
                default=value == FOLLOW if follows else value in chosen,
            )
            for value in [*shown, *values]
        ]
        select: discord.ui.Select[Any] = discord.ui.Select(
            custom_id=self._id(what), options=options, max_values=most, placeholder=self._words(f"settings.{what}.name")
        )
        now = ", ".join(self._words(f"settings.{what}.{value}") for value in values if value in chosen)
        self._labelled(what, now, select)

    def _channels(self, what: str, chosen: int | None) -> None:
        select: discord.ui.ChannelSelect[Any] = discord.ui.ChannelSelect(
            custom_id=self._id(what),
            channel_types=_TEXT_CHANNELS,
            placeholder=self._words(f"settings.{what}.name"),
            min_values=0,
            default_values=[discord.Object(chosen)] if chosen else [],
        )
        self._labelled(what, f"<#{chosen}>" if chosen else self._words("settings.none"), select)

    def _roles(self) -> None:
        chosen = self._choice.role_ids
        select: discord.ui.RoleSelect[Any] = discord.ui.RoleSelect(
            custom_id=self._id("role_ids"),
            placeholder=self._words("settings.role_ids.name"),
            min_values=0,
            max_values=_MOST_ROLES,
            default_values=[discord.Object(role_id) for role_id in chosen],
        )
        now = ", ".join(f"<@&{role_id}>" for role_id in chosen) or self._words("settings.everybody")
        self._labelled("role_ids", now, select)

    def _forms(self) -> None:
        """What is typed, not chosen: shown as text, changed in a form."""
        choice, words = self._choice, self._words
        least, most = clock(choice.least_ms), clock(choice.most_ms or 0)
        bounds = "any" if not choice.least_ms else "least"
        if choice.most_ms is not None:
            bounds = "both" if choice.least_ms else "most"
        names = discord.utils.escape_markdown(", ".join(choice.vocabulary))
        lines = [
            words(f"settings.lengths.{bounds}", least=least, most=most),
            words("settings.hints.now", languages=", ".join(choice.languages) or words("settings.any")),
            words(
                "settings.hints.names",
                names=names or words("settings.none"),
            ),
        ]
        if not self._channel_id:
            zone = choice.zone or words("settings.zone.default")
            if self._zone_from_ms is not None:
                zone = words("settings.zone.from", zone=zone, when=f"<t:{self._zone_from_ms // 1000}:f>")
            lines.append(words("settings.zone.now", zone=zone))
        self.add_item(discord.ui.TextDisplay("\n".join(lines)))
        row: discord.ui.ActionRow[Any] = discord.ui.ActionRow()
        row.add_item(self._button("lengths", self._channel_id, "settings.lengths.change"))
        row.add_item(self._button("hints", self._channel_id, "settings.hints.change"))
        if not self._channel_id:
            row.add_item(self._button("zone", 0, "settings.zone.change"))
        self.add_item(row)

    def _labelled(self, what: str, now: str, control: discord.ui.Item[Any]) -> None:
        text = f"**{self._words(f'settings.{what}.name')}**: {now or self._words('settings.none')}"
        self.add_item(discord.ui.TextDisplay(text))
        row: discord.ui.ActionRow[Any] = discord.ui.ActionRow()
        row.add_item(control)
        self.add_item(row)

    def _button(self, what: str, channel_id: int, key: str) -> discord.ui.Button[Any]:
        return discord.ui.Button(label=self._words(key), custom_id=f"set:{what}:{channel_id}")

    def _id(self, what: str) -> str:
        return f"set:{what}:{self._channel_id}"


def chosen_value(what: str, channel_id: int, chosen: Sequence[str]) -> Any:
    """
    What a select of that panel says, as it is decided; None takes a decision back.

    Ids of channels and roles are numbers here and no more: whose they are is for the caller to ask. Raises Slip for
    everything that the panel offers nobody.
    """
    if channel_id and what in _OF_SERVERS:
        raise Slip("not_offered")
    if what in CHANNELS or what == "role_ids":
        if not all(re.fullmatch(r"\d{1,19}", one, re.ASCII) for one in chosen):
            raise Slip("not_offered")
        ids = [int(one) for one in chosen]
        if what == "role_ids" and len(ids) <= _MOST_ROLES:
            return ids
        if what in CHANNELS and len(ids) <= 1:
            return ids[0] if ids else None
        raise Slip("not_offered")
    options = _OPTIONS.get(what, ())
    if FOLLOW in chosen and options and (channel_id or what == "locale"):
        return None
    if not chosen or not set(chosen) <= set(options) or (what != "kinds" and len(chosen) > 1):
        raise Slip("not_offered")
    return list(chosen) if what == "kinds" else chosen[0]


def typed_fields(what: str, channel_id: int, written: Collection[str]) -> None:
    """Raises Slip where a form has a field that `form_of` gives it nowhere."""
    if (channel_id and what in _OF_SERVERS) or not set(written) <= {name for name, _, _ in _fields(what, Choice())}:
        raise Slip("not_offered")


def form_of(what: str, choice: Choice, channel_id: int, words: Words) -> discord.ui.Modal:
    """The form for lengths, for hints or for the time zone; its fields are named like what they decide."""
    form = discord.ui.Modal(title=words(f"settings.{what}.title"), custom_id=f"form:{what}:{channel_id}", timeout=900)
    for name, shown, most in _fields(what, choice):
        field: discord.ui.TextInput[Any] = discord.ui.TextInput(
            custom_id=name,
            style=discord.TextStyle.paragraph if name == "vocabulary" else discord.TextStyle.short,
            default=shown,
            required=False,
            max_length=most,
        )
        label = discord.ui.Label(
            text=words(f"settings.{what}.{name}"), description=words(f"settings.{what}.{name}_help"), component=field
        )
        form.add_item(label)
    return form


def _fields(what: str, choice: Choice) -> list[tuple[str, str, int]]:
    fields: dict[str, Callable[[], list[tuple[str, str, int]]]] = {
        "lengths": lambda: [
            ("least_ms", clock(choice.least_ms) if choice.least_ms else "", 10),
            ("most_ms", clock(choice.most_ms) if choice.most_ms is not None else "", 10),
        ],
        "hints": lambda: [
            ("languages", ", ".join(choice.languages), 60),
            ("vocabulary", "\n".join(choice.vocabulary), MOST_TERMS * 61),
        ],
        "zone": lambda: [("zone", choice.zone or "", 60)],
    }
    return fields[what]() if what in fields else []


def clock(ms: int) -> str:
    """Minutes and seconds, as the form takes them back."""
    return f"{ms // _MINUTE_MS}:{ms % _MINUTE_MS // 1000:02}"
