package guard

import (
	"encoding/json"
	"io"
	"os"
	"testing"

	"github.com/outdial/outdial/internal/freeswitch"
)

func hangup(b *testing.B) []byte {
	body, err := os.ReadFile("testdata/hangup_complete.json")
	if err != nil {
		b.Fatal(err)
	}
	return body
}

// BenchmarkEvents reads 9 kB events from a socket through the guard, and for
// comparison only unmarshals them.
func BenchmarkEvents(b *testing.B) {
	b.Run("guard", benchmarkGuard)
	b.Run("unmarshal", func(b *testing.B) {
		body := hangup(b)
		b.ReportAllocs()
		for b.Loop() {
			var all map[string]any
			if err := json.Unmarshal(body, &all); err != nil {
				b.Fatal(err)
			}
		}
		b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "events/s")
	})
	b.Run("reduce", func(b *testing.B) {
		body, c := hangup(b), newCodec(freeswitch.Headers())
		b.ReportAllocs()
		for b.Loop() {
			if _, ok := c.reduce(body); !ok {
				b.Fatal("no event")
			}
		}
		b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "events/s")
	})
}

func benchmarkGuard(b *testing.B) {
	l, p := overTCP(b)
	frame := []byte(eventFrame(string(hangup(b))))
	go func() {
		for range b.N {
			if _, err := p.Write(frame); err != nil {
				return
			}
		}
		_ = p.Close()
	}()
	b.ReportAllocs()
	b.ResetTimer()
	for i := range b.N {
		if ev, err := l.Read(); err != nil || ev.Name() != freeswitch.EventHangup {
			b.Fatal(i, ev, err)
		}
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "events/s")
	b.StopTimer()
	if _, err := l.Read(); err == nil {
		b.Fatal(io.ErrNoProgress)
	}
}
