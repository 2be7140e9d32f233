# What a host's session runs, for POSIX shells: a collectl that never outlives those who want it.
#
#   collectl-launch MODE ADDRESS SIZE COMMAND [ARG...]
#
# runs COMMAND ARG... -A ADDRESS. The session's input brings, line by line: the secret; the address, if ADDRESS is empty;
# and later a word. "leave" says that collectl looks after itself from now on; "watch" that it is a Perl one, which finds a
# closed socket only after two or three intervals and is watched for. The end of input, however it comes about, ends it.
#
# Killing an ssh does not kill what it started: hence the watcher. A background job's own input is /dev/null: hence
# descriptor 4. The watcher's output must not be the session's, or sshd would keep the session open for it; and it ignores
# SIGTERM, to finish what it began when its whole group is sent one. Nobody reads what collectl says once the session is
# over: hence no SIGPIPE. The secret is written by echo, which every shell has itself: the command line of a program would
# show it.
#
# Where there is no COMMAND and SIZE is not 0, the session's input brings that many bytes of a program to be run instead,
# once they are asked for. It removes its own file.
#
# The lines are joined by blanks, without these.
exec 4<&0;
COLLECTL_LAUNCHED=$1; export COLLECTL_LAUNCHED; a=$2; z=$3; shift 3; d=;
read -r s <&4 || exit 1;
[ -n "$a" ] || read -r a <&4 || exit 1;
if [ "$z" != 0 ] && ! command -v "$1" >/dev/null 2>&1; then
    for t in "$XDG_RUNTIME_DIR" /dev/shm /tmp "$HOME"; do
        [ -n "$t" ] && d=$(mktemp -d "$t/.collectl.XXXXXX" 2>/dev/null) || continue;
        printf '#!/bin/sh\n' >"$d/collectl"; chmod 700 "$d/collectl"; "$d/collectl" 2>/dev/null && break;
        rm -rf "$d"; d=;
    done;
    [ -n "$d" ] || { echo "error: no folder to run a pushed collectl from"; exit 1; };
    echo "collectl-launch: send";
    head -c "$z" <&4 >"$d/collectl" || { rm -rf "$d"; exit 1; };
    shift; set -- "$d/collectl" "$@"; COLLECTL_PUSHED=1; export COLLECTL_PUSHED;
fi;
trap '' PIPE; trap 'echo "collectl-launch: left"; exit 0' USR1;
echo "$s" 2>/dev/null | { exec "$@" -A "$a" 3<&0 </dev/null 4<&-; } & c=$!; s=;
{
    trap '' TERM;
    while read -r x <&4; do
        case $x in
            leave) kill -USR1 $$; exit;;
            watch)
                kill -USR1 $$; exec 4<&-; i=; n=0;
                while [ -z "$i" ] && [ $n -lt 60 ] && kill -0 $c; do
                    for f in /proc/$c/fd/*; do
                        l=$(readlink "$f");
                        case $l in socket:*)
                            l=${l#*:?}; l=${l%?};
                            grep -q " 01 .* $l " /proc/net/tcp /proc/net/tcp6 && i=$l;;
                        esac;
                    done;
                    n=$((n + 1)); [ -n "$i" ] || sleep 1;
                done;
                [ -n "$i" ] || exit;
                while sleep 3 && kill -0 $c
                    && grep -q " 01 [^ ]* [^ ]* 0000000[0-6] .* $i " /proc/net/tcp /proc/net/tcp6; do :; done;
                break;;
        esac;
    done;
    kill $c; sleep 1; kill -9 $c;
} >/dev/null 2>&1 & w=$!;
exec 4<&-;
wait $c; r=$?; [ -z "$d" ] || rm -rf "$d"; kill -9 $w 2>/dev/null; exit $r
