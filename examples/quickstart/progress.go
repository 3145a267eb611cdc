package main

import (
	"fmt"
	"io"
	"os"
	"sync/atomic"
	"time"

	"github.com/vbauerster/mpb/v8"
	"github.com/vbauerster/mpb/v8/decor"

	"github.com/outdial/outdial/campaign"
)

// progress shows how far the campaign is.
type progress interface {
	// show is called now and then, with the campaign's figures and its time.
	show(m *campaign.Metrics, at time.Time)
	// Write says something meanwhile, in whole lines.
	io.Writer
	// end leaves the last state standing.
	end()
}

// newProgress draws a bar on a terminal, and writes plain lines elsewhere.
func newProgress(w io.Writer, contacts int, zone *time.Location) progress {
	if isTerminal(w) {
		return newBar(w, contacts, zone)
	}
	return &lines{Writer: w, zone: zone}
}

// isTerminal reports whether w is a terminal, or another character device.
func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

// done is how many contacts are over and done with.
func done(m *campaign.Metrics) int { return m.TotalCalls - m.Remaining - m.Lines }

// lines writes a line for each tenth of the contacts.
type lines struct {
	io.Writer
	zone   *time.Location
	tenths int
}

func (l *lines) show(m *campaign.Metrics, at time.Time) {
	if m.TotalCalls == 0 {
		return
	}
	tenths := 10 * done(m) / m.TotalCalls
	if tenths <= l.tenths {
		return
	}
	l.tenths = tenths
	_, _ = fmt.Fprintf(l, "%s  %3d %%  %d of %d contacts done, %s\n",
		at.In(l.zone).Format(time.DateTime), 10*tenths, done(m), m.TotalCalls, linesUp(m.Lines))
}

func (l *lines) end() {}

func linesUp(n int) string {
	if n == 1 {
		return "1 line up"
	}
	return fmt.Sprintf("%d lines up", n)
}

// bar draws a progress bar, and what is written above it.
type bar struct {
	*mpb.Progress
	bar    *mpb.Bar
	zone   *time.Location
	beside atomic.Value // string
}

func newBar(w io.Writer, contacts int, zone *time.Location, more ...mpb.ContainerOption) *bar {
	b := &bar{Progress: mpb.New(append(more, mpb.WithOutput(w), mpb.WithWidth(50))...), zone: zone}
	b.beside.Store("")
	b.bar = b.AddBar(int64(contacts),
		mpb.PrependDecorators(decor.CountersNoUnit("%d of %d contacts ")),
		mpb.AppendDecorators(decor.Percentage(), decor.Any(func(decor.Statistics) string { return b.beside.Load().(string) })))
	return b
}

func (b *bar) show(m *campaign.Metrics, at time.Time) {
	b.beside.Store(fmt.Sprintf("  %s, %s", linesUp(m.Lines), at.In(b.zone).Format("Mon 15:04:05")))
	b.bar.SetCurrent(int64(done(m)))
}

func (b *bar) end() {
	b.bar.Abort(false) // does nothing to one that is full
	b.Wait()
}
