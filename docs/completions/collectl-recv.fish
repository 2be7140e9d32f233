# Print an optspec for argparse to handle cmd's options that are independent of any subcommand.
function __fish_collectl_recv_global_optspecs
    string join \n h/help V/version
end

function __fish_collectl_recv_needs_command
    # Figure out if the current invocation already has a command.
    set -l cmd (commandline -opc)
    set -e cmd[1]
    argparse -s (__fish_collectl_recv_global_optspecs) -- $cmd 2>/dev/null
    or return
    if set -q argv[1]
        # Also print the command, so this can be used to figure out what it is.
        echo $argv[1]
        return 1
    end
    return 0
end

function __fish_collectl_recv_using_subcommand
    set -l cmd (__fish_collectl_recv_needs_command)
    test -z "$cmd"
    and return 1
    contains -- $cmd[1] $argv
end

complete -c collectl-recv -n "__fish_collectl_recv_needs_command" -s h -l help -d 'Print help'
complete -c collectl-recv -n "__fish_collectl_recv_needs_command" -s V -l version -d 'Print version'
complete -c collectl-recv -n "__fish_collectl_recv_needs_command" -f -a "launch" -d 'Start collectl on hosts over ssh, and show what they send'
complete -c collectl-recv -n "__fish_collectl_recv_needs_command" -f -a "connect" -d 'Connect to collectl servers (collectl -A server), and reconnect whenever a connection ends'
complete -c collectl-recv -n "__fish_collectl_recv_needs_command" -f -a "listen" -d 'Wait for collectors that are started elsewhere (collectl -A ADDR)'
complete -c collectl-recv -n "__fish_collectl_recv_needs_command" -f -a "mixed" -d 'Start collectl on some hosts, connect to others, and accept the rest, as a file lists that may change'
complete -c collectl-recv -n "__fish_collectl_recv_needs_command" -f -a "replay" -d 'Show what was recorded with \'--record\', in any view and at any speed'
complete -c collectl-recv -n "__fish_collectl_recv_using_subcommand launch" -s x -l exclude -d 'Hosts to exclude: a nodeset, ^FILE or @GROUP; may be given more than once' -r
complete -c collectl-recv -n "__fish_collectl_recv_using_subcommand launch" -l rsh -d 'Command that replaces ssh; {host} in it is replaced by the host, {port} by its port (22). The remote command is added as the last argument' -r
complete -c collectl-recv -n "__fish_collectl_recv_using_subcommand launch" -l fanout -d 'Largest number of concurrent starts, up to 4096' -r
complete -c collectl-recv -n "__fish_collectl_recv_using_subcommand launch" -l start-timeout -d 'Longest time until a collectl that was started has connected: 30, 30s, 5m' -r
complete -c collectl-recv -n "__fish_collectl_recv_using_subcommand launch" -l advertise -d 'Address of this machine that the hosts connect to [default: the address from which each host is reached]' -r
complete -c collectl-recv -n "__fish_collectl_recv_using_subcommand launch" -l collectl -d 'The collectl command on the hosts' -r
complete -c collectl-recv -n "__fish_collectl_recv_using_subcommand launch" -l push -d 'Send a static collectl to hosts that have none [default: the collectl in the folder of collectl-recv]' -r -F
complete -c collectl-recv -n "__fish_collectl_recv_using_subcommand launch" -l retry-max -d 'Longest wait between two retries: 30, 0.5, 5m [default: 10]' -r
complete -c collectl-recv -n "__fish_collectl_recv_using_subcommand launch" -l port -d 'TCP port to listen on, or to connect to [default: 2655]' -r
complete -c collectl-recv -n "__fish_collectl_recv_using_subcommand launch" -l bind -d 'Local address to listen on, or to connect from [default: all]' -r
complete -c collectl-recv -n "__fish_collectl_recv_using_subcommand launch" -s n -l intervals -d 'End after N intervals of each host' -r
complete -c collectl-recv -n "__fish_collectl_recv_using_subcommand launch" -l for -d 'End after this time: 30, 30s, 5m, 1.5h' -r
complete -c collectl-recv -n "__fish_collectl_recv_using_subcommand launch" -l view -d 'How to show what comes' -r -f -a "lines\t'Each line as it comes, its host before it'
table\t'A row for each host, sorted; needs formats with one line for each interval (brief, -P, --export json)'
columns\t'The columns of --columns side by side, a line for each interval'
json\t'A JSON object for each host and interval'"
complete -c collectl-recv -n "__fish_collectl_recv_using_subcommand launch" -l sort -d 'Column that the table is sorted by: its name, or its number from 1, times and hosts not counted [default: 1]' -r
complete -c collectl-recv -n "__fish_collectl_recv_using_subcommand launch" -l rows -d 'Show the first N rows of the table only [default: as many as the terminal has]' -r
complete -c collectl-recv -n "__fish_collectl_recv_using_subcommand launch" -l columns -d 'Columns of \'--view columns\': names (cpu, CPU.cpu, \'[CPU]User%\') or numbers' -r
complete -c collectl-recv -n "__fish_collectl_recv_using_subcommand launch" -l col-scale -d 'What to do with the figures of \'--view columns\'' -r -f -a "none\t'Nothing'
k\t'Divided by 1024'
1000\t'Divided by 1000'
log10\t'Ten times the logarithm: 10 is 10, 100 is 20, up to 90'"
complete -c collectl-recv -n "__fish_collectl_recv_using_subcommand launch" -l col-no-scale -d 'Columns that \'--col-scale\' does not apply to' -r
complete -c collectl-recv -n "__fish_collectl_recv_using_subcommand launch" -l col-width -d 'Width of each column' -r
complete -c collectl-recv -n "__fish_collectl_recv_using_subcommand launch" -l col-age -d 'Intervals for which the last figure of a silent host continues to be shown' -r
complete -c collectl-recv -n "__fish_collectl_recv_using_subcommand launch" -l col-no-data -d 'Shown after that' -r
complete -c collectl-recv -n "__fish_collectl_recv_using_subcommand launch" -l col-negative -d 'Shown instead of figures below zero [default: the figure]' -r
complete -c collectl-recv -n "__fish_collectl_recv_using_subcommand launch" -l window -d 'How long the table and the columns wait for late hosts, in seconds' -r
complete -c collectl-recv -n "__fish_collectl_recv_using_subcommand launch" -l record -d 'Record everything that is received in DIR, with a file for each host, connection and day' -r -F
complete -c collectl-recv -n "__fish_collectl_recv_using_subcommand launch" -l roll -d 'Start new files at this time of day, and again after each MINUTES' -r
complete -c collectl-recv -n "__fish_collectl_recv_using_subcommand launch" -l slurm -d 'Add the nodes of the Slurm job (SLURM_JOB_NODELIST)'
complete -c collectl-recv -n "__fish_collectl_recv_using_subcommand launch" -l allow-plain -d 'Accept collectors without a secret, too (Perl collectors), from the addresses of hosts that are being started'
complete -c collectl-recv -n "__fish_collectl_recv_using_subcommand launch" -l keep-ssh -d 'Keep the ssh of each host running while its collectl runs'
complete -c collectl-recv -n "__fish_collectl_recv_using_subcommand launch" -l restart -d 'Start a host\'s collectl again when it has ended'
complete -c collectl-recv -n "__fish_collectl_recv_using_subcommand launch" -l tunnel -d 'Send all data through ssh, and listen on loopback only. The ssh of each host keeps running'
complete -c collectl-recv -n "__fish_collectl_recv_using_subcommand launch" -l reverse -d 'Sort the smallest first'
complete -c collectl-recv -n "__fish_collectl_recv_using_subcommand launch" -l hide-zeros -d 'Leave out rows with 0 in the sort column'
complete -c collectl-recv -n "__fish_collectl_recv_using_subcommand launch" -l col-total -d 'Add the totals of all hosts'
complete -c collectl-recv -n "__fish_collectl_recv_using_subcommand launch" -l col-no-detail -d 'The totals only, without the hosts'
complete -c collectl-recv -n "__fish_collectl_recv_using_subcommand launch" -s q -l quiet -d 'Show no progress, and no messages except errors'
complete -c collectl-recv -n "__fish_collectl_recv_using_subcommand launch" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c collectl-recv -n "__fish_collectl_recv_using_subcommand connect" -s x -l exclude -d 'Hosts to exclude: a nodeset, ^FILE or @GROUP; may be given more than once' -r
complete -c collectl-recv -n "__fish_collectl_recv_using_subcommand connect" -l retry-max -d 'Longest wait between two retries: 30, 0.5, 5m [default: 10]' -r
complete -c collectl-recv -n "__fish_collectl_recv_using_subcommand connect" -l port -d 'TCP port to listen on, or to connect to [default: 2655]' -r
complete -c collectl-recv -n "__fish_collectl_recv_using_subcommand connect" -l bind -d 'Local address to listen on, or to connect from [default: all]' -r
complete -c collectl-recv -n "__fish_collectl_recv_using_subcommand connect" -s n -l intervals -d 'End after N intervals of each host' -r
complete -c collectl-recv -n "__fish_collectl_recv_using_subcommand connect" -l for -d 'End after this time: 30, 30s, 5m, 1.5h' -r
complete -c collectl-recv -n "__fish_collectl_recv_using_subcommand connect" -l view -d 'How to show what comes' -r -f -a "lines\t'Each line as it comes, its host before it'
table\t'A row for each host, sorted; needs formats with one line for each interval (brief, -P, --export json)'
columns\t'The columns of --columns side by side, a line for each interval'
json\t'A JSON object for each host and interval'"
complete -c collectl-recv -n "__fish_collectl_recv_using_subcommand connect" -l sort -d 'Column that the table is sorted by: its name, or its number from 1, times and hosts not counted [default: 1]' -r
complete -c collectl-recv -n "__fish_collectl_recv_using_subcommand connect" -l rows -d 'Show the first N rows of the table only [default: as many as the terminal has]' -r
complete -c collectl-recv -n "__fish_collectl_recv_using_subcommand connect" -l columns -d 'Columns of \'--view columns\': names (cpu, CPU.cpu, \'[CPU]User%\') or numbers' -r
complete -c collectl-recv -n "__fish_collectl_recv_using_subcommand connect" -l col-scale -d 'What to do with the figures of \'--view columns\'' -r -f -a "none\t'Nothing'
k\t'Divided by 1024'
1000\t'Divided by 1000'
log10\t'Ten times the logarithm: 10 is 10, 100 is 20, up to 90'"
complete -c collectl-recv -n "__fish_collectl_recv_using_subcommand connect" -l col-no-scale -d 'Columns that \'--col-scale\' does not apply to' -r
complete -c collectl-recv -n "__fish_collectl_recv_using_subcommand connect" -l col-width -d 'Width of each column' -r
complete -c collectl-recv -n "__fish_collectl_recv_using_subcommand connect" -l col-age -d 'Intervals for which the last figure of a silent host continues to be shown' -r
complete -c collectl-recv -n "__fish_collectl_recv_using_subcommand connect" -l col-no-data -d 'Shown after that' -r
complete -c collectl-recv -n "__fish_collectl_recv_using_subcommand connect" -l col-negative -d 'Shown instead of figures below zero [default: the figure]' -r
complete -c collectl-recv -n "__fish_collectl_recv_using_subcommand connect" -l window -d 'How long the table and the columns wait for late hosts, in seconds' -r
complete -c collectl-recv -n "__fish_collectl_recv_using_subcommand connect" -l record -d 'Record everything that is received in DIR, with a file for each host, connection and day' -r -F
complete -c collectl-recv -n "__fish_collectl_recv_using_subcommand connect" -l roll -d 'Start new files at this time of day, and again after each MINUTES' -r
complete -c collectl-recv -n "__fish_collectl_recv_using_subcommand connect" -l slurm -d 'Add the nodes of the Slurm job (SLURM_JOB_NODELIST)'
complete -c collectl-recv -n "__fish_collectl_recv_using_subcommand connect" -l tunnel -d 'Connect to each server through an ssh to its host. The servers may listen on loopback only'
complete -c collectl-recv -n "__fish_collectl_recv_using_subcommand connect" -l reverse -d 'Sort the smallest first'
complete -c collectl-recv -n "__fish_collectl_recv_using_subcommand connect" -l hide-zeros -d 'Leave out rows with 0 in the sort column'
complete -c collectl-recv -n "__fish_collectl_recv_using_subcommand connect" -l col-total -d 'Add the totals of all hosts'
complete -c collectl-recv -n "__fish_collectl_recv_using_subcommand connect" -l col-no-detail -d 'The totals only, without the hosts'
complete -c collectl-recv -n "__fish_collectl_recv_using_subcommand connect" -s q -l quiet -d 'Show no progress, and no messages except errors'
complete -c collectl-recv -n "__fish_collectl_recv_using_subcommand connect" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c collectl-recv -n "__fish_collectl_recv_using_subcommand listen" -l allow -d 'Networks that may connect, like 10.0.0.0/8 or fd00::/8, separated by commas or given more than once [default: all]' -r
complete -c collectl-recv -n "__fish_collectl_recv_using_subcommand listen" -l port -d 'TCP port to listen on, or to connect to [default: 2655]' -r
complete -c collectl-recv -n "__fish_collectl_recv_using_subcommand listen" -l bind -d 'Local address to listen on, or to connect from [default: all]' -r
complete -c collectl-recv -n "__fish_collectl_recv_using_subcommand listen" -s n -l intervals -d 'End after N intervals of each host' -r
complete -c collectl-recv -n "__fish_collectl_recv_using_subcommand listen" -l for -d 'End after this time: 30, 30s, 5m, 1.5h' -r
complete -c collectl-recv -n "__fish_collectl_recv_using_subcommand listen" -l view -d 'How to show what comes' -r -f -a "lines\t'Each line as it comes, its host before it'
table\t'A row for each host, sorted; needs formats with one line for each interval (brief, -P, --export json)'
columns\t'The columns of --columns side by side, a line for each interval'
json\t'A JSON object for each host and interval'"
complete -c collectl-recv -n "__fish_collectl_recv_using_subcommand listen" -l sort -d 'Column that the table is sorted by: its name, or its number from 1, times and hosts not counted [default: 1]' -r
complete -c collectl-recv -n "__fish_collectl_recv_using_subcommand listen" -l rows -d 'Show the first N rows of the table only [default: as many as the terminal has]' -r
complete -c collectl-recv -n "__fish_collectl_recv_using_subcommand listen" -l columns -d 'Columns of \'--view columns\': names (cpu, CPU.cpu, \'[CPU]User%\') or numbers' -r
complete -c collectl-recv -n "__fish_collectl_recv_using_subcommand listen" -l col-scale -d 'What to do with the figures of \'--view columns\'' -r -f -a "none\t'Nothing'
k\t'Divided by 1024'
1000\t'Divided by 1000'
log10\t'Ten times the logarithm: 10 is 10, 100 is 20, up to 90'"
complete -c collectl-recv -n "__fish_collectl_recv_using_subcommand listen" -l col-no-scale -d 'Columns that \'--col-scale\' does not apply to' -r
complete -c collectl-recv -n "__fish_collectl_recv_using_subcommand listen" -l col-width -d 'Width of each column' -r
complete -c collectl-recv -n "__fish_collectl_recv_using_subcommand listen" -l col-age -d 'Intervals for which the last figure of a silent host continues to be shown' -r
complete -c collectl-recv -n "__fish_collectl_recv_using_subcommand listen" -l col-no-data -d 'Shown after that' -r
complete -c collectl-recv -n "__fish_collectl_recv_using_subcommand listen" -l col-negative -d 'Shown instead of figures below zero [default: the figure]' -r
complete -c collectl-recv -n "__fish_collectl_recv_using_subcommand listen" -l window -d 'How long the table and the columns wait for late hosts, in seconds' -r
complete -c collectl-recv -n "__fish_collectl_recv_using_subcommand listen" -l record -d 'Record everything that is received in DIR, with a file for each host, connection and day' -r -F
complete -c collectl-recv -n "__fish_collectl_recv_using_subcommand listen" -l roll -d 'Start new files at this time of day, and again after each MINUTES' -r
complete -c collectl-recv -n "__fish_collectl_recv_using_subcommand listen" -l reverse -d 'Sort the smallest first'
complete -c collectl-recv -n "__fish_collectl_recv_using_subcommand listen" -l hide-zeros -d 'Leave out rows with 0 in the sort column'
complete -c collectl-recv -n "__fish_collectl_recv_using_subcommand listen" -l col-total -d 'Add the totals of all hosts'
complete -c collectl-recv -n "__fish_collectl_recv_using_subcommand listen" -l col-no-detail -d 'The totals only, without the hosts'
complete -c collectl-recv -n "__fish_collectl_recv_using_subcommand listen" -s q -l quiet -d 'Show no progress, and no messages except errors'
complete -c collectl-recv -n "__fish_collectl_recv_using_subcommand listen" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c collectl-recv -n "__fish_collectl_recv_using_subcommand mixed" -l rsh -d 'Command that replaces ssh; {host} in it is replaced by the host, {port} by its port (22). The remote command is added as the last argument' -r
complete -c collectl-recv -n "__fish_collectl_recv_using_subcommand mixed" -l fanout -d 'Largest number of concurrent starts, up to 4096' -r
complete -c collectl-recv -n "__fish_collectl_recv_using_subcommand mixed" -l start-timeout -d 'Longest time until a collectl that was started has connected: 30, 30s, 5m' -r
complete -c collectl-recv -n "__fish_collectl_recv_using_subcommand mixed" -l advertise -d 'Address of this machine that the hosts connect to [default: the address from which each host is reached]' -r
complete -c collectl-recv -n "__fish_collectl_recv_using_subcommand mixed" -l collectl -d 'The collectl command on the hosts' -r
complete -c collectl-recv -n "__fish_collectl_recv_using_subcommand mixed" -l push -d 'Send a static collectl to hosts that have none [default: the collectl in the folder of collectl-recv]' -r -F
complete -c collectl-recv -n "__fish_collectl_recv_using_subcommand mixed" -l retry-max -d 'Longest wait between two retries: 30, 0.5, 5m [default: 10]' -r
complete -c collectl-recv -n "__fish_collectl_recv_using_subcommand mixed" -l port -d 'TCP port to listen on, or to connect to [default: 2655]' -r
complete -c collectl-recv -n "__fish_collectl_recv_using_subcommand mixed" -l bind -d 'Local address to listen on, or to connect from [default: all]' -r
complete -c collectl-recv -n "__fish_collectl_recv_using_subcommand mixed" -s n -l intervals -d 'End after N intervals of each host' -r
complete -c collectl-recv -n "__fish_collectl_recv_using_subcommand mixed" -l for -d 'End after this time: 30, 30s, 5m, 1.5h' -r
complete -c collectl-recv -n "__fish_collectl_recv_using_subcommand mixed" -l view -d 'How to show what comes' -r -f -a "lines\t'Each line as it comes, its host before it'
table\t'A row for each host, sorted; needs formats with one line for each interval (brief, -P, --export json)'
columns\t'The columns of --columns side by side, a line for each interval'
json\t'A JSON object for each host and interval'"
complete -c collectl-recv -n "__fish_collectl_recv_using_subcommand mixed" -l sort -d 'Column that the table is sorted by: its name, or its number from 1, times and hosts not counted [default: 1]' -r
complete -c collectl-recv -n "__fish_collectl_recv_using_subcommand mixed" -l rows -d 'Show the first N rows of the table only [default: as many as the terminal has]' -r
complete -c collectl-recv -n "__fish_collectl_recv_using_subcommand mixed" -l columns -d 'Columns of \'--view columns\': names (cpu, CPU.cpu, \'[CPU]User%\') or numbers' -r
complete -c collectl-recv -n "__fish_collectl_recv_using_subcommand mixed" -l col-scale -d 'What to do with the figures of \'--view columns\'' -r -f -a "none\t'Nothing'
k\t'Divided by 1024'
1000\t'Divided by 1000'
log10\t'Ten times the logarithm: 10 is 10, 100 is 20, up to 90'"
complete -c collectl-recv -n "__fish_collectl_recv_using_subcommand mixed" -l col-no-scale -d 'Columns that \'--col-scale\' does not apply to' -r
complete -c collectl-recv -n "__fish_collectl_recv_using_subcommand mixed" -l col-width -d 'Width of each column' -r
complete -c collectl-recv -n "__fish_collectl_recv_using_subcommand mixed" -l col-age -d 'Intervals for which the last figure of a silent host continues to be shown' -r
complete -c collectl-recv -n "__fish_collectl_recv_using_subcommand mixed" -l col-no-data -d 'Shown after that' -r
complete -c collectl-recv -n "__fish_collectl_recv_using_subcommand mixed" -l col-negative -d 'Shown instead of figures below zero [default: the figure]' -r
complete -c collectl-recv -n "__fish_collectl_recv_using_subcommand mixed" -l window -d 'How long the table and the columns wait for late hosts, in seconds' -r
complete -c collectl-recv -n "__fish_collectl_recv_using_subcommand mixed" -l record -d 'Record everything that is received in DIR, with a file for each host, connection and day' -r -F
complete -c collectl-recv -n "__fish_collectl_recv_using_subcommand mixed" -l roll -d 'Start new files at this time of day, and again after each MINUTES' -r
complete -c collectl-recv -n "__fish_collectl_recv_using_subcommand mixed" -l allow-plain -d 'Accept collectors without a secret, too (Perl collectors), from the addresses of hosts that are being started'
complete -c collectl-recv -n "__fish_collectl_recv_using_subcommand mixed" -l keep-ssh -d 'Keep the ssh of each host running while its collectl runs'
complete -c collectl-recv -n "__fish_collectl_recv_using_subcommand mixed" -l restart -d 'Start a host\'s collectl again when it has ended'
complete -c collectl-recv -n "__fish_collectl_recv_using_subcommand mixed" -l tunnel -d 'Send the data of hosts that are started through ssh, and connect to servers through an ssh to their hosts'
complete -c collectl-recv -n "__fish_collectl_recv_using_subcommand mixed" -l reverse -d 'Sort the smallest first'
complete -c collectl-recv -n "__fish_collectl_recv_using_subcommand mixed" -l hide-zeros -d 'Leave out rows with 0 in the sort column'
complete -c collectl-recv -n "__fish_collectl_recv_using_subcommand mixed" -l col-total -d 'Add the totals of all hosts'
complete -c collectl-recv -n "__fish_collectl_recv_using_subcommand mixed" -l col-no-detail -d 'The totals only, without the hosts'
complete -c collectl-recv -n "__fish_collectl_recv_using_subcommand mixed" -s q -l quiet -d 'Show no progress, and no messages except errors'
complete -c collectl-recv -n "__fish_collectl_recv_using_subcommand mixed" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c collectl-recv -n "__fish_collectl_recv_using_subcommand replay" -l from -d 'Show data from [DATE:]TIME on, or between [DATE:]TIME-[DATE:]TIME; DATE is YYYYMMDD, TIME is H:MM[:SS]' -r
complete -c collectl-recv -n "__fish_collectl_recv_using_subcommand replay" -l thru -d 'Show data up to [DATE:]TIME' -r
complete -c collectl-recv -n "__fish_collectl_recv_using_subcommand replay" -l speed -d 'Speed, relative to the recording, or \'max\' [default: 1 for the table on a terminal, otherwise max]' -r
complete -c collectl-recv -n "__fish_collectl_recv_using_subcommand replay" -l view -d 'How to show what comes' -r -f -a "lines\t'Each line as it comes, its host before it'
table\t'A row for each host, sorted; needs formats with one line for each interval (brief, -P, --export json)'
columns\t'The columns of --columns side by side, a line for each interval'
json\t'A JSON object for each host and interval'"
complete -c collectl-recv -n "__fish_collectl_recv_using_subcommand replay" -l sort -d 'Column that the table is sorted by: its name, or its number from 1, times and hosts not counted [default: 1]' -r
complete -c collectl-recv -n "__fish_collectl_recv_using_subcommand replay" -l rows -d 'Show the first N rows of the table only [default: as many as the terminal has]' -r
complete -c collectl-recv -n "__fish_collectl_recv_using_subcommand replay" -l columns -d 'Columns of \'--view columns\': names (cpu, CPU.cpu, \'[CPU]User%\') or numbers' -r
complete -c collectl-recv -n "__fish_collectl_recv_using_subcommand replay" -l col-scale -d 'What to do with the figures of \'--view columns\'' -r -f -a "none\t'Nothing'
k\t'Divided by 1024'
1000\t'Divided by 1000'
log10\t'Ten times the logarithm: 10 is 10, 100 is 20, up to 90'"
complete -c collectl-recv -n "__fish_collectl_recv_using_subcommand replay" -l col-no-scale -d 'Columns that \'--col-scale\' does not apply to' -r
complete -c collectl-recv -n "__fish_collectl_recv_using_subcommand replay" -l col-width -d 'Width of each column' -r
complete -c collectl-recv -n "__fish_collectl_recv_using_subcommand replay" -l col-age -d 'Intervals for which the last figure of a silent host continues to be shown' -r
complete -c collectl-recv -n "__fish_collectl_recv_using_subcommand replay" -l col-no-data -d 'Shown after that' -r
complete -c collectl-recv -n "__fish_collectl_recv_using_subcommand replay" -l col-negative -d 'Shown instead of figures below zero [default: the figure]' -r
complete -c collectl-recv -n "__fish_collectl_recv_using_subcommand replay" -l window -d 'How long the table and the columns wait for late hosts, in seconds' -r
complete -c collectl-recv -n "__fish_collectl_recv_using_subcommand replay" -l reverse -d 'Sort the smallest first'
complete -c collectl-recv -n "__fish_collectl_recv_using_subcommand replay" -l hide-zeros -d 'Leave out rows with 0 in the sort column'
complete -c collectl-recv -n "__fish_collectl_recv_using_subcommand replay" -l col-total -d 'Add the totals of all hosts'
complete -c collectl-recv -n "__fish_collectl_recv_using_subcommand replay" -l col-no-detail -d 'The totals only, without the hosts'
complete -c collectl-recv -n "__fish_collectl_recv_using_subcommand replay" -s q -l quiet -d 'Show no messages except errors'
complete -c collectl-recv -n "__fish_collectl_recv_using_subcommand replay" -s h -l help -d 'Print help (see more with \'--help\')'
