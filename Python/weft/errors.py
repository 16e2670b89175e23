"""Errors of the library as exceptions."""
from __future__ import annotations

from typing import Optional


class WeftError(ValueError):
    """What the library refuses: a damaged container, an option that does not apply, a layer that cannot run.

    ``name`` is the error's name in weft.h, ``offset`` the byte of the container where there is one.
    """

    def __init__(self, name: str, text: str, offset: Optional[int] = None):
        super().__init__(text or name)
        self.name = name
        self.text = text
        self.offset = offset

    def __reduce__(self):
        return WeftError, (self.name, self.text, self.offset)
