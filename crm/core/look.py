"""While one page is looked at, the same question is asked once; outside a look every question is asked anew."""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

Asked = ParamSpec("Asked")
Told = TypeVar("Told")
_answers: ContextVar[dict[Any, Any] | None] = ContextVar("answers", default=None)


@contextmanager
def look() -> Iterator[None]:
    """Keep answers for the time of a page that only reads; no operation may run inside."""
    token = _answers.set({})
    try:
        yield
    finally:
        _answers.reset(token)


def once_a_look(question: Callable[Asked, Told]) -> Callable[Asked, Told]:
    """Let a question be asked once in a look; its rows are frozen, and nobody changes the list that holds them."""

    @wraps(question)
    def asked(*args: Asked.args, **named: Asked.kwargs) -> Told:
        known = _answers.get()
        if known is None:
            return question(*args, **named)
        key = (question, args, tuple(sorted(named.items())))
        if key not in known:
            known[key] = question(*args, **named)
        answer: Told = known[key]
        return answer

    return asked
