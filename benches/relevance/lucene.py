#!/usr/bin/env python3
"""Measures Lucene through pyserini (Anserini): called by the benchmark, not by hand.

usage: python3 lucene.py FOLDER

reads   FOLDER/three_fields/*.jsonl   sections: {"id", "title", "heading", "contents"}
        FOLDER/one_field/*.jsonl      sections: {"id", "contents"}, which holds all three
        FOLDER/task.json              {"queries": [text], "depth", "hits", "rounds"}
writes  FOLDER/answer.json            [{"name", "build_seconds", "found": [[[id, score]]], "milliseconds": [..]}]

Analysis, stop words and BM25 are Anserini's defaults. Queries go in as typed: Anserini cuts them into words itself and has
no query syntax. The index holds the sections as stored text, one segment, and is opened before the clock runs. Only
pyserini's class loader is used, so that what else pyserini can do need not be installed.
"""

import json
import os
import sys
import time

from pyserini.pyclass import JFloat, JHashMap, autoclass

INDEX_COLLECTION = autoclass("io.anserini.index.IndexCollection")
SIMPLE_SEARCHER = autoclass("io.anserini.search.SimpleSearcher")

# The fields beside `contents`, by the folder of the sections, and what the table calls a search of all fields.
SYSTEMS = {
    "three_fields": ("Lucene (Anserini), three fields", ["title", "heading"]),
    "one_field": ("Lucene (Anserini), one field", []),
}


def build(sections, index, more_fields):
    """Indexes the sections of a folder."""
    arguments = ["-collection", "JsonCollection", "-generator", "DefaultLuceneDocumentGenerator", "-input", sections]
    arguments += ["-index", index, "-threads", str(os.cpu_count()), "-storeRaw", "-optimize"]
    if more_fields:
        arguments += ["-fields", *more_fields]
    INDEX_COLLECTION.main(arguments)


class Searcher:
    """Searches all fields, their scores added up."""

    def __init__(self, index, more_fields):
        self.searcher = SIMPLE_SEARCHER(index)
        self.fields = None
        if more_fields:
            self.fields = JHashMap()
            for field in ["contents", *more_fields]:
                self.fields.put(field, JFloat(1.0))

    def search(self, query, hits):
        if self.fields is None:
            return self.searcher.search(query, hits)
        return self.searcher.search_fields(query, self.fields, hits)


def answer(searcher, query, hits):
    """The id and the stored section of each hit."""
    return [(hit.docid, hit.raw) for hit in searcher.search(query, hits)]


def measure(folder, name, task):
    title, more_fields = SYSTEMS[name]
    index = os.path.join(folder, name + ".index")
    begun = time.perf_counter()
    build(os.path.join(folder, name), index, more_fields)
    build_seconds = time.perf_counter() - begun

    searcher = Searcher(index, more_fields)
    found = [[[hit.docid, hit.score] for hit in searcher.search(query, task["depth"])] for query in task["queries"]]
    milliseconds = []
    for round_number in range(task["rounds"] + 1):
        for query in task["queries"]:
            begun = time.perf_counter()
            answer(searcher, query, task["hits"])
            taken = (time.perf_counter() - begun) * 1000
            # The first round warms up.
            if round_number > 0:
                milliseconds.append(taken)
    return {"name": title, "build_seconds": build_seconds, "found": found, "milliseconds": milliseconds}


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    folder = sys.argv[1]
    with open(os.path.join(folder, "task.json"), encoding="utf-8") as file:
        task = json.load(file)
    results = [measure(folder, name, task) for name in SYSTEMS]
    with open(os.path.join(folder, "answer.json"), "w", encoding="utf-8") as file:
        json.dump(results, file)


if __name__ == "__main__":
    main()
