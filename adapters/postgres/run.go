package postgres

import (
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/campaign"
	"github.com/outdial/outdial/ports"
)

type runKey struct {
	campaign attempt.ID
	number   int
}

// run is a row of outdial_runs.
type run struct {
	Campaign     attempt.ID         `db:"campaign"`
	Number       int                `db:"number"`
	Spec         []byte             `db:"spec"`
	Scope        campaign.Scope     `db:"scope"`
	Started      sql.NullTime       `db:"started"`
	Ended        sql.NullTime       `db:"ended"`
	EndReason    campaign.EndReason `db:"end_reason"`
	FailReason   string             `db:"fail_reason"`
	Halt         string             `db:"halt"`
	HaltCalls    string             `db:"halt_calls"`
	HaltedAt     sql.NullTime       `db:"halted_at"`
	Ran          int64              `db:"ran"`
	RunningSince sql.NullTime       `db:"running_since"`
	Counters     []byte             `db:"counters"`
	FillNext     int64              `db:"fill_next"`
	FillEnd      int64              `db:"fill_end"`
	FillAt       sql.NullTime       `db:"fill_at"`
	Unswept      bool               `db:"unswept"`
	Purged       sql.NullTime       `db:"purged"`
	PurgeNext    int64              `db:"purge_next"`

	counters campaign.Counters
	written  tally          // what the row has of them, as far as is known here
	rules    *attempt.Rules // of Spec, once they are needed
}

const runColumns = `campaign, number, spec, scope, started, ended, end_reason, fail_reason,
	halt, halt_calls, halted_at, ran, running_since, counters, fill_next, fill_end, fill_at, unswept,
	purged, purge_next`

// loadRuns reads runs that are not read yet. Those that are not known are left out.
func (u *unit) loadRuns(keys []runKey) error {
	var ids, numbers array
	n := 0
	for _, k := range keys {
		if u.runs[k] == nil {
			ids.id(k.campaign)
			numbers.number(int64(k.number))
			n++
		}
	}
	if n == 0 {
		return nil
	}
	_, err := u.runsWhere(`(campaign, number) IN (SELECT * FROM unnest($1::uuid[], $2::integer[]))`,
		ids.String(), numbers.String())
	return err
}

// loadBoth reads runs with their campaigns. Those that are not known are left
// out.
func (u *unit) loadBoth(keys []runKey) error {
	var ids, numbers array
	for _, k := range keys {
		ids.id(k.campaign)
		numbers.number(int64(k.number))
	}
	var list []struct {
		camp
		run
	}
	if err := u.all(&list, `SELECT `+campColumns+`, `+runColumns+` FROM outdial_runs JOIN outdial_campaigns ON id = campaign
		WHERE (campaign, number) IN (SELECT * FROM unnest($1::uuid[], $2::integer[]))`, ids.String(), numbers.String()); err != nil {
		return err
	}
	for i := range list {
		c, r := &list[i].camp, &list[i].run
		if err := r.decode(); err != nil {
			return err
		}
		u.camps[c.ID], u.runs[runKey{r.Campaign, r.Number}] = c, r
	}
	return nil
}

// runsWhere reads runs, in the order of their numbers.
func (u *unit) runsWhere(condition string, args ...any) ([]*run, error) {
	var list []run
	if err := u.all(&list, `SELECT `+runColumns+` FROM outdial_runs WHERE `+condition+` ORDER BY number`, args...); err != nil {
		return nil, err
	}
	out := make([]*run, len(list))
	for i := range list {
		r := &list[i]
		if err := r.decode(); err != nil {
			return nil, err
		}
		u.runs[runKey{r.Campaign, r.Number}] = r
		out[i] = r
	}
	return out, nil
}

// run returns a run of a campaign; 0 is the present one.
func (u *unit) run(c *camp, number int) (*run, error) {
	if number == 0 {
		number = c.Run
	}
	key := runKey{c.ID, number}
	if err := u.loadRuns([]runKey{key}); err != nil {
		return nil, err
	}
	if r := u.runs[key]; r != nil {
		return r, nil
	}
	return nil, fmt.Errorf("run %d of campaign %s: %w", number, c.ID, ports.ErrNotFound)
}

func (r *run) halted() bool { return r.Halt != "" }

// unfilled reports whether contacts of the run still lack their row.
func (r *run) unfilled() bool { return r.FillNext < r.FillEnd }

// settings are the settings under which the run is made.
func (r *run) settings() (spec campaign.Spec, err error) {
	if err = json.Unmarshal(r.Spec, &spec); err != nil {
		err = fmt.Errorf("settings of run %d of campaign %s: %w", r.Number, r.Campaign, err)
	}
	return spec, err
}

func (r *run) rulesOf() (*attempt.Rules, error) {
	if r.rules == nil {
		spec, err := r.settings()
		if err != nil {
			return nil, err
		}
		rules := spec.Rules()
		r.rules = &rules
	}
	return r.rules, nil
}

// info is the run as a caller sees it. The schema admits only known halts.
func (r *run) info() campaign.Run {
	halt, _ := attempt.ParseHalt(r.Halt)
	calls, _ := attempt.ParseHalt(r.HaltCalls)
	return campaign.Run{
		Number: r.Number, Scope: r.Scope, Started: moment(r.Started), Ended: moment(r.Ended),
		EndReason: r.EndReason, FailReason: r.FailReason, Halt: halt, HaltCalls: calls,
		HaltedAt: moment(r.HaltedAt), Ran: time.Duration(r.Ran), RunningSince: moment(r.RunningSince),
		Purged: moment(r.Purged),
	}
}

// become takes over what a caller sees of the run.
func (r *run) become(i campaign.Run) {
	r.Number, r.Scope, r.Started, r.Ended = i.Number, i.Scope, null(i.Started), null(i.Ended)
	r.EndReason, r.FailReason = i.EndReason, i.FailReason
	r.Halt, r.HaltCalls, r.HaltedAt = i.Halt.String(), i.HaltCalls.String(), null(i.HaltedAt)
	r.Ran, r.RunningSince, r.Purged = int64(i.Ran), null(i.RunningSince), null(i.Purged)
}

// settle reads a waiting attempt through its run.
func (r *run) settle(a *attempt.Attempt) error {
	if !r.halted() || !a.State.Waiting() {
		return nil
	}
	rules, err := r.rulesOf()
	if err != nil {
		return err
	}
	info := r.info()
	*a = campaign.Settle(rules, &info, *a)
	cutAttempt(a)
	return nil
}

// holding is how many rows are held.
func (r *run) holding() (n int) {
	for s := attempt.StateLeased; s.Held(); s++ {
		n += r.counters.States[s]
	}
	return n
}

// move counts a change of one attempt.
func (r *run) move(before, after campaign.Facts) { r.counters.Move(before, after) }

// insertRun adds a run.
func (u *unit) insertRun(r *run) error {
	r.written = tallyOf(&r.counters)
	u.runs[runKey{r.Campaign, r.Number}] = r
	return u.exec(`INSERT INTO outdial_runs (`+runColumns+`)
		VALUES ($1, $2, $3::jsonb, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14::bigint[], $15, $16, $17, $18, $19, $20)`,
		r.Campaign, r.Number, string(r.Spec), string(r.Scope), r.Started, r.Ended, string(r.EndReason), r.FailReason,
		r.Halt, r.HaltCalls, r.HaltedAt, r.Ran, r.RunningSince, r.written.String(), r.FillNext, r.FillEnd, r.FillAt, r.Unswept,
		r.Purged, r.PurgeNext)
}

// writeRun writes all of a run but its counters.
func (u *unit) writeRun(r *run) error {
	return u.exec(`UPDATE outdial_runs SET spec = $3::jsonb, started = $4, ended = $5, end_reason = $6, fail_reason = $7,
		halt = $8, halt_calls = $9, halted_at = $10, ran = $11, running_since = $12,
		fill_next = $13, fill_end = $14, fill_at = $15, unswept = $16 WHERE campaign = $1 AND number = $2`,
		r.Campaign, r.Number, string(r.Spec), r.Started, r.Ended, string(r.EndReason), r.FailReason,
		r.Halt, r.HaltCalls, r.HaltedAt, r.Ran, r.RunningSince, r.FillNext, r.FillEnd, r.FillAt, r.Unswept)
}

func (r *run) decode() error {
	var err error
	if r.written, err = readTally(r.Counters); err != nil {
		return fmt.Errorf("counters of run %d of campaign %s: %w", r.Number, r.Campaign, err)
	}
	r.counters = r.written.counters()
	_, err = attempt.ParseHalt(r.Halt)
	_, other := attempt.ParseHalt(r.HaltCalls)
	return errors.Join(err, other)
}
