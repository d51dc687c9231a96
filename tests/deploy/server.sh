#!/usr/bin/env bash
# A server for the length of a test: systemd as the first process of its own namespaces, on a layer over this machine's
# files that is thrown away, with the users, folders and units of deploy/ as the how-to installs them.
# Called inside `unshare`: server.sh PROJECT PYTHON STANDIN BASE
set -euo pipefail
project=$1 python=$2 standin=$3 base=$4 root=$4/root
mount --make-rprivate /
mount -t tmpfs none "$base"
mkdir "$base"/{above,work,root,bin}
mount -t overlay overlay -o "lowerdir=/,upperdir=$base/above,workdir=$base/work" "$root"
ip link set lo up 2>/dev/null || true

# The code where the units look for it, with an interpreter that does not lie in somebody's home.
mkdir -p "$root"/opt/{pravah,python}
mount --bind "$python" "$root/opt/python"
mount --bind "$project" "$root/opt/pravah"
cp -a "$project"/.venv/bin/{dagster,dagster-webserver,dagster-daemon,pravah} "$base/bin"
sed -i '1s|.*|#!/opt/pravah/.venv/bin/python|' "$base"/bin/*
ln -s /opt/python/bin/python3 "$base/bin/python"
mount --bind "$base/bin" "$root/opt/pravah/.venv/bin"

cp -r "$project"/deploy/systemd/{*.service,*.socket,*.target,*.d} "$root/etc/systemd/system"
systemd-sysusers --root="$root" "$project/deploy/systemd/pravah.sysusers.conf"
systemd-tmpfiles --create --root="$root" "$project/deploy/systemd/pravah.tmpfiles.conf"
echo a-release > "$root/var/lib/pravah/releases/CURRENT"
install -d -m 700 -o 10001 "$root"/var/lib/pravah/{restricted,landing,inbox,keys}

# The example's settings; SQLite instead of a PostgreSQL server, and a certificate that the proxy makes.
sed '/^PRAVAH_LEDGER=/d; /^TLS_LINE=/d' "$project/deploy/environment.example" > "$root/etc/pravah/environment"
echo "TLS_LINE=tls internal" >> "$root/etc/pravah/environment"

# In place of the portal's program: one that tells what it can see and reach.
cp "$standin" "$root/opt/standin.py"
for unit in pravah-portal pravah-dagster-code; do mkdir "$root/etc/systemd/system/$unit.service.d"; done
printf '[Service]\nExecStart=\nExecStart=/opt/python/bin/python3 /opt/standin.py\n' \
    > "$root/etc/systemd/system/pravah-portal.service.d/standin.conf"
# The environment is tied to the folder of this project, which may not be visible there.
for unit in pravah-portal pravah-dagster-code; do
    printf '[Service]\nEnvironment=PYTHONPATH=/opt/pravah\n' > "$root/etc/systemd/system/$unit.service.d/path.conf"
done
# Not there: a login service's program and an identity provider.
for unit in pravah-staff pravah-login; do ln -sf /dev/null "$root/etc/systemd/system/$unit.service"; done
printf '[Unit]\nWants=pravah.target caddy.service\n' > "$root/etc/systemd/system/test.target"

# What systemd expects of whoever starts it in a container; read-only, so that it changes nothing of this machine.
cd "$root"
mount -t proc proc proc
mount --bind -o ro proc/sys proc/sys
mount -t sysfs -o ro sysfs sys
mount -t cgroup2 cgroup2 sys/fs/cgroup
mount -t tmpfs tmpfs run
mount -t tmpfs tmpfs tmp
mount --rbind /dev dev
exec env -i container=other PATH=/usr/sbin:/usr/bin:/sbin:/bin chroot . /lib/systemd/systemd --system --unit=test.target --log-target=console
