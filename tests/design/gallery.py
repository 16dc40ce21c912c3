"""A small app that shows every part of the design on one page, under the strict CSP, for eyes and for axe."""

from __future__ import annotations

import argparse
import datetime as dt
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from babel.messages.pofile import read_po
from flask import Flask, Response, get_flashed_messages, render_template, url_for
from jinja2 import ChoiceLoader, FileSystemLoader, StrictUndefined
from wtforms import (
    BooleanField,
    DateField,
    FileField,
    Form,
    IntegerField,
    PasswordField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired

from crm.core.charts import Line, bars, columns, curves

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).resolve().parents[2]
FEN_PER_WAN = 1_000_000
SHELL_PLACES = {
    "leads.index": "/leads", "pipeline.board": "/board", "landing.desk": "/verify", "cadres.index": "/cadres",
    "intake.index": "/import", "reports.index": "/reports", "web.settings": "/settings", "jobs.index": "/work",
    "accounts.me": "/me", "accounts.password": "/password", "accounts.logout": "/logout", "web.language": "/language",
}  # fmt: skip
NAV = [
    ("leads.index", "Projects", "list-details", True, "projects"),
    ("landing.desk", "Verify", "shield-check", False, "projects"),
    ("cadres.index", "Cadres", "users", False, "people"),
    ("intake.index", "Import", "file-import", False, "people"),
    ("reports.index", "Reports", "chart-bar", False, "reports"),
    ("web.settings", "Settings", "settings", False, "reports"),
]
STAGES = [
    ("lead", "线索"), ("qualified", "研判"), ("negotiating", "在谈"), ("signed", "签约"),
    ("started", "开工"), ("producing", "投产"), ("at_capacity", "达产"),
]  # fmt: skip


class GalleryForm(Form):
    """One field of each kind, so that labels, units, hints and errors are all on show."""

    name = StringField("项目名称", [InputRequired("请填写项目名称")])
    amount = StringField("总投资")
    park = SelectField("落地园区", choices=[("", "未定"), ("P1", "北工业园区")], validate_choice=False)
    signed_on = DateField("签约时间")
    jobs = IntegerField("就业人数")
    content = TextAreaField("建设内容")
    large = BooleanField("用地或用能较大")
    kind = RadioField("建设性质", choices=[("new", "新建"), ("expand", "扩建"), ("renew", "技改")])
    password = PasswordField("密码")
    proof = FileField("营业执照")

    @property
    def form_errors_shown(self) -> bool:
        """Say whether the page should show the summary of errors."""
        return bool(self.errors)


def translator(words: list[Path]) -> Callable[[str], str]:
    """Read catalogues into a function from message id to Chinese; ids without words stay English."""
    known: dict[str, str] = {}
    for path in words:
        with path.open("rb") as source:
            for message in read_po(source):
                pair = message.id if isinstance(message.id, tuple) else (message.id, message.id)
                answer = message.string if isinstance(message.string, tuple) else (message.string,)
                if answer[0]:
                    known.update({str(one): str(answer[0]) for one in pair})
    return lambda text: known.get(text, text)


def show_wan(fen: int | None) -> str:
    """Show fen as 万元, as the product's filter does."""
    return "—" if fen is None else f"{fen // FEN_PER_WAN:,}"


def _prepare_words(app: Flask, words: list[Path], lang: str) -> None:
    say = translator(words) if lang != "en" else str
    app.config["SAY"] = say
    app.jinja_env.add_extension("jinja2.ext.i18n")
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]
        say, lambda one, many, number: say(one) if number == 1 else say(many), newstyle=True
    )


def build(words: list[Path], lang: str = "zh-CN", sheets: Path | None = None) -> Flask:
    """Make the app: the real templates and static files, invented data, and a policy without inline code."""
    app = Flask("gallery", static_folder=str(ROOT / "static"), template_folder=str(ROOT / "templates"))
    app.secret_key = "gallery"
    places = [FileSystemLoader(ROOT / "templates"), FileSystemLoader(Path(__file__).parent)]
    app.jinja_env.loader = ChoiceLoader(places + ([FileSystemLoader(sheets)] if sheets else []))
    app.jinja_env.undefined = StrictUndefined
    _prepare_words(app, words, lang)
    app.jinja_env.globals.update(
        static=lambda path: url_for("static", filename=path), csrf_token=lambda: "token",
        get_flashed_messages=get_flashed_messages,
    )  # fmt: skip
    app.jinja_env.filters.update(
        wan=show_wan, day=lambda day: day.isoformat() if day else "—",
        moment=lambda at: f"{at:%Y-%m-%d %H:%M}", mu=lambda area: "—" if area is None else f"{area / 100:,.2f}",
        words=str, mask_phone=lambda phone: f"{phone[:3]}****{phone[-4:]}",
    )  # fmt: skip
    app.context_processor(lambda: _surroundings(app, lang))
    app.after_request(_strict)
    for endpoint, path in SHELL_PLACES.items():
        app.add_url_rule(path, endpoint=endpoint, view_func=lambda **_: "", methods=["GET", "POST"])
    app.add_url_rule("/", endpoint="gallery", view_func=show_gallery)
    return app


def _surroundings(app: Flask, lang: str) -> dict[str, Any]:
    say = app.config["SAY"]
    person = SimpleNamespace(name="李明", role_labels=["招商专员"], unit_name="投资促进科")
    links = [
        SimpleNamespace(href=url_for(endpoint), label=say(label), icon=icon, active=active, waiting="", group=group)
        for endpoint, label, icon, active, group in NAV
    ]
    groups = [(name, [link for link in links if link.group == name]) for name in ("projects", "people", "reports")]
    nav = SimpleNamespace(home="/", side=groups, dock=links[:4], more=groups[2:])
    return {"viewer": person, "nav": nav, "sample_mode": True, "bureau_name": "西昌市投资促进局",
            "lang": lang, "today": "2026-11-23"}  # fmt: skip


def _strict(response: Response) -> Response:
    response.headers["Content-Security-Policy"] = "default-src 'self'; frame-ancestors 'self'; form-action 'self'"
    return response


def show_gallery() -> str:
    """Render the page of parts with one form in order and one refused."""
    refused = GalleryForm(data={})
    refused.validate()
    entries = [
        SimpleNamespace(when="2026-11-20 10:12", who="李明", text="推进到签约", tone="strong", changes=[]),
        SimpleNamespace(when="2026-11-02 16:40", who="王芳", text="修改了资金", tone="",
                        changes=[SimpleNamespace(name="总投资", old="10,000 万元", new="12,000 万元")]),
    ]  # fmt: skip
    months = ["9月", "10月", "11月"]
    drawn = {
        "bars": bars(["线索", "在谈", "签约"], [Line("项目", [63, 41, 12], ["/leads?stage=lead", "/leads", ""])], unit="个"),
        "curves": curves(months, [Line("合同", [3200, None, 5100]), Line("到位", [800, 1200, 1300])], unit="万元"),
        "columns": columns(months, [Line("签约", [3, 4, 2]), Line("落地", [1, 0, 2], colour="good")], stacked=True),
    }
    gaps = [SimpleNamespace(text="正式合同（日期、金额）", link="#money"), SimpleNamespace(text="准入评分", link=None)]
    return render_template("gallery.html", form=GalleryForm(data={"amount": "12000"}), refused=refused,
                           stages=STAGES, entries=entries, gaps=gaps, drawn=drawn, day=dt.date(2026, 11, 23))  # fmt: skip


def main() -> None:
    """Serve the gallery on a local port."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--words", type=Path, nargs="*", default=[])
    parser.add_argument("--lang", default="zh-CN")
    parser.add_argument("--port", type=int, default=8099)
    chosen = parser.parse_args()
    build(chosen.words, chosen.lang).run(port=chosen.port)


if __name__ == "__main__":
    main()
