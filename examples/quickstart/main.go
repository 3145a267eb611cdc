// Command quickstart turns a file of contacts into a finished campaign and its report:
//
//	go run ./examples/quickstart -contacts contacts.csv
//
// Nobody is called. The carrier, the people on its numbers and the agents are
// adapters/simulated, drawn from -seed: the same seed and the same file give
// the same report, byte for byte.
//
// # Calling for real
//
// With -switch it dials the same file on a FreeSWITCH, by the clock on the wall,
// over its event socket or over XML-RPC:
//
//	go run ./examples/quickstart -contacts contacts.csv -trunk GATEWAY \
//		-switch esl://:PASSWORD@HOST:8021 -destination 5000
//	go run ./examples/quickstart -contacts contacts.csv -trunk GATEWAY \
//		-switch xmlrpc://USER:PASSWORD@HOST:8080 -agent user/1000
//
// Contacts who answer are transferred to the extension -destination, or -agent
// is called first and then the contact. Flags of the simulation are refused.
// The password is never printed, but who lists the machine's processes sees the
// command line. docs/freeswitch.md says how the switch is to be set up. The
// store is this process's memory: what it was doing is forgotten when it ends.
//
// # What to read
//
// What a host does with outdial stands in session.go (make a Dialler from a
// store and a switch, create a campaign, upload contacts), run.go (start it,
// write its report) and speed.go (run it to its end); for a real switch in
// switch.go (make its adapter) and live.go (connect, run, stop). The rest serves
// the command line: options.go holds the flags, contacts.go reads the file,
// progress.go and summary.go show what happens.
//
// # The file
//
// CSV (RFC 4180) in UTF-8, with a header row, as examples/internal/contactfile
// reads it for the server too. The column number (or address, or phone) is
// required and holds an E.164 number, a local number, a SIP URI or a dial string
// (sofia/gateway/NAME/NUMBER). The columns id (or key), name, priority (a whole
// number, higher is earlier) and not_before (RFC 3339, or "2006-01-02 15:04" in
// -zone) are optional. Every other column becomes a variable of the contact,
// named after its header in lower case with an underscore for whatever is neither
// letter nor digit: "Preferred language" is preferred_language.
//
// A bad row is listed with its line, column and reason, and the good ones are
// dialled; with -strict one bad row refuses the file. A number that comes twice
// is reported and dialled twice, unless -dedupe keeps the first only. Without
// -contacts, or where contacts.csv is asked for and is not there, the sample
// that is compiled into the program is used. It has some broken rows, to see.
//
// # Time
//
// With -speed max the campaign runs in virtual time, single-threaded, and a day
// takes a second ([outdial.Drive]). With -speed real it takes as long as it
// would ([outdial.Dialler.Run]). In either, the first interrupt (Ctrl-C) stops
// dialling and lets the calls finish that are up, the second hands them over at
// once; the report is written anyway. On a real switch the first does the same,
// the second stops the campaign and hangs up, and the third waits for nothing.
//
// # Exit codes
//
//	0  the campaign ran to its end and the report is written
//	1  something failed, or the run was interrupted
//	2  the command line is wrong, or -strict refused the file
package main

import (
	"os"
	"os/signal"
	"syscall"
	_ "time/tzdata" // -zone works on machines without a zone database
)

func main() {
	interrupts := make(chan os.Signal, 2)
	signal.Notify(interrupts, os.Interrupt, syscall.SIGTERM)
	os.Exit(run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr, interrupts))
}
