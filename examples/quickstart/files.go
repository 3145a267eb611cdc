package main

import (
	_ "embed"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// sampleName is the file that ships with this program.
const sampleName = "contacts.csv"

//go:embed contacts.csv
var sample string

// source is the contacts' file, or what stands in for it.
type source struct {
	io.ReadCloser
	name string
	info fs.FileInfo // nil where it is no file
}

// openContacts opens the file. Without one, or where the sample's name is given
// and no such file is here, it is the sample, and says so.
func openContacts(o *options, stdin io.Reader, stderr io.Writer) (*source, error) {
	switch o.contacts {
	case "":
		say(stderr, "no -contacts: reading the sample that comes with this program (examples/quickstart/%s)", sampleName)
		return sampleSource(), nil
	case "-":
		return &source{ReadCloser: io.NopCloser(stdin), name: "standard input"}, nil
	}
	f, err := os.Open(o.contacts)
	if errors.Is(err, fs.ErrNotExist) && o.contacts == sampleName {
		say(stderr, "there is no %s here: reading the sample that comes with this program (examples/quickstart/%s)", sampleName, sampleName)
		return sampleSource(), nil
	}
	if err != nil {
		return nil, err
	}
	info, err := f.Stat()
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return &source{f, o.contacts, info}, nil
}

func sampleSource() *source {
	return &source{ReadCloser: io.NopCloser(strings.NewReader(sample)), name: sampleName}
}

// report is where the attempt report goes. A file appears under its name when
// it is complete: a run that fails leaves an older one alone.
type report struct {
	io.Writer
	file *os.File // nil: standard output
	path string   // where it is to be; empty: it is there already
}

// createReport makes sure, before anybody is called, that there is room for a report.
func createReport(path string, stdout io.Writer, contacts *source) (*report, error) {
	if path == "-" {
		return &report{Writer: stdout}, nil
	}
	switch info, err := os.Stat(path); {
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return nil, err
	case err == nil && contacts.info != nil && os.SameFile(info, contacts.info):
		return nil, usageError{fmt.Errorf("-report %s would overwrite the contacts", path)}
	case err == nil && info.IsDir():
		return nil, usageError{fmt.Errorf("-report %s is a directory", path)}
	case err == nil && !info.Mode().IsRegular(): // a device or a pipe
		f, err := os.OpenFile(path, os.O_WRONLY, 0)
		return &report{Writer: f, file: f}, err
	}
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*")
	if err != nil {
		return nil, err
	}
	return &report{Writer: f, file: f, path: path}, nil
}

// keep puts the complete report in its place.
func (r *report) keep() error {
	if r.file == nil {
		return nil
	}
	f := r.file
	r.file = nil
	if r.path == "" {
		return f.Close()
	}
	err := errors.Join(f.Chmod(0o644), f.Close())
	if err == nil {
		err = os.Rename(f.Name(), r.path)
	}
	if err != nil {
		return errors.Join(err, os.Remove(f.Name()))
	}
	return nil
}

// discard takes away what was not kept.
func (r *report) discard() error {
	if r.file == nil {
		return nil
	}
	err := r.file.Close()
	if r.path != "" {
		err = errors.Join(err, os.Remove(r.file.Name()))
	}
	return err
}
