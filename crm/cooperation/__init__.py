"""The Chengdu-Liangshan cooperation: six standards with evidence, partners, works paid for together, agreements."""
