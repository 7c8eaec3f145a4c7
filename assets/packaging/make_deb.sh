#!/usr/bin/env bash
# Makes a Debian package of a program that is built already. Needs nothing but what every Debian with cargo has: bash,
# python3, gzip, dpkg-deb.
#
# Usage: [DEBFULLNAME=… DEBEMAIL=…] assets/packaging/make_deb.sh BINARY FOLDER
# prints the path of the package that it put into FOLDER
set -euo pipefail
binary=$(realpath "$1")
mkdir -p "$2"
folder=$(realpath "$2")
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
umask 022

# "holoscope 0.1.0-dev …": a version before 0.1.0 for dpkg, too.
version=$("$binary" --version | cut -d' ' -f2)
version=${version/-/\~}
architecture=$(dpkg --print-architecture)
# Who answers for a package is who makes it, as Debian's own tools ask for it.
maintainer="${DEBFULLNAME:-The holoscope authors} <${DEBEMAIL:-holoscope@localhost}>"
# The newest of the C library's symbols that the program asks for.
libc=$(grep -aoE 'GLIBC_2\.[0-9]+' "$binary" | sort -uV | tail -1 | cut -d_ -f2)

root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
share=$root/usr/share doc=$root/usr/share/doc/holoscope
chmod 755 "$root"
mkdir -p "$root/DEBIAN" "$root/usr/bin" "$share"/{applications,mime/packages,metainfo,man/man1} \
    "$share"/{bash-completion/completions,zsh/vendor-completions,fish/vendor_completions.d} "$doc/fonts"

install -m 755 "$binary" "$root/usr/bin/holoscope"
# Line tables tell where a panic came from only on the machine that built them.
command -v strip >/dev/null && strip "$root/usr/bin/holoscope"

install -m 644 assets/packaging/holoscope.desktop "$share/applications/"
install -m 644 assets/packaging/holoscope-mime.xml "$share/mime/packages/holoscope.xml"
install -m 644 assets/packaging/org.holoscope.holoscope.metainfo.xml "$share/metainfo/"

icons=$share/icons/hicolor
mkdir -p "$icons/scalable/apps"
"$binary" icon -o "$icons/scalable/apps/holoscope.svg"
for side in 16 24 32 48 64 128 256 512; do
    mkdir -p "$icons/${side}x$side/apps"
    "$binary" icon --side "$side" -o "$icons/${side}x$side/apps/holoscope.png"
done

"$binary" completions bash -o "$share/bash-completion/completions/holoscope"
"$binary" completions zsh -o "$share/zsh/vendor-completions/_holoscope"
"$binary" completions fish -o "$share/fish/vendor_completions.d/holoscope.fish"
"$binary" man -o "$share/man/man1"
gzip -9n "$share"/man/man1/*.1

install -m 644 README.md LICENSE-MIT LICENSE-APACHE assets/packaging/copyright "$doc/"
find assets/fonts -type f ! -name '*.ttf' ! -name '*.otf' -exec install -m 644 -t "$doc/fonts" {} +
gzip -9nc CHANGELOG.md >"$doc/CHANGELOG.md.gz"
# Debian's tools ask for a changelog of their own form.
released=$(sed -n 's/.*<release .*date="\([0-9-]*\)".*/\1/p' assets/packaging/*.metainfo.xml | head -1)
gzip -9nc >"$doc/changelog.gz" <<LOG
holoscope ($version) unstable; urgency=medium

  * What has changed is told in CHANGELOG.md.gz beside this file.

 -- $maintainer  $(LC_ALL=C date -u -d "$released" '+%a, %d %b %Y %H:%M:%S +0000')
LOG
python3 assets/packaging/third_party.py "$doc/THIRD-PARTY.txt" >&2
gzip -9n "$doc/THIRD-PARTY.txt"

size=$(du -k --apparent-size -s "$root/usr" | cut -f1)
# The command line needs only the C library; the window loads the rest when it opens.
cat >"$root/DEBIAN/control" <<CONTROL
Package: holoscope
Version: $version
Architecture: $architecture
Maintainer: $maintainer
Installed-Size: $size
Depends: libc6 (>= $libc), libgcc-s1
Recommends: libgl1, libegl1, libgl1-mesa-dri, libx11-6, libx11-xcb1, libxcursor1, libxi6, libxkbcommon0, libxkbcommon-x11-0, libwayland-client0, libwayland-egl1, libdbus-1-3
Suggests: xdg-desktop-portal | zenity
Section: science
Priority: optional
Description: instrument for holography on the desk
 Learns the renormalization group of a spin chain as a stack of restricted
 Boltzmann machines, draws the learned network as a tiling of the hyperbolic
 plane, and reads the entanglement of a boundary region off its minimal cut,
 the Ryu-Takayanagi curve. A window, and a command line with the same numbers.
CONTROL
(cd "$root" && find usr -type f -print0 | sort -z | xargs -0 md5sum >DEBIAN/md5sums)

package=$folder/holoscope_${version}_$architecture.deb
dpkg-deb --root-owner-group -Zxz --build "$root" "$package" >&2
echo "$package"
