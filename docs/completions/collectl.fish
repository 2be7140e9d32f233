complete -c collectl -s s -l subsys -d 'subsystems to measure, a letter each: b fragmentation of memory, c CPU, d disks, f NFS, g control groups, i inodes, j interrupts, m memory, n network, p pressure (time lost waiting), s sockets, t TCP/IP, x InfiniBand, y slabs; for details B, C, D, E environment, F, G, J, M memory nodes, N, T, X, Y, Z processes (T with -P only) [default: cdn]; +LETTERS adds to the default, -LETTERS takes away' -r
complete -c collectl -l lustopts -d 'Lustre, which is not supported' -r
complete -c collectl -s L -l lustsvcs -d 'Lustre, which is not supported' -r
complete -c collectl -l export -d 'export for other programs: lexpr, one name and value per line; json, one object per line and interval (lexpr,s=LETTERS and json,s=LETTERS restrict the subsystems); vmstat, its columns; vmsum, virtual machines; proctree, the process tree with sums for each branch; raw, the raw file of a recording' -r
complete -c collectl -l sep -d 'separator of the plot format: one character, or its decimal code [default: a blank]' -r
complete -c collectl -s o -l options -d 'time stamps before each line: T time, d MM/DD and time, D YYYYMMDD and time, m adds milliseconds, U seconds since the epoch (plot format). Numbers: n counts per interval instead of per second; 1 and 2 set the decimals of the plot format; g and G show decimals for units of giga and more, as 1g25 and 1.3G. Disks: x shows only busy disks (see --limits), X all. Files: z does not compress, u puts the time into names of plot files, a appends to existing ones, c replaces them' -r
complete -c collectl -l hr -l headerrepeat -d 'lines between two headers; 0 shows one header only, -1 none [default: the terminal\'s height less 2, or 22]' -r
complete -c collectl -l top -d 'show the LINES top processes or slabs by TYPE; v scrolls instead of starting at the top of the screen' -r
complete -c collectl -l cpuopts -d 'z omits idle processors from the detail' -r
complete -c collectl -l cpufilt -d 'processors to show and to add up: numbers and ranges, as in 0,2-5; a ^ before them excludes them' -r
complete -c collectl -l intfilt -d 'interrupts to show and count: regular expressions for their lines in /proc/interrupts, separated by commas; a ^ before the first one excludes those that match' -r
complete -c collectl -l dskopts -d 'f and F show tenths and hundredths in the detail of disks, z omits idle disks from it, i is --iosize; o is accepted and does nothing' -r
complete -c collectl -l dskfilt -d 'disks to show and to add up: patterns separated by commas; a ^ before the first excludes those that match' -r
complete -c collectl -l dskremap -d 'other names for disks: in names that match PATTERN, the match is replaced by TEXT' -r
complete -c collectl -l rawdskfilt -d 'lines of diskstats to read instead of those of known devices; a + before the patterns reads both' -r
complete -c collectl -l rawdskignore -d 'lines of diskstats not to read' -r
complete -c collectl -s l -l limits -d 'with -ox, the least reads or writes per second of the disks that are shown: IOS:N [default: 10]' -r
complete -c collectl -l nfsfilt -d 'what to show of NFS: c or s for client or server and a version, separated by commas, as in c3,c4' -r
complete -c collectl -l nfsopts -d 'z omits details of unused NFS versions' -r
complete -c collectl -l memopts -d 'P shows physical memory only, V swap and paging; p adds pages allocated and refilled, s pages stolen and scanned; R shows changes instead of levels' -r
complete -c collectl -l netopts -d 'e shows network errors, by kind if there is room; E shows only what has errors; i is --iosize; wN makes names N wide; o is accepted and does nothing' -r
complete -c collectl -l netfilt -d 'interfaces to show and to add up: patterns separated by commas; a ^ before the first excludes those that match' -r
complete -c collectl -l rawnetfilt -d 'lines of net/dev to read' -r
complete -c collectl -l rawnetignore -d 'lines of net/dev not to read' -r
complete -c collectl -l tcpfilt -d 'what to show of the TCP/IP stack: i IP, t TCP, u UDP, c ICMP, I IP extended, T TCP extended [default: ituc]' -r
complete -c collectl -l envopts -d 'what to show of the environment: f fans, p power, t temperatures [default: all]; C or F converts temperatures, M shows each kind on its own line, T cuts readings to whole numbers; a number selects the device that ipmitool queries' -r
complete -c collectl -l envfilt -d 'regular expression for the sensor lines to read' -r
complete -c collectl -l envremap -d 'other names for sensors: in names that match REGEX, the match is replaced by TEXT' -r
complete -c collectl -l xopts -d 'i shows packet sizes of InfiniBand in the brief format' -r
complete -c collectl -l cgroupfilt -d 'control groups to show and to add up, by path: patterns separated by commas, each selects the topmost groups that match; a ^ before the first excludes matching groups and all below them' -r
complete -c collectl -l slabopts -d 'slabs: s only those with slabs in memory, S only those that changed' -r
complete -c collectl -l slabfilt -d 'slabs: only those whose names start with one of these' -r
complete -c collectl -l procopts -d 'processes: c includes the time of ended children, f page faults since the start, i columns of I/O, I no I/O, k without shells, m columns of memory, p no new processes, r without folders, R priorities as numbers, s or S with the time or day of the start, t threads, uN N columns for users, wN with N characters of arguments, x context switches, z with --top omits processes whose figure is zero' -r
complete -c collectl -l procfilt -d 'processes: only those that match one of TYPE[+]MATCH,...: c within the name, C its start, f within the command line, p number, P parent, u user\'s number or range, U user; + with their threads; or a file of such lines' -r
complete -c collectl -l procstate -d 'processes: only those in one of the states D I K P R S T W X Z t (see proc_pid_stat(5))' -r
complete -c collectl -l passwd -d 'processes: the file with the names of users [default: /etc/passwd]' -r
complete -c collectl -s i -l interval -d 'seconds between samples, fractions allowed; after a colon, seconds between samples of slabs and processes, and after another colon, of the environment, both multiples of the first; 0 samples as fast as possible [default: 1:60:120]' -r
complete -c collectl -s c -l count -d 'end after COUNT samples [default: -1, never]' -r
complete -c collectl -s R -l runtime -d 'end after this time: a number and one of w d h m s, as in 90m' -r
complete -c collectl -s p -l playback -d 'play FILES, recordings with names ending in raw or raw.gz: a quoted pattern, or several separated by commas' -r
complete -c collectl -l from -d 'play from [DATE:]TIME on, or only the part [DATE:]TIME-[DATE:]TIME; DATE is YYYYMMDD, TIME is H:MM[:SS]' -r
complete -c collectl -l thru -d 'play up to [DATE:]TIME' -r
complete -c collectl -l offsettime -d 'add this many seconds to the times of recordings' -r
complete -c collectl -l grep -d 'show the lines of recordings that match REGEX, with their times' -r
complete -c collectl -l extract -d 'write the part of recordings selected by --from and --thru to a new recording in folder DEST or with prefix DEST' -r
complete -c collectl -l statopts -d 'with --stats: a adds averages, i adds the intervals, s prints totals of each recording' -r
complete -c collectl -s f -l filename -d 'record to files in the folder DIR, or to files whose names start with PREFIX: raw data, or plots with -P; with -p, write plots or analyses of recordings' -r
complete -c collectl -l comment -d 'text for the headers of recordings' -r
complete -c collectl -s F -l flush -d 'write recorded data to disk at least every SECONDS seconds; 0 after each sample [default: 60]' -r
complete -c collectl -s r -l rolllogs -d 'start new files at this time of day and then every MINUTES minutes [default: 1440]; keep files for DAYS days [default: 7], and logs for MONTHS months [default: 12]' -r
complete -c collectl -l pname -d 'with -D, use the name collectl-NAME, so that several daemons can run' -r
complete -c collectl -l runas -d 'with -D, run as USER instead of root; the pid file is in the folder of -f' -r
complete -c collectl -l umask -d 'permissions that new files do not get, in octal; without it, files with processes are readable by owner and group only (0640)' -r
complete -c collectl -s C -l config -d 'configuration file [default: collectl.conf beside the program, in ../etc of its folder, or in /etc]' -r
complete -c collectl -s A -l address -d 'send to ADDR[:PORT[:TIMEOUT]] until the other end closes the connection; or, with server[:PORT], serve any client that connects [port: 2655, timeout: 10 seconds]' -r
complete -c collectl -l bind -d 'address to listen on with -A server [default: all]' -r
complete -c collectl -l allow -d 'networks whose clients -A server accepts, as 10.0.0.0/8 or fd00::/8, separated by commas or given more than once; connections from other addresses are closed, and reported at most once per minute [default: all]' -r
complete -c collectl -l max-clients -d 'most clients of -A server at a time' -r
complete -c collectl -l history -d 'past intervals that -A server keeps for clients that reconnect: a time (s, m, h, d, w), a size (K, M, G), or both, whichever is reached first; 0 keeps none. Older intervals are read from the raw files of this run if it records any (-f), but not with 0' -r
complete -c collectl -l hostname -d 'name to put before each line on the socket [default: this machine\'s, up to the first dot]' -r
complete -c collectl -l procfs -d 'folder to read instead of /proc' -r
complete -c collectl -l sysfs -d 'folder to read instead of /sys' -r
complete -c collectl -s d -l debug -d 'show internals: accepted for the sake of scripts, and does nothing' -r
complete -c collectl -l all -d 'all summaries except slabs'
complete -c collectl -l ALL -d 'all summaries except slabs, and all details'
complete -c collectl -l verbose -d 'one section per subsystem, with more figures'
complete -c collectl -l full -d 'verbose, with a separator before each interval'
complete -c collectl -s P -l plot -d 'bare numbers in one line per interval, for plotting'
complete -c collectl -l vmstat -d 'show the columns of vmstat, as --export vmstat does'
complete -c collectl -l iosize -d 'mean sizes of requests and packets in the brief format'
complete -c collectl -s w -l wide -d 'numbers in full, without units'
complete -c collectl -l utc -d 'seconds of the epoch in place of date and time in the plot format, as -oU does'
complete -c collectl -l procanalyze -d 'write a summary of the processes in recordings, one line per process, to files at the place that -f names'
complete -c collectl -l slabanalyze -d 'write a summary of the slabs in recordings, one line per slab, to files at the place that -f names'
complete -c collectl -l stats -d 'print the totals of recordings instead of their intervals: sums of counters, means of levels'
complete -c collectl -s m -l messages -d 'write messages to a log beside the recording, and print more of them; with -p, name the files that are played'
complete -c collectl -l home -d 'start each interval at the top of the screen'
complete -c collectl -l rawtoo -d 'with -P, record raw data as well'
complete -c collectl -l brief -d 'with -P, -f and -A, send brief text while plots are recorded'
complete -c collectl -l tworaw -l group -d 'record processes and slabs in a separate raw file'
complete -c collectl -l nogzip -d 'do not compress raw files'
complete -c collectl -s D -l daemon -d 'run as a daemon, with the switches of DaemonCommands in collectl.conf before those given here; the pid is in /var/run/collectl.pid'
complete -c collectl -l nohup -d 'continue when the process that started collectl ends'
complete -c collectl -s N -l nice -d 'run with nice value 10'
complete -c collectl -l align -d 'sample at multiples of the interval since the epoch, at the same time as all machines with synchronized clocks'
complete -c collectl -l quiet -d 'print only the data, without messages'
complete -c collectl -l showcolheaders -d 'print the column headers and end'
complete -c collectl -l showheader -d 'print the headers of recordings, or the header that this machine would record, and end'
complete -c collectl -l showtopopts -d 'print the types of --top and end'
complete -c collectl -s h -l help -d 'print this help and end'
complete -c collectl -s x -l helpextend -d 'print this help and end'
complete -c collectl -s X -l helpall -d 'print all help and end: this, --showsubsys, --showoptions, --showsubopts, --showtopopts'
complete -c collectl -l showsubsys -d 'print the letters of -s and end'
complete -c collectl -l showoptions -d 'print the letters of -o and end'
complete -c collectl -l showsubopts -d 'print the options and filters of subsystems and end'
complete -c collectl -l whatsnew -d 'print where changes are listed and end'
complete -c collectl -s v -l version -d 'print the version and end'
complete -c collectl -s V -l showdefs -d 'print the defaults and end'
