#!/usr/bin/env python3
"""Writes which libraries the program is made of, and under which licences, with the texts that their authors ask to go
along. Read from the very sources that cargo builds from.

Usage: third_party.py OUT.txt          run in the project's folder, its libraries downloaded
"""

import json
import subprocess
import sys
from pathlib import Path

TARGET = "x86_64-unknown-linux-gnu"
# What authors call the files that must go along.
NAMES = ("license", "licence", "copying", "copyright", "notice", "unlicense")


def packages():
    """The packages that end up in the program: normal dependencies of the root, theirs, and so on."""
    command = ["cargo", "metadata", "--locked", "--offline", "--format-version=1", f"--filter-platform={TARGET}"]
    found = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
    by_id = {p["id"]: p for p in found["packages"]}
    nodes = {n["id"]: n for n in found["resolve"]["nodes"]}
    root = found["resolve"]["root"]
    seen, todo = set(), [root]
    while todo:
        node = nodes[todo.pop()]
        for dependency in node["deps"]:
            normal = any(kind["kind"] is None for kind in dependency["dep_kinds"])
            if normal and dependency["pkg"] not in seen:
                seen.add(dependency["pkg"])
                todo.append(dependency["pkg"])
    return sorted((by_id[i] for i in seen), key=lambda p: (p["name"], p["version"]))


def texts(package):
    """The licence files of a package, without the trees of tests that some carry."""
    folder = Path(package["manifest_path"]).parent
    files = [f for f in sorted(folder.iterdir()) if f.is_file() and f.name.lower().startswith(NAMES)]
    return [f.read_text(errors="replace").strip() for f in files if f.suffix not in (".rs", ".html")]


def main():
    out = Path(sys.argv[1])
    lines = ["holoscope is linked with these libraries, each under the licence beside it.", ""]
    shared = {}
    for package in packages():
        name = f"{package['name']} {package['version']}"
        authors = ", ".join(a.split("<")[0].strip() for a in package["authors"])
        licence = package["license"] or f"see the text in {package['license_file']}"
        lines.append(f"{name}: {licence}" + (f" ({authors})" if authors else ""))
        for text in texts(package):
            shared.setdefault(text, []).append(name)
    for text, names in sorted(shared.items(), key=lambda item: item[1]):
        lines += ["", "=" * 78, ", ".join(names), "=" * 78, "", text]
    out.write_text("\n".join(lines) + "\n")
    print(f"{out}: {len(lines)} lines")


if __name__ == "__main__":
    main()
