"""Minimum cuts of the benchmark networks by PyMaxflow (Boykov-Kolmogorov), to compare times and values.

    pip install -r benches/compare/requirements.txt
    cargo bench --no-default-features --bench cut > cut.txt
    python benches/compare/cut_pymaxflow.py cut.txt --links 4 --log2 20

Makes the random network of `benches/cut.rs` from the same formula: link (layer, block, slot) has capacity q of 2^-20
nats, q = 1 + (top 20 bits of splitmix64((layer 2^38 + block) 4 + slot)), the first link 2^20. Solves the same
regions from scratch, and one-site moves by reusing the search trees (Kohli and Torr 2005). A value in the file is
in units of 2^-40 nats. Ends with status 1 if any value differs.
"""

import argparse
import platform
import re
import sys
import time
from importlib.metadata import version

import maxflow
import numpy as np

# More than all links of a site together carry, so that no cut passes between a site and its terminal.
FOREVER = float(1 << 23)
MASK = (1 << 64) - 1


def capacities(layer, blocks, links):
    """Whole capacities of a layer's links, `blocks` x `links`, in units of 2^-20 nats."""
    block = np.arange(blocks, dtype=np.uint64)[:, None]
    slot = np.arange(links, dtype=np.uint64)[None, :]
    with np.errstate(over="ignore"):
        z = (np.uint64(layer << 38) + block) * np.uint64(4) + slot
        z += np.uint64(0x9E3779B97F4A7C15)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    q = np.uint64(1) + ((z ^ (z >> np.uint64(31))) >> np.uint64(44))
    if layer == 0:
        q[0, 0] = 1 << 20
    return q.astype(np.float64)


def network(links, log2):
    """Edges (lower node, upper node, capacity) of a full ring; node (k, i) has number 2N - 2N/2^k + i."""
    sites = 1 << log2
    first_offset = -1 if links == 4 else 0
    edges = []
    for layer in range(log2):
        here, blocks = sites >> layer, sites >> (layer + 1)
        first = 2 * sites - 2 * here
        block = np.arange(blocks, dtype=np.int64)[:, None]
        lower = (2 * block + first_offset + np.arange(links)[None, :]) % here + first
        upper = np.broadcast_to(block + first + here, lower.shape)
        edges.append((lower.ravel(), upper.ravel(), capacities(layer, blocks, links).ravel()))
    return tuple(np.concatenate(part) for part in zip(*edges))


def build(edges, nodes, inside):
    """The graph with a source on each site inside and a sink on each other."""
    lower, upper, capacity = edges
    graph = maxflow.GraphFloat(nodes, len(lower))
    graph.add_nodes(nodes)
    graph.add_edges(lower, upper, capacity, capacity)
    graph.add_grid_tedges(np.arange(len(inside)), inside * FOREVER, ~inside * FOREVER)
    return graph


def region(sites, start, size):
    inside = np.zeros(sites, dtype=bool)
    inside[(start + np.arange(size)) % sites] = True
    return inside


def jumps(sites, count):
    """As `jumps` of the benchmark."""
    for i in range(1, count + 1):
        mixed = i * 0x9E3779B97F4A7C15 & MASK
        yield (mixed >> 13) % sites, 1 + ((mixed * (mixed | 1) & MASK) >> 17) % (sites // 2)


def read_results(path, links, log2):
    """Values by region, and times in seconds, of the benchmark's output."""
    values, times = {}, {}
    scale = {"ms": 1e-3, "µs": 1e-6}
    with open(path, encoding="utf-8") as file:
        for line in file:
            if found := re.match(rf"VALUE random {links} {log2} (\d+) (\d+) (\d+)", line):
                start, size, units = map(int, found.groups())
                values[start, size] = units
            elif found := re.match(rf"RESULT r{links}_random_2\^{log2}_(\w+) (\S+) (ms|µs)", line):
                times[found[1]] = float(found[2]) * scale[found[3]]
    return values, times


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("results", nargs="?", help="output of the benchmark")
    parser.add_argument("--links", type=int, choices=(2, 3, 4), default=4, help="links r of a hidden node")
    parser.add_argument("--log2", type=int, default=20, help="base-2 logarithm of the sites")
    parser.add_argument("--moves", type=int, default=20, help="one-site moves to time")
    arguments = parser.parse_args()
    links, log2 = arguments.links, arguments.log2
    print(f"PyMaxflow {version('PyMaxflow')}, numpy {version('numpy')}, Python {platform.python_version()}")
    values, times = read_results(arguments.results, links, log2) if arguments.results else ({}, {})
    sites = 1 << log2
    edges = network(links, log2)
    differing = 0

    def compare(start, size, found):
        nonlocal differing
        ours = values.get((start, size))
        # The benchmark's largest capacity, 1 nat, is 2^40 of its units.
        verdict = "not in the file" if ours is None else "equal" if ours == int(found) << 20 else f"DIFFERS: {ours}"
        differing += verdict.startswith("DIFFERS")
        print(f"  r = {links}, 2^{log2}, {size} sites at {start}: {int(found)} of 2^-20 nats, {verdict}")

    # Every bit of both graphs is the same, so this is the time of the algorithm and not of the layout.
    scratch, laid_out = [], []
    start, size = sites // 3, sites // 8
    for begin, length in [*jumps(sites, 3), (start, size)]:
        began = time.perf_counter()
        graph = build(edges, 2 * sites - 1, region(sites, begin, length))
        laid_out.append(time.perf_counter() - began)
        began = time.perf_counter()
        found = graph.maxflow()
        scratch.append(time.perf_counter() - began)
        compare(begin, length, found)

    # The right end moves on. A site that joins gets a source of twice the strength of its sink; what then
    # runs through it from source to sink is no cut.
    moved, through = [], 0.0
    for step in range(arguments.moves):
        site = (start + size + step) % sites
        began = time.perf_counter()
        graph.add_tedge(site, 2 * FOREVER, 0.0)
        graph.mark_node(site)
        found = graph.maxflow(reuse_trees=step > 0)
        moved.append(time.perf_counter() - began)
        through += FOREVER
        compare(start, size + step + 1, found - through)

    def line(name, theirs, key):
        ours = times.get(key)
        ratio = f", ours {ours:.3g} s, ratio {theirs / ours:.3g}" if ours else ""
        print(f"{name}: PyMaxflow {theirs:.3g} s{ratio}")

    line("first solve, graph laid out", float(np.median(scratch)), "first")
    line("laying out the graph", float(np.median(laid_out)), "set_up")
    line("unrelated region (from scratch)", float(np.median(scratch[:3])), "jump_median")
    line("one-site move (trees reused)", float(np.median(moved[1:] or moved)), "move_median")
    sys.exit(1 if differing else 0)


if __name__ == "__main__":
    main()
