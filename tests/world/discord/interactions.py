"""
Interactions: what a command, a press or a form sends to the app, and what the app may answer, when.

Promises the docs' rules ("Receiving and Responding"): the first answer within 3 s (10062 afterwards),
only once (40060), the token for 15 minutes (50027); the first follow-up after a deferral fills the
deferred answer; an app that is only user-installed may follow up five times.
"""

import asyncio
from collections.abc import Sequence

from tests.world.discord import events, messages, wire
from tests.world.discord.messages import Upload
from tests.world.discord.permissions import Permission, allowed
from tests.world.discord.rules import Form, Refusal, check_modal, unknown
from tests.world.discord.state import Channel, Event, Flag, Interaction, Json, Member, Message, User, World

IN_DM = Permission.ATTACH_FILES | Permission.EMBED_LINKS | Permission.MENTION_EVERYONE
TOKEN_MS = 15 * 60_000
COMMAND, COMPONENT, AUTOCOMPLETE, FORM = 2, 3, 4, 5


def owners(user: User, channel: Channel, types: Sequence[int] = (0, 1)) -> dict[str, str]:
    """By whose installation the app may act here: the guild's (0), the user's (1)."""
    found: dict[str, str] = {}
    if 0 in types and channel.guild is not None and channel.guild.has_bot:
        found["0"] = str(channel.guild.id)
    if 0 in types and channel.guild is None and channel.world.bot in channel.recipients:
        found["0"] = "0"
    if 1 in types and user.installed:
        found["1"] = str(user.id)
    return found


def context(channel: Channel) -> int:
    """0 in a guild, 1 in the app's own DM, 2 in anybody else's ("Interaction Contexts")."""
    if channel.guild is not None:
        return 0
    return 1 if channel.world.bot in channel.recipients else 2


def start(
    world: World,
    user: User,
    channel: Channel,
    kind: int,
    data: Json,
    *,
    by: dict[str, str],
    message: Message | None = None,
) -> Interaction:
    """Send an interaction to the app."""
    made = world.clock.snowflake()
    now = world.clock.now_ms()
    one = Interaction(made, f"token-{made:x}", kind, user, channel, now, by, data.get("name"), message)
    guild = channel.guild
    member = guild.members.get(user.id) if guild else None
    bot = guild.members.get(world.bot.id) if guild else None
    # docs: in DMs an app may attach files, embed links and mention everyone
    rights = str(int(IN_DM)) if guild is None else wire.permissions(bot, channel)
    if guild is not None and "0" not in by:
        one.forced_ephemeral = not allowed(member, channel) & Permission.USE_EXTERNAL_APPS
    world.interactions[one.token] = one
    body: Json = {
        "id": str(one.id),
        "application_id": str(world.bot.id),
        "type": kind,
        "token": one.token,
        "version": 1,
        "data": data,
        "channel_id": str(channel.id),
        "channel": wire.channel(channel),
        "context": context(channel),
        "locale": user.locale,
        "app_permissions": rights,
        "entitlements": [],
        "authorizing_integration_owners": by,
        "attachment_size_limit": wire.SIZE_LIMIT,
    }
    if guild is not None and member is not None:
        body["guild_id"] = str(guild.id)
        body["guild_locale"] = guild.locale
        body["guild"] = {"id": str(guild.id), "locale": guild.locale, "features": []}
        body["member"] = interacting(member, channel)
    else:
        body["user"] = wire.user(user)
    if message is not None:
        body["message"] = wire.message(message)
    world.emit(Event("INTERACTION_CREATE", body, 0, guild, channel))
    # A little later than that: the loop's clock and the world's do not tick together.
    asyncio.get_running_loop().call_later(world.answer_ms / 1000 + 0.05, world.clock.bell.ring)
    return one


def interacting(member: Member, channel: Channel) -> Json:
    """The member of an interaction: with their computed permissions."""
    return {**wire.member(member), "user": wire.user(member.user), "permissions": wire.permissions(member, channel)}


def failed(one: Interaction) -> bool:
    """Whether the person reads "The application did not respond"."""
    world = one.channel.world
    return one.callback is None and world.clock.now_ms() - one.created_ms > world.answer_ms


def answer(
    world: World, interaction_id: int, token: str, body: Json, uploads: Sequence[Upload]
) -> tuple[Interaction, Message | None]:
    """The first answer ("Create Interaction Response")."""
    one = world.interactions.get(token)
    if one is None or one.id != interaction_id or failed(one):
        raise unknown("Interaction")
    if one.callback is not None:
        raise Refusal(400, 40060, "Interaction has already been acknowledged.")
    kind, data = body.get("type"), body.get("data") or {}
    message: Message | None = None
    match kind:
        case 4:
            message = one.original = _say(one, data, uploads)
        case 5:
            message = one.original = _say(one, {}, (), flags=Flag.LOADING | (data.get("flags") or 0) & Flag.EPHEMERAL)
        case 6 if one.message is not None:
            message = one.original = one.message
        case 7 if one.message is not None:
            message = one.original = messages.edit(one.message, data, uploads)
        case 8 if one.type == AUTOCOMPLETE:
            one.choices = _choices(data)
        case 9 if one.type != FORM:
            check_modal(data)
            one.modal = data
        case _:
            form = Form()
            form.wrong(
                "type", "INTERACTION_CALLBACK_TYPE_INVALID", f"{kind} doesn't answer an interaction of type {one.type}"
            )
            form.refuse()
    one.callback = kind
    world.clock.bell.ring()
    return one, message


def _choices(data: Json) -> list[Json]:
    form = Form()
    choices: list[Json] = data.get("choices") or []
    form.count("data.choices", choices, 25)
    for index, choice in enumerate(choices):
        form.length(f"data.choices.{index}.name", choice.get("name"), 100, 1)
        if isinstance(choice.get("value"), str):
            form.length(f"data.choices.{index}.value", choice["value"], 100)
    form.refuse()
    return choices


def _say(
    one: Interaction, data: Json, uploads: Sequence[Upload], *, flags: int = 0, answers: Message | None = None
) -> Message:
    flags |= (data.get("flags") or 0) & Flag.EPHEMERAL
    if one.forced_ephemeral:
        flags |= Flag.EPHEMERAL
    world = one.channel.world
    return messages.post(world, world.bot, one.channel, data, uploads, interaction=one, flags=flags, answers=answers)


def receipt(one: Interaction, message: Message | None) -> Json:
    """What `with_response=1` returns ("Interaction Callback Response Object")."""
    shape: Json = {"interaction": {"id": str(one.id), "type": one.type, **events.place(one.channel)}}
    if message is not None:
        shape["interaction"] |= {
            "response_message_id": str(message.id),
            "response_message_loading": message.thinking,
            "response_message_ephemeral": wire.is_ephemeral(message),
        }
    if one.callback in (4, 7) and message is not None:
        shape["resource"] = {"type": one.callback, "message": wire.message(message)}
    return shape


def held(world: World, application_id: int, token: str) -> Interaction:
    """The interaction whose token still works as a webhook's."""
    one = world.interactions.get(token)
    if one is None or application_id != world.bot.id or one.callback is None:
        raise unknown("Webhook")
    if world.clock.now_ms() - one.created_ms > TOKEN_MS:
        raise Refusal(401, 50027, "Invalid Webhook Token")
    return one


def follow_up(one: Interaction, body: Json, uploads: Sequence[Upload]) -> Message:
    """Another message; directly after a deferral, the deferred one is filled instead."""
    if one.callback == 5 and one.original is not None and one.original.thinking:
        own_message(one, "@original")  # docs: it "will function as Edit Original Interaction Response"
        return messages.edit(one.original, body, uploads)
    if "0" not in one.owners and len(one.followups) >= 5:
        raise Refusal(400, 40094, "This interaction has reached the maximum number of follow-up messages.")
    message = _say(one, body, uploads, answers=one.original)
    one.followups.append(message)
    one.channel.world.clock.bell.ring()
    return message


def own_message(one: Interaction, which: str) -> Message:
    """A message this token may read, change, delete: its original answer or a follow-up."""
    mine = one.original if which == "@original" else None
    for message in (one.original, *one.followups):
        if message is not None and which == str(message.id):
            mine = message
    if mine is None or mine.id not in mine.channel.messages:
        raise unknown("Message")
    return mine
