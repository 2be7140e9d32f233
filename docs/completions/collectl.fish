complete -c collectl -s s -l subsys -d 'subsystems to measure, a letter each: b fragmentation of memory, c CPU, d disks, f NFS, g control groups, i inodes, j interrupts, m memory, n network, p pressure (time lost waiting), s sockets, t TCP/IP, x InfiniBand, y slabs; in detail B, C, D, E environment, F, G, J, M memory nodes, N, T, X, Y, Z processes (T with -P only) [default: cdn]; +LETTERS adds to the default, -LETTERS takes away' -r
complete -c collectl -l lustopts -d 'Lustre, which is not supported' -r
complete -c collectl -s L -l lustsvcs -d 'Lustre, which is not supported' -r
complete -c collectl -l export -d 'show what other programs read: lexpr, a name and a value in each line, or json, an object in each line for an interval (lexpr,s=LETTERS and json,s=LETTERS narrow the subsystems); vmstat, its columns; vmsum, virtual machines; proctree, processes below their parents with the sums of both; raw, the raw file of a recording' -r
complete -c collectl -l sep -d 'separator of the plot format: one character, or its decimal code [default: a blank]' -r
complete -c collectl -s o -l options -d 'stamps before each line: T time, d MM/DD and time, D YYYYMMDD and time, m adds milliseconds, U seconds of the epoch (plot format); n leaves counters whole, not per second; 1 and 2 are the decimals of the plot format, before which i shows the header of a recording; g and G show decimals of numbers from giga on, as 1g25 and 1.3G; x shows only the disks that do much (see --limits), X all' -r
complete -c collectl -l hr -l headerrepeat -d 'lines between two headers; 0 shows one header only, -1 none [default: the terminal\'s height less 2, or 22]' -r
complete -c collectl -l top -d 'show the top processes or slabs by TYPE, LINES of them; v does not begin at the top of the screen' -r
complete -c collectl -l cpuopts -d 'z leaves processors that do nothing but idle out of the detail' -r
complete -c collectl -l cpufilt -d 'processors to show and to add up: numbers and ranges, as in 0,2-5; a ^ before them excludes them' -r
complete -c collectl -l intfilt -d 'interrupts to show and count: regular expressions for their lines in /proc/interrupts, separated by commas; a caret before the first one leaves out those that match' -r
complete -c collectl -l dskopts -d 'f and F show tenths and hundredths in the detail of disks, z leaves idle ones out of it, i is --iosize; o is accepted and does nothing' -r
complete -c collectl -l dskfilt -d 'disks to show and to add up: patterns separated by commas; a ^ before the first excludes those that match' -r
complete -c collectl -l dskremap -d 'other names for disks: in those that match PATTERN, the match is replaced by TEXT' -r
complete -c collectl -l rawdskfilt -d 'lines of diskstats to read, in place of those of known devices; a + before the patterns reads those, too' -r
complete -c collectl -l rawdskignore -d 'lines of diskstats not to read' -r
complete -c collectl -s l -l limits -d 'with -ox, the least reads or writes per second of the disks that are shown: IOS:N [default: 10]' -r
complete -c collectl -l nfsfilt -d 'what to show of NFS: c or s for client or server and a version, separated by commas, as in c3,c4' -r
complete -c collectl -l nfsopts -d 'z leaves out details of NFS versions that did nothing' -r
complete -c collectl -l memopts -d 'P shows physical memory only, V swap and paging; p adds pages allocated and refilled, s pages stolen and scanned; R shows changes in place of levels' -r
complete -c collectl -l netopts -d 'e shows network errors, by kind where there is room; E shows only what has errors; i is --iosize; wN makes names N wide; o is accepted and does nothing' -r
complete -c collectl -l netfilt -d 'interfaces to show and to add up: patterns separated by commas; a ^ before the first excludes those that match' -r
complete -c collectl -l rawnetfilt -d 'lines of net/dev to read' -r
complete -c collectl -l rawnetignore -d 'lines of net/dev not to read' -r
complete -c collectl -l tcpfilt -d 'what to show of the TCP/IP stack: i IP, t TCP, u UDP, c ICMP, I IP extended, T TCP extended [default: ituc]' -r
complete -c collectl -l envopts -d 'what to show of the environment: f fans, p power, t temperatures [default: all]; C or F converts temperatures, M shows each kind on a line of its own, T cuts readings to whole numbers; a number is the device that ipmitool asks' -r
complete -c collectl -l envfilt -d 'lines of sensors to read: a regular expression' -r
complete -c collectl -l envremap -d 'other names for sensors: in those that match REGEX, the match is replaced by TEXT' -r
complete -c collectl -l xopts -d 'i shows sizes of packets of InfiniBand in the brief format' -r
complete -c collectl -l cgroupfilt -d 'control groups to show and to add up, by their paths: patterns separated by commas, each of which chooses the topmost groups that match it; a ^ before the first excludes those that match, and all below them' -r
complete -c collectl -l slabopts -d 'slabs: s only those with any memory, S only those that changed' -r
complete -c collectl -l slabfilt -d 'slabs: only those whose names begin with one of these' -r
complete -c collectl -l procopts -d 'processes: c with the time of children that ended, f page faults since the start, i columns of I/O, I no I/O, k without shells, m columns of memory, p none that is new, r without folders, R priorities as numbers, s or S with the time or day of the start, t threads, uN N columns for users, wN with N characters of arguments, x context switches, z with --top none that is zero' -r
complete -c collectl -l procfilt -d 'processes: only those that match one of TYPE[+]MATCH,...: c within the name, C its start, f within the command line, p number, P parent, u user\'s number or range, U user; + with their threads; or a file of such lines' -r
complete -c collectl -l procstate -d 'processes: only those in one of the states D I K P R S T W X Z t (see proc_pid_stat(5))' -r
complete -c collectl -l passwd -d 'processes: where the names of users are [default: /etc/passwd]' -r
complete -c collectl -s i -l interval -d 'seconds between two samples, fractions allowed; behind a colon those between two samples of slabs and processes, and behind another those of the environment, multiples; 0 samples as fast as possible [default: 1:60:120]' -r
complete -c collectl -s c -l count -d 'end after so many samples [default: -1, never]' -r
complete -c collectl -s R -l runtime -d 'end after this time: a number and one of w d h m s, as in 90m' -r
complete -c collectl -s p -l playback -d 'play FILES, recordings with names ending in raw or raw.gz: a quoted pattern, or several separated by commas' -r
complete -c collectl -l from -d 'play from [DATE:]TIME on, or what is between [DATE:]TIME-[DATE:]TIME; DATE is YYYYMMDD, TIME is H:MM[:SS]' -r
complete -c collectl -l thru -d 'play up to [DATE:]TIME' -r
complete -c collectl -l offsettime -d 'shift the times of recordings by so many seconds' -r
complete -c collectl -l grep -d 'show the lines of recordings that match REGEX, with their times' -r
complete -c collectl -l extract -d 'write the part of recordings that --from and --thru choose to a recording of its own, in folder or with prefix DEST' -r
complete -c collectl -l statopts -d 'with --stats: a averages, too, i intervals, too, s totals of each recording' -r
complete -c collectl -s f -l filename -d 'record, into files in the folder DIR, or files whose names begin with PREFIX: raw data, or with -P plots; with -p, write plots or analyses of recordings' -r
complete -c collectl -l comment -d 'a text for the headers of recordings' -r
complete -c collectl -s F -l flush -d 'what was recorded is safe after so many seconds; 0 for after each sample [default: 60]' -r
complete -c collectl -s r -l rolllogs -d 'begin other files at this time of day, and again after so many minutes [default: 1440]; keep them for so many days [default: 7], and logs for so many months [default: 12]' -r
complete -c collectl -l pname -d 'with -D, be called collectl-NAME, so that there can be several daemons' -r
complete -c collectl -l runas -d 'with -D, give up the rights of root; the pid file is in the folder of -f' -r
complete -c collectl -l umask -d 'permissions that files are not to have, in octal; without it, files with processes are for owner and group (0640)' -r
complete -c collectl -s C -l config -d 'the configuration [default: collectl.conf beside the program, in ../etc of its folder, or in /etc]' -r
complete -c collectl -s A -l address -d 'send to ADDR[:PORT[:TIMEOUT]] until the other end goes away; or, with the word server[:PORT], serve whoever connects [port: 2655, timeout: 10 seconds]' -r
complete -c collectl -l bind -d 'address to listen on with -A server [default: all]' -r
complete -c collectl -l allow -d 'networks whose clients -A server takes, as 10.0.0.0/8 or fd00::/8, with commas or given more than once; connections of other addresses are closed, and said once a minute at most [default: all]' -r
complete -c collectl -l max-clients -d 'most clients of -A server at a time' -r
complete -c collectl -l history -d 'past intervals that -A server keeps for clients that were away: a time (s, m, h, d, w), a size (K, M, G), or both, of which the first one reached counts; 0 keeps none. What is older comes out of the raw files of this run, if it records any (-f); not with 0' -r
complete -c collectl -l hostname -d 'name to put before each line on the socket [default: this machine\'s, up to the first dot]' -r
complete -c collectl -l procfs -d 'folder to read in place of /proc' -r
complete -c collectl -l sysfs -d 'folder to read in place of /sys' -r
complete -c collectl -s d -l debug -d 'show internals: accepted for the sake of scripts, and does nothing' -r
complete -c collectl -l all -d 'all summaries but that of slabs'
complete -c collectl -l ALL -d 'all summaries but that of slabs, and all details'
complete -c collectl -l verbose -d 'one section for each subsystem, with more figures'
complete -c collectl -l full -d 'verbose, with a separator before each interval'
complete -c collectl -s P -l plot -d 'bare numbers in one line for each interval, to plot'
complete -c collectl -l vmstat -d 'show the columns of vmstat, as --export vmstat does'
complete -c collectl -l iosize -d 'mean sizes of requests and packets in the brief format'
complete -c collectl -s w -l wide -d 'numbers in full, without units'
complete -c collectl -l utc -d 'seconds of the epoch in place of date and time in the plot format, as -oU does'
complete -c collectl -l procanalyze -d 'sum up the processes of recordings, a line each, in files in the folder or with the prefix of -f'
complete -c collectl -l slabanalyze -d 'sum up the slabs of recordings, a line each, likewise'
complete -c collectl -l stats -d 'print the totals of recordings in place of their intervals: sums of what happened, means of levels'
complete -c collectl -s m -l messages -d 'write messages into a log beside the recording, and say more of them; with -p, name the files that are played'
complete -c collectl -l home -d 'begin each interval at the top of the screen'
complete -c collectl -l rawtoo -d 'with -P, record raw data, too'
complete -c collectl -l brief -d 'with -P, -f and -A, send brief text while plots are recorded'
complete -c collectl -l tworaw -l group -d 'record processes and slabs in a raw file of their own'
complete -c collectl -l nogzip -d 'record raw data without compression'
complete -c collectl -s D -l daemon -d 'run without a terminal, with the switches of DaemonCommands in collectl.conf before those given here; the pid is in /var/run/collectl.pid'
complete -c collectl -l nohup -d 'go on when the process that started collectl ends'
complete -c collectl -s N -l nice -d 'run with the priority 10'
complete -c collectl -l align -d 'sample at multiples of the interval since the epoch, together with all machines whose clocks agree'
complete -c collectl -l quiet -d 'no word but the data'
complete -c collectl -l showcolheaders -d 'print the column headers and end'
complete -c collectl -l showheader -d 'print the headers of recordings, or that of one of this machine, and end'
complete -c collectl -l showtopopts -d 'print the types of --top and end'
complete -c collectl -s h -l help -d 'print this help and end'
complete -c collectl -s x -l helpextend -d 'print the same help and end'
complete -c collectl -s X -l helpall -d 'print all help there is and end: this, --showsubsys, --showoptions, --showsubopts, --showtopopts'
complete -c collectl -l showsubsys -d 'print the letters of -s and end'
complete -c collectl -l showoptions -d 'print the letters of -o and end'
complete -c collectl -l showsubopts -d 'print the options and filters of subsystems and end'
complete -c collectl -l whatsnew -d 'print where changes are listed and end'
complete -c collectl -s v -l version -d 'print the version and end'
complete -c collectl -s V -l showdefs -d 'print the defaults and end'
