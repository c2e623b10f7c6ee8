#!/usr/bin/env python3
"""Our protection beside tau-Argus' engine (pytauargus) on the same random two-way tables, by an oracle that shares no code with either.

    cargo build --release -p kyosei-cli && cargo build --release -p kyosei-disclosure-format --example attack
    python3 tests/peers/pytauargus.py target/release/kyosei --attack target/release/examples/attack [--tables 20] [--seed 1]

Both get the same invented people and the rule "fewer than 3" with zeros shown. The oracle lists every integer table that fits what a
tool printed, and counts small cells with one value left (E) and those whose range misses 1 to 3 (R). With --attack our attack suite
is run on the output of both and has to agree with the oracle on E and R; it adds F. P is what is left when a reader runs the tool
itself on each table that fits and keeps those that print the same: the least number of values of a small cell, where at most
RERUNS_MAX tables fit. pytauargus is installed from the Python index into target/peers; without it the script says so and ends with 0.
Prints a Markdown table.
"""
import argparse
import csv
import itertools
import json
import pathlib
import random
import subprocess
import sys
import tempfile
import time
import venv

K = 3
ROWS, COLUMNS = ["a", "b", "c", "d"], ["x", "y", "z"]
PACKAGE = "pytauargus==0.6.0"
TARGET = pathlib.Path(__file__).resolve().parents[2] / "target" / "peers"
STEPS_MAX = 400_000
# Tables that a tool is run on again for P.
RERUNS_MAX = 24
# Secrets that a reader tries who does not have ours.
SECRETS = [bytes([n]) * 32 for n in range(12)]
# No total of the invented tables is larger.
TOP = 400


def invented(seed):
    """Counts by row and column, skewed, some of them zero."""
    draw = random.Random(seed)
    return {(r, c): int(draw.expovariate(1 / 6)) for r in ROWS for c in COLUMNS}


def margins(counts):
    """All cells of the table: (row, column), with None for a total."""
    cells = {}
    for r in [None, *ROWS]:
        for c in [None, *COLUMNS]:
            inside = (n for (row, column), n in counts.items() if r in (None, row) and c in (None, column))
            cells[r, c] = sum(inside)
    return cells


def problem(folder, counts):
    """Writes the table and its specification in our formats."""
    with open(folder / "t.csv", "w", newline="") as file:
        table = csv.writer(file)
        table.writerow(["r", "c", "value"])
        table.writerows([r, c, n] for (r, c), n in counts.items())
    spec = 'format = "kyosei-totals-spec/1"\nunit = "n"\nperiod = "p"\n[rule]\nkind = "frequency"\nk = 3\nzeros = "open"\n'
    for name, codes in [("r", ROWS), ("c", COLUMNS)]:
        spec += f'[[dimensions]]\nname = "{name}"\ntotal = "all"\n[dimensions.codes]\n'
        spec += "".join(f'{code} = "all"\n' for code in codes)
    (folder / "s.toml").write_text(spec)


def ours(binary, counts, secret=bytes(32)):
    """The cells that kyosei prints, and the seconds it took. Ties fall by a secret that a committee keeps for all its releases."""
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        problem(folder, counts)
        (folder / "ledger").mkdir()
        (folder / "ledger" / "tie.key").write_bytes(secret)
        command = [binary, "totals", "protect", folder / "t.csv", "--spec", folder / "s.toml", "--out", folder / "out"]
        begun = time.monotonic()
        ran = subprocess.run([*command, "--ledger", folder / "ledger"], capture_output=True, text=True)
        if ran.returncode:
            raise SystemExit(ran.stderr)
        seconds = time.monotonic() - begun
        printed = {}
        for cell in json.loads((folder / "out" / "totals.json").read_text())["cells"]:
            codes = dict(part.split("=") for part in cell["id"].split("|")[1:])
            printed[codes.get("r"), codes.get("c")] = cell.get("value")
        return printed, seconds


def suite(attack, printed, counts):
    """E, R and F by our attack suite."""
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        problem(folder, counts)
        with open(folder / "p.csv", "w", newline="") as file:
            table = csv.writer(file)
            table.writerow(["unit", "period", "dimensions", "value", "status"])
            for (r, c), value in printed.items():
                codes = "|".join(f"{name}={code}" for name, code in [("c", c), ("r", r)] if code)
                table.writerow(["n", "p", codes, "" if value is None else value, "x" if value is None else "ok"])
        command = [attack, folder / "t.csv", folder / "s.toml", folder / "p.csv"]
        found = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
        return found["E"], found["R"], found["F"]


def left(tools, printed, counts, tables):
    """P: the least number of values that a small cell keeps when the tool is run on every table that fits.

    `tools` is the tool with each secret that the reader tries: one for a reader who has ours, several for one who has not.
    """
    small = [cell for cell, value in printed.items() if value is None and 0 < margins(counts)[cell] < K]
    if tables is None or len(tables) > RERUNS_MAX or not small:
        return None
    as_counts = [dict(zip(itertools.product(ROWS, COLUMNS), table)) for table in tables]
    survivors = [margins(table) for table in as_counts if any(tool(table)[0] == printed for tool in tools)]
    return min(len({table[cell] for table in survivors}) for cell in small)


def theirs(python, counts):
    """The cells that pytauargus prints under optimal suppression, and the seconds it took."""
    script = """
import json, sys, time, tempfile
from pytauargus import protect
counts = json.load(sys.stdin)
people = [{"r": r, "c": c, "one": 1.0} for r, c, n in counts for _ in range(n)]
begun = time.monotonic()
with tempfile.TemporaryDirectory() as folder:
    found = protect(people, ["r", "c"], response="one", safety_rules="FREQ(3,10)", suppress="OPT(1)", workdir=folder).tables[0]
    rows = list(zip(found.columns["r"], found.columns["c"], found.safe())) if isinstance(found.columns, dict) else None
    frame = rows or [(row["r"], row["c"], safe) for row, safe in zip(found.rows, found.safe())]
print(json.dumps([frame, time.monotonic() - begun]))
"""
    data = json.dumps([[r, c, n] for (r, c), n in counts.items()])
    ran = subprocess.run([python, "-c", script], input=data, capture_output=True, text=True)
    if ran.returncode:
        raise RuntimeError(ran.stderr.strip().splitlines()[-1])
    frame, seconds = json.loads(ran.stdout.strip().splitlines()[-1])
    printed = {}
    for r, c, value in frame:
        row, column = (code.strip() or None for code in (r, c))
        row, column = (row if row in ROWS else None), (column if column in COLUMNS else None)
        printed[row, column] = None if value == "x" else int(round(value))
    # A combination without people is not in the file; everybody reads it as zero.
    for cell in itertools.product([None, *ROWS], [None, *COLUMNS]):
        printed.setdefault(cell, 0)
    return printed, seconds


def fitting(printed):
    """Every integer table that fits, as its finest counts; None when there are too many."""
    inner = list(itertools.product(ROWS, COLUMNS))
    tables, steps = [], 0

    def fits(found, done):
        for r, c in [(None, None), *((r, None) for r in ROWS), *((None, c) for c in COLUMNS)]:
            inside = [at for at, (row, column) in enumerate(inner) if r in (None, row) and c in (None, column)]
            known, rest = sum(found[at] for at in inside if at < done), [at for at in inside if at >= done]
            value = printed[r, c]
            least = known + sum(printed[inner[at]] if printed[inner[at]] is not None else 1 for at in rest)
            if value is not None and (least > value or (not rest and known != value)):
                return False
            if value is None and not rest and known == 0:
                return False
        return True

    def descend(found, at):
        nonlocal steps
        steps += 1
        if steps > STEPS_MAX:
            return False
        if at == len(inner):
            tables.append(tuple(found))
            return True
        value = printed[inner[at]]
        around = [printed[inner[at][0], None], printed[None, inner[at][1]], printed[None, None], TOP]
        limit = min(total for total in around if total is not None)
        for candidate in [value] if value is not None else range(1, limit + 1):
            found[at] = candidate
            if fits(found, at + 1) and not descend(found, at + 1):
                return False
        return True

    return tables if descend([0] * len(inner), 0) else None


def attacked(printed, counts):
    """Withheld cells, withheld ones that are not small, E, R, and the tables that fit."""
    cells = margins(counts)
    hidden = [cell for cell, value in printed.items() if value is None]
    small = [cell for cell in hidden if 0 < cells[cell] < K]
    missed = [cell for cell, value in printed.items() if value is not None and 0 < cells[cell] < K]
    tables = fitting(printed)
    if tables is None:
        return len(hidden), len(hidden) - len(small), None, None, None
    values = {cell: {margins(dict(zip(itertools.product(ROWS, COLUMNS), t)))[cell] for t in tables} for cell in small}
    exact = sum(len(found) == 1 for found in values.values()) + len(missed)
    narrow = sum(min(found) > 1 or max(found) < K for found in values.values()) + len(missed)
    return len(hidden), len(hidden) - len(small), exact, narrow, tables


def installed():
    """The Python of an environment with pytauargus, or None."""
    python = TARGET / "bin" / "python"
    if not python.exists():
        venv.create(TARGET, with_pip=True)
    ran = subprocess.run([python, "-m", "pip", "install", "--quiet", PACKAGE], capture_output=True, text=True)
    if ran.returncode:
        print(f"{PACKAGE} cannot be installed here; nothing was compared", file=sys.stderr)
        return None
    return python


def present(values):
    """Without the ones that were not measured."""
    return [value for value in values if value is not None]


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("kyosei")
    arguments.add_argument("--attack")
    arguments.add_argument("--tables", type=int, default=20)
    arguments.add_argument("--seed", type=int, default=1)
    wanted = arguments.parse_args()
    python = installed()
    if python is None:
        return
    tools = {"kyosei": lambda counts: ours(wanted.kyosei, counts), "pytauargus OPT": lambda counts: theirs(python, counts)}
    with_secret = lambda secret: lambda counts: ours(wanted.kyosei, counts, secret)
    rerun = {"kyosei": [with_secret(secret) for secret in SECRETS], "pytauargus OPT": [tools["pytauargus OPT"]]}
    print("| seed | tool | withheld | of them not small | E | R | F | P | P with the secret | seconds |\n" + "|---" * 10 + "|")
    sums = {tool: [[] for _ in range(8)] for tool in tools}
    for seed in range(wanted.seed, wanted.seed + wanted.tables):
        counts = invented(seed)
        lines = {}
        for tool, run in tools.items():
            printed, seconds = run(counts)
            hidden, others, exact, narrow, tables = attacked(printed, counts)
            if exact is None:
                break
            found = suite(wanted.attack, printed, counts) if wanted.attack else (exact, narrow, None)
            if found[:2] != (exact, narrow):
                raise SystemExit(f"seed {seed}, {tool}: the suite says {found}, the oracle {exact, narrow}")
            spreads = [left(some, printed, counts, tables) for some in (rerun[tool], [run])]
            lines[tool] = [hidden, others, exact, narrow, found[2], *spreads, seconds]
        if len(lines) < len(tools):
            continue
        for tool, line in lines.items():
            print(f"| {seed} | {tool} | {' | '.join('' if one is None else str(one) for one in line[:7])} | {line[7]:.2f} |", flush=True)
            sums[tool] = [all_lines + [one] for all_lines, one in zip(sums[tool], line)]
    for tool, (*counted, spreads, known, seconds) in sums.items():
        least = [f"{min(some)} (of {len(some)})" if some else "" for some in map(present, (spreads, known))]
        columns = [str(sum(present(column))) for column in counted] + least
        print(f"| all | {tool} | {' | '.join(columns)} | {sum(seconds):.2f} |")
    if sum(sums["kyosei"][2]) or sum(sums["kyosei"][3]):
        raise SystemExit("a small count of ours follows from what was printed")


if __name__ == "__main__":
    main()
