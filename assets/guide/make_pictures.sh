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

learned=$(mktemp -d)/critical.holo
trap 'rm -rf "$(dirname "$learned")"' EXIT
# Links of ln 2 need no learning; the spins on the rim do.
"$binary" train @critical --quiet -o "$learned" >/dev/null

draw first-glance @critical --size 900x900
draw guide-cut "$learned" --size 150x105mm --set network.sites=64 --set network.capacity=unit \
    --set regions.a=12..20 --set view.show=ties,threads
draw guide-regions "$learned" --size 150x105mm --set network.sites=64 --set network.capacity=unit \
    --set regions.a=5..15 --set regions.b=17..27 --set view.show=ties,cone
draw guide-flow @chain --size 160x100mm --plot flow
draw guide-scaling @deep --size 160x100mm --plot scaling
draw guide-poincare "$learned" --size 150x105mm --set view.chart=poincare --set view.show=geodesics
draw guide-wall @massive --size 150x105mm --set network.wall=mass
draw guide-state @born --size 160x100mm --plot state
draw guide-tensor @critical --size 160x100mm --plot tensor --set network.sites=64 --set network.capacity=unit \
    --set regions.a=12..28
draw guide-domain-wall "$learned" --size 150x105mm --set network.sites=64 --set network.capacity=unit \
    --set regions.a=12..28 --set view.tiles=domain-wall --set network.bond_dimension=2
