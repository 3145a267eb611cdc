package ports

import "time"

// Agents are who take the calls of campaigns, where the host counts them: bot
// workers or people. All methods are safe for concurrent use and return at once.
//
// An agent that the engine means to use is held: first here, so that this
// process does not offer it twice, then by a claim in the write to dialling, so
// that no other process does. It is released once, when its call is over or
// did not happen.
type Agents interface {
	// Idle returns at most max agents of the campaign that are free and not
	// held here, longest idle first.
	Idle(campaign ID, max int) []string
	// Hold keeps the agent from being offered until it is released.
	Hold(agent string)
	// Release gives the agent back. After a conversation it is left alone for
	// at least wrapUp; with 0 it is free at once.
	Release(agent string, wrapUp time.Duration)
}

// Notifier is an optional ability of Agents and of a Store: the channel
// receives when something may have changed. Without it the engine polls.
type Notifier interface {
	Notify() <-chan struct{}
}
