//go:build unix

package stage

import (
	"errors"
	"fmt"
	"net"
	"os"
	"time"

	"github.com/outdial/outdial/internal/fakeswitch"
)

// BeSwitch is a switch as long as it is wanted. It prints where its event socket
// listens and, in the end, how many calls left it and how many are still up.
func BeSwitch() error {
	ctx := Wanted()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	s := fakeswitch.New(fakeswitch.Config{Password: Password, Far: Carrier, PerSecond: 10_000})
	served := make(chan error, 1)
	go func() { served <- s.ServeESL(l) }()
	fmt.Println(l.Addr())
	<-ctx.Done()
	fmt.Println(len(s.Invites()), len(s.Channels()))
	return errors.Join(s.Close(), <-served)
}

// Be ends this process as a role has ended, with exit code 1 after an error.
func Be(role func() error) {
	if err := role(); err != nil {
		fmt.Fprintln(os.Stderr, os.Args[0], os.Getpid(), err)
		os.Exit(1)
	}
	os.Exit(0)
}

// Carrier has calls of 50 to 500 ms by their number, one in ten busy and one in
// ten to a number that nobody has. One in twenty talks on for up to 4.5 s: these
// are still up when others take over their worker's calls.
func Carrier(_, number string) fakeswitch.Far {
	n := 0
	for _, digit := range []byte(number) {
		n = (n*31 + int(digit)) % 9973
	}
	far := fakeswitch.Far{
		Delay: time.Duration(5+n%20) * time.Millisecond,
		Ring:  time.Duration(15+n%110) * time.Millisecond,
		SIP:   200,
		Talk:  time.Duration(30+n%320) * time.Millisecond,
	}
	switch n % 10 {
	case 0:
		far.SIP = 486
	case 1:
		far.SIP = 404
	case 2:
		if n%20 == 2 {
			far.Talk = 5*time.Second/2 + time.Duration(n%2000)*time.Millisecond
		}
	}
	return far
}
