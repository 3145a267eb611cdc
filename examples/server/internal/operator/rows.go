package operator

import (
	"errors"
	"io"
	"net/http"
	"time"

	"github.com/outdial/outdial/campaign"
	"github.com/outdial/outdial/examples/internal/contactfile"
)

// errBadRows ends an upload that has bad rows, once all have been looked at.
var errBadRows = errors.New("bad rows")

// rows are the contacts of an upload while it is read.
type rows struct {
	body    io.Reader
	format  contactfile.Format
	options contactfile.Options
	partial bool

	reader *contactfile.Reader
	faults []contactfile.Fault // the first of them
	broken error               // of the connection
}

func (a *API) read(in *uploadInput, format contactfile.Format, c *campaign.Campaign) *rows {
	r := &rows{format: format, partial: in.Partial}
	r.body = http.MaxBytesReader(nil, io.NopCloser(in.hc.BodyReader()), a.o.MaxBody)
	r.options.Allow = c.Spec.Allow()
	r.options.Zone, _ = time.LoadLocation(c.Spec.Zone) // nil, and so UTC, where this machine does not know it
	return r
}

// Read implements io.Reader, and notes when the connection breaks.
func (r *rows) Read(p []byte) (int, error) {
	n, err := r.body.Read(p)
	if err != nil && !errors.Is(err, io.EOF) {
		r.broken = err
	}
	return n, err
}

// contacts yields the good rows and notes the bad ones. Unless these may be left
// out it ends with an error, when it has found them all.
func (r *rows) contacts(yield func(campaign.Contact, error) bool) {
	for {
		row, err := r.next()
		switch {
		case errors.Is(err, io.EOF):
			if !r.partial && r.tally().Bad > 0 {
				yield(campaign.Contact{}, errBadRows)
			}
			return
		case err != nil:
			yield(campaign.Contact{}, err)
			return
		case len(row.Faults) > 0:
			r.note(row.Faults)
		case !r.partial && r.tally().Bad > 0: // nothing will be added any more
		case !yield(row.Contact, nil):
			return
		}
	}
}

func (r *rows) next() (contactfile.Row, error) {
	if r.reader == nil {
		reader, err := contactfile.New(r, r.format, r.options)
		if err != nil {
			return contactfile.Row{}, err
		}
		r.reader = reader
	}
	return r.reader.Next()
}

func (r *rows) note(found []contactfile.Fault) {
	r.faults = append(r.faults, found[:min(len(found), maxFaults-len(r.faults))]...)
}

func (r *rows) tally() contactfile.Tally {
	if r.reader == nil {
		return contactfile.Tally{}
	}
	return r.reader.Tally()
}

func (r *rows) upload(added int) Upload {
	t := r.tally()
	return Upload{Added: added, Duplicates: t.Duplicates, Rejected: t.Bad, Errors: faults(r.faults)}
}

func (r *rows) problem(detail string) *UploadProblem {
	status := http.StatusUnprocessableEntity
	return &UploadProblem{Title: http.StatusText(status), Status: status, Detail: detail, Upload: r.upload(0)}
}
