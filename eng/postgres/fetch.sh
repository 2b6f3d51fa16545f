# Part of eng/postgres.sh: makes a private copy from Debian's archive, or names what to install; private_copy ends either way.
# Uses find.sh.
# shellcheck shell=sh

# ---- what to install by hand ----

advise() {
    explain
    n=${wanted:-18}
    case $(uname -s) in
        Darwin) packages="Homebrew: brew install postgresql@$n pgvector" ;;
        *)
            case " ${ID:-} ${ID_LIKE:-} " in
                *" fedora "*|*" rhel "*) packages="dnf install postgresql-server postgresql-contrib pgvector" ;;
                *" arch "*) packages="pacman -S postgresql; pgvector from the AUR" ;;
                *" alpine "*) packages="apk add postgresql$n postgresql$n-contrib postgresql-pgvector" ;;
                *" debian "*|*" ubuntu "*) packages="apt install postgresql-$n postgresql-$n-pgvector postgresql-$n-repmgr, from the PostgreSQL project's own archive where the release lacks them" ;;
                *) packages="PostgreSQL 15 or later (server and contrib) and pgvector" ;;
            esac ;;
    esac
    say "$1 Install: $packages. Or set Postgres:BinDir (POSTGRES_BINDIR) to the bin directory of a server with pgvector."
    exit 2
}

# ---- a private copy from Debian's archive ----

# Its programs carry the copy's absolute path (ELF interpreter), so a copy is made where it stays, and .complete,
# written last, says that it may be used.
complete() {
    for n in ${wanted:-18 17}; do
        bin=$cache/postgres-$n/usr/lib/postgresql/$n/bin
        if [ -f "$cache/postgres-$n/.complete" ] && usable "$bin"; then found "$bin"; fi
    done
}

lock() {
    if command -v flock >/dev/null 2>&1; then
        exec 9>"$cache/.lock"
        flock -n 9 && return
        say "another start is making a private copy; waiting for it"
        flock -w 900 9 || fail "waited 15 minutes for another start that holds $cache/.lock; give up"
        return
    fi
    tries=0
    until mkdir "$cache/.lock.d" 2>/dev/null; do
        holder=$(cat "$cache/.lock.d/pid" 2>/dev/null || :)
        if [ -n "$holder" ] && ! kill -0 "$holder" 2>/dev/null && [ "$holder" = "$(cat "$cache/.lock.d/pid" 2>/dev/null)" ]; then
            mv "$cache/.lock.d" "$cache/.lock.dead.$$" 2>/dev/null && rm -rf "$cache/.lock.dead.$$"
            continue
        fi
        tries=$((tries + 1))
        [ $tries -ne 1 ] || say "another start is making a private copy; waiting for it"
        [ $tries -lt 900 ] || fail "waited 15 minutes for process ${holder:-unknown} that holds $cache/.lock.d; give up"
        sleep 1
    done
    echo $$ > "$cache/.lock.d/pid"
    trap 'rm -rf "$cache/.lock.d"' EXIT
}

# The machine's own configuration says where a Debian archive is; Ubuntu's suites have other names.
debian_mirror() {
    for suite in "$([ "${ID:-}" != debian ] || echo "${VERSION_CODENAME:-stable}")" stable testing unstable sid bullseye bookworm trixie forky; do
        [ -n "$suite" ] || continue
        url=$(printf '%s\n' "$uris" | sed -n "s#^'\([^']*\)/dists/$suite/[^/']*Release'.*#\1#p" | head -n 1)
        [ -z "$url" ] || { echo "$url"; return; }
    done
}

# The machine's settings (proxy, certificates) without its hooks, which would act on the system's own cache.
configure_apt() {
    mkdir -p "$work/lists/partial" "$work/cache/archives/partial" "$work/empty/partial" "$work/none"
    rm -f "$work/cache/"*.bin
    # Only programs and libraries are taken out of the packages: what these would pull in (Perl and more) is not needed.
    for package in postgresql-common postgresql-client-common tzdata ssl-cert locales debconf init-system-helpers; do
        printf 'Package: %s\nStatus: install ok installed\nVersion: 9999\nArchitecture: all\nMulti-Arch: foreign\nMaintainer: none\nDescription: none\n\n' "$package"
    done > "$work/status"
    echo "deb [signed-by=$keyring] $mirror $suite main" > "$work/sources.list"
    {
        apt-config dump | grep -v -i -e '^APT::Update::' -e '^DPkg::' -e '^Dir::Cache' -e '^Dir::State' -e '^Dir::Etc::\(main\|parts\|source\|preferences\)' \
            -e '^APT::Default-Release' -e '^Acquire::IndexTargets::deb::\(DEP-11\|CNF\)' || :
        cat <<CONF
Dir::Etc::main "$work/none/main";
Dir::Etc::parts "$work/none";
Dir::Etc::sourcelist "$work/sources.list";
Dir::Etc::sourceparts "$work/none";
Dir::Etc::preferences "$work/none/preferences";
Dir::Etc::preferencesparts "$work/none";
Dir::State "$work";
Dir::State::lists "$work/lists";
Dir::State::status "$work/status";
Dir::Cache "$work/cache";
Dir::Cache::archives "$work/cache/archives";
Acquire::Languages "none";
Acquire::Retries "3";
Acquire::http::Timeout "20";
Acquire::https::Timeout "20";
APT::Sandbox::User "";
APT::Keep-Downloaded-Packages "true";
APT::Update::Error-Mode "any";
APT::Get::AllowUnauthenticated "false";
Acquire::AllowInsecureRepositories "false";
Debug::NoLocking "true";
CONF
    } > "$work/apt.conf"
}

apt() { APT_CONFIG=$work/apt.conf apt-get -qq "$@" </dev/null >"$work/log" 2>&1; }
complaint() { sed -n 's/^[EW]: //p' "$work/log" | head -n 1; }

# Returns 1 when the suite cannot be had today; a download that breaks off ends the run, and the next resumes it.
download() {
    suite=$1 major=$2 work=$cache/.download-$2
    packages="postgresql-$major postgresql-$major-pgvector postgresql-$major-repmgr patchelf"
    configure_apt
    say "reading Debian $suite's list of packages"
    apt update || { say "Debian $suite cannot be read: $(complaint)"; return 1; }
    # shellcheck disable=SC2086 # a list of words
    apt --simulate --no-install-recommends install $packages || { say "Debian $suite cannot give PostgreSQL $major today: $(complaint)"; return 1; }
    # As if nothing had arrived: apt leaves out what has. The second field is the file's name among the archives.
    # shellcheck disable=SC2086
    APT_CONFIG=$work/apt.conf apt-get -qq -o Dir::Cache::archives="$work/empty" --print-uris --no-install-recommends install $packages \
        2>/dev/null >"$work/files" </dev/null && [ -s "$work/files" ] || fail "apt does not say which files PostgreSQL $major needs"
    size=$(awk '{ s += $3 } END { printf "%d", s / 1000000 }' "$work/files")
    say "downloading PostgreSQL $major, pgvector and repmgr ($size MB)"
    # shellcheck disable=SC2086
    apt --yes --no-install-recommends --download-only install $packages ||
        fail "the download broke off: $(complaint) What has arrived is kept; the next start resumes."
}

unpack() {
    copy=$cache/postgres-$major root=$work/root
    say "unpacking into $copy"
    rm -rf "$copy" "$root"
    mkdir -p "$copy/usr/lib/postgresql" "$copy/usr/share/postgresql" "$copy/$libs" "$root"
    # Not all that lies there: a download that was resumed days later leaves older versions behind.
    for deb in $(awk '{ print $2 }' "$work/files"); do
        deb=$work/cache/archives/$deb
        dpkg -x "$deb" "$root" || { rm -f "$deb"; fail "$deb cannot be unpacked; it is fetched again at the next start"; }
    done
    mv "$root/usr/lib/postgresql/$major" "$copy/usr/lib/postgresql/"
    cp -RL "$root/usr/share/postgresql/$major" "$copy/usr/share/postgresql/"
    bin=$copy/usr/lib/postgresql/$major/bin modules=$copy/usr/lib/postgresql/$major/lib
    # Procedural languages and JIT would need their own run times; nothing here uses them.
    rm -rf "$modules"/*plperl* "$modules"/*plpython* "$modules"/*pltcl* "$modules"/llvmjit* "$modules/bitcode" "$modules/pgxs"
    loader=$root/$libs/$interpreter
    [ -e "$loader" ] || loader=$root/lib/$triplet/$interpreter
    path=$root/$libs:$root/lib/$triplet
    for file in "$bin"/* "$modules"/*.so; do
        "$loader" --library-path "$path" --list "$file" 2>/dev/null | awk '/=> \//{ print $3 }' || :
    done | sort -u | while read -r library; do
        case $library in "$root"/*) cp -L "$library" "$copy/$libs/" ;; *) fail "$library is not in Debian's packages" ;; esac
    done
    cp -L "$loader" "$copy/$libs/$interpreter"
    for file in "$bin"/*; do
        [ ! -L "$file" ] && [ "$(head -c 4 "$file" | tail -c 3)" = ELF ] || continue
        "$loader" --library-path "$path" "$root/usr/bin/patchelf" --set-interpreter "$copy/$libs/$interpreter" \
            --force-rpath --set-rpath "$copy/$libs" "$file" || fail "$file cannot be bound to the private copy's libraries"
    done
    for program in $programs pg_verifybackup pg_amcheck pgbench repmgr; do
        "$bin/$program" --version >/dev/null 2>"$work/log" || fail "$bin/$program does not run: $(head -n 1 "$work/log")"
    done
    usable "$bin" || fail "$reason"
    "$bin/postgres" --version > "$copy/.complete.new"
    mv "$copy/.complete.new" "$copy/.complete"
    rm -rf "$work"
    say "$(cat "$copy/.complete") is ready"
}

private_copy() {
    [ "$(uname -s)" = Linux ] || advise "No PostgreSQL with pgvector was found."
    # shellcheck disable=SC1091
    [ ! -r /etc/os-release ] || . /etc/os-release
    if [ -n "${CONVERSATION_PLATFORM_CACHE:-}" ]; then cache=$CONVERSATION_PLATFORM_CACHE
    elif [ "$(id -u)" = 0 ]; then cache=/var/cache/conversation-platform
    else cache=${XDG_CACHE_HOME:-${HOME:?}/.cache}/conversation-platform; fi
    mkdir -p "$cache" 2>/dev/null && cache=$(cd "$cache" && pwd -P) && [ -w "$cache" ] || fail "$cache cannot be written to; set CONVERSATION_PLATFORM_CACHE to a folder that can"
    case $cache in *[!A-Za-z0-9/._+@-]*) fail "the path $cache has characters that apt's settings cannot hold; set CONVERSATION_PLATFORM_CACHE to a plain one" ;; esac
    # The server does not run as root, so others must be able to enter.
    if [ "$(id -u)" = 0 ] && command -v setpriv >/dev/null 2>&1; then
        setpriv --reuid=65534 --regid=65534 --clear-groups test -x "$cache" ||
            fail "$cache cannot be entered by the user that runs the server; set CONVERSATION_PLATFORM_CACHE to a folder that others can enter"
    fi
    complete
    explain
    case $(uname -m) in
        x86_64) triplet=x86_64-linux-gnu interpreter=ld-linux-x86-64.so.2 ;;
        aarch64) triplet=aarch64-linux-gnu interpreter=ld-linux-aarch64.so.1 ;;
        *) advise "No PostgreSQL with pgvector was found, and there is no private copy for $(uname -m)." ;;
    esac
    libs=usr/lib/$triplet keyring=/usr/share/keyrings/debian-archive-keyring.gpg
    for program in apt-get apt-config dpkg awk; do
        command -v "$program" >/dev/null 2>&1 || advise "No PostgreSQL with pgvector was found."
    done
    uris=$(apt-get --print-uris update 2>/dev/null || :)
    mirror=$(debian_mirror)
    [ -r "$keyring" ] && [ -n "$mirror" ] || advise "No PostgreSQL with pgvector was found, and apt knows no Debian archive to take a copy from."
    lock
    complete
    case ${wanted:-18} in
        18) download sid 18 || { [ -z "$wanted" ] && download trixie 17; } ;;
        17) download trixie 17 ;;
        *) advise "No PostgreSQL $wanted with pgvector was found, and private copies are made of 18 and 17 only." ;;
    esac || fail "no private copy could be made; the lines above say why"
    unpack
    found "$bin"
}
