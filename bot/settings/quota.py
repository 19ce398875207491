"""What a month may hold; and what every section of the settings has in common."""

from decimal import Decimal
from typing import Annotated

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from bot.settings.values import absent, number, time_zone, web_address

Int = Annotated[int, BeforeValidator(number)]


class Section(BaseModel):
    """One section: frozen, and nothing in it that we do not know."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


_ServerId = Annotated[Int, Field(ge=1, lt=2**63)]  # Discord: "Snowflakes"


class Quota(Section):
    """What a month may hold."""

    guild_minutes: Annotated[Int, Field(ge=0, le=10_000_000)] = 60
    member_minutes: Annotated[Int, Field(ge=0, le=10_000_000)] = 0
    confirmed_servers: Annotated[tuple[_ServerId, ...], Field(description="a list of servers' ids")] = ()
    strangers_percent: Annotated[Int, Field(ge=0, le=100)] = 25
    direct_minutes: Annotated[
        Annotated[Int, Field(ge=0, le=10_000_000)] | None,
        BeforeValidator(absent),
        Field(description="a whole number from 0 to 10000000, or nothing"),
    ] = None
    direct_percent: Annotated[Int, Field(ge=0, le=100)] = 10
    host_minutes: Annotated[Int, Field(ge=0, le=100_000_000)] = 0
    host_usd: Annotated[Decimal, BeforeValidator(number), Field(ge=0, le=1_000_000, decimal_places=6)] = Decimal(5)
    timezone: Annotated[str, AfterValidator(time_zone)] = "UTC"
    policy_url: Annotated[Annotated[str, AfterValidator(web_address)] | None, BeforeValidator(absent)] = None
    repeat_hours: Annotated[Int, Field(ge=0, le=8_760)] = 24
    alerts: Annotated[tuple[Annotated[Int, Field(ge=1, le=100)], ...], Field(description="percents of a month")] = (
        50,
        80,
        100,
    )

    @property
    def guild_ms(self) -> int:
        """A guild's month in milliseconds."""
        return self.guild_minutes * 60_000

    @property
    def direct_ms(self) -> int:
        """What one person may use outside of servers, in milliseconds; unless set, as much as a server."""
        return self.guild_ms if self.direct_minutes is None else self.direct_minutes * 60_000

    @property
    def member_ms(self) -> int | None:
        """A member's share in milliseconds; None: as much as the guild."""
        return self.member_minutes * 60_000 or None

    @property
    def host_ms(self) -> int | None:
        """The host's month in milliseconds; None: only dollars count."""
        return self.host_minutes * 60_000 or None

    @property
    def repeat_ms(self) -> int:
        """For how long the same sound is answered by quoting, in milliseconds; 0: never."""
        return self.repeat_hours * 3_600_000

    @property
    def host_usd_micros(self) -> int:
        """The host's month in micro-dollars."""
        return int(self.host_usd * 1_000_000)
