#!/bin/sh
# Finds a PostgreSQL server with pgvector and prints its bin directory; see --help.
set -eu
umask 022
LC_ALL=C
export LC_ALL

usage() {
    cat <<'HELP'
Usage: eng/postgres.sh [--major N] [--help]

Finds a PostgreSQL server (15 or later) with pgvector and prints the directory of its programs on stdout.
Progress goes to stderr. Looked for in this order:

  1. $POSTGRES_BINDIR, when set: used or refused, never passed over
  2. the system's: Debian's and Red Hat's folders, Homebrew, pg_config on the PATH; newest first, with repmgr first
  3. a private copy from Debian's archive (Debian, and Ubuntu with a Debian mirror and keyring), without root
     and without touching the system. PostgreSQL 18 from sid, else 17 from trixie. It is made once; delete the
     folder to have a newer one made.

Options
  --major N   only this major version (the one that existing data was made by)

Environment
  POSTGRES_BINDIR               the bin directory to use
  CONVERSATION_PLATFORM_CACHE   where private copies are kept; by default /var/cache/conversation-platform
                                for root, ${XDG_CACHE_HOME:-$HOME/.cache}/conversation-platform for others

Exit codes: 0 found; 1 something failed, the reason is on stderr; 2 nothing found, packages to install are named.
HELP
}

say() { printf 'postgres: %s\n' "$*" >&2; }
fail() { say "$*"; exit 1; }

wanted=
while [ $# -gt 0 ]; do
    case $1 in
        --help|-h) usage; exit 0 ;;
        --major) [ $# -ge 2 ] || fail "--major needs a version, such as 17"; wanted=$2; shift 2 ;;
        *) say "unknown argument '$1'"; usage >&2; exit 1 ;;
    esac
done
case $wanted in *[!0-9]*) fail "--major needs a number, not '$wanted'" ;; esac
[ -z "$wanted" ] || [ "$wanted" -ge 15 ] || fail "PostgreSQL $wanted is too old: 15 or later is needed"

here=$(dirname "$0")
# shellcheck source=eng/postgres/find.sh
. "$here/postgres/find.sh"
# shellcheck source=eng/postgres/fetch.sh
. "$here/postgres/fetch.sh"

if [ -n "${POSTGRES_BINDIR:-}" ]; then
    usable "$POSTGRES_BINDIR" || fail "POSTGRES_BINDIR (Postgres:BinDir) cannot be used: $reason"
    found "$POSTGRES_BINDIR"
fi
from_system
private_copy
