package simulated

import (
	"encoding/binary"
	"testing"
	"time"

	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/ports"
)

// BenchmarkCall is what the world costs per call, commands and polls included,
// with a thousand lines busy.
func BenchmarkCall(b *testing.B) { benchmark(b, Config{Seed: 1}) }

// BenchmarkCallWithOracle is the same with the witness on.
func BenchmarkCallWithOracle(b *testing.B) { benchmark(b, Config{Seed: 1, Oracle: true}) }

func benchmark(b *testing.B, cfg Config) {
	const lines = 1000
	cfg.Agents.Count = lines
	w := New(cfg)
	phone, pool := w.Connect(), w.Agents()
	var d ports.Dial
	d.RingTimeout = 30 * time.Second
	b.ReportAllocs()
	b.ResetTimer()
	begun, ended := 0, 0
	for ended < b.N {
		for ; begun < b.N && begun-ended < lines; begun++ {
			binary.LittleEndian.PutUint64(d.Call[:], uint64(begun)*0x9e3779b97f4a7c15)
			d.Call[15] = 1
			if err := phone.Originate(d); err != nil {
				b.Fatal(err)
			}
		}
		w.Advance(w.Next())
		for _, e := range phone.Poll() {
			switch e.Kind {
			case ports.Answered:
				a := pool.Idle(ports.ID{}, 1)
				if len(a) > 0 {
					pool.Hold(a[0])
					_ = phone.Attach(e.Call, ports.Target{Agent: a[0]})
					pool.Release(a[0], 0)
				}
			case ports.Ended:
				ended++
			}
		}
	}
	_ = attempt.StatePending
}
