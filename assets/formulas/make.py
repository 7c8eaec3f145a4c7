#!/usr/bin/env python3
"""Sets every formula of formulas.toml as NAME.svg: outlines only, in the colour of the text around them.

    python3 -m venv venv && venv/bin/pip install ziamath==0.13 latex2mathml==3.81.1
    venv/bin/python assets/formulas/make.py

The letters are those of STIX Two Math (SIL Open Font License), which ziamath brings along. In the viewBox one em is
100 units and y = 0 is the baseline, so that a formula can stand in a line of text. The files are part of the
repository: the program needs neither this script nor Python.
"""

import re
import sys
import tomllib
import xml.etree.ElementTree as tree
from pathlib import Path

import ziamath

EM = 100.0  # units of the viewBox
PIXELS = 17.0  # an em where no program says otherwise, as in a browser
MARGIN = 3.0  # so that no curve is cut off at the edge

here = Path(__file__).parent
ziamath.config.svg2 = False


def short(number):
    return f"{number:.1f}".removesuffix(".0").replace("-0.0", "0")


def outlines(element):
    """The paths of an element: letters are paths, the lines of fractions and roots rectangles."""
    if element.get("transform"):
        sys.exit("a letter is turned or moved")
    if element.tag.endswith("}g"):
        return [path for inner in element for path in outlines(inner)]
    return [outline(element)]


def outline(element):
    if element.tag.endswith("path"):
        return re.sub(r"-?\d+\.?\d*", lambda m: short(float(m.group())), element.get("d"))
    if element.tag.endswith("rect"):
        x, y, w, h = (float(element.get(k)) for k in ("x", "y", "width", "height"))
        return f"M {short(x)} {short(y)} h {short(w)} v {short(h)} h {short(-w)} Z"
    sys.exit(f"an element {element.tag} is neither letter nor line")


def drawn(tex):
    svg = tree.fromstring(ziamath.Latex(tex, size=EM).svg())
    paths = [path for element in svg for path in outlines(element) if path.strip()]
    left, top, width, height = (float(x) for x in svg.get("viewBox").split())
    left, top, width, height = left - MARGIN, top - MARGIN, width + 2 * MARGIN, height + 2 * MARGIN
    scale = PIXELS / EM
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{short(width * scale)}" height="{short(height * scale)}" '
        f'viewBox="{short(left)} {short(top)} {short(width)} {short(height)}" fill="currentColor">\n'
        + "".join(f'<path d="{d}"/>\n' for d in paths)
        + "</svg>\n"
    )


names = set()
for formula in tomllib.loads((here / "formulas.toml").read_text())["formula"]:
    names.add(formula["name"])
    text = drawn(formula["tex"])
    title = formula["tex"].replace("&", "&amp;").replace("<", "&lt;")
    (here / f"{formula['name']}.svg").write_text(text.replace('">\n', f'">\n<title>{title}</title>\n', 1))
for file in here.glob("*.svg"):
    if file.stem not in names:
        file.unlink()
print(f"{len(names)} formulas")
