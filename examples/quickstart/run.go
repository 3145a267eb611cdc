package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/outdial/outdial/campaign"
)

// The exit codes.
const (
	exitOK = iota
	exitError
	exitUsage // a command line that is wrong, or a file that -strict refuses
)

// errUnfinished is a run that was interrupted, or a campaign that failed.
var errUnfinished = errors.New("the campaign did not run to its end")

// run is the program, and returns its exit code.
func run(args []string, stdin io.Reader, stdout, stderr io.Writer, interrupts <-chan os.Signal) int {
	o, err := parse(args)
	if errors.Is(err, flag.ErrHelp) {
		usage(stdout)
		return exitOK
	}
	if err == nil {
		err = dial(o, stdin, stdout, stderr, interrupts)
	}
	var wrong usageError
	switch {
	case err == nil:
		return exitOK
	case errors.As(err, &wrong):
		say(stderr, "quickstart: %s\nquickstart -help lists all flags", discreet(err.Error()))
		return exitUsage
	}
	say(stderr, "quickstart: %s", discreet(err.Error()))
	if errors.Is(err, errStrict) {
		return exitUsage
	}
	return exitError
}

func say(w io.Writer, format string, args ...any) { _, _ = fmt.Fprintf(w, format+"\n", args...) }

// dial runs a campaign over the file, to its end, and writes the report.
func dial(o *options, stdin io.Reader, stdout, stderr io.Writer, interrupts <-chan os.Signal) (err error) {
	file, err := openContacts(o, stdin, stderr)
	if err != nil {
		return err
	}
	defer func() { _ = file.Close() }() // only read
	report, err := createReport(o.report, stdout, file)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, report.discard()) }()

	ctx := context.Background()
	s, err := newSession(ctx, o, stderr, interrupts)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.release()) }()
	if err := s.upload(ctx, o, file, interrupts); err != nil {
		return fmt.Errorf("%s: %w", file.name, err)
	}
	wall, err := s.run(ctx, o, interrupts)
	if err != nil {
		return err
	}
	if err := s.dialler.WriteReport(ctx, report, s.campaign, 0); err != nil {
		return err
	}
	if err := report.keep(); err != nil {
		return err
	}
	return s.close(ctx, o, stdout, wall)
}

// run starts the campaign and dials until it is over, or interrupted. It
// returns how long that took on the clock.
func (s *session) run(ctx context.Context, o *options, interrupts <-chan os.Signal) (time.Duration, error) {
	if err := s.dialler.Start(ctx, s.campaign); err != nil {
		return 0, err
	}
	s.progress = newProgress(s.stderr, s.contacts, o.zone)
	s.aside.redirect(s.progress)
	defer s.progress.end()
	defer s.aside.redirect(s.stderr)
	began, in := time.Now(), s.runMax
	switch {
	case s.line != nil:
		in = s.runLive
	case o.speed == realTime:
		in = s.runReal
	}
	err := in(interrupts)
	return time.Since(began), err
}

// close writes the closing table; beside a report on standard output it goes to
// standard error.
func (s *session) close(ctx context.Context, o *options, stdout io.Writer, wall time.Duration) error {
	if o.report == "-" {
		stdout = s.stderr
	}
	c, err := s.dialler.Campaign(ctx, s.campaign)
	if err != nil {
		return err
	}
	m, err := s.dialler.Metrics(ctx, s.campaign, 0)
	if err != nil {
		return err
	}
	if err := summarise(stdout, &result{campaign: c, metrics: m, now: s.now(), wall: wall, real: s.line != nil}); err != nil {
		return err
	}
	if s.late > 0 {
		say(s.stderr, "%d dispositions came after -disposition-wait", s.late)
	}
	if o.report != "-" {
		say(stdout, "\nThe attempt report is in %s.", o.report)
	}
	if c.Status != campaign.Completed || c.Run.EndReason == campaign.EndStopped {
		return errUnfinished
	}
	return nil
}
