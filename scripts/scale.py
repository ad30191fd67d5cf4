#!/usr/bin/env python3
"""Measures what a fleet takes with an optimised program: `scripts/scale.py PROGRAM >docs/scale.tsv`. CPU seconds are those that
the system counts for the process, so that a busy machine changes little; the least of three runs counts."""

import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

MONTH = ["--no-env", "--month", "2026-11"]
MANY, MORE, ALONE = 10_000, 100_000, 50
program = pathlib.Path(sys.argv[1]).resolve()
root = pathlib.Path(__file__).resolve().parent.parent
texts = [(root / "fixtures/configs" / name).read_text() for name in ["personal.json5", "team.json5", "nexos.json5", "worked.json5"]]


def config(at):
    """The fixtures in turn, each with an interval and a colour of its own, so that no line can be told by another."""
    text = re.sub(r'every: *"[^"]*"', f'every: "{5 + at % 115}m"', texts[at % len(texts)])
    return f"// gateway {at}\n" + text.replace("{\n", f'{{\n  ui: {{ seamColor: "#{at:06x}" }},\n', 1)


def alike(at):
    """The same, but that its gateways differ in their tokens only: a fleet then tells many lines by others."""
    token = f"{at:032d}"
    return config(at % (115 * len(texts))).replace("{\n", f'{{\n  hooks: {{ token: "{token}" }},\n', 1)


def write(path, number, config=config):
    with path.open("w") as file:
        for at in range(number):
            file.write(json.dumps({"id": f"g{at}", "text": config(at)}) + "\n")


def run(arguments, stdin=None, stdout=subprocess.DEVNULL, cwd=None):
    """CPU seconds and peak memory in KiB of a process."""
    child = subprocess.Popen([program, *arguments], stdin=stdin, stdout=stdout, stderr=subprocess.DEVNULL, cwd=cwd, env={})
    _, status, used = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode != 0:
        sys.exit(f"{program.name} {' '.join(arguments)} ended with {child.returncode}")
    return used.ru_utime + used.ru_stime, used.ru_maxrss


def fleet(path, *flags):
    runs = []
    for _ in range(3):
        with path.open() as stdin:
            runs.append(run(["fleet", "-", *MONTH, "--no-config", *flags], stdin=stdin))
    return min(cpu for cpu, _ in runs), max(memory for _, memory in runs)


def tell(name, value, unit, what):
    print(f"{name}\t{value}\t{unit}\t{what}")


with tempfile.TemporaryDirectory() as folder:
    folder = pathlib.Path(folder)
    many, more, lines = folder / "many.ndjson", folder / "more.ndjson", folder / "lines.ndjson"
    like = folder / "like.ndjson"
    write(many, MANY)
    write(like, MANY, alike)
    write(more, MORE)
    version = subprocess.run([program, "--version"], capture_output=True, text=True, check=True).stdout.strip()
    print(f"# {version}; {program.stat().st_size} bytes; {os.cpu_count()} cores; scripts/scale.py")
    print("# name\tvalue\tunit\twhat")
    report, memory = fleet(many)
    lint, _ = fleet(many, "--lint")
    of_likes, _ = fleet(like)
    with many.open() as stdin, lines.open("wb") as stdout:
        run(["fleet", "-", *MONTH, "--no-config"], stdin=stdin, stdout=stdout)
    with more.open() as stdin:
        _, memory_of_more = run(["fleet", "-", *MONTH, "--no-config"], stdin=stdin)
    tell("report", f"{report / MANY * 1000:.3f}", "ms CPU", f"a config, {MANY} in one process, findings included")
    tell("alike", f"{of_likes / MANY * 1000:.3f}", "ms CPU", f"a config, {MANY} that are {115 * len(texts)} but for their tokens")
    tell("lint", f"{lint / MANY * 1000:.3f}", "ms CPU", f"a config, {MANY} in one process")
    tell("memory", f"{memory / 1024:.0f}", "MiB", f"peak at {MANY} configs")
    tell("memory_more", f"{memory_of_more / 1024:.0f}", "MiB", f"peak at {MORE} configs")
    tell("in", f"{many.stat().st_size / MANY:.0f}", "bytes", "a config as a line")
    tell("out", f"{lines.stat().st_size / MANY:.0f}", "bytes", "a line of the answer")
    alone, applied = 0.0, 0.0
    for at in range(ALONE):
        path = folder / f"{at}.json5"
        path.write_text(config(at))
        alone += run(["report", str(path), *MONTH, "--format", "json"])[0]
        applied += run(["apply", str(path), *MONTH, "--yes"])[0]
    tell("alone", f"{alone / ALONE * 1000:.2f}", "ms CPU", "a report, each in a process of its own")
    tell("apply", f"{applied / ALONE * 1000:.2f}", "ms CPU", "an apply with its backup, each in a process of its own")
    tell("program", program.stat().st_size, "bytes", "the program, which carries prices and releases")
