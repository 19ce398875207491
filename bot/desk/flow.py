"""
How much sound a speech server is given at once, learned from when its answers come.

Hides the arithmetic, and knows neither tasks nor the clock: every moment is handed in. Promises: one call may always be
under way; while answers come well within the time a call may take, what is given grows to whatever is asked for; where
they do not, so much is given that more would bring no more words a second. A server that hears one sound after the
other, or all of them slowly side by side, thus has one or two; one that hears many at its own pace has many.

How fast a server is: sound answered for since the call's beginning, by the longer of the time between the answers and
the time between the beginnings (the delivery rate of BBR, Cardwell et al. 2016, so that answers which come together are
not taken for speed). Whether more pays is tried: half as much, or twice as much, and the rates are compared. Limits
that watch the delay alone (Vegas, Netflix's gradient) need the time of a call that waits for nobody; here that depends
on a sound's length, on the server, and on the hour, and a slow hour would be taken for a queue.
"""

from collections import deque
from dataclasses import dataclass, field

_EASY = 6  # divides the time a call may take: answers that come within that part of it are no sign of a queue
_START = 3  # of a server nobody knows: so many times the sound that it hears in that time if it is as fast as people
_KEPT = 0.75  # of the rate is left with half the load: the server had enough to do
_PAYS = 0.5  # exponent: twice the load pays where it brings 1.41 times the words
_MORE = 1.3  # times the load, at least, for a comparison
_RATES = 16  # answers from which the rate is known
_WORSE = 2  # times the wait that was settled for: something has changed
_REST, _LONGEST_REST = 4, 16  # rounds between two tries; the longer, the more often it was no use
_SURE, _TOO_LONG = 6, 1.5  # answers, and times what a call may take, after which nothing more is sent for now
_QUICKEST_S = 0.001


@dataclass(slots=True, eq=False)
class Sent:
    """A call under way: so many ms of sound, and how things stood when it began."""

    number: int
    ms: int
    started_s: float
    in_flight_ms: int  # itself included
    answered_ms: int
    answer_s: float
    first_s: float


@dataclass(slots=True)
class _Round:
    """The calls begun since something was changed, until one is answered that began after another's answer."""

    first: int
    last: int | None = None
    ms: int = 0
    rate: float = 0.0
    is_crowded: bool = False
    is_wanted: bool = False
    answers: int = 0
    since_s: float = 0.0  # the first answer
    since_ms: int = 0  # what was answered after it

    @property
    def wait_s(self) -> float:
        """How long the last of all that was under way had to wait, its own time included."""
        return self.ms / self.rate


@dataclass(frozen=True, slots=True)
class _Trial:
    """What is compared with: so many ms at once gave that rate."""

    ms: int
    rate: float
    is_less: bool


@dataclass(slots=True)
class Flow:
    """
    What one server is given; `timeout_s` is how long a call may take that waits for no other.

    `limit_ms`: no more sound than that is to be under way, but for one call, which always may.
    """

    timeout_s: float
    limit_ms: int = 0
    under_way: dict[int, Sent] = field(default_factory=dict)  # by number, the oldest first
    in_flight_ms: int = 0
    next_number: int = 0
    _answers: deque[tuple[int, float]] = field(default_factory=lambda: deque(maxlen=2_000))
    _answered_ms: int = 0
    _answer_s: float = 0.0
    _first_s: float = 0.0
    _rates: deque[float] = field(default_factory=lambda: deque(maxlen=_RATES))
    _round: _Round = field(default_factory=lambda: _Round(0))
    _trial: _Trial | None = None
    _rest: int = 0
    _next_rest: int = _REST
    _settled_s: float = 0.0

    def __post_init__(self) -> None:
        self.limit_ms = self.limit_ms or int(_START * self.timeout_s * 1000)

    @property
    def _easy_s(self) -> float:
        return self.timeout_s / _EASY

    @property
    def rate(self) -> float | None:
        """Milliseconds of sound a second, lately, at best; None while nothing is known."""
        return max(self._rates, default=None)

    def begin(self, ms: int, now_s: float) -> Sent:
        """A call begins."""
        if not self.under_way:
            self._answer_s = self._first_s = now_s
        self.in_flight_ms += ms
        standing = (self.in_flight_ms, self._answered_ms, self._answer_s, self._first_s)
        sent = self.under_way[self.next_number] = Sent(self.next_number, ms, now_s, *standing)
        self.next_number += 1
        return sent

    def answered(self, sent: Sent, now_s: float, *, is_wanted: bool) -> None:
        """It has been heard; `is_wanted`: others wait to be let in."""
        self._answered_ms += sent.ms
        took_s = max(now_s - sent.answer_s, sent.started_s - sent.first_s, _QUICKEST_S)
        rate = (self._answered_ms - sent.answered_ms) / took_s
        self.over(sent)
        self._answer_s, self._first_s = now_s, sent.started_s
        self._answers.append((sent.number, now_s))
        self._rates.append(rate)
        if now_s - sent.started_s <= self._easy_s:
            self.limit_ms = max(self.limit_ms, int(rate * self._easy_s))
        self._count(sent, rate, now_s, is_wanted=is_wanted)

    def lost(self, sent: Sent, now_s: float) -> None:
        """It was given up, and may be worked on still: it stays under way until it is `over`."""
        if self._answers and now_s - self._answers[-1][1] < self.timeout_s / 2:
            return  # others are answered: it is this call that was lost
        if len(self.under_way) > 1:  # they wait for each other, or for something else: it is slower than it was
            self._rates.clear()
        self._rest, self._next_rest = 0, _REST
        self._change(min(self.limit_ms, sent.in_flight_ms // 2))

    def over(self, sent: Sent) -> None:
        """It is not under way any more."""
        if self.under_way.pop(sent.number, None) is not None:
            self.in_flight_ms -= sent.ms

    def began_s(self, sent: Sent) -> float:
        """When the server can have begun with it, if it takes one after the other."""
        for number, at_s in reversed(self._answers):
            if number < sent.number:
                return max(at_s, sent.started_s)
        return sent.started_s

    def queue_s(self, sent: Sent) -> float:
        """How long others that are under way may keep it waiting; where nothing is known, each as long as it may."""
        others = [other for other in self.under_way.values() if other is not sent]
        if (rate := self.rate) is None:
            return len(others) * self.timeout_s
        return 2 * sum(other.ms for other in others) / rate  # the rate is the best of some

    def working_until_s(self, sent: Sent, now_s: float) -> float:
        """Until when the server may be working on a call that was given up: not much longer than it would take."""
        if (rate := self.rate) is None:
            return now_s + self.timeout_s
        return min(sent.started_s + 2 * sent.in_flight_ms / rate, now_s + self.timeout_s)

    def _count(self, sent: Sent, rate: float, now_s: float, *, is_wanted: bool) -> None:
        this = self._round
        if sent.number < this.first:
            return
        this.ms, this.rate = max(this.ms, sent.in_flight_ms), max(this.rate, rate)
        this.is_crowded |= sent.in_flight_ms > sent.ms
        this.is_wanted |= is_wanted
        this.answers += 1
        if this.last is None:
            this.last, this.since_s = self.next_number, now_s
        else:
            this.since_ms += sent.ms
        if this.answers >= _SURE and self._brakes(this.since_ms / max(now_s - this.since_s, _QUICKEST_S)):
            return
        if sent.number >= this.last or not self.under_way:
            self._round = _Round(self.next_number)
            self._judge(this)

    def _brakes(self, rate: float) -> bool:
        """Whether all that is under way will take far longer than a call may: then no round is waited for."""
        if self.in_flight_ms / rate <= _TOO_LONG * self.timeout_s:
            return False
        self._rates.clear()
        self._rates.append(rate)
        self._change(self._trial.ms if self._trial is not None else int(rate * self._easy_s))
        self._rest = self._next_rest
        return True

    def _judge(self, seen: _Round) -> None:
        """A round is over: what it says about the load."""
        trial, self._trial = self._trial, None
        if trial is None:
            self._look(seen)
        elif trial.is_less:
            if seen.ms > trial.ms / _MORE:  # one sound alone is as much
                self._settle(trial.ms, seen)
            elif seen.rate < trial.rate * _KEPT:
                self._try(trial.ms * 2, _Trial(trial.ms, trial.rate, is_less=False))
            elif seen.wait_s <= self._easy_s or not seen.is_crowded:
                self._settle(self.limit_ms, seen)
        elif seen.ms < trial.ms * _MORE:  # so much is not wanted
            self._settle(self.limit_ms, seen)
        elif seen.rate >= trial.rate * (seen.ms / trial.ms) ** _PAYS:
            self._try(seen.ms * 2, _Trial(seen.ms, seen.rate, is_less=False))
        else:
            self._settle(trial.ms, seen)

    def _look(self, seen: _Round) -> None:
        """Nothing is being tried: whether something should be."""
        if seen.wait_s <= self._easy_s / 2:
            if seen.is_wanted:
                self.limit_ms = max(self.limit_ms, int(seen.rate * self._easy_s))
        elif self._rest and seen.wait_s <= _WORSE * max(self._settled_s, self._easy_s):
            self._rest -= 1
        elif seen.wait_s > self._easy_s and seen.is_crowded:
            self._try(seen.ms // 2, _Trial(seen.ms, seen.rate, is_less=True))
        elif seen.is_wanted:
            self._try(seen.ms * 2, _Trial(seen.ms, seen.rate, is_less=False))

    def _try(self, limit_ms: int, trial: _Trial) -> None:
        self._change(limit_ms)
        self._trial = trial

    def _settle(self, limit_ms: int, seen: _Round) -> None:
        """What there is to find out has been; for a while nothing is tried."""
        self._change(limit_ms)
        self._settled_s = seen.wait_s
        self._rest, self._next_rest = self._next_rest, min(self._next_rest * 2, _LONGEST_REST)

    def _change(self, limit_ms: int) -> None:
        self.limit_ms = max(limit_ms, 1)
        self._trial = None
        self._round = _Round(self.next_number)
