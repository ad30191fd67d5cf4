#!/usr/bin/env python3
"""Records what the real OpenClaw says of patched files, in `fixtures/openclaw/patched.json`.

    PATCHED_DIR=DIR cargo test --test cli -- --ignored acceptance::write
    # ask each release of every file in DIR/RELEASE, answers to DIR/RELEASE.out.json
    scripts/record-patched.py DIR

An answer is `{ "rows": { "NAME.before": ROW, "NAME.after": ROW } }`, a ROW `{ "valid", "startup", "beats",
"repairedBeats" }`: the verdict of `openclaw config validate --json`, whether the gateway `starts`, is `repaired` at its
start or `refused` (2026.9.6), and the agents that then run with their interval in ms. It takes many files only when the
release's own functions are called in one process. Kept are the files that the release takes before the patch.
"""

import json
import pathlib
import sys

FIXTURE = pathlib.Path(__file__).resolve().parent.parent / "fixtures" / "openclaw" / "patched.json"
NOTE = (
    "Configs that OpenClaw takes, and what it says of them after the plan's changes: the verdict of `openclaw config "
    "validate` and the agents that run with their interval in ms (null is off), of the release's own functions in one "
    "process. 'repaired': rewritten when the gateway starts. Made by scripts/record-patched.py."
)


def verdict(row):
    return "valid" if row["valid"] else row.get("startup", "refused")


def main(folder):
    written = json.loads((folder / "written.json").read_text())
    answers, rows, used = {}, [], set()
    for row in written["rows"]:
        release, name = row["release"], row["config"]
        if release not in answers:
            answers[release] = json.loads((folder / f"{release}.out.json").read_text())["rows"]
        before, after = (answers[release][f"{name}.{when}"] for when in ("before", "after"))
        if verdict(before) == "refused":
            continue
        used.add(name)
        beats = after.get("repairedBeats") if verdict(after) == "repaired" else after["beats"]
        rows.append({"config": name, "release": release, "before": verdict(before), "after": verdict(after),
                     "changes": row["changes"], "beats": beats})
    generated = {name: config for name, config in written["generated"].items() if name in used}
    compact = lambda value: json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    lines = ",\n".join(compact(row) for row in rows)
    configs = ",\n".join(f"{compact(name)}:{compact(config)}" for name, config in generated.items())
    FIXTURE.write_text(f'{{"note":{compact(NOTE)},\n"generated":{{\n{configs}\n}},\n"rows":[\n{lines}\n]}}\n')
    print(len(rows), "rows,", sum(row["before"] != row["after"] for row in rows), "with another verdict than before")


main(pathlib.Path(sys.argv[1]))
