package simulated

import "github.com/outdial/outdial/ports"

// What may go wrong with one event; each is a matter of its own.
const (
	wrongLost matter = iota
	wrongDoubled
	wrongLate
	wrongSwapped
	wrongDelay
	wrongEcho
)

// telling is the chance of one event. It goes by the event's kind, so that
// questions that somebody asks meanwhile move nothing; answers to questions go
// by their number.
type telling struct {
	luck chance
	base matter
}

func (k *call) telling(on ports.EventKind) telling {
	base := ofEvents + matter(on)<<32
	if on == ports.Stage {
		k.asked++
		base += matter(k.asked) << 8
	}
	return telling{k.luck, base}
}

func (t telling) happens(p float64, m matter) bool { return t.luck.happens(p, t.base+m) }

func (t telling) delay(f *Faults, m matter) int64 {
	return int64(f.Delay.Draw(t.luck.draw(t.base + m)))
}

// mistell tells an event as badly as the faults have it.
func (w *World) mistell(k *call, e ports.Event) {
	t, f := k.telling(e.Kind), &w.cfg.Faults
	last := e.Kind == ports.Ended || e.Kind == ports.Refused
	lost := t.happens(f.Lose, wrongLost)
	switch {
	case lost && !last:
		return
	case lost:
	case k.swapped == 0 && !last && t.happens(f.Swap, wrongSwapped):
		k.swapped = w.held.put(1, heldNews{k.owner, e}) + 1
		return
	default:
		w.tellLate(t, k.owner, e)
	}
	if k.swapped != 0 {
		held := w.held.take(k.swapped - 1)
		k.swapped = 0
		held.to.hear(held.event)
	}
}

// tellLate tells an event now or later, and perhaps again.
func (w *World) tellLate(t telling, to *Switch, e ports.Event) {
	f := &w.cfg.Faults
	if t.happens(f.Late, wrongLate) {
		w.hold(to, e, t.delay(f, wrongDelay))
	} else {
		to.hear(e)
	}
	if t.happens(f.Double, wrongDoubled) {
		w.hold(to, e, t.delay(f, wrongEcho))
	}
}

// hold keeps an event for a while.
func (w *World) hold(to *Switch, e ports.Event, d int64) {
	i := w.held.next()
	w.held.put(w.schedule(w.now+d, onNews, i), heldNews{to, e})
}

// tellAbsent answers that the switch knows no such call.
func (w *World) tellAbsent(to *Switch, id ports.ID) {
	e := ports.Event{Kind: ports.Stage, Call: id, At: stamp(w.now), Stage: ports.StageAbsent}
	if !w.faulty {
		to.hear(e)
		return
	}
	w.absences++
	t := telling{luck(w.cfg.Seed, id), ofEvents + matter(w.absences)<<8}
	if !t.happens(w.cfg.Faults.Lose, wrongLost) {
		w.tellLate(t, to, e)
	}
}
