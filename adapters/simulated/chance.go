package simulated

import (
	"encoding/binary"
	"math/rand/v2"

	"github.com/outdial/outdial/ports"
)

// chance is where one call's luck comes from: a hash of the seed and its id.
type chance uint64

// matter says what a draw decides. Each matter has a draw of its own, so that
// one more draw somewhere moves no other.
type matter uint64

const (
	ofOutcome matter = iota + 1
	ofPost
	ofRing
	ofAgentRing
	ofAgentFailure
	ofScreening
	ofMistake
	ofPatience
	ofAttach
	ofTalk
	ofWrapUp
	ofWish
	ofCallback
	ofBusy
	ofRefusal
	ofGhost
	ofSurfacing
	ofVanishing

	// Event faults are drawn per event: the event's number is added, see faults.go.
	ofEvents matter = 1 << 16
)

// luck is the chance of a call.
func luck(seed uint64, call ports.ID) chance {
	x := mix(seed ^ binary.LittleEndian.Uint64(call[:8]))
	return chance(mix(x ^ binary.LittleEndian.Uint64(call[8:])))
}

// draw returns a number in [0, 1) for one matter of a call.
func (c chance) draw(m matter) float64 {
	var g rand.PCG
	g.Seed(uint64(c), uint64(m)*0x9e3779b97f4a7c15)
	return float64(g.Uint64()>>11) * 0x1p-53
}

// happens reports whether something of the given probability happens to a call.
func (c chance) happens(p float64, m matter) bool { return p > 0 && c.draw(m) < p }

// mix is the finaliser of SplitMix64: every bit of x moves every bit of the result.
func mix(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}
