#!/usr/bin/env bash
# Photographs the real window in every chart, theme, size and state, and lays the pictures side by side.
#
# Usage: tests/contact_sheet.sh OUT [PATTERN...]
#   OUT      folder for the pictures, CHART-THEME-SIZE-STATE.png, and the overview, overview.png
#   PATTERN  regular expressions; a picture is taken if its name matches one of them (all, if none is given):
#            'ring-dark-1440x900', 'error', '^half-plane.*million'
#
# Environment: HOLOSCOPE the program (default: the dev build); CHARTS, THEMES, SIZES, STATES lists that replace the
# ones below. A size is PIXELSxPIXELS, with @2 for a screen whose system scales by two.
#
# States: start (first glance, all learned), drag (hand on the rim), error (bar after a file that is no session),
# training (early, with much to learn), million (N = 2^20), rim (magnified at the boundary by the wheel), threads (two
# regions, every layer of the picture laid over), wall (mass 0.3).
# Then the figures that `render` draws: plot-THEME-NAME.png for every plot, and bulk-CHART-THEME-SCENE.png for the
# scenes rim (magnified at the boundary), threads (two regions, all layers shown) and wall (mass 0.3).
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
out=${1:?usage: contact_sheet.sh OUT [PATTERN...]}
shift
patterns=("$@")
binary=${HOLOSCOPE:-${CARGO_TARGET_DIR:-$here/target}/debug/holoscope}
read -ra charts <<<"${CHARTS:-ring half-plane poincare klein}"
read -ra themes <<<"${THEMES:-dark light}"
read -ra sizes <<<"${SIZES:-1280x720 1440x900 3840x2160@2}"
read -ra states <<<"${STATES:-start drag error training million rim threads wall}"

for tool in Xvfb:xvfb xdotool:xdotool import:imagemagick montage:imagemagick; do
    if ! command -v "${tool%%:*}" >/dev/null; then
        echo "contact sheet: ${tool%%:*} is missing (package ${tool##*:})" >&2
        exit 2
    fi
done
if [[ ! -x $binary ]]; then
    echo "contact sheet: no program at $binary; build it, or name it in HOLOSCOPE" >&2
    exit 2
fi
mkdir -p "$out"
out=$(cd "$out" && pwd)
work=$(mktemp -d)
# Windows end by force here: what they keep against a crash is nobody's.
export XDG_STATE_HOME=$work/state XDG_CONFIG_HOME=$work/config
screen='' window='' blank=''

# Ends what was started here, whatever happened.
leave() {
    [[ -z $window ]] || kill "$window" 2>/dev/null || true
    [[ -z $screen ]] || kill "$screen" 2>/dev/null || true
    rm -rf "$work"
}
trap leave EXIT

wanted() {
    local name=$1 pattern
    ((${#patterns[@]})) || return 0
    for pattern in "${patterns[@]}"; do
        [[ $name =~ $pattern ]] && return 0
    done
    return 1
}

# Opens a screen of WIDTH HEIGHT pixels on a display number that the server finds free.
open_screen() {
    : >"$work/number"
    # Without -noreset the server starts anew when its last client leaves, and refuses whoever comes just then.
    Xvfb -displayfd 3 -screen 0 "$1x$2x24" -nolisten tcp -noreset 3>"$work/number" 2>/dev/null &
    screen=$!
    local tries
    for ((tries = 0; tries < 100; tries++)); do
        [[ -s $work/number ]] && break
        sleep 0.1
    done
    DISPLAY=":$(<"$work/number")"
    export DISPLAY
    blank=$(fingerprint)
}

close_screen() {
    kill "$screen" 2>/dev/null || true
    wait "$screen" 2>/dev/null || true
    screen=''
}

# Opens the window on a session and gives it the whole screen: SESSION WIDTH HEIGHT.
open_window() {
    rm -rf "$XDG_STATE_HOME"
    "$binary" "$1" >"$work/window.log" 2>&1 &
    window=$!
    local tries id=''
    for ((tries = 0; tries < 300; tries++)); do
        id=$(xdotool search --onlyvisible --class holoscope 2>/dev/null | head -n 1) || true
        [[ -z $id ]] || break
        if ! kill -0 "$window" 2>/dev/null; then
            echo "contact sheet: the window ended: $(<"$work/window.log")" >&2
            exit 1
        fi
        sleep 0.1
    done
    xdotool windowmove "$id" 0 0 windowsize "$id" "$2" "$3" windowfocus "$id"
    # Over a panel the pointer lights nothing on the canvas.
    xdotool mousemove 5 $(($3 - 5))
}

close_window() {
    kill "$window" 2>/dev/null || true
    wait "$window" 2>/dev/null || true
    window=''
}

# Waits until there is a picture and two in a row are the same, at most SECONDS seconds.
settle() {
    local end=$((SECONDS + ${1:-20})) before=$blank now
    while ((SECONDS < end)); do
        now=$(fingerprint)
        [[ $now == "$before" && $now != "$blank" ]] && return 0
        before=$now
        sleep 0.5
    done
}

# Of the whole screen, or of a part: [WIDTHxHEIGHT+X+Y].
fingerprint() {
    import -window root ${1:+-crop "$1"} -depth 8 ppm:- | cksum
}

# Width in points of the left and right panels of a window that is WIDTH points wide.
panels() {
    if (($1 >= 1900)); then
        echo 288 440
    elif (($1 >= 1400)); then
        echo 272 384
    elif (($1 >= 1180)); then
        echo 248 336
    else
        echo 44 300
    fi
}

# Waits until the depth ladder changes, which is when the first layer is being learned: WIDTH HEIGHT SCALE.
wait_for_learning() {
    local left right end=$((SECONDS + 90)) strip before
    read -r left right < <(panels $(($1 / $3)))
    strip=$((42 * $3))x$(($2 - 200 * $3))+$(((left + 4) * $3))+$((100 * $3))
    settle 5
    before=$(fingerprint "$strip")
    while ((SECONDS < end)) && [[ $(fingerprint "$strip") == "$before" ]]; do
        sleep 0.3
    done
    sleep 1
}

shoot() {
    import -window root "$out/$1.png"
    echo "$1"
}

# Presses on the rim at 0.60 of the boundary and moves to 0.85, where the session's region is not:
# CHART WIDTH HEIGHT SCALE. The hand stays down.
press_and_move() {
    local left right
    read -r left right < <(panels $(($2 / $4)))
    awk -v chart="$1" -v width="$2" -v height="$3" -v scale="$4" -v left="$left" -v right="$right" 'BEGIN {
        width /= scale; height /= scale
        w = width - left - right; h = height - 44 - 28
        turn = 8 * atan2(1, 1); inside = 8
        for (k = 0; k <= 10; k++) {
            share = 0.60 + 0.25 * k / 10
            if (chart == "ring") {
                radius = 0.44 * (w < h ? w : h) - inside
                x = left + w / 2 + radius * cos(turn * share); y = 44 + h / 2 - radius * sin(turn * share)
            } else if (chart != "half-plane") {
                # At home the frame point stands over the middle of the period, a quarter of it high.
                radius = 0.44 * (w < h ? w : h) - inside
                angle = 2 * atan2(4 * (share - 0.5), 1)
                x = left + w / 2 + radius * sin(angle); y = 44 + h / 2 + radius * cos(angle)
            } else {
                x = left + w / 2 + (share - 0.5) * 0.62 * w; y = 44 + h - 56 - inside
            }
            printf "%d %d\n", scale * x, scale * y
        }
    }' >"$work/path"
    local x y first=1
    while read -r x y; do
        xdotool mousemove "$x" "$y"
        if ((first)); then
            xdotool mousedown 1
            first=0
        fi
        sleep 0.1
    done <"$work/path"
}

# Asks the window for a file that is no session, as a hand would.
open_broken() {
    echo '{"format": "holoscope-session", "version": 1, "network": {"sites": "many"}}' >"$work/broken.holo"
    xdotool key ctrl+o
    settle 5
    xdotool key ctrl+a
    xdotool type --delay 20 "$work/broken.holo"
    xdotool key Return
}

# Settings of a scene, for a window and for a figure.
scene_settings() {
    case $1 in
        threads) echo --set network.capacity=unit --set regions.b=100..130 --set view.show=ties,cone,threads,geodesics ;;
        wall) echo --set theory.mass=0.3 --set network.wall=mass ;;
        *) echo ;;
    esac
}

# Turns the wheel over the end of the session's region on the rim: CHART WIDTH HEIGHT SCALE.
magnify() {
    local left right x y
    read -r left right < <(panels $(($2 / $4)))
    read -r x y < <(awk -v chart="$1" -v width="$2" -v height="$3" -v scale="$4" -v left="$left" -v right="$right" 'BEGIN {
        width /= scale; height /= scale
        w = width - left - right; h = height - 44 - 28
        turn = 8 * atan2(1, 1); share = 88 / 256
        radius = 0.44 * (w < h ? w : h)
        if (chart == "ring") {
            x = left + w / 2 + radius * cos(turn * share); y = 44 + h / 2 - radius * sin(turn * share)
        } else if (chart != "half-plane") {
            angle = 2 * atan2(4 * (share - 0.5), 1)
            x = left + w / 2 + radius * sin(angle); y = 44 + h / 2 + radius * cos(angle)
        } else {
            x = left + w / 2 + (share - 0.5) * 0.62 * w; y = 44 + h - 56
        }
        printf "%d %d\n", scale * x, scale * y
    }')
    xdotool mousemove "$x" "$y"
    local turns
    for ((turns = 0; turns < 12; turns++)); do
        xdotool click 4
        sleep 0.05
    done
}

# Writes the session that a state needs: CHART THEME STATE.
session_of() {
    local chart=$1 theme=$2 state=$3
    local settings=(--set theory.kind=chain --set "view.chart=$chart" --set "view.theme=$theme")
    case $state in
        training)
            settings+=(--set network.sites=4096 --set regions.a=640..1408)
            settings+=(--set learning.sites=4096 --set learning.samples=100000)
            ;;
        threads | wall)
            local more
            read -ra more < <(scene_settings "$state")
            settings+=("${more[@]}" --set theory.kind=quantum-ising)
            ;;
        million) settings+=(--set network.sites=1048576 --set regions.a=163840..360448) ;;
    esac
    "$binary" new -o "$work/session.holo" "${settings[@]}" --quiet
}

for size in "${sizes[@]}"; do
    pixels=${size%@*}
    scale=1
    [[ $size == *@* ]] && scale=${size#*@}
    width=${pixels%x*} height=${pixels#*x}
    export LIBGL_ALWAYS_SOFTWARE=1 WINIT_X11_SCALE_FACTOR=$scale
    unset WAYLAND_DISPLAY
    open_screen "$width" "$height"
    for chart in "${charts[@]}"; do
        for theme in "${themes[@]}"; do
            prefix=$chart-$theme-$size
            # The first three states follow each other in one window.
            walk=()
            for state in "${states[@]}"; do
                wanted "$prefix-$state" || continue
                case $state in
                    start | drag | error | rim) walk+=("$state") ;;
                    training | million | threads | wall)
                        session_of "$chart" "$theme" "$state"
                        open_window "$work/session.holo" "$width" "$height"
                        if [[ $state == training ]]; then
                            wait_for_learning "$width" "$height" "$scale"
                        else
                            settle 40
                        fi
                        shoot "$prefix-$state"
                        close_window
                        ;;
                    *)
                        echo "contact sheet: no state $state" >&2
                        exit 2
                        ;;
                esac
            done
            ((${#walk[@]})) || continue
            session_of "$chart" "$theme" start
            open_window "$work/session.holo" "$width" "$height"
            settle
            for state in "${walk[@]}"; do
                case $state in
                    start) shoot "$prefix-start" ;;
                    drag)
                        press_and_move "$chart" "$width" "$height" "$scale"
                        settle
                        shoot "$prefix-drag"
                        xdotool mouseup 1
                        ;;
                    rim)
                        magnify "$chart" "$width" "$height" "$scale"
                        settle
                        shoot "$prefix-rim"
                        ;;
                    error)
                        open_broken
                        settle
                        shoot "$prefix-error"
                        ;;
                esac
            done
            close_window
        done
    done
    close_screen
done

plots=(scaling flow flow-plane weights kl trace free-energy xi link-entropy training
    channels depth prune transition geometry correlations)
for theme in "${themes[@]}"; do
    for plot in "${plots[@]}"; do
        wanted "plot-$theme-$plot" || continue
        "$binary" render --plot "$plot" --set theory.mass=0.1 --theme "$theme" -o "$out/plot-$theme-$plot.png" --quiet
        echo "plot-$theme-$plot"
    done
    for chart in "${charts[@]}"; do
        for scene in rim threads wall; do
            name=bulk-$chart-$theme-$scene
            wanted "$name" || continue
            read -ra settings < <(scene_settings "$scene")
            [[ $scene == rim ]] && settings=(--camera 64,4,8)
            "$binary" render --set "view.chart=$chart" "${settings[@]}" --theme "$theme" -o "$out/$name.png" --quiet
            echo "$name"
        done
    done
done


# The overview takes every picture of the folder, also those of earlier, partial runs.
shopt -s nullglob
pictures=("$out"/*-*-*-*.png)
if ((${#pictures[@]})); then
    # A font of ours: a machine without any system font must do. Shrunk as they are read, for memory's sake.
    montage -font "$here/assets/fonts/IBMPlexSans-Regular.ttf" -pointsize 16 -label '%t' \
        "${pictures[@]/%/[640x400]}" -geometry '640x400+6+6' -tile "${#states[@]}x" -background '#808080' "$out/overview.png"
    echo "overview of ${#pictures[@]} pictures in $out"
fi
