// Package pacing decides how many lines to open now, and says why not more.
//
// A [Pacer] is asked with a [Snapshot] and answers with a [Decision], which
// always names the limit that binds, so that "running but not dialling" has an
// answer. Pacers are values without a clock or goroutine; what they learn, they
// learn from snapshots.
//
// [Progressive] opens one line per idle agent and never abandons a call by
// design. Other pacers fit the same interface.
//
// [Rate] is the sliding window behind calls-per-second limits.
package pacing
