package engine_test

import (
	"testing"
	"time"

	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/campaign"
	"github.com/outdial/outdial/internal/engine"
	"github.com/outdial/outdial/ports"
)

func waits(s *campaign.Spec) { s.DispositionWait = time.Minute }

// talking is a desk with one call in conversation.
func talking(t *testing.T, change func(*campaign.Spec)) (*desk, ports.ID) {
	t.Helper()
	d := sit(t, 1, change)
	call := d.dialled()
	for _, k := range []ports.EventKind{ports.Accepted, ports.Progress, ports.Answered, ports.Attached} {
		d.pass(time.Second)
		d.tell(call, ports.Event{Kind: k})
	}
	d.did(engine.ActAttach)
	return d, call
}

func ended() ports.Event { return ports.Event{Kind: ports.Ended, Cause: "NORMAL_CLEARING"} }

func TestALostAnswerToAnIntentIsNoSecondCall(t *testing.T) {
	for _, done := range []bool{true, false} {
		d := granting(t, nil)
		d.lose(engine.OpSave, done)
		d.is(len(d.did(engine.ActOriginate)) == 0, "done %v: a call goes out although nobody knows what was written", done)
		d.pass(time.Second)
		calls := d.did(engine.ActOriginate)
		d.is(len(calls) == 1 && calls[0].Dial.Call == d.row(0).Call.ID, "done %v: %d calls go out", done, len(calls))
		d.is(d.e.Held() == 1, "done %v: %d are held", done, d.e.Held())
		d.tell(calls[0].Dial.Call, ports.Event{Kind: ports.Ended, Cause: "UNALLOCATED_NUMBER"})
		d.is(d.row(0).State == attempt.StateExhausted && len(d.records(0)) == 1, "done %v: the row is %+v", done, d.row(0))
		d.settle()
		d.is(d.e.Quiet(), "done %v: it is not quiet", done)
	}
}

func TestALostAnswerThatComesTooLateIsNoCallAtAll(t *testing.T) {
	d := granting(t, nil)
	d.do(engine.OpSave)
	d.now = d.now.Add(2 * time.Second)
	d.step(engine.Input{Results: []engine.Result{{Kind: engine.OpSave, Err: ports.ErrUnavailable}}})
	d.held = []engine.OpKind{engine.OpLease}
	d.pass(time.Second)
	d.is(len(d.did(engine.ActOriginate)) == 0, "a claim of two seconds ago is used")
	d.is(d.row(0).State == attempt.StatePending && d.row(0).Dials == 0, "the row is %+v", d.row(0))
}

func TestALostAnswerToAnEndIsRecognised(t *testing.T) {
	d, call := talking(t, nil)
	d.held = []engine.OpKind{engine.OpSave}
	d.tell(call, ended())
	d.lose(engine.OpSave, true)
	d.held = nil
	d.pass(time.Second)
	d.is(len(d.records(0)) == 1, "%d records", len(d.records(0)))
	d.is(d.e.Held() == 0 && d.row(0).State == attempt.StateCompleted, "%d held, the row is %v", d.e.Held(), d.row(0).State)
}

func TestADispositionDuringASaveIsKept(t *testing.T) {
	d, call := talking(t, waits)
	d.held = []engine.OpKind{engine.OpSave}
	d.tell(call, ended()) // goes to _processing, here
	d.submit(ports.Command{Dispose: &ports.Dispose{Call: call, Disposition: attempt.Disposition{Code: "sold"}}})
	d.held = nil
	d.settle() // the save is refused: the row has changed
	d.is(len(d.acts) == 0, "what was done is done again: %+v", d.acts)
	d.is(d.row(0).State == attempt.StateCompleted, "the row is %v", d.row(0).State)
	records := d.records(0)
	d.is(len(records) == 1 && records[0].Disposed.Code == "sold" && !records[0].EndedAt.IsZero(), "the records are %+v", records)
}

func TestADispositionThatTheChangesTellOfIsKept(t *testing.T) {
	d, call := talking(t, waits)
	d.submit(ports.Command{Dispose: &ports.Dispose{Call: call, Disposition: attempt.Disposition{Code: "sold"}}})
	d.pass(2 * time.Second)
	d.tell(call, ended())
	records := d.records(0)
	d.is(len(records) == 1 && records[0].Disposed.Code == "sold", "the records are %+v", records)
}

func TestACallbackAskedForInProcessingIsDialledWhenItIsDue(t *testing.T) {
	d, call := talking(t, func(s *campaign.Spec) { s.DispositionWait = time.Hour })
	d.tell(call, ended())
	at := d.now.Add(2 * time.Minute)
	d.submit(ports.Command{Dispose: &ports.Dispose{Call: call, Disposition: attempt.Disposition{Code: "later", CallbackAt: at}}})
	d.pass(at.Sub(d.now) - time.Microsecond)
	d.is(len(d.did(engine.ActOriginate)) == 0, "the callback is dialled before its time")
	d.pass(time.Microsecond)
	d.is(len(d.did(engine.ActOriginate)) == 1, "the callback is not dialled in time")
}

func TestARowThatWasTakenAwayIsDroppedWithoutAnAct(t *testing.T) {
	d, call := talking(t, nil)
	other := d.id()
	_, err := d.store.Beat(d.ctx, ports.Worker{ID: d.worker, Beat: 100})
	d.must(err)
	_, err = d.store.Adopt(d.ctx, other, ports.Worker{ID: d.worker, Beat: 100}, d.now, 10)
	d.must(err)
	d.tell(call, ended())
	d.is(len(d.acts) == 0, "acts: %+v", d.acts)
	d.is(d.e.Held() == 0, "%d are held", d.e.Held())
	a := d.row(0)
	d.is(a.State == attempt.StateInProgress && a.Owner == other, "the row is %v, owned by %v", a.State, a.Owner)
	d.is(len(d.records(0)) == 0, "the late write left a record")
}

func TestALeasedRowThatWasTakenAwayIsNotDialled(t *testing.T) {
	d := sit(t, 2, func(s *campaign.Spec) { s.MaxConcurrent = 1 })
	o := d.takeLine()
	d.step(engine.Input{})
	d.settle() // the other contact is leased, and finds no line
	d.is(d.e.Held() == 1, "%d are held", d.e.Held())
	d.adopted()
	d.giveLine(o)
	d.pass(5 * time.Second)
	d.is(len(d.did(engine.ActOriginate)) == 0, "it dials what another has leased")
	d.is(d.e.Held() == 0, "%d are held", d.e.Held())
}

func TestRowsThatALostAnswerGaveAreFound(t *testing.T) {
	t.Run("by a lease", func(t *testing.T) {
		d := sit(t, 1, nil)
		d.held = []engine.OpKind{engine.OpLease}
		d.step(engine.Input{})
		d.settle()
		d.held = nil
		d.lose(engine.OpLease, true)
		d.is(d.row(0).State == attempt.StateLeased, "the row is %v", d.row(0).State)
		d.pass(time.Second)
		d.is(len(d.did(engine.ActOriginate)) == 1, "the row that nobody knows of is not dialled")
	})
	t.Run("by an adoption", func(t *testing.T) {
		d, _ := talking(t, nil)
		d.bury()
		d.held = []engine.OpKind{engine.OpAdopt}
		d.pass(12 * time.Second)
		d.held = nil
		d.lose(engine.OpAdopt, true)
		d.pass(time.Second)
		d.is(d.e.Held() == 1, "%d are held", d.e.Held())
		d.is(len(d.did(engine.ActAsk)) == 1, "the call that nobody knows of is not asked about")
	})
	t.Run("while others are in hand", func(t *testing.T) {
		d, _ := talking(t, nil)
		d.campaign(2, nil)
		d.held = []engine.OpKind{engine.OpLease}
		d.pass(time.Second)
		d.held = nil
		d.lose(engine.OpLease, true)
		d.pass(time.Minute)
		d.is(len(d.did(engine.ActOriginate)) == 2, "not both are dialled")
		d.is(d.e.Held() == 3, "%d are held", d.e.Held())
	})
}

// bury lets another engine sit down at the desk, whose first one has died.
func (d *desk) bury() {
	d.e, d.pending, d.acts = d.engine(), nil, nil
	d.step(engine.Input{})
	d.settle()
}
