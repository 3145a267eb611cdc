package page_test

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"github.com/outdial/outdial/campaign"
	"github.com/outdial/outdial/examples/server/internal/config"
	"github.com/outdial/outdial/examples/server/internal/operator"
	"github.com/outdial/outdial/examples/server/internal/ops"
	operatorpage "github.com/outdial/outdial/examples/server/internal/page"
	"github.com/outdial/outdial/examples/server/internal/site"
)

// demoSite is the server's demo: the memory store, the simulated carrier, and
// the operator's API over both.
func demoSite(t *testing.T, flags ...string) http.Handler {
	t.Helper()
	c, err := config.Parse(flags, &strings.Builder{})
	if err != nil {
		t.Fatal(err)
	}
	s, err := site.Build(t.Context(), c, ops.NewMetrics(), slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	s.Start()
	api := operator.New(s.Dialler, operator.Options{Agents: s.Agents()})
	t.Cleanup(func() {
		api.Close()
		s.Demo.SetSpeed(c.MostDemoSpeed()) // the shutdown waits for conversations to end
		if err := s.Shutdown(context.Background()); err != nil {
			t.Error(err)
		}
		if err := <-s.Ended(); err != nil {
			t.Error(err)
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	mux := http.NewServeMux()
	mux.Handle("/v1/", api)
	mux.Handle("/demo", s.Demo.Handler())
	mux.Handle("/demo/", s.Demo.Handler())
	return mux
}

// speed sets the demo's, and comes back when it has.
func (b *tab) speed(n string) {
	b.Helper()
	b.do(chromedp.Evaluate[chromedp.Void](`fetch('/demo/speed', {method: 'PUT', body: '{"speed":`+n+`}'}).then(() => null)`, chromedp.EvalAwaitPromise))
}

// anew takes a step that reads the attempts anew, and comes back when the rows
// that stood there before have gone: one of them that is pressed meanwhile is
// replaced with all that it shows.
func (b *tab) anew(step func()) {
	b.Helper()
	b.until(`document.querySelector('#rows tr')`)
	b.do(chromedp.Evaluate[chromedp.Void](`for (const e of document.querySelectorAll('#rows tr')) e.dataset.old = ''`))
	step()
	b.until(`!document.querySelector('#rows [data-old]')`)
}

// disposes gives a conversation a disposition, and another, which is refused.
func (b *tab) disposes() {
	b.Helper()
	b.until(`Number(document.querySelector('#legend [data-state=in_progress] b').textContent) >= 5`)
	b.speed("0.1") // so that who talks goes on talking
	b.anew(func() {
		b.do(chromedp.Evaluate[chromedp.Void](`const s = document.querySelector('#f-state'); s.value = 'in_progress'; s.dispatchEvent(new Event('change'))`))
	})
	b.until(`document.querySelector('#rows [data-dispose]') && !document.querySelector('#rows .state:not([data-state=in_progress])')`)
	call := eval[string](b, `Array.from(document.querySelectorAll('#rows [data-dispose]'), (e) => e.dataset.dispose).at(-1)`)
	last := fmt.Sprintf("#rows [data-dispose=%q]", call) // who was dialled last has just begun to talk, as a rule
	b.click(last)
	b.fill("#d-code", "sold")
	b.anew(func() {
		b.click("#ask [data-ok]")
		b.until(`!document.querySelector('#ask').open`)
	})
	b.click(last)
	b.fill("#d-code", "not sold")
	b.click("#ask [data-ok]")
	b.until(`document.querySelector('#ask .wrong').textContent.includes('the call has another disposition already')`)
	b.expect("409")
	b.click("#ask [data-close]")
	b.speed("30")
}

// TestTheWholeServerIsRunFromThePage is the operator's way again, over the API
// and a dialler that dials.
func TestTheWholeServerIsRunFromThePage(t *testing.T) {
	const people = 4000 // more than are called while the test goes on, however slow the machine
	b := open(t, operatorpage.Options{Demo: true}, demoSite(t, "--demo-speed", "30"))
	b.goTo("/")
	b.until(`document.querySelector('#none').checkVisibility() && document.querySelector('#speed-now').textContent === '30×'`)
	rows := strings.Builder{}
	for i := range people {
		fmt.Fprintf(&rows, "C-%d,+4930%07d,Contact %d\n", i, i, i)
	}
	b.drop("main", file(t, "Autumn.csv", "key,number,name\n"+rows.String()+"C-x,no number,Nobody\n"))
	b.until(`document.querySelector('#s-name').value === 'Autumn'`)
	b.fill("#s-max_concurrent", "1000")
	b.click("#settings [data-ok]")
	b.until(`document.activeElement.id === 's-max_concurrent' && document.querySelector('[data-wrong=max_concurrent]').textContent`)
	b.fill("#s-max_concurrent", "40")
	b.click("#settings [data-ok]")
	b.until(`document.querySelector('#settings .badrows td')?.textContent === '%d'`, people+2) // a header is before it
	b.expect("422")
	b.click("#settings [data-partial]")
	b.until(`document.querySelector('#name')?.textContent === 'Autumn'`)
	b.is("total_calls", counted(people))
	b.offers(campaign.Draft)

	b.click("[data-action=start]")
	b.offers(campaign.Running)
	b.until(`Number(document.querySelector('[data-figure=lines]').textContent) > 0`)
	b.until(`Number(document.querySelector('[data-figure=completed_count]').textContent.replaceAll(',', '')) > 3`)
	b.until(`document.querySelector('#states [data-state=completed]').style.flexGrow > 3`)
	b.until(`document.querySelector('#why').dataset.mood === 'well'`)
	b.until(`!document.querySelector('#next').disabled`) // what was read when the page came is there
	b.anew(func() { b.click("#again") })
	b.until(`document.querySelectorAll('#rows tr:not(.answer)').length === 50 && !document.querySelector('#next').disabled`)
	b.click("#rows [aria-expanded]")
	b.until(`document.querySelector('#rows .answer p').innerText.length > 10`)
	b.until(`/^Now \d+ lines up, [1-9]\d* of 30 agents talking, \d+ idle$/.test(document.querySelector('#chart-lines').ariaLabel)`)
	b.save("desktop-server")
	b.disposes()
	b.click("[data-action=pause]")
	b.offers(campaign.Paused)
	b.click("[data-action=resume]")
	b.offers(campaign.Running)
	b.click("[data-action=stop]")
	b.click("#ask [data-ok]")
	b.offers(campaign.Completed)
	b.until(`Number(document.querySelector('[data-figure=lines]').textContent) === 0`)
	if got := b.download("#report"); strings.Count(got, "\n") < people || !strings.Contains(got, "Autumn") {
		t.Errorf("the report that was downloaded says %.300q", got)
	}
	b.click("[data-action=restart]")
	b.click("#ask [value=not_completed]")
	b.click("#ask [data-ok]")
	b.offers(campaign.Draft)
	b.until(`Number(document.querySelector('[data-figure=total_calls]').textContent.replaceAll(',', '')) < %d`, people)
	b.click("#tab-runs")
	b.until(`document.querySelectorAll('#runs thead th.n').length === 2`)
	b.click("#sample")
	b.until(`document.querySelector('#name')?.textContent !== 'Autumn'`)
	b.offers(campaign.Running)
}
