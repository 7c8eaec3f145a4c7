#!/usr/bin/env bash
# Draws the pictures of guide and README again, with the program itself.
#
# Usage: assets/guide/make_pictures.sh [PICTURE...]
#   PICTURE  names without .png, such as guide-cut; all, if none is given
#
# Environment: HOLOSCOPE the program (default: the release build).
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
binary=${HOLOSCOPE:-${CARGO_TARGET_DIR:-$here/target}/release/holoscope}
wanted=("$@")

# Draws one picture: its name, then what `render` is told.
draw() {
    local name=$1
    shift
    if ((${#wanted[@]} > 0)) && [[ " ${wanted[*]} " != *" $name "* ]]; then
        return
    fi
    "$binary" render "$@" --theme dark --quiet -o "$here/assets/pictures/$name.png"
    echo "$name"
}

draw first-glance @critical --size 1600x1000
draw guide-cut @critical --size 1200x800 --set network.sites=64 --set network.capacity=unit \
    --set regions.a=12..20 --set view.show=ties,threads
draw guide-regions @critical --size 1200x800 --set network.sites=64 --set network.capacity=unit \
    --set regions.a=4..14 --set regions.b=18..28 --set view.show=ties,cone
draw guide-flow @chain --size 1200x760 --plot flow
draw guide-scaling @deep --size 1200x760 --plot scaling
draw guide-poincare @critical --size 1200x800 --set view.chart=poincare --set view.show=geodesics
draw guide-wall @massive --size 1200x800 --set network.wall=mass
