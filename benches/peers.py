#!/usr/bin/env python3
"""How long do other programs take for what `ibid` does, on the same machine, in the same run?

usage: benches/peers.py [--only html,same-site,build,cold] [--rounds N] [--cold-rounds N] [--cache DIR] [--apt] SHARED_DIR

Prints one table for each part: a folder of web pages made searchable (each copy at a site of its own; all copies at one), sections
made searchable, one cold search. Peers are
installed into a folder of their own (--cache); what comes from the system's packages is installed only with --apt. What is missing
is skipped, and said to be. benches/README.md says how each peer is run, and what the columns are.
"""

import argparse
import csv
import hashlib
import json
import os
import random
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# How often each page is written, with another paragraph of its own each time.
COPIES = 12
# How many words a page's own paragraph has.
OWN_WORDS = 40
QUERY = "back spasm"
HITS = 10
CORES = os.cpu_count() or 1


class Skipped(Exception):
    """Why a peer is not measured."""


class Cost:
    """What one run of a program took, in seconds."""

    def __init__(self, wall, processor):
        self.wall, self.processor = wall, processor


class Counted:
    """What an index holds: documents, and, of words that were looked for, those found."""

    def __init__(self, documents, words=""):
        self.documents, self.words = documents, words


def run(command, folder, output=subprocess.DEVNULL):
    """Runs a program to its end, and gives what that took; it and what it starts count as processor time."""
    began = time.perf_counter()
    started = subprocess.Popen(
        [str(part) for part in command], cwd=folder, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.DEVNULL
    )
    _, status, usage = os.wait4(started.pid, 0)
    wall = time.perf_counter() - began
    started.returncode = os.waitstatus_to_exitcode(status)
    if started.returncode != 0:
        raise Skipped(f"{Path(str(command[0])).name} ended with {started.returncode}")
    return Cost(wall, usage.ru_utime + usage.ru_stime)


def printed(command, folder):
    """What a program prints."""
    done = subprocess.run(
        [str(part) for part in command], cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, check=False
    )
    if done.returncode != 0:
        reason = done.stderr.decode(errors="replace").strip().splitlines()
        raise Skipped(f"{Path(str(command[0])).name}: {reason[-1] if reason else done.returncode}")
    return done.stdout.decode(errors="replace")


def folder_bytes(folder):
    """The bytes of all files in a folder."""
    return sum(path.stat().st_size for path in Path(folder).rglob("*") if path.is_file())


def emptied(folder):
    """The folder, with nothing in it."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


# --- where the programs are ---------------------------------------------------------------------------------------------


def find_ibid(_setting):
    """The command of this repository, built for release."""
    command = ROOT / "target/release/ibid"
    if not command.exists():
        subprocess.run(["cargo", "build", "--release"], cwd=ROOT, check=True)
    return command


def find_pagefind(setting):
    """Pagefind's own binary, from npm: started without Node, which would only add to its time."""
    folder = setting.cache / "npm"
    pattern = "node_modules/@pagefind/*/bin/pagefind*"

    def found():
        programs = [path for path in folder.glob(pattern) if os.access(path, os.X_OK) and path.is_file()]
        return min(programs, key=lambda path: len(path.name), default=None)

    if not found() and shutil.which("npm"):
        folder.mkdir(parents=True, exist_ok=True)
        subprocess.run(
            ["npm", "install", "--prefix", folder, "--no-audit", "--no-fund", "pagefind"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False,
        )
    command = found() or shutil.which("pagefind")
    if not command:
        raise Skipped("npm cannot install pagefind here")
    return Path(command)


def find_tantivy(setting):
    """tantivy-cli, from crates.io, with the newest dependencies that fit: those it was published with do not all build today."""
    folder = setting.cache / "tantivy-cli"
    command = folder / "bin/tantivy"
    if not command.exists() and shutil.which("cargo"):
        subprocess.run(["cargo", "install", "tantivy-cli", "--root", folder], stdout=subprocess.DEVNULL,
                       stderr=subprocess.DEVNULL, check=False)
    if not command.exists():
        raise Skipped("cargo cannot install tantivy-cli here")
    return command


def from_system(setting, command, package):
    """A command of the system's packages."""
    if not shutil.which(command) and setting.apt and shutil.which("apt-get"):
        subprocess.run(["apt-get", "install", "-y", "--no-install-recommends", package], stdout=subprocess.DEVNULL,
                       stderr=subprocess.DEVNULL, check=False)
    found = shutil.which(command)
    if not found:
        raise Skipped(f"there is no {command}; it is in Debian's package {package} (--apt installs it)")
    return Path(found)


def find_recoll(setting):
    """recollindex; recollq, which counts what it has indexed, is in the same package."""
    return from_system(setting, "recollindex", "recollcmd")


def find_sqlite(setting):
    """The command sqlite3, if it knows FTS5."""
    command = from_system(setting, "sqlite3", "sqlite3")
    if printed([command, ":memory:", "select sqlite_compileoption_used('ENABLE_FTS5')"], ROOT).strip() != "1":
        raise Skipped("this sqlite3 is built without FTS5")
    return command


# --- what is indexed ----------------------------------------------------------------------------------------------------


def write_pages(shared, folder, is_site_its_own):
    """Writes each saved page several times, each with a paragraph of its own behind the longest of its paragraphs; at the address
    that it was saved from, or each copy at a site of its own."""
    words = sorted(set(re.findall(r"[a-z]{4,}", " ".join(
        path.read_text() for path in sorted((ROOT / "src/vocabulary/words").iterdir())
    ))))
    numbers = random.Random(1)
    pages, written = 0, 0
    for line in (shared / "extraction/pages.jsonl").read_text().splitlines():
        page = json.loads(line)
        html = page["html"]
        paragraphs = re.finditer(r"<p[\s>](?:(?!<p[\s>]).)*?</p>", html, re.S | re.I)
        longest = max(paragraphs, key=lambda found: len(re.sub("<[^>]*>", "", found.group())), default=None)
        body_end = html.lower().rfind("</body>")
        at = longest.end() if longest else body_end if body_end >= 0 else len(html)
        for copy in range(COPIES):
            own = own_word(pages)
            text = " ".join([own, *(numbers.choice(words) for _ in range(OWN_WORDS)), hashlib.md5(own.encode()).hexdigest()])
            made = f"{html[:at]}\n<p>{text.capitalize()}.</p>\n{html[at:]}"
            if is_site_its_own:
                made = ADDRESS.sub(lambda tag, copy=copy: HOST.sub(rf"//c{copy}.", tag.group()), made)
            path = folder / f"{copy:02}" / f"{page['id']}-{copy:02}.html"
            path.parent.mkdir(exist_ok=True)
            written += path.write_bytes(made.encode())
            pages += 1
    return pages, written


# Where a page says what its address is.
ADDRESS = re.compile(r"<(?:link|meta|base)\b[^>]*(?:canonical|og:url)[^>]*>", re.I)
# What stands before the host of an address.
HOST = re.compile(r"//(?:www\.)?(?=[^/\"'])")


def own_word(page):
    """A word that stands on this page alone."""
    return "zq" + "".join("bcdfghjklm"[int(digit)] + "o" for digit in f"{page:05}")


def read_sections(shared):
    """The sections that have text, as the other programs get them: cut before the clock runs."""
    sections = []
    with open(shared / "relevance/medqa/articles.jsonl", encoding="utf-8") as lines:
        for line in lines:
            article = json.loads(line)
            for section in article["sections"]:
                if section["text"].strip():
                    heading = section.get("heading") or " > ".join(section.get("heading_path", []))
                    sections.append((section["id"], article["title"], heading, section["text"]))
    return sections


# --- a folder of web pages made searchable ------------------------------------------------------------------------------


class HtmlByIbid:
    """`ibid index`, with its defaults: a thread a core."""

    def __init__(self, setting, pinned=False):
        self.command, self.pinned = find_ibid(setting), pinned
        if pinned and not shutil.which("taskset"):
            raise Skipped("there is no taskset")
        self.name = "ibid, pinned to one core" if pinned else "ibid"

    def build(self, pages, folder):
        pinned = ["taskset", "-c", "0"] if self.pinned else []
        return run([*pinned, self.command, "--index", folder / "index", "index", pages], folder)

    def count(self, _pages, folder):
        def found(page):
            command = [self.command, "--index", folder / "index", "search", "--exact", own_word(page)]
            return subprocess.run(command, cwd=folder, capture_output=True, check=False).returncode == 0

        status = json.loads(printed([self.command, "--index", folder / "index", "status", "--json"], folder))
        return Counted(status["index"]["articles"], f"{sum(map(found, SAMPLED))} of {len(SAMPLED)}")


class HtmlByPagefind:
    """`pagefind --site`, with its defaults."""

    name = "Pagefind"

    def __init__(self, setting):
        self.command = find_pagefind(setting)

    def build(self, pages, folder):
        with open(folder / "told", "wb") as told:
            return run([self.command, "--site", pages, "--output-path", folder / "index"], folder, told)

    def count(self, _pages, folder):
        # It is searched by a browser only, so its words are not looked for.
        return Counted(int(re.search(r"Indexed (\d+) pages?", (folder / "told").read_text())[1]), "")


class HtmlByRecoll:
    """`recollindex` with its defaults, but at ordinary priority: by default it makes way for everything else."""

    name = "Recoll"

    def __init__(self, setting):
        self.command = find_recoll(setting)

    def build(self, pages, folder):
        (folder / "index").mkdir()
        (folder / "index/recoll.conf").write_text(f"topdirs = {pages}\nidxniceprio = 0\nloglevel = 1\n")
        return run([self.command, "-c", folder / "index"], folder)

    def count(self, _pages, folder):
        def found(query):
            told = printed(["recollq", "-c", folder / "index", "-n", "0", "-q", query], folder)
            return int(re.search(r"(\d+) results", told)[1])

        words = sum(found(own_word(page)) == 1 for page in SAMPLED)
        return Counted(found("mime:text/html"), f"{words} of {len(SAMPLED)}")


# Pages whose own word is looked for: one copy of each page.
SAMPLED = range(0, 130 * COPIES, COPIES)


# --- sections made searchable, and searched -----------------------------------------------------------------------------


class SectionsByIbid:
    """`ibid index` of the file of articles, which it reads and cuts into passages itself."""

    name = "ibid"

    def __init__(self, setting, _sections, shared):
        self.command, self.source = find_ibid(setting), shared / "relevance/medqa/articles.jsonl"

    def build(self, folder):
        return run([self.command, "--index", folder / "index", "index", self.source], folder)

    def count(self, folder):
        status = json.loads(printed([self.command, "--index", folder / "index", "status", "--json"], folder))
        return Counted(status["index"]["passages"])

    def searches(self, folder):
        command = [self.command, "--index", folder / "index", "search", QUERY, "--json", "-n", HITS]
        self.ids = [hit["id"].split("#")[-1] for hit in json.loads(printed(command, folder))["hits"]]
        yield "ibid search --json", command, len(self.ids)


class SectionsByTantivy:
    """`tantivy index` (tantivy-cli) of a line of JSON a section; a thread a core, which it does not do by default."""

    name = "tantivy-cli"

    def __init__(self, setting, sections, _shared):
        self.command, self.source = find_tantivy(setting), setting.place / "sections.jsonl"
        with open(self.source, "w", encoding="utf-8") as lines:
            for section in sections:
                lines.write(json.dumps(dict(zip(("id", "title", "heading", "text"), section))) + "\n")

    def build(self, folder):
        def field(name, tokenizer, record):
            indexing = {"record": record, "fieldnorms": True, "tokenizer": tokenizer}
            return {"name": name, "type": "text", "options": {"indexing": indexing, "stored": True, "fast": False}}

        # What `tantivy new` writes after its questions.
        schema = [field("id", "raw", "basic"), *(field(name, "en_stem", "position") for name in ("title", "heading", "text"))]
        (folder / "index").mkdir()
        (folder / "index/meta.json").write_text(json.dumps({"segments": [], "schema": schema, "opstamp": 0}))
        return run([self.command, "index", "-i", folder / "index", "-f", self.source, "-t", CORES], folder)

    def count(self, folder):
        return Counted(self.lines([self.command, "search", "-i", folder / "index", "-q", "*"], folder))

    def searches(self, folder):
        command = [self.command, "search", "-i", folder / "index", "-q"]
        yield "tantivy search, all that match", [*command, QUERY], self.lines([*command, QUERY], folder)
        # It knows no limit and no ranking; the ids of the hits are how it can be asked for ten.
        ids = " ".join(f'id:"{hit}"' for hit in getattr(self, "ids", []))
        if ids:
            yield "tantivy search, the ten hits by their ids", [*command, ids], self.lines([*command, ids], folder)

    @staticmethod
    def lines(command, folder):
        return len(printed(command, folder).splitlines())


class SectionsBySqlite:
    """SQLite FTS5: `porter`, the sections imported in one go and the index optimised."""

    name = "SQLite FTS5"

    def __init__(self, setting, sections, _shared):
        self.command, self.source = find_sqlite(setting), setting.place / "sections.csv"
        with open(self.source, "w", encoding="utf-8", newline="") as rows:
            csv.writer(rows).writerows(sections)

    def build(self, folder):
        commands = [
            "CREATE VIRTUAL TABLE sections USING fts5(id UNINDEXED, title, heading, text, tokenize = 'porter unicode61')",
            f".import --csv {self.source} sections",
            "INSERT INTO sections(sections) VALUES ('optimize')",
        ]
        return run([self.command, folder / "sections.db", *commands], folder)

    def count(self, folder):
        return Counted(int(printed([self.command, folder / "sections.db", "SELECT count(*) FROM sections"], folder)))

    def searches(self, folder):
        words = " OR ".join(f'"{word}"' for word in QUERY.split())
        query = (
            "SELECT id, title, heading, text, rank FROM sections "
            f"WHERE sections MATCH '{words}' AND rank MATCH 'bm25(0, 3, 2, 1)' ORDER BY rank LIMIT {HITS}"
        )
        command = [self.command, "-json", folder / "sections.db", query]
        yield "sqlite3 on FTS5", command, len(json.loads(printed(command, folder)))


# --- measuring ----------------------------------------------------------------------------------------------------------


def take(kinds):
    """Those that are there."""
    there = []
    for kind in kinds:
        try:
            there.append(kind())
        except Skipped as reason:
            print(f"skipped: {reason}", file=sys.stderr)
    return there


def measure_builds(systems, build, count, rounds, place):
    """Lets the systems take turns; gives the costs, the size of what was written and what was counted, by name."""
    costs, sizes, counts = {}, {}, {}
    for number in range(rounds):
        for system in list(systems):
            folder = emptied(place / system.name.replace(" ", "-"))
            os.sync()
            try:
                cost = build(system, folder)
                if number == 0:
                    counts[system.name] = count(system, folder)
            except Skipped as reason:
                print(f"skipped: {system.name}: {reason}", file=sys.stderr)
                systems.remove(system)
                costs.pop(system.name, None)
                continue
            costs.setdefault(system.name, []).append(cost)
            sizes[system.name] = folder_bytes(folder)
    return costs, sizes, counts


def print_table(head, costs, unit, more):
    """A row a system: medians, the fastest, and how many times the first one's median that is."""
    scale, digits = {"s": (1, 2), "ms": (1000, 2)}[unit]
    first = None
    print(f"\n| {head} | wall {unit} | fastest | processor {unit} | times {next(iter(costs), '')} | {' | '.join(more)} |")
    print("|---|---:|---:|---:|---:|" + "---:|" * len(more))
    for name, runs in costs.items():
        wall = statistics.median(cost.wall for cost in runs)
        first = first or wall
        figures = [wall * scale, min(cost.wall for cost in runs) * scale,
                   statistics.median(cost.processor for cost in runs) * scale, wall / first]
        cells = [f"{figure:.{digits}f}" for figure in figures] + [str(column.get(name, "")) for column in more.values()]
        print(f"| {name} | {' | '.join(cells)} |")
    sys.stdout.flush()


def megabytes(sizes):
    """Sizes, to be printed."""
    return {name: f"{size / 1e6:.1f}" for name, size in sizes.items()}


def html(setting, is_site_its_own):
    """A folder of web pages made searchable."""
    folder = emptied(setting.place / "pages")
    pages, written = write_pages(setting.shared, folder, is_site_its_own)
    systems = take([
        lambda: HtmlByIbid(setting), lambda: HtmlByPagefind(setting), lambda: HtmlByRecoll(setting),
        lambda: HtmlByIbid(setting, pinned=True),
    ])
    costs, sizes, counts = measure_builds(
        systems, lambda system, place: system.build(folder, place), lambda system, place: system.count(folder, place),
        setting.rounds, setting.place / "html",
    )
    sites = "each copy at a site of its own" if is_site_its_own else "copies at one address"
    print_table(f"{pages} web pages, {written / 1e6:.0f} MB, {sites}", costs, "s", {
        "pages": {name: counted.documents for name, counted in counts.items()},
        "own words found": {name: counted.words for name, counted in counts.items()},
        "index MB": megabytes(sizes),
    })
    shutil.rmtree(folder)


def sections(setting):
    """Sections made searchable, and searched by a process for each query."""
    read = read_sections(setting.shared)
    systems = take([lambda kind=kind: kind(setting, read, setting.shared)
                    for kind in (SectionsByIbid, SectionsByTantivy, SectionsBySqlite)])
    rounds = setting.rounds if "build" in setting.only else 1
    place = setting.place / "sections"
    costs, sizes, counts = measure_builds(
        systems, lambda system, folder: system.build(folder), lambda system, folder: system.count(folder), rounds, place
    )
    if "build" in setting.only:
        print_table(f"{len(read)} sections", costs, "s", {"documents": {name: counted.documents for name, counted in counts.items()}, "index MB": megabytes(sizes)})
    if "cold" in setting.only:
        cold(setting, systems, place)


def cold(setting, systems, place):
    """One process for one query, the systems taking turns; the files are in the system's cache."""
    searches = []
    ids = []
    for system in systems:
        system.ids = ids
        folder = place / system.name.replace(" ", "-")
        searches += [(name, command, hits, folder) for name, command, hits in system.searches(folder)]
        ids = system.ids
    costs = {}
    for number in range(setting.cold_rounds + 2):
        for name, command, _, folder in searches:
            cost = run(command, folder)
            # The first two rounds bring the files into the cache.
            if number >= 2:
                costs.setdefault(name, []).append(cost)
    printed_hits = {name: hits for name, _, hits, _ in searches}
    print_table(f'one process for "{QUERY}"', costs, "ms", {"hits printed": printed_hits})


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("shared", type=Path, metavar="SHARED_DIR")
    parser.add_argument("--only", default="html,same-site,build,cold", help="parts, with commas [default: all]")
    parser.add_argument("--rounds", type=int, default=5, help="runs of each build [default: 5]")
    parser.add_argument("--cold-rounds", type=int, default=40, help="runs of each cold search [default: 40]")
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "ibid-peers"
    parser.add_argument("--cache", type=Path, default=cache, help="where peers are installed [default: %(default)s]")
    parser.add_argument("--apt", action="store_true", help="install packages of the system that are missing")
    setting = parser.parse_args()
    setting.only = set(setting.only.split(","))
    setting.shared = setting.shared.resolve()
    setting.cache = setting.cache.resolve()
    with tempfile.TemporaryDirectory(prefix="ibid-peers-") as place:
        setting.place = Path(place)
        if "html" in setting.only:
            html(setting, True)
        if "same-site" in setting.only:
            html(setting, False)
        if setting.only & {"build", "cold"}:
            sections(setting)


if __name__ == "__main__":
    main()
