# Part of eng/postgres.sh: whether a bin directory can be used, and which ones the machine has.
# Reads wanted; from_system prints a directory and ends, or returns when there is none.
# shellcheck shell=sh

# ---- looking at one bin directory ----

programs='postgres initdb psql pg_basebackup pg_rewind pg_controldata pg_isready pg_dump pg_restore'

major_of() {
    "$1/postgres" --version 2>/dev/null | sed -n 's/^postgres (PostgreSQL) \([0-9][0-9]*\).*/\1/p'
}

# The folder with extension/*.control; pg_config is not always installed beside the server.
share_of() {
    for share in "$([ ! -x "$1/pg_config" ] || "$1/pg_config" --sharedir 2>/dev/null)" \
        "${1%/lib/postgresql/*}/share/postgresql/$2" "$1/../share/postgresql/$2" \
        "$1/../share/postgresql@$2" "$1/../share/postgresql" "$1/../share/pgsql" "$1/../share"; do
        [ -n "$share" ] && [ -d "$share/extension" ] && { echo "$share"; return; }
    done
}

# Sets reason when the directory cannot be used.
usable() {
    reason=
    [ -x "$1/postgres" ] || { reason="there is no postgres program in $1"; return 1; }
    major=$(major_of "$1")
    [ -n "$major" ] || { reason="$1/postgres does not run"; return 1; }
    [ "$major" -ge 15 ] || { reason="$1 is PostgreSQL $major; 15 or later is needed"; return 1; }
    [ -z "$wanted" ] || [ "$major" = "$wanted" ] || { reason="$1 is PostgreSQL $major; $wanted is asked for"; return 1; }
    missing=
    for program in $programs; do [ -x "$1/$program" ] || missing="$missing $program"; done
    [ -z "$missing" ] || { reason="$1 lacks:$missing (is only the client installed?)"; return 1; }
    share=$(share_of "$1" "$major")
    [ -n "$share" ] || { reason="the extensions of $1 are not where its packages put them"; return 1; }
    [ -f "$share/extension/vector.control" ] || { reason="$1 (PostgreSQL $major) has no pgvector in $share/extension"; return 1; }
}

has_repmgr() { [ -x "$1/repmgr" ] && [ -x "$1/repmgrd" ]; }

found() {
    has_repmgr "$1" || say "using $1, which has no repmgr: the nodes are not registered with it, and all else is the same"
    printf '%s\n' "$1"
    exit 0
}

# ---- what the machine has ----

candidates() {
    for n in 19 18 17 16 15; do
        printf '%s\n' "/usr/lib/postgresql/$n/bin" "/usr/pgsql-$n/bin"
        for brew in "${HOMEBREW_PREFIX:-/opt/homebrew}" /opt/homebrew /usr/local /home/linuxbrew/.linuxbrew; do
            printf '%s\n' "$brew/opt/postgresql@$n/bin"
        done
    done
    pg_config --bindir 2>/dev/null || :
}

# Only where something has to be fetched or installed is it worth knowing why what is there does not do.
explain() { [ -z "$passed_over" ] || say "not used: $passed_over"; passed_over=; }

from_system() {
    second= passed_over=
    for bin in $(candidates | awk '!seen[$0]++'); do
        [ -x "$bin/postgres" ] || continue
        if usable "$bin"; then
            has_repmgr "$bin" && found "$bin"
            second=${second:-$bin}
        else
            passed_over="${passed_over:+$passed_over; }$reason"
        fi
    done
    [ -z "$second" ] || found "$second"
}
