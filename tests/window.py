#!/usr/bin/env python3
"""Drives the real window as a hand would, and holds it to the command line.

A session is opened in a real window on a display of its own. Two random intervals are dragged along the rim; after
each, three independent witnesses must tell the same story: the session saved with Ctrl+S (which region), the command
`holoscope cut` on that file (which entropy), and the window's own accessible text (both). The screen must show the
region's arc where it was dragged, and a curve that parts the region from the rest of the rim.

The accessible text comes the way a screen reader gets it: AccessKit publishes it over AT-SPI on D-Bus, on a private
bus that is started here.

Usage: window.py BINARY [--seed N] [--drags N] [--capacity unit|learned] [--pictures FOLDER]
Exit: 0 all agree; 1 something does not, with a sentence; 2 this machine lacks a tool.
"""

import argparse
import contextlib
import json
import math
import os
import random
import re
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import time
import zlib
from pathlib import Path

# Tool and the Debian package that brings it.
TOOLS = {
    "Xvfb": "xvfb",
    "xdotool": "xdotool",
    "import": "imagemagick",
    "dbus-daemon": "dbus",
    "dbus-send": "dbus",
}

# The layout at this size, as the window promises it: bars and panels around the canvas, in points.
WIDTH, HEIGHT = 1440, 900
TOP, BOTTOM, LEFT, RIGHT = 44, 28, 272, 384
# The ring chart: radius as a share of the canvas' shorter side, and how far outside the rim the region's arc runs.
RING_SHARE, ARC_OFFSET = 0.44, 7.0
# Pressing this far inside the rim selects, and is out of reach of the arc and the handles of the region before.
PRESS_INSIDE = 8.0
# Just inside the row of spins: tiles, links and the curve, nothing else.
BELOW_SPINS = 14.0
# Region A and the core of the curve in the dark theme.
HUE_A, CURVE_CORE = (255, 179, 71), (255, 246, 229)

SITES = 256
# Patience for a machine that does other things too; nothing takes this long on an idle one.
PATIENCE = 60.0


class Mismatch(Exception):
    """Two witnesses disagree, or one does not speak; the text is the sentence for the reader."""


def wait_for(look, what, patience=PATIENCE, pause=0.1):
    """Calls `look` until it returns something true, and returns that; `what` is what was hoped for."""
    deadline = time.monotonic() + patience
    while True:
        found = look()
        if found:
            return found
        if time.monotonic() > deadline:
            raise Mismatch(f"after {patience:.0f} s still not seen: {what() if callable(what) else what}")
        time.sleep(pause)


def run(command, env, patience=PATIENCE):
    """Runs a command to its end and returns its standard output as bytes."""
    done = subprocess.run(command, env=env, stdin=subprocess.DEVNULL, capture_output=True, timeout=patience)
    if done.returncode != 0:
        said = done.stderr.decode(errors="replace").strip()
        raise Mismatch(f"`{' '.join(map(str, command))}` ended with {done.returncode}: {said}")
    return done.stdout


@contextlib.contextmanager
def process(command, env, **options):
    """A process for the length of a `with` block, ended afterwards together with its children."""
    child = subprocess.Popen(command, env=env, stdin=subprocess.DEVNULL, start_new_session=True, **options)
    try:
        yield child
    finally:
        for sign in (signal.SIGTERM, signal.SIGKILL):
            with contextlib.suppress(ProcessLookupError):
                os.killpg(child.pid, sign)
            with contextlib.suppress(subprocess.TimeoutExpired):
                child.wait(timeout=5)
        for pipe in (child.stdout, child.stderr):
            if pipe:
                pipe.close()


@contextlib.contextmanager
def display(env):
    """A virtual screen of the window's size; the server itself picks a number that is free."""
    read, write = os.pipe()
    size = f"{WIDTH}x{HEIGHT}x24"
    # Without -noreset the server starts anew whenever its last client leaves, and refuses whoever comes just then.
    command = ["Xvfb", "-displayfd", str(write), "-screen", "0", size, "-nolisten", "tcp", "-noreset"]
    with process(command, env, pass_fds=[write], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL):
        os.close(write)
        with os.fdopen(read) as number:
            shown = number.readline().strip()
        if not shown:
            raise Mismatch("Xvfb found no free display number")
        yield f":{shown}"


@contextlib.contextmanager
def session_bus(env):
    """A private session bus; the accessibility services start on it by themselves when first called."""
    command = ["dbus-daemon", "--session", "--nofork", "--print-address=1"]
    with process(command, env, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as child:
        address = child.stdout.readline().decode().strip()
        if not address:
            raise Mismatch("dbus-daemon printed no address")
        yield address


class Reader:
    """What a screen reader does: walks the tree of accessible objects and reads their names."""

    BUS = ("org.a11y.Bus", "/org/a11y/bus")
    ROOT = ("org.a11y.atspi.Registry", "/org/a11y/atspi/accessible/root")

    def __init__(self, env):
        self.env = env
        self.known = {}
        # Programs publish their tree only once somebody listens.
        for flag in ("IsEnabled", "ScreenReaderEnabled"):
            method = "org.freedesktop.DBus.Properties.Set"
            self._call("--session", self.BUS, method, "string:org.a11y.Status", f"string:{flag}", "variant:boolean:true")
        reply = self._call("--session", self.BUS, "org.a11y.Bus.GetAddress")
        self.bus = "--bus=" + self._string(reply)

    def _call(self, bus, place, method, *arguments):
        command = ["dbus-send", bus, "--print-reply", "--reply-timeout=5000", f"--dest={place[0]}", place[1], method]
        return run(command + list(arguments), self.env).decode(errors="replace")

    @staticmethod
    def _string(reply):
        found = re.search(r'string "(.*)"\s*$', reply, re.DOTALL)
        return found.group(1) if found else ""

    def _children(self, place):
        reply = self._call(self.bus, place, "org.a11y.atspi.Accessible.GetChildren")
        return re.findall(r'string "([^"]*)"\s+object path "([^"]*)"', reply)

    def _name(self, place):
        method = "org.freedesktop.DBus.Properties.Get"
        reply = self._call(self.bus, place, method, "string:org.a11y.atspi.Accessible", "string:Name")
        return self._string(reply)

    def text(self, beginning):
        """The whole name of the accessible object whose name begins so; empty while there is none."""
        try:
            place = self.known.get(beginning)
            if place:
                name = self._name(place)
                if name.startswith(beginning):
                    return name
            # Breadth first: what is looked for stands high in the tree.
            row = [self.ROOT]
            for _ in range(12):
                row = [child for place in row for child in self._children(place)]
                for place in row:
                    name = self._name(place)
                    if name.startswith(beginning):
                        self.known[beginning] = place
                        return name
        except Mismatch:
            # An object may vanish between being listed and being asked; the caller looks again.
            pass
        return ""


class Picture:
    """A picture of the whole screen."""

    def __init__(self, env):
        data = run(["import", "-window", "root", "-depth", "8", "ppm:-"], env)
        head = re.match(rb"P6\s+(\d+)\s+(\d+)\s+255\s", data)
        if not head:
            raise Mismatch("the screenshot is no picture")
        self.width, self.height = int(head.group(1)), int(head.group(2))
        self.data = data[head.end():]

    def at(self, place):
        """Red, green, blue at a place in points."""
        x, y = int(place[0]), int(place[1])
        start = 3 * (y * self.width + x)
        return tuple(self.data[start:start + 3])

    def save(self, path):
        """Writes the picture as PNG."""
        def chunk(kind, body):
            return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

        stride = 3 * self.width
        rows = b"".join(b"\0" + self.data[y * stride:(y + 1) * stride] for y in range(self.height))
        head = struct.pack(">IIBBBBB", self.width, self.height, 8, 2, 0, 0, 0)
        chunks = chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
        path.write_bytes(b"\x89PNG\r\n\x1a\n" + chunks)


def is_near(colour, other, tolerance):
    """Whether two colours differ by no more than `tolerance` in each part."""
    return all(abs(a - b) <= tolerance for a, b in zip(colour, other))


def is_core(colour):
    """The curve's core: as bright as spins and lit links, but warm."""
    return is_near(colour, CURVE_CORE, 36) and colour[0] - colour[2] >= 8


class Ring:
    """Where the ring chart stands on the screen."""

    def __init__(self):
        width, height = WIDTH - LEFT - RIGHT, HEIGHT - TOP - BOTTOM
        self.centre = (LEFT + 0.5 * width, TOP + 0.5 * height)
        self.radius = RING_SHARE * min(width, height)

    def place(self, x, outside):
        """The place at boundary coordinate x, in sites, and a distance outside the rim."""
        angle, rho = math.tau * x / SITES, self.radius + outside
        return (self.centre[0] + rho * math.cos(angle), self.centre[1] - rho * math.sin(angle))

    def coordinate(self, place):
        """The boundary coordinate of a place, 0 ≤ x < N."""
        angle = math.atan2(self.centre[1] - place[1], place[0] - self.centre[0])
        return angle / math.tau % 1.0 * SITES


def region_text(start, length):
    """A region as sessions write it: the end may run past N on a ring."""
    return f"{start}..{start + length}"


class Interval:
    """Sites start … start + length − 1 of the ring."""

    def __init__(self, start, length):
        self.start, self.length = start % SITES, length

    def __str__(self):
        return region_text(self.start, self.length)

    def inner(self, margin):
        """Middles of the sites that lie at least `margin` sites inside."""
        return [(self.start + k + 0.5) % SITES for k in range(margin, self.length - margin)]

    def rest(self):
        """The other sites."""
        return Interval(self.start + self.length, SITES - self.length)


def plan_drag(rng, ring, before):
    """Pixels of a drag with many stops, and the interval that each stop should have selected."""
    while True:
        start, length = rng.randrange(SITES), rng.randrange(24, SITES - 24)
        if (start, length) != (before.start, before.length):
            break
    forth = rng.random() < 0.5
    first, last = (start, start + length) if forth else (start + length, start)
    # A hand hits neither the gap nor the rim exactly.
    first, last = first + rng.uniform(-0.3, 0.3), last + rng.uniform(-0.3, 0.3)
    stops = max(8, math.ceil(length / 6))
    path = []
    for k in range(stops + 1):
        inside = -PRESS_INSIDE if k == 0 else rng.uniform(-12.0, 12.0)
        x, y = ring.place(first + (last - first) * k / stops, inside)
        path.append((round(x), round(y)))
    # What the drag selects follows from the whole pixels that the pointer visits.
    anchor = ring.coordinate(path[0])
    travelled, selected, previous = 0.0, [], anchor
    for place in path:
        here = ring.coordinate(place)
        travelled += (here - previous + 0.5 * SITES) % SITES - 0.5 * SITES
        previous = here
        low, high = sorted((anchor, anchor + travelled))
        low, high = math.floor(low + 0.5), math.floor(high + 0.5)
        selected.append(Interval(low, high - low))
    return path, selected


class Check:
    """Drives one window and gathers what was found to agree."""

    def __init__(self, options, env, folder):
        self.options, self.env, self.folder = options, env, folder
        self.session = folder / "dragged.holo"
        self.ring = Ring()
        self.rng = random.Random(options.seed)
        self.agreed = 0
        self.pictures = []
        self.reader = None

    def holds(self, condition, sentence):
        """Counts what agrees; what does not ends the check."""
        if not condition:
            raise Mismatch(sentence)
        self.agreed += 1

    def xdotool(self, *words):
        """Moves the hand."""
        run(["xdotool", *map(str, words)], self.env)

    def look(self, name):
        """Takes a picture and remembers it for whoever wants to see why a check failed."""
        picture = Picture(self.env)
        self.pictures.append((name, picture))
        return picture

    def spoken(self):
        """What the window says of the canvas: region and entropy of A, or None."""
        words = self.reader.text("Bulk of ")
        found = re.search(rf"Bulk of {SITES} sites; A = (\S+), S_A = (\S+) nats", words)
        return (found.group(1), float(found.group(2))) if found else None

    def run(self):
        """The whole check, window and all."""
        binary, folder = self.options.binary, self.folder
        settings = {
            "theory.kind": "chain",
            "network.sites": SITES,
            "network.capacity": self.options.capacity,
            "learning.seed": self.options.seed,
            "regions.a": "40..88",
            "view.theme": "dark",
            "view.chart": "ring",
        }
        sets = [word for key, value in settings.items() for word in ("--set", f"{key}={value}")]
        run([binary, "new", "-o", self.session, *sets], self.env)
        self.reader = Reader(self.env)
        with open(folder / "window.log", "wb") as log:
            with process([binary, self.session], self.env, stdout=log, stderr=log, cwd=folder) as window:
                try:
                    self.drive(window)
                except Mismatch as mismatch:
                    if window.poll() is not None:
                        said = (folder / "window.log").read_text(errors="replace").strip()
                        raise Mismatch(f"the window ended with {window.returncode}: {said}") from mismatch
                    raise

    def drive(self, window):
        """Waits for the window, drags, and closes it."""
        alive = "the window; it ended instead"

        def there():
            if window.poll() is not None:
                raise Mismatch(alive)
            found = subprocess.run(
                ["xdotool", "search", "--onlyvisible", "--class", "holoscope"],
                env=self.env, capture_output=True, timeout=PATIENCE, check=False,
            )
            return found.stdout.decode().split()

        name = wait_for(there, "a window of class holoscope")[0]
        # Without a window manager nobody else places the window or gives it the keys.
        self.xdotool("windowmove", name, 0, 0)
        self.xdotool("windowsize", name, WIDTH, HEIGHT)
        self.xdotool("windowfocus", name)
        spoken = wait_for(self.spoken, lambda: f"the canvas' accessible text; it says {self.reader.text('Bulk')!r}")
        self.holds(spoken[0] == "40..88", f"the session has A = 40..88, the window opened with A = {spoken[0]}")
        work = wait_for(
            lambda: "layers" in (words := self.reader.text("work: ")) and "learned in" in words and words,
            lambda: f"the end of training; the window says {self.reader.text('work')!r}",
        )
        print(f"window {WIDTH}x{HEIGHT} of {SITES} sites, {self.options.capacity} capacity; {work}")
        interval = Interval(40, 48)
        before = self.arc_drawn(interval, "opened")
        for number in range(1, self.options.drags + 1):
            interval, before = self.drag(number, interval, before)
        self.xdotool("key", "ctrl+q")
        wait_for(lambda: window.poll() is not None, "the end of the window after Ctrl+Q with nothing unsaved")
        self.holds(window.returncode == 0, f"the window closed with exit code {window.returncode}")

    def drag(self, number, old, before):
        """One drag and everything that must agree after it."""
        path, selected = plan_drag(self.rng, self.ring, old)
        print(f"drag {number}: A = {old} before; from {path[0]} to {path[-1]} in {len(path) - 1} moves")
        self.xdotool("mousemove", *path[0])
        self.xdotool("mousedown", 1)
        for k, place in enumerate(path[1:], 1):
            self.xdotool("mousemove", *place)
            time.sleep(0.02)
            # The way round the ring is ambiguous to a window that sleeps through half a turn: now and then it must
            # have said that it followed. This is also what shows that the number runs along with the hand.
            if k % 8 == 0 or k == len(path) - 1:
                expected = str(selected[k])
                wait_for(
                    lambda: (self.spoken() or ("", 0))[0] == expected,
                    lambda: f"A = {expected} under the hand; the window says A = {(self.spoken() or ('nothing',))[0]}",
                    pause=0.02,
                )
                self.agreed += 1
        self.xdotool("mouseup", 1)
        new = selected[-1]
        stamp = self.session.stat().st_mtime_ns
        self.xdotool("key", "ctrl+s")
        wait_for(lambda: self.session.stat().st_mtime_ns != stamp, "the session file saved by Ctrl+S")
        saved = json.loads(self.session.read_text())["regions"]["a"]
        self.holds(saved == str(new), f"the drag selected {new}, the saved session has regions.a = {saved}")
        cut = json.loads(run([self.options.binary, "cut", self.session, "--json"], self.env))
        entropy = cut["entropy_nats"]["a"]
        # The hand leaves, so that nothing is lit under the pointer.
        self.xdotool("mousemove", LEFT // 2, HEIGHT - BOTTOM - 60)
        spoken = wait_for(self.spoken, "the canvas' accessible text after the drag")
        self.holds(spoken[0] == saved, f"the file has A = {saved}, the window says A = {spoken[0]}")
        self.holds(spoken[1] == entropy, f"S_A of {saved}: the window says {spoken[1]!r}, `cut` says {entropy!r} nats")
        after = self.arc_drawn(new, f"drag{number}")
        changed = self.arc_changed(old, new, before, after)
        crossed = self.curve_drawn(new, after)
        print(f"  A = {new} by the pixels, in the file and in the window; S_A = {entropy!r} nats in window and cut")
        print(f"  arc: {changed} sites changed sides on screen; curve: met on {crossed} of {crossed} ways out of A")
        return new, after

    def arc_colours(self, picture, middles):
        """Colours of the region's arc over the middles of some sites."""
        return [picture.at(self.ring.place(x, ARC_OFFSET)) for x in middles]

    def arc_drawn(self, interval, name):
        """Waits until the arc stands over the interval and nowhere else; returns the picture."""
        def look():
            picture = Picture(self.env)
            inside = self.arc_colours(picture, interval.inner(2))
            outside = self.arc_colours(picture, interval.rest().inner(2))
            right = [is_near(c, HUE_A, 24) for c in inside] + [not is_near(c, HUE_A, 60) for c in outside]
            look.wrong = len(right) - sum(right)
            return picture if not look.wrong else None

        look.wrong = None
        try:
            picture = wait_for(look, lambda: f"the arc of A over {interval}: it is wrong at {look.wrong} sites", 20)
        finally:
            self.look(name)
        self.agreed += 1
        return picture

    def arc_changed(self, old, new, before, after):
        """The arc must have appeared and vanished where sites changed sides; returns how many did."""
        moved = sorted(set(old.inner(2)) & set(new.rest().inner(2)) | set(new.inner(2)) & set(old.rest().inner(2)))
        same = [x for x in moved if is_near(*(p.at(self.ring.place(x, ARC_OFFSET)) for p in (before, after)), 60)]
        self.holds(not same, f"from A = {old} to {new} the screen did not change over sites {same[:8]}")
        return len(moved)

    def curve_drawn(self, interval, picture):
        """Every straight way from inside A to the rest of the rim must meet the curve; returns how many were gone."""
        ways = 24
        inside = interval.inner(interval.length // 4)
        outside = interval.rest().inner(interval.rest().length // 4)
        for _ in range(ways):
            one, other = self.rng.choice(inside), self.rng.choice(outside)
            a, b = (self.ring.place(x, -BELOW_SPINS) for x in (one, other))
            steps = math.ceil(2 * math.dist(a, b))
            line = ((a[0] + (b[0] - a[0]) * k / steps, a[1] + (b[1] - a[1]) * k / steps) for k in range(steps + 1))
            met = any(is_core(picture.at(place)) for place in line)
            self.holds(met, f"A = {interval}: no curve between sites {int(one)} (inside) and {int(other)} (outside)")
        # The colour must mean the curve: along the rest of the rim there is none of it.
        quiet = [x + f for x in interval.rest().inner(6) for f in (-0.4, -0.2, 0.0, 0.2, 0.4)]
        stray = [x for x in quiet if is_core(picture.at(self.ring.place(x, -BELOW_SPINS)))]
        self.holds(not stray, f"A = {interval}: the curve's colour shows outside A, at sites {stray[:8]}")
        return ways


def main():
    parser = argparse.ArgumentParser(description="Holds the real window to the command line.")
    parser.add_argument("binary", type=Path, help="the program")
    parser.add_argument("--seed", type=int, default=None, help="which random drags; printed, so that a run can be repeated")
    parser.add_argument("--drags", type=int, default=2, help="how many intervals to drag")
    parser.add_argument("--capacity", choices=["unit", "learned"], default="learned", help="capacity of the links")
    parser.add_argument("--pictures", type=Path, help="keep the screenshots in this folder")
    options = parser.parse_args()
    missing = sorted({f"{tool} (package {package})" for tool, package in TOOLS.items() if not shutil.which(tool)})
    if missing:
        print(f"window: this machine lacks {', '.join(missing)}", file=sys.stderr)
        return 2
    options.binary = options.binary.resolve()
    if options.seed is None:
        options.seed = random.SystemRandom().randrange(10**6)
    print(f"seed {options.seed}", flush=True)
    # Nothing of the desktop that this may run on reaches the window, and nothing of it is touched.
    env = {k: v for k, v in os.environ.items() if k not in ("WAYLAND_DISPLAY", "AT_SPI_BUS_ADDRESS", "XAUTHORITY")}
    with tempfile.TemporaryDirectory(prefix="holoscope-window-") as folder, contextlib.ExitStack() as stack:
        folder = Path(folder)
        for name in ("XDG_RUNTIME_DIR", "XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME"):
            env[name] = str(folder / name.lower())
            Path(env[name]).mkdir(mode=0o700)
        env["LIBGL_ALWAYS_SOFTWARE"] = "1"
        # One point is one pixel, whatever the machine's settings say.
        env["WINIT_X11_SCALE_FACTOR"] = "1"
        check, problem = None, None
        try:
            env["DISPLAY"] = stack.enter_context(display(env))
            env["DBUS_SESSION_BUS_ADDRESS"] = stack.enter_context(session_bus(env))
            check = Check(options, env, folder)
            check.run()
        except Mismatch as mismatch:
            problem = str(mismatch)
        except subprocess.TimeoutExpired as late:
            problem = f"`{late.cmd[0]}` gave no answer within {late.timeout:.0f} s"
        pictures = options.pictures
        if problem and not pictures:
            pictures = Path(tempfile.mkdtemp(prefix="holoscope-window-failed-"))
        if check and pictures:
            pictures.mkdir(parents=True, exist_ok=True)
            if problem:
                with contextlib.suppress(Mismatch, subprocess.TimeoutExpired):
                    check.look("failed")
            for name, picture in check.pictures:
                picture.save(pictures / f"seed{options.seed}-{name}.png")
        agreed = check.agreed if check else 0
    if problem:
        print(f"window, seed {options.seed}: {problem}", file=sys.stderr)
        print(f"pictures: {pictures}", file=sys.stderr)
        print(f"window: {agreed} passed, 1 failed")
        return 1
    print(f"window: {agreed} passed, 0 failed")
    return 0


if __name__ == "__main__":
    sys.exit(main())
