//go:build unix

package main

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/outdial/outdial/internal/pgbench"
)

// BenchmarkServer is the guide's table of latencies, on loopback: the server, the
// switch, PostgreSQL with its data on a disk and the client are processes of one
// machine. Each request waits for its answer; with eight connections there are
// eight at once. It is asked while nothing else happens, and while a campaign
// begins 50 calls a second.
//
//	go test -run '^$' -bench Server -benchtime 1000x ./examples/server
func BenchmarkServer(b *testing.B) {
	for _, store := range []struct {
		name string
		at   func(*testing.B) string
	}{
		{"memory", func(*testing.B) string { return "memory" }},
		{"postgres", func(b *testing.B) string { return pgbench.Server(b).URL(b, nil) }},
	} {
		for _, dialling := range []bool{false, true} {
			b.Run(fmt.Sprintf("%s/dialling=%v", store.name, dialling), func(b *testing.B) {
				table(b, build(b, store.at(b)).start(b), dialling)
			})
		}
	}
}

// table measures each row of the guide's table, from few connections and many.
func table(b *testing.B, p *other, dialling bool) {
	status := paused(p, 30_000)
	if dialling {
		status = running(p)
	}
	var uploads []string
	for range most {
		uploads = append(uploads, paused(p, 100))
	}
	thousand := `["` + strings.Join(numbers(1000), `","`) + `"]`
	for _, n := range []int{1, most} {
		b.Run(fmt.Sprintf("create/connections=%d", n), func(b *testing.B) {
			measure(b, n, func(int) error { return p.send("POST", guidePath, order) })
		})
		b.Run(fmt.Sprintf("upload/connections=%d", n), func(b *testing.B) {
			measure(b, n, func(w int) error { return p.send("POST", guidePath+"/"+uploads[w]+"/contacts", thousand) })
		})
		b.Run(fmt.Sprintf("status/connections=%d", n), func(b *testing.B) {
			measure(b, n, func(int) error { return p.send("GET", guidePath+"/"+status+"/status", "") })
		})
	}
	if c := p.campaign(status); dialling && (c.Status != "running" || c.Metrics.Dials == 0) {
		b.Errorf("the campaign did not dial all the while: %+v", c)
	}
}

const (
	most      = 8 // connections
	guidePath = "/v1/telephony/campaigns"
	order     = `{"campaign_name":"bench","caller_id":"user/1000","max_concurrent":20}`
)

// paused is a campaign of the guide's that takes contacts and calls nobody. It
// has more than it calls before it is paused, or it would be completed.
func paused(p *other, contacts int) string {
	id := beginAsGuide(p.process, 1, numbers(contacts))
	p.must(200, "POST", guidePath+"/"+id+"/pause", "", nil)
	return id
}

// running is a campaign that dials as long as it is measured.
func running(p *other) string {
	id := beginAtPace(p.process, 100, 50, numbers(30_000))
	until(p.t, "the campaign dials", func() bool { return p.campaign(id).Metrics.Dials > 100 })
	return id
}

// measure asks b.N times over so many connections, and reports how long an answer
// took.
func measure(b *testing.B, connections int, ask func(worker int) error) {
	took, failed := make([]time.Duration, b.N), make([]error, connections)
	var next atomic.Int64
	var all sync.WaitGroup
	b.ResetTimer()
	for w := range connections {
		all.Go(func() {
			for i := next.Add(1) - 1; i < int64(b.N) && failed[w] == nil; i = next.Add(1) - 1 {
				began := time.Now()
				failed[w] = ask(w)
				took[i] = time.Since(began)
			}
		})
	}
	all.Wait()
	b.StopTimer()
	if err := errors.Join(failed...); err != nil {
		b.Fatal(err)
	}
	slices.Sort(took)
	b.ReportMetric(milliseconds(took[len(took)/2]), "p50-ms")
	b.ReportMetric(milliseconds(took[len(took)*99/100]), "p99-ms")
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "requests/s")
	b.ReportMetric(0, "ns/op")
}

func milliseconds(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

// send asks and reads the answer; any goroutine may.
func (p *process) send(method, path, body string) error {
	r, err := http.NewRequest(method, p.url+path, strings.NewReader(body))
	if err != nil {
		return err
	}
	r.Header.Set("X-API-Key", ownKey)
	r.Header.Set("Content-Type", "application/json")
	got, err := p.client.Do(r)
	if err != nil {
		return err
	}
	answer, err := io.ReadAll(got.Body)
	if err == nil && got.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s %s: %d %s", method, path, got.StatusCode, answer)
	}
	return errors.Join(err, got.Body.Close())
}
