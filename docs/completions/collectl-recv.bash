_collectl__recv() {
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
                cmd="collectl__recv"
                ;;
            collectl__recv,connect)
                cmd="collectl__recv__subcmd__connect"
                ;;
            collectl__recv,launch)
                cmd="collectl__recv__subcmd__launch"
                ;;
            collectl__recv,listen)
                cmd="collectl__recv__subcmd__listen"
                ;;
            collectl__recv,mixed)
                cmd="collectl__recv__subcmd__mixed"
                ;;
            collectl__recv,replay)
                cmd="collectl__recv__subcmd__replay"
                ;;
            *)
                ;;
        esac
    done

    case "${cmd}" in
        collectl__recv)
            opts="-h -V --help --version launch connect listen mixed replay"
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 1 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        collectl__subcmd__recv__subcmd__connect)
            opts="-x -n -q -h --exclude --slurm --tunnel --retry-max --port --bind --intervals --for --view --sort --reverse --rows --hide-zeros --columns --col-total --col-no-detail --col-scale --col-no-scale --col-width --col-age --col-no-data --col-negative --window --record --roll --quiet --help"
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 2 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                --exclude)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                -x)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --retry-max)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --port)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --bind)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --intervals)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                -n)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --for)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --view)
                    COMPREPLY=($(compgen -W "lines table columns json" -- "${cur}"))
                    return 0
                    ;;
                --sort)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --rows)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --columns)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --col-scale)
                    COMPREPLY=($(compgen -W "none k 1000 log10" -- "${cur}"))
                    return 0
                    ;;
                --col-no-scale)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --col-width)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --col-age)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --col-no-data)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --col-negative)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --window)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --record)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --roll)
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
        collectl__subcmd__recv__subcmd__launch)
            opts="-x -n -q -h --exclude --slurm --rsh --fanout --start-timeout --advertise --collectl --allow-plain --keep-ssh --push --restart --tunnel --retry-max --port --bind --intervals --for --view --sort --reverse --rows --hide-zeros --columns --col-total --col-no-detail --col-scale --col-no-scale --col-width --col-age --col-no-data --col-negative --window --record --roll --quiet --help"
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 2 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                --exclude)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                -x)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --rsh)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --fanout)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --start-timeout)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --advertise)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --collectl)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --push)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --retry-max)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --port)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --bind)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --intervals)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                -n)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --for)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --view)
                    COMPREPLY=($(compgen -W "lines table columns json" -- "${cur}"))
                    return 0
                    ;;
                --sort)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --rows)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --columns)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --col-scale)
                    COMPREPLY=($(compgen -W "none k 1000 log10" -- "${cur}"))
                    return 0
                    ;;
                --col-no-scale)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --col-width)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --col-age)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --col-no-data)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --col-negative)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --window)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --record)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --roll)
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
        collectl__subcmd__recv__subcmd__listen)
            opts="-n -q -h --allow --port --bind --intervals --for --view --sort --reverse --rows --hide-zeros --columns --col-total --col-no-detail --col-scale --col-no-scale --col-width --col-age --col-no-data --col-negative --window --record --roll --quiet --help"
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 2 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                --allow)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --port)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --bind)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --intervals)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                -n)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --for)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --view)
                    COMPREPLY=($(compgen -W "lines table columns json" -- "${cur}"))
                    return 0
                    ;;
                --sort)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --rows)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --columns)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --col-scale)
                    COMPREPLY=($(compgen -W "none k 1000 log10" -- "${cur}"))
                    return 0
                    ;;
                --col-no-scale)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --col-width)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --col-age)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --col-no-data)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --col-negative)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --window)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --record)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --roll)
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
        collectl__subcmd__recv__subcmd__mixed)
            opts="-n -q -h --rsh --fanout --start-timeout --advertise --collectl --allow-plain --keep-ssh --push --restart --tunnel --retry-max --port --bind --intervals --for --view --sort --reverse --rows --hide-zeros --columns --col-total --col-no-detail --col-scale --col-no-scale --col-width --col-age --col-no-data --col-negative --window --record --roll --quiet --help"
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 2 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                --rsh)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --fanout)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --start-timeout)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --advertise)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --collectl)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --push)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --retry-max)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --port)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --bind)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --intervals)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                -n)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --for)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --view)
                    COMPREPLY=($(compgen -W "lines table columns json" -- "${cur}"))
                    return 0
                    ;;
                --sort)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --rows)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --columns)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --col-scale)
                    COMPREPLY=($(compgen -W "none k 1000 log10" -- "${cur}"))
                    return 0
                    ;;
                --col-no-scale)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --col-width)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --col-age)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --col-no-data)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --col-negative)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --window)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --record)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --roll)
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
        collectl__subcmd__recv__subcmd__replay)
            opts="-q -h --from --thru --speed --view --sort --reverse --rows --hide-zeros --columns --col-total --col-no-detail --col-scale --col-no-scale --col-width --col-age --col-no-data --col-negative --window --quiet --help"
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 2 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                --from)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --thru)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --speed)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --view)
                    COMPREPLY=($(compgen -W "lines table columns json" -- "${cur}"))
                    return 0
                    ;;
                --sort)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --rows)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --columns)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --col-scale)
                    COMPREPLY=($(compgen -W "none k 1000 log10" -- "${cur}"))
                    return 0
                    ;;
                --col-no-scale)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --col-width)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --col-age)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --col-no-data)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --col-negative)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --window)
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
    complete -F _collectl__recv -o nosort -o bashdefault -o default collectl-recv
else
    complete -F _collectl__recv -o bashdefault -o default collectl-recv
fi
