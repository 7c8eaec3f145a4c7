#!/bin/sh
# What the window costs while nobody touches it: CPU time in 30 s after the training of the default session has
# ended, on a virtual screen with software OpenGL.
#
# benches/idle.sh [holoscope binary] [seconds to wait first]     needs Xvfb
binary=$(realpath "${1:-target/release/holoscope}")
settle=${2:-40}
folder=$(mktemp -d)
screen=:$((300 + $$ % 200))
Xvfb "$screen" -screen 0 1600x1000x24 >/dev/null 2>&1 &
server=$!
sleep 1
export DISPLAY="$screen" LIBGL_ALWAYS_SOFTWARE=1 XDG_STATE_HOME="$folder" XDG_CONFIG_HOME="$folder"
"$binary" >/dev/null 2>"$folder/errors" &
window=$!
# User and system time of all threads, in ticks of the clock.
ticks() {
    cut -d' ' -f14,15 "/proc/$window/stat" | tr ' ' '+'
}
sleep "$settle"
before=$(($(ticks)))
sleep 30
kill -0 "$window" || { cat "$folder/errors"; exit 1; }
after=$(($(ticks)))
echo "RESULT idle_cpu_before $(awk "BEGIN { print $before / $(getconf CLK_TCK) }") s"
kill "$window" "$server"
rm -r "$folder"
awk "BEGIN { printf \"RESULT idle_cpu_in_30_s %.2f s\n\", ($after - $before) / $(getconf CLK_TCK) }"
