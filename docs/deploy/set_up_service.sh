#!/bin/sh
# sudo docs/deploy/set_up_service.sh: makes what lies in /opt/earshot a service, also where an earlier release was one.
# Out of that folder go the database and its keys, to /var/lib/earshot, and settings and secrets, to /etc/earshot.
# Stops before anything is changed where it does not know what to do; done again, it changes nothing.
set -eu
code=${ROOT-}/opt/earshot settings=${ROOT-}/etc/earshot data=${ROOT-}/var/lib/earshot
owner=${OWNER-earshot} admin=${ADMIN-root}

stop() {
    echo "$1" >&2
    exit 1
}

cd "$code"
# What .env gives a variable, without the quotes around it.
value() { sed -n "s/^ *\(export *\)\{0,1\}$1 *= *//p" .env 2>/dev/null | tail -n 1 | sed "s/ *\$//; s/^\([\"']\)\(.*\)\1\$/\2/"; }

[ -n "${ROOT-}" ] || ! systemctl is-active --quiet earshot || stop "Earshot runs: sudo systemctl stop earshot"
case $(value DATABASE_URL) in '' | sqlite:///earshot.db) ;; *) other=yes ;; esac
! grep -qs '^ *database_url' config.toml || other=yes
[ -z "${other-}" ] || stop "DATABASE_URL names a database of its own. Take it out of .env and config.toml; docs/service.md says where it goes."
for file in earshot.db earshot.keys; do
    [ ! -e $file ] || [ ! -e "$data/$file" ] || stop "There is a $file here and in $data: keep the one that counts."
done

# The earlier unit let the bot write here: a link would have root hand somebody else's file to it.
for file in . .env config.toml earshot.db* earshot.keys*; do
    [ ! -L "$file" ] || stop "$code/$file is a link. Put the file itself there, or take the link away."
done

id "$owner" >/dev/null 2>&1 ||
    useradd --system --no-create-home --home-dir /var/lib/earshot --shell /usr/sbin/nologin "$owner"
install -d -m 0755 "$settings"
install -d -o "$owner" -g "$(id -gn "$owner")" -m 0700 "$data"
for file in earshot.db* earshot.keys*; do
    [ -e "$file" ] || continue
    chown "$owner:$(id -gn "$owner")" "$file"
    mv "$file" "$data/"
done
umask 077
for name in DISCORD_TOKEN OPENAI_API_KEY; do
    file=$settings/$(echo $name | tr A-Z a-z)
    if [ ! -s "$file" ]; then
        value $name >"$file"
        [ -s "$file" ] || echo "Write your $name into $file" >&2
    fi
done
if [ -e .env ]; then
    grep -Ev '^ *(export +)?(DISCORD_TOKEN|OPENAI_API_KEY|DATABASE_URL) *=' .env >"$settings/.env" || true
    rm .env
fi
for file in .env config.toml; do
    [ ! -e $file ] || mv $file "$settings/"
    [ ! -e "$settings/$file" ] || { chown "$admin:$(id -gn "$owner")" "$settings/$file" && chmod 0640 "$settings/$file"; }
done
umask 022
chown -R "$admin:" .
chmod -R go-w .
"${MAKE-make}" --silent service
install -D -m 0644 docs/deploy/earshot.service "${ROOT-}/etc/systemd/system/earshot.service"
install -D -m 0755 docs/deploy/earshot "${ROOT-}/usr/local/bin/earshot"
[ -n "${ROOT-}" ] || systemctl daemon-reload
