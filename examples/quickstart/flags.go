package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/outdial/outdial/campaign"
)

// row is one flag as -help documents it.
type row struct {
	name, arg, help string
	field           string // of campaign.Spec, where the flag sets one
	least, most     int64  // in nanoseconds for durations
}

// flags are the standard library's, in an order of ours and with their bounds.
type flags struct {
	set      *flag.FlagSet
	rows     []row
	sections map[int]string // by the row that they come before
}

func newFlags() *flags {
	f := &flags{set: flag.NewFlagSet("quickstart", flag.ContinueOnError), sections: map[int]string{}}
	f.set.SetOutput(io.Discard) // errors are returned, and told once
	return f
}

func (f *flags) section(title string) { f.sections[len(f.rows)] = title }

// given reports which flags the command line has.
func (f *flags) given() map[string]bool {
	given := map[string]bool{}
	f.set.Visit(func(x *flag.Flag) { given[x.Name] = true })
	return given
}

// describe writes what -help says of the flags.
func (f *flags) describe(b *strings.Builder) {
	for i, r := range f.rows {
		if title, ok := f.sections[i]; ok {
			fmt.Fprintf(b, "\n%s:\n", title)
		}
		fmt.Fprintf(b, "  %s\n        %s", strings.TrimSpace("-"+r.name+" "+r.arg), r.help)
		if v, ok := f.set.Lookup(r.name).Value.(bounded); ok {
			fmt.Fprintf(b, "; %s", v.bounds())
		}
		if def := f.set.Lookup(r.name).DefValue; def != "" {
			fmt.Fprintf(b, "; default %s", def)
		}
		b.WriteByte('\n')
	}
}

// check says a spec's faults in the words of the command line.
func (f *flags) check(err error) error {
	var invalid *campaign.InvalidError
	if !errors.As(err, &invalid) {
		return err
	}
	var faults []error
	for _, fault := range invalid.Faults {
		field, _, _ := strings.Cut(fault.Field, "[")
		i := slices.IndexFunc(f.rows, func(r row) bool { return r.field == field })
		if i < 0 {
			faults = append(faults, fault)
			continue
		}
		faults = append(faults, fmt.Errorf("-%s: %q: want %s", f.rows[i].name, fmt.Sprint(fault.Value), fault.Want))
	}
	return errors.Join(faults...)
}
