"""The blueprint of one lead's pages, shared by the files that hold them."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("lead", __name__)
