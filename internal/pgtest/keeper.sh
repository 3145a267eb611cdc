# keeper BIN FOLDER DATA OPTION...: run PostgreSQL for as long as standard input is open.
# Each line read is a command, each line written its exit status. At the end of the
# input the server is stopped and both folders removed: the writer has gone, in
# peace, by a panic or by kill -9.
bin=$1 folder=$2 data=$3 pid=
shift 3
trap '' PIPE # an answer that nobody reads must not keep us from the end

# halt SIGNAL: INT asks clients to leave, QUIT is a crash.
halt() {
	[ -n "$pid" ] || return 0
	kill -"$1" "$pid" || : # it may have died on its own
	wait "$pid" || :
	pid=
}

while read -r command; do
	case $command in
	init)
		"$bin/initdb" -D "$data" --username=postgres --auth=trust --no-sync --encoding=UTF8 \
			--locale=C --locale-provider=icu --icu-locale=en-US </dev/null >>"$folder/log" 2>&1
		;;
	start)
		"$bin/postgres" -D "$data" "$@" </dev/null >>"$folder/log" 2>&1 &
		pid=$!
		;;
	stop) halt INT ;;
	crash) halt QUIT ;;
	esac
	echo $?
done
halt QUIT
cd / && rm -rf "$data" "$folder"
