_collectl() {
    local i cur prev opts cmd
    COMPREPLY=()
    if [[ "${BASH_VERSINFO[0]}" -ge 4 ]]; then
        cur="$2"
    else
        cur="${COMP_WORDS[COMP_CWORD]}"
    fi
    prev="$3"
    cmd=""
    opts=""

    for i in "${COMP_WORDS[@]:0:COMP_CWORD}"
    do
        case "${cmd},${i}" in
            ",$1")
                cmd="collectl"
                ;;
            *)
                ;;
        esac
    done

    case "${cmd}" in
        collectl)
            opts="-s -L -P -w -o -l -i -c -R -p -m -f -F -r -D -N -C -A -h -x -X -d -v -V --subsys --all --ALL --lustopts --lustsvcs --verbose --full --plot --export --vmstat --sep --iosize --wide --options --utc --headerrepeat --hr --top --cpuopts --cpufilt --intfilt --dskopts --dskfilt --dskremap --rawdskfilt --rawdskignore --limits --nfsfilt --nfsopts --memopts --netopts --netfilt --rawnetfilt --rawnetignore --tcpfilt --envopts --envfilt --envremap --xopts --cgroupfilt --slabopts --slabfilt --procopts --procfilt --procstate --passwd --interval --count --runtime --playback --from --thru --offsettime --grep --extract --procanalyze --slabanalyze --stats --statopts --messages --home --filename --rawtoo --brief --group --tworaw --nogzip --comment --flush --rolllogs --daemon --pname --runas --umask --nohup --nice --align --config --quiet --address --bind --allow --max-clients --history --hostname --procfs --sysfs --showcolheaders --showheader --showtopopts --help --helpextend --helpall --showsubsys --showoptions --showsubopts --whatsnew --debug --version --showdefs"
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 1 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                --subsys)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                -s)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --lustopts)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --lustsvcs)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                -L)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --export)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --sep)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --options)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                -o)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --hr)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --headerrepeat)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --top)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --cpuopts)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --cpufilt)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --intfilt)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --dskopts)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --dskfilt)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --dskremap)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --rawdskfilt)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --rawdskignore)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --limits)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                -l)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --nfsfilt)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --nfsopts)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --memopts)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --netopts)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --netfilt)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --rawnetfilt)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --rawnetignore)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --tcpfilt)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --envopts)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --envfilt)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --envremap)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --xopts)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --cgroupfilt)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --slabopts)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --slabfilt)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --procopts)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --procfilt)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --procstate)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --passwd)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --interval)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                -i)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --count)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                -c)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --runtime)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                -R)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --playback)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                -p)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --from)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --thru)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --offsettime)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --grep)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --extract)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --statopts)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --filename)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                -f)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --comment)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --flush)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                -F)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --rolllogs)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                -r)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --pname)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --runas)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --umask)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --config)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                -C)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --address)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                -A)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --bind)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --allow)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --max-clients)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --history)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --hostname)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --procfs)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --sysfs)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --debug)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                -d)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
    esac
}

if [[ "${BASH_VERSINFO[0]}" -eq 4 && "${BASH_VERSINFO[1]}" -ge 4 || "${BASH_VERSINFO[0]}" -gt 4 ]]; then
    complete -F _collectl -o nosort -o bashdefault -o default collectl
else
    complete -F _collectl -o bashdefault -o default collectl
fi
