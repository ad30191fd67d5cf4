#!/usr/bin/env python3
"""Writes the price data that `src/catalogue` embeds.

    scripts/update-prices.py genai PATH/TO/genai-prices-VERSION/data/prices.json
    scripts/update-prices.py openclaw PATH/TO/openclaw-prices.json

`genai` keeps, for the providers below, what prices a text request: ids, names, match rules, context windows and the
five token prices with their tiers, dates and hours. Order is kept because the first match wins. One model a line, so
that a price change is a one-line diff. `openclaw` keeps the names and windows of OpenClaw's own model catalogue.
"""

import json
import pathlib
import sys

PROVIDERS = [
    "anthropic", "aws", "azure", "cerebras", "deepseek", "fireworks", "github-copilot", "google", "groq", "minimax",
    "mistral", "moonshotai", "openai", "openrouter", "perplexity", "together", "x-ai", "zai",
]
RATES = ["input_mtok", "output_mtok", "cache_read_mtok", "cache_write_mtok", "cache_write_1h_mtok"]
CATALOGUE = pathlib.Path(__file__).resolve().parent.parent / "src" / "catalogue"


def compact(value):
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


# A fee per request, or thinking at a rate of its own: five token rates would understate the bill.
BEYOND_RATES = {"requests_kcount", "output_reasoning_mtok", "output_citation_mtok"}


def rates(prices):
    return {} if BEYOND_RATES & prices.keys() else {key: prices[key] for key in RATES if key in prices}


def match(rule):
    """The rule with ASCII digits in its expressions: ids have no others, and a Unicode class is slow to compile."""
    (kind, value), = rule.items()
    if kind in ("and", "or"):
        return {kind: [match(part) for part in value]}
    return {kind: value.replace("\\d", "[0-9]") if kind == "regex" else value}


def model(source):
    kept = {key: source[key] for key in ("id", "name", "context_window") if key in source}
    kept["match"] = match(source["match"])
    prices = source["prices"]
    if isinstance(prices, list):
        kept["prices"] = [{**entry, "prices": rates(entry["prices"])} for entry in prices]
    else:
        kept["prices"] = rates(prices)
    return compact(kept)


def genai(path):
    by_id = {provider["id"]: provider for provider in json.loads(path.read_text())}
    for name in PROVIDERS:
        source = by_id[name]
        head = {key: source[key] for key in ("id", "name", "api_pattern") if key in source}
        lines = ",\n".join(model(entry) for entry in source["models"])
        text = f'[{compact(head)[:-1]},"models":[\n{lines}\n]}}]\n'
        (CATALOGUE / "usd" / f"{name}.json").write_text(text)


def openclaw(path):
    source = json.loads(path.read_text())
    # A suppression limited to certain hosts leaves the model alone elsewhere.
    hidden = {(row["provider"], row["model"]) for row in source["suppressed"] if "onlyHosts" not in row}
    rows = []
    for row in source["models"]:
        current = (
            "historic" not in row["costState"]
            and row.get("status") != "deprecated"
            and "not in the picker list" not in row["source"]
            and (row["provider"], row["id"]) not in hidden
        )
        kept = {"provider": row["provider"], "id": row["id"], "name": row.get("name", row["id"])}
        if row.get("contextWindow"):
            kept["contextWindow"] = row["contextWindow"]
        kept["current"] = current
        rows.append(compact(kept))
    head = {"version": source["openclawVersion"], "aliases": source["providerModelAliases"]}
    text = f'{compact(head)[:-1]},"models":[\n' + ",\n".join(rows) + "\n]}\n"
    (CATALOGUE / "openclaw.json").write_text(text)


COMMANDS = {"genai": genai, "openclaw": openclaw}

if len(sys.argv) != 3 or sys.argv[1] not in COMMANDS:
    sys.exit(__doc__)
COMMANDS[sys.argv[1]](pathlib.Path(sys.argv[2]))
