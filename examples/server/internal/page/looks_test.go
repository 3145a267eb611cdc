package page_test

import (
	"fmt"
	"testing"

	"github.com/chromedp/chromedp"

	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/campaign"
	operatorpage "github.com/outdial/outdial/examples/server/internal/page"
	"github.com/outdial/outdial/pacing"
)

// town fills the fake with campaigns in every status; the last is returned.
func town(f *fakeAPI) *fakeCampaign {
	done := busy("Winter renewals")
	done.Status, done.Ended = campaign.Completed, campaign.EndFinished
	done.Counters.States = [attempt.NumStates]int{}
	done.Counters.States[attempt.StateCompleted], done.Counters.States[attempt.StateExhausted], done.Counters.States[attempt.StateAbandoned] = 1430, 322, 31
	f.add(done)
	failed := busy("Night shift survey")
	failed.Status, failed.Ended = campaign.Failed, campaign.EndFailed
	f.add(failed)
	f.add(&fakeCampaign{Name: "Summer offer (draft)", Status: campaign.Draft})
	paused := busy("Appointment reminders, north")
	paused.Status = campaign.Paused
	f.add(paused)
	run := busy("Spring survey, existing customers")
	run.Past = []object{{"number": 1, "scope": "all", "started_at": "2026-03-01T09:00:00Z", "ended_at": "2026-03-01T17:00:00Z", "end_reason": "finished", "metrics": done.metrics()}}
	run.Run = 2
	run.Settings = object{"max_concurrent": 40, "calls_per_second": 10, "ring_timeout": 30, "retries": 3, "retry_delay": 300, "zone": "Europe/Paris",
		"shape": "contact_first", "windows": []object{{"days": "mon,tue,wed,thu,fri", "from": "09:00", "to": "18:00"}}}
	run.Agents = object{"idle": 5, "talking": 11, "total": 20}
	return f.add(run)
}

// contrast is the least ratio of text to what is behind it, with the text that
// has it. Texts of large type are held to 3, others to 4.5; what is disabled or
// hidden is left out, as WCAG does.
const contrast = `(() => {
  const parse = (c) => { const m = c.match(/[\d.]+/g).map(Number); return [m[0], m[1], m[2], m[3] ?? 1]; };
  const lum = ([r, g, b]) => { const f = (v) => { v /= 255; return v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4; }; return 0.2126 * f(r) + 0.7152 * f(g) + 0.0722 * f(b); };
  const behind = (el) => { for (let e = el; e; e = e.parentElement) { const c = parse(getComputedStyle(e).backgroundColor); if (c[3] > 0.99) return c; } return [255, 255, 255, 1]; };
  const out = [];
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const el = walk.currentNode.parentElement;
    if (!walk.currentNode.data.trim() || !el.checkVisibility() || el.closest(':disabled, .unseen, script, noscript, option, datalist')) continue;
    const s = getComputedStyle(el);
    const a = lum(parse(s.color)), b = lum(behind(el));
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    const large = parseFloat(s.fontSize) >= 24;
    if (ratio < (large ? 3 : 4.5)) out.push(el.tagName + '.' + el.className + ' "' + walk.currentNode.data.trim().slice(0, 30) + '" ' + ratio.toFixed(2));
  }
  return out;
})()`

// clipped are the buttons that something cuts off where nothing scrolls.
const clipped = `Array.from(document.querySelectorAll('button, .button')).filter((e) => {
  if (!e.checkVisibility() || e.closest('.wide:not(#attempts *), .segments, [role=tablist], dialog .body')) return false;
  const r = e.getBoundingClientRect(), card = e.closest('.card, dialog, body').getBoundingClientRect();
  return r.left < card.left || r.right > card.right + 0.5 || r.right > document.documentElement.clientWidth;
}).map((e) => e.outerHTML.slice(0, 80))`

// pastHour is what a tab that has been open for a while remembers of a run.
const pastHour = `(() => {
  const now = Math.floor(Date.now() / 1000), rows = [];
  for (let i = 2400; i > 5; i -= 3) {
    const up = Math.round(22 + 9 * Math.sin(i / 260) + 3 * Math.sin(i * 7) + (i > 2200 ? (2200 - i) / 10 : 0));
    rows.push([now - i, Math.max(0, up), Math.max(0, Math.round(up * 0.4)), Math.max(0, Math.round(up * 0.45 + Math.sin(i * 3))), 20, i > 2250 ? null : 0.021 + 0.012 * Math.sin(i / 400) * Math.exp(-(2400 - i) / 1500)]);
  }
  sessionStorage.setItem('outdial:%s:%d', JSON.stringify(rows));
})()`

// TestItCanBeReadOnAnyScreen looks at the pages as a person would: in both
// schemes, on a desk and on a phone.
func TestItCanBeReadOnAnyScreen(t *testing.T) {
	f := newFake(t)
	run := town(f)
	b := open(t, operatorpage.Options{Demo: true}, f.handler())
	looks := func(name string, width int) {
		b.Helper()
		for _, scheme := range []string{"light", "dark"} {
			b.scheme(scheme)
			for _, faint := range eval[[]string](b, contrast) {
				t.Errorf("%s, %s: too faint: %s", name, scheme, faint)
			}
			if wide := eval[int](b, `document.documentElement.scrollWidth`); wide > width {
				t.Errorf("%s, %s: it is %d pixels wide on a screen of %d", name, scheme, wide, width)
			}
			for _, button := range eval[[]string](b, clipped) {
				t.Errorf("%s, %s: it cannot be seen whole: %s", name, scheme, button)
			}
			b.save(name + "-" + scheme)
		}
	}
	for name, screen := range map[string]struct {
		show  func()
		width int
	}{"desktop": {b.desktop, 1280}, "tablet": {b.tablet, 768}, "phone": {b.phone, 390}} {
		screen.show()
		b.goTo("/")
		b.until(`document.querySelectorAll('#campaigns tr').length === 5 && document.querySelector('#link').dataset.state === 'live'`)
		looks(name+"-list", screen.width)
		b.click("#new")
		b.until(`document.querySelector('#settings').open`)
		looks(name+"-create-view", screen.width)
		b.do(chromedp.Evaluate[chromedp.Void](fmt.Sprintf(pastHour, run.ID, run.Run)))
		b.goTo("/campaigns/" + run.ID)
		b.until(`document.querySelectorAll('#rows tr').length > 5 && document.querySelector('#link').dataset.state === 'live'`)
		for range 30 {
			f.change(run, func() {
				k := &run.Counters
				k.States[attempt.StatePending] -= 3
				k.States[attempt.StateCompleted] += 3
				k.States[attempt.StateRinging] = 4 + (k.States[attempt.StateRinging]*7)%11
			})
		}
		b.until(`document.querySelector('[data-figure=completed_count]').textContent === %q`, counted(run.Counters.States[attempt.StateCompleted]))
		looks(name+"-campaign", screen.width)
		b.click("#rows [data-dispose]")
		b.click("#ask [data-ok]")
		b.until(`document.querySelector('#ask .wrong').textContent`)
		looks(name+"-disposition-view", screen.width)
		b.click("#ask [data-close]")
		for _, panel := range []string{"runs", "callbacks", "setup"} {
			b.click("#tab-" + panel)
			b.until(`document.querySelector('#%s').querySelector('table, dl')`, panel)
			looks(name+"-"+panel, screen.width)
		}
		f.change(run, func() { run.Limit = pacing.LimitSwitchDown })
		b.click("#tab-contacts")
		b.until(`document.querySelector('#why').dataset.limit === 'switch_down'`)
		looks(name+"-contacts", screen.width)
		f.change(run, func() { run.Limit = "" })
		b.click("[data-action=stop]")
		b.until(`document.querySelector('#ask').open`)
		looks(name+"-stop-view", screen.width)
	}
}
