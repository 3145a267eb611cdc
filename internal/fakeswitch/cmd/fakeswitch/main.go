// Command fakeswitch is a FreeSWITCH that calls nobody: the double of package
// fakeswitch in a process of its own, on the system's clock. Point a dialler
// at it to try an installation, or a demonstration, without a carrier.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/outdial/outdial/internal/fakeswitch"
)

const usage = `fakeswitch is a FreeSWITCH that calls nobody. It speaks the event socket and
XML-RPC as FreeSWITCH 1.10.12 does, and prints the addresses it listens on as
one line of JSON. SIGTERM or SIGINT ends it.

  fakeswitch -esl 127.0.0.1:8021 -xmlrpc 127.0.0.1:8080 -password secret

A call goes to sofia/gateway/GATEWAY/NUMBER or sofia/PROFILE/NUMBER@HOST; the
number says how it ends:

  1001, 1100   answer at once and stay
  1002, 1003   answer at once and hang up after 2 s, 3 s
  1201, 1301   ring, or send early media, for 2 s; answer; hang up after 1 s
  1480         rings 3 s, then isn't answered      -ERR NO_ANSWER
  1486         early media for 2 s, then busy      -ERR USER_BUSY
  1503         no circuit to be had                -ERR NORMAL_CIRCUIT_CONGESTION
  1700         the carrier tries and says no more
  1800, 1900   ring, or send early media, for ever
  2000         answers, and beeps after 0.76 s: an answering machine
  9300–9699    refused with that SIP code: 9486 busy, 9404 no such number,
               9603 declined, 9503 out of service; 9302 is forwarded
  the rest     answers at once and stays

Flags:
`

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// run is the program; it returns the exit status: 0 when ctx ended it, 1 when
// it couldn't serve, 2 when the arguments are wrong.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	opts, err := parse(args, stderr)
	if errors.Is(err, flag.ErrHelp) {
		return 0
	}
	if err != nil {
		return 2 // the flag package has said why
	}
	if err := serve(ctx, opts, stdout); err != nil {
		say(stderr, "fakeswitch: %v\n", err)
		return 1
	}
	return 0
}

// say writes to stderr; there is nobody to tell if that fails.
func say(stderr io.Writer, format string, args ...any) {
	_, _ = fmt.Fprintf(stderr, format, args...)
}

// options are the command line.
type options struct {
	esl, xmlrpc, user, password string
	gateways                    []string
	seed                        uint64
	pace                        int
}

func parse(args []string, stderr io.Writer) (options, error) {
	var opts options
	var gateways string
	flags := flag.NewFlagSet("fakeswitch", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.Usage = func() {
		say(stderr, "%s", usage)
		flags.PrintDefaults()
	}
	flags.StringVar(&opts.esl, "esl", "127.0.0.1:8021", "`address` of the event socket; port 0 takes a free one")
	flags.StringVar(&opts.xmlrpc, "xmlrpc", "127.0.0.1:8080", "`address` of XML-RPC; port 0 takes a free one")
	flags.StringVar(&opts.user, "user", "freeswitch", "XML-RPC user")
	flags.StringVar(&opts.password, "password", "ClueCon", "of the event socket and of the XML-RPC user")
	flags.StringVar(&gateways, "gateways", "trunk", "gateways that exist, by `name,name`")
	flags.Uint64Var(&opts.seed, "seed", 0, "makes the ids that the switch chooses; the same seed, the same ids")
	flags.IntVar(&opts.pace, "pace", 0, "calls that can begin per second, more wait; 0: any number")
	if err := flags.Parse(args); err != nil {
		return opts, err
	}
	if flags.NArg() > 0 {
		say(stderr, "unexpected argument %q\n", flags.Arg(0))
		return opts, errors.New("unexpected argument")
	}
	opts.gateways = strings.Split(gateways, ",")
	return opts, nil
}

// serve runs the double until ctx ends.
func serve(ctx context.Context, opts options, stdout io.Writer) error {
	esl, err := net.Listen("tcp", opts.esl)
	if err != nil {
		return fmt.Errorf("event socket: %w", err)
	}
	rpc, err := net.Listen("tcp", opts.xmlrpc)
	if err != nil {
		return errors.Join(fmt.Errorf("XML-RPC: %w", err), esl.Close())
	}
	double := fakeswitch.New(fakeswitch.Config{
		Password: opts.password,
		Users:    map[string]string{opts.user: opts.password},
		Gateways: opts.gateways,
		Pace:     opts.pace,
		Faults:   fakeswitch.Faults{Seed: opts.seed},
	})
	ended := make(chan error, 2)
	go func() { ended <- double.ServeESL(esl) }()
	go func() { ended <- double.ServeXMLRPC(rpc) }()
	err = json.NewEncoder(stdout).Encode(map[string]string{"esl": esl.Addr().String(), "xmlrpc": rpc.Addr().String()})
	if err != nil {
		return errors.Join(fmt.Errorf("tell the addresses: %w", err), double.Close())
	}
	return wait(ctx, double, ended)
}

// wait waits for the end of ctx, or of one of the two servers, and then for
// the other.
func wait(ctx context.Context, double *fakeswitch.Switch, ended <-chan error) error {
	var first error
	left := 2
	select {
	case <-ctx.Done():
	case first = <-ended:
		left--
	}
	closed := double.Close()
	for ; left > 0; left-- {
		first = errors.Join(first, <-ended)
	}
	return errors.Join(first, closed)
}
