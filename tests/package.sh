#!/usr/bin/env bash
# Installs the Debian package in a bare Debian and uses it there: what the program needs beyond the C library would be
# missing. Needs root, debootstrap, a mirror, and some minutes; ends with 2 where these are not.
#
# Usage: tests/package.sh BINARY      a release build: cargo build --release
set -euo pipefail
binary=$(realpath "$1")
cd "$(dirname "${BASH_SOURCE[0]}")/.."
if [[ $(id -u) != 0 ]] || ! command -v debootstrap >/dev/null; then
    echo "needs root and debootstrap (apt-get install debootstrap)"
    exit 2
fi
codename=$(. /etc/os-release && echo "$VERSION_CODENAME")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
fail() {
    echo "FAILED: $*"
    exit 1
}

package=$(assets/packaging/make_deb.sh "$binary" "$work")
echo "package: $(basename "$package"), $(stat -c %s "$package") bytes"
dpkg-deb --contents "$package" | awk '{print $6}' >"$work/files"
for file in usr/bin/holoscope usr/share/applications/holoscope.desktop usr/share/mime/packages/holoscope.xml \
    usr/share/metainfo/org.holoscope.holoscope.metainfo.xml usr/share/icons/hicolor/scalable/apps/holoscope.svg \
    usr/share/icons/hicolor/48x48/apps/holoscope.png usr/share/man/man1/holoscope.1.gz \
    usr/share/man/man1/holoscope-render.1.gz usr/share/bash-completion/completions/holoscope \
    usr/share/zsh/vendor-completions/_holoscope usr/share/fish/vendor_completions.d/holoscope.fish \
    usr/share/doc/holoscope/copyright usr/share/doc/holoscope/THIRD-PARTY.txt.gz; do
    grep -qx "./$file" "$work/files" || fail "$file is not in the package"
done
if command -v appstreamcli >/dev/null; then
    appstreamcli validate --no-net assets/packaging/*.metainfo.xml || fail "the metainfo is not valid"
fi
if command -v desktop-file-validate >/dev/null; then
    desktop-file-validate assets/packaging/holoscope.desktop || fail "the desktop file is not valid"
fi

# Where this machine itself gets its packages.
mirror=$(apt-get indextargets --format '$(SITE)' | awk 'NR == 1')
root=$work/root
debootstrap --variant=minbase --include=man-db "$codename" "$root" ${mirror:+"$mirror"} >"$work/log" 2>&1 ||
    { tail -5 "$work/log"; fail "no bare Debian $codename from ${mirror:-the mirror}"; }
cp "$package" "$root/root/holoscope.deb"
inside() {
    chroot "$root" /usr/bin/env -i PATH=/usr/bin:/bin:/usr/sbin:/sbin HOME=/root LC_ALL=C.UTF-8 "$@"
}
inside dpkg -i /root/holoscope.deb >"$work/log" 2>&1 || { cat "$work/log"; fail "it does not install"; }
inside holoscope --version
inside sh -c 'cd /tmp && holoscope render --set learning.sites=32 --set theory.kind=chain -o bulk.png --size 400x300 &&
    holoscope render bulk.png --no-train -o bulk.svg && holoscope render bulk.png --no-train -o bulk.pdf &&
    holoscope cut bulk.svg --json' >"$work/cut.json" || fail "render or cut"
grep -q '"entropy_nats"' "$work/cut.json" || fail "the cut has no entropy"
head -c 8 "$root/tmp/bulk.png" | grep -q PNG || fail "bulk.png is no PNG"
inside sh -c 'man --warnings holoscope holoscope-render 2>/root/warnings | col -b' >"$work/man"
for word in NAME SYNOPSIS render network.sites; do
    grep -q "$word" "$work/man" || fail "the manual page does not say $word"
done
[[ -s $root/root/warnings ]] && cat "$root/root/warnings" && fail "the manual page has faults"
inside bash -c '. /usr/share/bash-completion/completions/holoscope && complete -p holoscope' || fail "completions"
# Without a display the window says so in a sentence.
said=$(inside holoscope 2>&1) && fail "the window opened in a chroot"
[[ $said == *display* ]] || fail "without a display it says: $said"
inside dpkg -r holoscope >/dev/null
[[ ! -e $root/usr/bin/holoscope && ! -e $root/usr/share/doc/holoscope ]] || fail "removal leaves files"
echo "installed, used and removed in a bare Debian $codename"
