"""Pages of tokens: my own, made and revoked; everybody's for the administrator."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from flask import Blueprint, redirect, request, url_for

from crm.accounts.forms_tokens import TokenForm
from crm.accounts.operations_tokens import make_token, revoke_token
from crm.accounts.queries_tokens import TokenRow, tokens
from crm.accounts.rules_tokens import SCOPES
from crm.core.clock import now, today
from crm.core.errors import Refusal
from crm.core.forms import check
from crm.core.web import actor, needs, page, refuse_into, say_done
from crm.core.words import gettext as _

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

blueprint = Blueprint("tokens", __name__)
USUAL_DAYS = 180


def _shown(rows: list[TokenRow]) -> list[dict[str, Any]]:
    day = today()
    return [{"row": row, "living": row.living(day), "scopes": [SCOPES[code] for code in row.scopes]} for row in rows]


@blueprint.route("/me/tokens", methods=["GET", "POST"])
@needs("self")
def mine() -> Any:
    """Show my tokens and make one; the token stands on the answer once and nowhere else."""
    form = TokenForm(request.form, data={"expires_on": today() + timedelta(days=USUAL_DAYS)})
    form.offer()
    status, token = 200, ""
    if request.method == "POST":
        try:
            values = check(form)
            _id, token = make_token(values["name"], values["scopes"], values["expires_on"], by=actor(), at=now())
        except Refusal as refusal:
            refuse_into(form, Refusal([item for item in refusal.findings if item.field not in form.errors]))
            status = refusal.status
        else:
            form = TokenForm(data={"expires_on": today() + timedelta(days=USUAL_DAYS)})
            form.offer()
    rows = _shown(tokens(person_id=actor().person_id))
    return page("api/tokens.html", status=status, form=form, rows=rows, token=token, everybody=False)


@blueprint.post("/me/tokens/<int:token_id>/revoke")
@needs("self")
def revoke(token_id: int) -> Response:
    """Revoke one of my tokens."""
    revoke_token(token_id, by=actor(), at=now())
    say_done(_("The token is revoked: nothing gets in with it any more."))
    return redirect(url_for(".mine"))


@blueprint.get("/settings/tokens")
@needs("account.manage")
def everybody() -> Any:
    """Show everybody's tokens."""
    return page("api/tokens.html", form=None, rows=_shown(tokens()), token="", everybody=True)


@blueprint.post("/settings/tokens/<int:token_id>/revoke")
@needs("account.manage")
def revoke_anyones(token_id: int) -> Response:
    """Revoke anybody's token."""
    revoke_token(token_id, by=actor(), at=now())
    say_done(_("The token is revoked: nothing gets in with it any more."))
    return redirect(url_for(".everybody"))
