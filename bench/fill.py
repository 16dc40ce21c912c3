"""Fills an empty data folder with N invented leads, straight into the tables (a bench is no office)."""

from __future__ import annotations

import random
import time
from datetime import timedelta

from crm.accounts.operations import add_person, add_unit, pinyin_key
from crm.core.actor import SYSTEM
from crm.core.clock import now, today
from crm.core.db import database, is_sqlite
from crm.leads.models import Lead
from crm.leads.rules import STAGES
from crm.leads.rules_names import company_key, name_key
from crm.leads.search import bigrams
from crm.profile.operations import found_bureau

PLACES = [
    "安宁",
    "邛海",
    "泸山",
    "螺髻",
    "月城",
    "航天",
    "火把",
    "索玛",
    "建昌",
    "大箐",
    "礼州",
    "黄联",
    "川兴",
    "海南",
    "高枧",
    "西郊",
    "太和",
    "经久",
    "裕隆",
    "阿七",
]
GOODS = [
    "钒电解液",
    "海绵钛",
    "钛白粉",
    "铜箔",
    "铝型材",
    "光伏组件",
    "风电塔筒",
    "储能系统",
    "苦荞食品",
    "洋葱脱水",
    "葡萄酒",
    "花椒精油",
    "中药饮片",
    "冷链物流",
    "公路港",
    "度假酒店",
    "研学营地",
    "会议中心",
    "预制菜",
    "饲料",
]
FORMS = ["扩建", "二期", "产业园", "基地", "加工厂", "示范线", "综合体", "中心", "生产线", "提升"]
BATCH = 1000
UNITS = 6


def fill(count: int, seed: int = 7) -> tuple[int, int]:
    """Write `count` leads and return the ids of an officer and of a leader."""
    dice = random.Random(seed)
    moment = now()
    found_bureau("测试局", "real", by=SYSTEM, at=moment)
    units = [add_unit(f"u{n}", f"测试单位{n}", "other", by=SYSTEM, at=moment) for n in range(UNITS)]
    officer = add_person(
        "officer",
        "测试员",
        "bench only 1!",
        unit_id=units[0],
        role_names=("officer",),
        by=SYSTEM,
        at=moment,
        must_change=False,
    )
    leader = add_person(
        "leader",
        "测试长",
        "bench only 2!",
        unit_id=units[1],
        role_names=("manager",),
        by=SYSTEM,
        at=moment,
        must_change=False,
    )
    for start in range(0, count, BATCH):
        rows = [_lead(start + n, dice, units, officer) for n in range(min(BATCH, count - start))]
        with database.atomic():
            Lead.insert_many(rows).execute()
            _index(start, rows)
    database.execute_sql("ANALYZE")
    return officer, leader


def _lead(n: int, dice: random.Random, units: list[int], owner: int) -> dict[str, object]:
    place, goods, form = dice.choice(PLACES), dice.choice(GOODS), dice.choice(FORMS)
    name = f"{place}{goods}{form}{n}号项目"
    investor = f"{dice.choice(PLACES)}{goods[:2]}{n % 977}实业有限公司"
    day = today() - timedelta(days=dice.randrange(700))
    theme = dice.choice(["T1", "T2", "T3", "T4", "T5", ""])
    cluster = dice.choice(["C1", "C2", "C3", "C4", "C5", "C6", ""])
    updated = now() - timedelta(seconds=dice.randrange(700 * 86400))
    return {
        "number": f"LD-2025-{n:06d}",
        "name": name,
        "name_key": name_key(name),
        "name_pinyin": pinyin_key(name[:6]) + str(n),
        "investor": investor,
        "investor_key": company_key(investor),
        "content": f"建设{goods}生产线，年产{n % 90 + 1}万吨。" * 4,
        "investment_fen": dice.randrange(500, 300000) * 1_000_000,
        "park": dice.choice(["P1", "P2", "P3", "", ""]),
        "source": dice.choice(["chengdu_liangshan", "seconded_cadre", "other"]),
        "unit": dice.choice(units),
        "owner": owner,
        "stage": dice.choice(STAGES),
        "stage_since": day,
        "status": dice.choice(["active"] * 8 + ["paused", "lost"]),
        "status_since": day,
        "themes": theme,
        "theme": theme,
        "clusters": cluster,
        "cluster": cluster,
        "created_at": updated,
        "updated_at": updated,
        "next_steps": "约企业下周来访，带上用地和用电方案。",
        "fit_reason": '["%(text)s", {"text": "测试"}]',
    }


def _index(start: int, rows: list[dict[str, object]]) -> None:
    ids = dict(Lead.select(Lead.number, Lead.id).where(Lead.number.in_([row["number"] for row in rows])).tuples())
    del start
    for row in rows:
        body = " ".join(
            dict.fromkeys(word for key in ("number", "name", "investor", "content") for word in bigrams(str(row[key])))
        )
        key = ids[row["number"]]
        if is_sqlite():
            database.execute_sql("INSERT INTO lead_search (rowid, body) VALUES (?, ?)", (key, body))
        else:
            database.execute_sql(
                "INSERT INTO lead_search (lead_id, body) VALUES (%s, array_to_tsvector(%s))", (key, body.split(" "))
            )


def timed_fill(count: int) -> float:
    """Fill and return the seconds it took."""
    begun = time.perf_counter()
    fill(count)
    return time.perf_counter() - begun
