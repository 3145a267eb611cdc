package page_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/browser"
	"github.com/chromedp/chromedp"

	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/campaign"
	operatorpage "github.com/outdial/outdial/examples/server/internal/page"
)

const contacts = "key,number\nC-1,+33465714886\nC-2,not a number\nC-3,+442079460019\n"

// is waits until a figure says so.
func (b *tab) is(figure, text string) {
	b.Helper()
	b.until(`document.querySelector('[data-figure=%s]').textContent === %q`, figure, text)
}

// status waits until the page says the campaign's status.
func (b *tab) status(s campaign.Status) {
	b.Helper()
	b.until(`document.querySelector('#facts .chip').dataset.status === %q`, s)
}

// offers waits until the buttons are those of the status, and no others.
func (b *tab) offers(s campaign.Status) {
	b.Helper()
	b.status(s)
	var names []string
	for _, a := range campaign.Available(s) {
		names = append(names, string(a))
	}
	b.until(`Array.from(document.querySelectorAll('#actions [data-action]'), (e) => e.dataset.action).join() === %q`, strings.Join(names, ","))
}

// TestACampaignLivesItsLifeOnThePage goes the operator's way from a file on
// the desk to the report.
func TestACampaignLivesItsLifeOnThePage(t *testing.T) {
	f := newFake(t)
	b := open(t, operatorpage.Options{}, f.handler())
	b.goTo("/")
	b.until(`document.querySelector('#none').checkVisibility()`)

	b.drop("main", file(t, "Spring list.csv", contacts))
	b.until(`document.querySelector('#settings').open && document.querySelector('#s-name').value === 'Spring list'`)
	b.click("#settings [data-ok]")
	b.until(`document.querySelector('#settings .badrows td')?.textContent === '3'`)
	b.until(`document.querySelector('#settings [data-result] .wrong').textContent.endsWith('bad. Nothing was added. The draft is kept.')`)
	b.expect("422")
	b.click("#settings [data-partial]")
	b.until(`document.querySelector('#name')?.textContent === 'Spring list'`)
	b.is("total_calls", "2")
	b.offers(campaign.Draft)

	c := f.campaigns[0]
	b.drop("#figures", file(t, "more.csv", "key,number\nC-4,+33142278186\n"))
	b.until(`document.querySelector('#contacts .good').textContent === '1 contact added; the campaign has 3.'`)
	b.is("total_calls", "3")
	b.click("[data-action=start]")
	b.offers(campaign.Running)
	f.change(c, func() {
		c.Counters.Move(campaign.Facts{State: attempt.StatePending}, campaign.Facts{State: attempt.StateRinging, Dials: 1})
	})
	b.is("lines", "1")
	b.until(`document.querySelector('#states [data-state=ringing]').style.flexGrow === '1'`)
	b.until(`document.querySelector('#legend [data-state=ringing] b').textContent === '1'`)

	b.click("[data-action=pause]")
	b.offers(campaign.Paused)
	b.click("[data-action=resume]")
	b.offers(campaign.Running)
	b.click("[data-action=stop]")
	b.click("#ask [value=drain]")
	b.click("#ask [data-ok]")
	b.offers(campaign.Completed)
	b.until(`document.querySelector('#facts').textContent.includes('stopped by the operator')`)

	if got := b.download("#report"); !strings.Contains(got, "Spring list,1,C-1001") {
		t.Errorf("the report that was downloaded says %q", got)
	}
	b.click("[data-action=restart]")
	b.click("#ask [data-ok]")
	b.offers(campaign.Draft)
	b.click("#tab-runs")
	b.until(`document.querySelectorAll('#runs thead th.n').length === 2`)

	want := []string{"POST /v1/campaigns"}
	for _, rest := range []string{"contacts", "contacts", "contacts", "start", "pause", "resume", "stop", "restart"} {
		want = append(want, "POST /v1/campaigns/"+c.ID+"/"+rest)
	}
	if !slices.Equal(f.calls, want) {
		t.Errorf("the page sent %q, want %q", f.calls, want)
	}
}

// download presses a link and returns the file that comes.
func (b *tab) download(link string) string {
	b.Helper()
	folder, on := b.TempDir(), true
	done := make(chan string, 1)
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	if err := chromedp.ListenBrowser(ctx, func(event any) {
		if e, ok := event.(*browser.EventDownloadProgress); ok && e.State == browser.DownloadProgressStateCompleted {
			done <- e.GUID
		}
	}); err != nil {
		b.Fatal(err)
	}
	if _, err := chromedp.CallBrowser(ctx, browser.SetDownloadBehavior, browser.SetDownloadBehaviorParams{
		Behavior: browser.SetDownloadBehaviorBehaviorAllowAndName, DownloadPath: folder, EventsEnabled: &on,
		BrowserContextID: chromedp.FromContext(b.ctx).BrowserContextID,
	}); err != nil {
		b.Fatal(err)
	}
	b.click(link)
	select {
	case name := <-done:
		text, err := os.ReadFile(filepath.Join(folder, name))
		if err != nil {
			b.Fatal(err)
		}
		return string(text)
	case <-ctx.Done():
		b.Fatal("no download came")
	}
	return ""
}

func TestWhatTheServerRefusesIsSaidAtItsField(t *testing.T) {
	f := newFake(t)
	b := open(t, operatorpage.Options{}, f.handler())
	b.goTo("/")
	b.click("#new")
	b.fill("#s-name", "Too many lines")
	b.fill("#s-max_concurrent", "1000")
	b.click("#settings [data-ok]")
	b.until(`document.querySelector('[data-wrong=max_concurrent]').textContent === '1 to 100'`)
	b.until(`document.activeElement.id === 's-max_concurrent' && document.activeElement.ariaInvalid === 'true'`)
	b.expect("422")
	b.fill("#s-max_concurrent", "40")
	b.click("#settings [data-ok]")
	b.until(`document.querySelector('#name')?.textContent === 'Too many lines'`)
	b.click("[data-action=edit]")
	b.until(`document.querySelector('#s-max_concurrent')?.value === '40'`)
	b.fill("#s-max_concurrent", "20")
	b.click("#settings .addhours button")
	b.click("#settings [data-ok]")
	b.click("#tab-setup")
	b.until(`document.querySelector('#setup').innerText.includes('Mon Tue Wed Thu Fri 09:00–18:00')`)
	if got := f.campaigns[0].Settings["max_concurrent"]; got != 20.0 {
		t.Errorf("max_concurrent was saved as %v, want 20", got)
	}
}

func TestTheNewestCampaignsComeFirstAndOlderOnesOnDemand(t *testing.T) {
	f := newFake(t)
	for i := range 510 { // more than the server tells at once
		f.add(&fakeCampaign{Name: fmt.Sprint("Offer ", i+1), Status: campaign.Draft})
	}
	b := open(t, operatorpage.Options{}, f.handler())
	b.goTo("/")
	list := func(rows, first, last int, more bool) {
		b.until(fmt.Sprintf(`(() => {
			const all = Array.from(document.querySelectorAll('#campaigns tr .who a'), (e) => e.textContent);
			return all.length === %d && all[0] === 'Offer %d' && all.at(-1) === 'Offer %d' && document.querySelector('#more').checkVisibility() === %v;
		})()`, rows, first, last, more))
	}
	list(50, 510, 461, true)
	b.click("#more")
	list(100, 510, 411, true)
	for range 9 {
		b.click("#more")
	}
	list(510, 510, 1, false)
	b.click("[data-status=running]")
	b.until(`document.querySelector('#none').checkVisibility()`)
	b.click("[data-status='']")
	list(50, 510, 461, true)
}

func TestALostConnectionIsSaidAndMadeGood(t *testing.T) {
	f := newFake(t)
	c := f.add(busy("Survey"))
	b := open(t, operatorpage.Options{}, f.handler())
	b.goTo("/campaigns/" + c.ID)
	b.until(`document.querySelector('#link').dataset.state === 'live'`)
	f.cutStreams(true)
	b.until(`document.querySelector('#link').innerText === 'Reconnecting…'`)
	f.change(c, func() { c.Name = "Renamed meanwhile" })
	f.cutStreams(false)
	b.until(`document.querySelector('#link').dataset.state === 'live'`)
	b.until(`document.querySelector('#name').textContent === 'Renamed meanwhile'`)
	b.goTo("/")
	b.until(`JSON.parse(sessionStorage.getItem('outdial:%s:1')).length > 0`, c.ID) // what the charts begin with next time
	b.expect("503")
	b.expect("ERR_INCOMPLETE_CHUNKED_ENCODING")
}

func TestAttemptsAreFoundAndExplained(t *testing.T) {
	f := newFake(t)
	c := f.add(busy("Survey"))
	b := open(t, operatorpage.Options{}, f.handler())
	b.goTo("/campaigns/" + c.ID)
	b.until(`document.querySelectorAll('#rows tr:not(.answer)').length === 8`)
	b.fill("#f-sip", "486")
	b.click("#filter button:not([type=reset])")
	b.until(`document.querySelectorAll('#rows tr:not(.answer)').length === 1`)
	b.click("#rows [aria-expanded]")
	b.until(`document.querySelector('#rows .answer').innerText.startsWith('Its retry is due after a busy call')`)
	b.fill("#f-sip", "999")
	b.click("#filter button:not([type=reset])")
	b.until(`document.querySelector('#rows-note').textContent.startsWith('No attempt matches')`)
	b.click("#filter [type=reset]")
	b.until(`document.querySelectorAll('#rows tr:not(.answer)').length === 8 && document.body.innerText.includes('Anaïs <b>Roux</b>')`)
	b.click("#tab-callbacks")
	b.click("#callbacks td button")
	b.until(`document.querySelector('#say').textContent === 'The callback is cancelled.'`)
	if want := "DELETE /v1/campaigns/" + c.ID + "/callbacks/c-003"; !slices.Contains(f.calls, want) {
		t.Errorf("the page sent %q, want %q among them", f.calls, want)
	}
}

func TestTheDemoStartsASampleAndChangesItsSpeed(t *testing.T) {
	f := newFake(t)
	b := open(t, operatorpage.Options{Demo: true}, f.handler())
	b.goTo("/")
	b.until(`document.querySelector('#speed-now').textContent === '60×'`)
	b.do(chromedp.Focus(chromedp.CSS("#speed")), chromedp.KeyEvent(keyRight))
	b.until(`document.querySelector('#speed-now').textContent === '120×'`)
	b.click("#sample")
	b.until(`document.querySelector('#name')?.textContent === 'Sample campaign'`)
	b.offers(campaign.Running)
	if f.mu.Lock(); f.speed != 120 {
		t.Errorf("the speed is %v, want 120", f.speed)
	}
	f.mu.Unlock()
}
