package simulated

import (
	"math"
	"time"
)

// Dist is a distribution of durations. The zero Dist means "the default" where
// a Config has one. Draws are whole microseconds, as stores keep time.
type Dist struct {
	shape  distShape
	lo, hi time.Duration
	sigma  float64
}

type distShape uint8

const (
	distDefault distShape = iota
	distUniform
	distExponential
	distLogNormal
)

// Fixed is always d.
func Fixed(d time.Duration) Dist { return Uniform(d, d) }

// Uniform is anything from lo to hi, equally likely.
func Uniform(lo, hi time.Duration) Dist { return Dist{shape: distUniform, lo: lo, hi: hi} }

// Exponential has no memory: how long it has taken says nothing about how long
// it will take. It is what queueing theory assumes of talk times.
func Exponential(mean time.Duration) Dist { return Dist{shape: distExponential, lo: mean} }

// LogNormal is what measured talk and wrap-up times look like: half of them
// below the median, and a long tail that sigma sets (0.5 is mild, 1 is long).
func LogNormal(median time.Duration, sigma float64) Dist {
	return Dist{shape: distLogNormal, lo: median, sigma: sigma}
}

// Draw returns the duration below which the share u of all durations lies, for
// u in [0, 1). It is pure: chance is the caller's.
func (d Dist) Draw(u float64) time.Duration {
	x := float64(d.lo)
	switch d.shape {
	case distUniform:
		x += u * float64(d.hi-d.lo)
	case distExponential:
		x *= -math.Log1p(-u)
	case distLogNormal:
		x *= math.Exp(d.sigma * math.Sqrt2 * math.Erfinv(2*max(u, 1e-12)-1))
	}
	return time.Duration(x).Truncate(time.Microsecond)
}

// Mean is the average duration.
func (d Dist) Mean() time.Duration {
	switch d.shape {
	case distUniform:
		return d.lo + (d.hi-d.lo)/2
	case distLogNormal:
		return time.Duration(float64(d.lo) * math.Exp(d.sigma*d.sigma/2))
	}
	return d.lo
}

// or returns d, or other where d is the zero Dist.
func (d Dist) or(other Dist) Dist {
	if d.shape == distDefault {
		return other
	}
	return d
}
