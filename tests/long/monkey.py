#!/usr/bin/env python3
"""A monkey at the real window: random clicks, drags, wheels, keys, sliders torn to their ends, files saved and opened.

The window runs on a display of its own, in a folder of its own. After each third of the time everything is reset the same
way (a new session, home, all dialogs away) and, after a rest, the resident memory is read: it must not have grown or
shrunk by more than five per cent. At no time may the program end, hang, or say that it panicked.

The C library of Linux keeps what was freed, up to 64 MiB and more of it the larger the blocks that it has seen; that
is switched off here by its own variables, so that what is read is what the program holds. The OpenGL in software of such
a machine, too, keeps the scene of every frame that once was in flight, up to 64 of them; where it draws in the thread that
asks, there is one. `--as-is` leaves both on.

Usage: monkey.py BINARY [--minutes M] [--seed N] [--as-is] [--picture FILE]      a release build for the long form
Exit: 0 it stood; 1 it did not, with a sentence; 2 this machine lacks a tool.
"""

import argparse
import contextlib
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from window import HEIGHT, WIDTH, Mismatch, Picture, display, process, wait_for  # noqa: E402

# The File menu, where Quit stands: who quits has not been thrown out.
MENU = (64, 44)
KEYS = ("Left Right Up Down Tab Return Escape space Home End Delete BackSpace Page_Up Page_Down F1 1 2 3 a c d e q r s "
        "w plus minus ctrl+n ctrl+s ctrl+shift+s ctrl+e ctrl+z ctrl+shift+z ctrl+a ctrl+c ctrl+v ctrl+x shift+Left "
        "shift+Right alt+Left").split()
TEXTS = ["0..9", "5..37,40..50", "-1", "2^10", "nan", "x.svg", "x.npy", "session.holo", "999999999999"]
# What the window is called with a new session in it.
RESET = "untitled – holoscope"
# After the reset: what was learned before must be learned again.
REST = 20.0


class Monkey:
    """The hand, and the eye on the process."""

    def __init__(self, options, env, folder):
        self.chance = random.Random(options.seed)
        self.env, self.folder = env, folder
        self.deeds = 0
        self.last = []

    def do(self, *words):
        """One line of xdotool; what it did is remembered."""
        words = [str(w) for w in words]
        self.last = (self.last + [" ".join(words)])[-12:]
        subprocess.run(["xdotool", *words], env=self.env, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                       stderr=subprocess.DEVNULL, timeout=60)

    def place(self):
        while True:
            x, y = self.chance.randrange(WIDTH), self.chance.randrange(HEIGHT)
            if x > MENU[0] or y > MENU[1]:
                return x, y

    def act(self):
        """One deed."""
        self.deeds += 1
        kind = self.chance.randrange(10)
        x, y = self.place()
        if kind < 3:
            self.do("mousemove", x, y, "click", "--repeat", self.chance.choice([1, 1, 2]), "--delay", 20, 1)
        elif kind == 3:
            self.do("mousemove", x, y, "click", "--repeat", self.chance.randrange(1, 6), self.chance.choice([4, 5]))
        elif kind < 6:
            u, v = self.place()
            words = ["mousemove", x, y, "mousedown", 1]
            for k in (1, 2, 3, 4):
                words += ["mousemove", x + (u - x) * k // 4, y + (v - y) * k // 4]
            self.do(*words, "mouseup", 1)
        elif kind == 6:
            # Sliders stand in the panel on the left; torn to either end of the screen.
            x, y = self.chance.randrange(16, 256), self.chance.randrange(60, HEIGHT - 40)
            self.do("mousemove", x, y, "mousedown", 1, "mousemove", self.chance.choice([0, WIDTH - 1]), y, "mouseup", 1)
        elif kind < 9:
            self.do("key", "--delay", 1, *[self.chance.choice(KEYS) for _ in range(self.chance.randrange(1, 4))])
        elif self.chance.randrange(4):
            self.do("type", "--delay", 1, self.chance.choice(TEXTS))
        elif self.chance.randrange(2):
            # A name that is there already asks for a second Return.
            self.do("key", "--delay", 80, self.chance.choice(["ctrl+shift+s", "ctrl+e"]), "Return", "Return")
        else:
            self.do("key", "--delay", 80, "Escape", "ctrl+o")
            self.do("type", "--delay", 1, self.chance.choice(["session.holo", "bulk.svg", "none.holo"]))
            self.do("key", "Return")


def seen(monkey, *words):
    """What xdotool answers."""
    found = subprocess.run(["xdotool", *words], env=monkey.env, stdin=subprocess.DEVNULL, capture_output=True, timeout=60)
    return " ".join(found.stdout.decode(errors="replace").split()) or "nobody"


def resident(pid):
    """Resident memory in KiB."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1])
    raise Mismatch("the program is gone")


def watch(monkey, program, log):
    """Raises when the program is gone or has said that it panicked."""
    said = log.read_text(errors="replace")
    if "panicked" in said:
        raise Mismatch(f"it panicked after {monkey.last}: {said[-2000:]}")
    if program.poll() is not None:
        raise Mismatch(f"the program ended with {program.returncode} after {monkey.last}: {said[-2000:]}")


def reset(monkey, program, log):
    """The same state from any other: no dialog, the default session, the view at home, all learned."""
    # Without a window manager nobody gives the keys back to a window that has lost them.
    print(f"the keys go to {seen(monkey, 'getwindowfocus')}, the window is {seen(monkey, 'search', '--name', 'holoscope')}")
    for _ in range(5):
        monkey.do("search", "--name", "holoscope", "windowfocus")
        monkey.do("key", "--delay", 150, "Escape", "Escape", "Escape", "ctrl+n")
        # The question about changes stands a frame later, and a frame may wait for other work.
        time.sleep(2.0)
        # Where changes would be lost, D discards them; where there are none it moves the view, which Home brings back.
        monkey.do("key", "--delay", 150, "d", "Home")
        time.sleep(2.0)
        watch(monkey, program, log)
        title = seen(monkey, "search", "--name", "holoscope", "getwindowname")
        if title == RESET:
            break
    else:
        raise Mismatch(f"no new session, but {title}, after {monkey.last}")
    monkey.do("mousemove", WIDTH // 2, HEIGHT - 4)
    end = time.monotonic() + REST
    while time.monotonic() < end:
        watch(monkey, program, log)
        time.sleep(0.5)
    wait_for(lambda: is_idle(program.pid), "the program at rest", patience=300, pause=1.0)
    return resident(program.pid)


def is_idle(pid):
    """Whether the program took less than a twentieth of a core for a second."""
    def ticks():
        fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
        return int(fields[11]) + int(fields[12])

    before = ticks()
    time.sleep(1.0)
    return ticks() - before < 0.05 * os.sysconf("SC_CLK_TCK")


def busy_threads(pid):
    """Name and ticks of every thread that ran within a second: who keeps a program that should rest."""
    def ticks():
        found = {}
        for task in Path(f"/proc/{pid}/task").iterdir():
            with contextlib.suppress(FileNotFoundError):  # a thread may end while it is looked at
                name, fields = (task / "stat").read_text().split("(", 1)[1].rsplit(")", 1)
                found[task.name, name] = sum(map(int, fields.split()[11:13]))
        return found

    before = ticks()
    time.sleep(1.0)
    ran = {key: after - before.get(key, 0) for key, after in ticks().items()}
    return {name: count for (_, name), count in ran.items() if count}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("binary")
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--as-is", action="store_true", help="leave the hoards of the C library and of OpenGL alone")
    parser.add_argument("--picture", help="PNG of the screen as the monkey last left it")
    options = parser.parse_args()
    for tool in ("Xvfb", "xdotool"):
        if not shutil.which(tool):
            print(f"{tool} is missing")
            return 2
    binary = str(Path(options.binary).resolve())
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="holoscope-monkey-")))
        env = dict(os.environ, HOME=str(folder), XDG_CONFIG_HOME=str(folder), XDG_STATE_HOME=str(folder),
                   XDG_DATA_HOME=str(folder), LIBGL_ALWAYS_SOFTWARE="1")
        if not options.as_is:
            # To set them at all, here to what they are at first, keeps them from growing; one hoard for all threads.
            env.update(LP_NUM_THREADS="0", MALLOC_MMAP_THRESHOLD_="131072", MALLOC_TRIM_THRESHOLD_="131072", MALLOC_ARENA_MAX="1")
        for name in ("WAYLAND_DISPLAY", "DBUS_SESSION_BUS_ADDRESS"):
            env.pop(name, None)
        env["DISPLAY"] = stack.enter_context(display(env))
        log = folder / "log"
        with log.open("w") as out:
            program = stack.enter_context(process([binary], env, cwd=folder, stdout=out, stderr=out))
            monkey = Monkey(options, env, folder)
            try:
                wait_for(lambda: subprocess.run(["xdotool", "search", "--name", "holoscope"], env=env,
                                                capture_output=True).stdout.strip(), "a window")
                monkey.do("search", "--sync", "--name", "holoscope", "windowmove", 0, 0, "windowsize", WIDTH, HEIGHT,
                          "windowfocus")
                print(f"start: {reset(monkey, program, log)} KiB resident", flush=True)
                found = []
                for third in (1, 2, 3):
                    end = time.monotonic() + options.minutes * 20
                    while time.monotonic() < end:
                        monkey.act()
                        watch(monkey, program, log)
                    if options.picture:
                        Picture(env).save(Path(options.picture))
                    found.append(reset(monkey, program, log))
                    print(f"minute {third * options.minutes / 3:g}: {found[-1]} KiB resident, {monkey.deeds} deeds",
                          flush=True)
                for later in found[1:]:
                    if abs(later - found[0]) > 0.05 * found[0]:
                        raise Mismatch(f"resident memory went from {found[0]} to {later} KiB")
            except Mismatch as mismatch:
                print(f"monkey, seed {options.seed}, after {monkey.deeds} deeds: {mismatch}")
                print(f"its last deeds: {monkey.last}")
                if program.poll() is None:
                    print(f"its threads over a second: {busy_threads(program.pid)}")
                    if options.picture:
                        Picture(env).save(Path(options.picture))
                return 1
        files = sorted(p.name for p in folder.iterdir())
        print(f"{monkey.deeds} deeds, no panic; files it made: {', '.join(files)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
