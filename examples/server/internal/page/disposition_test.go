package page_test

import (
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/google/go-cmp/cmp"

	operatorpage "github.com/outdial/outdial/examples/server/internal/page"
)

// zone puts the browser into a time zone.
func (b *tab) zone(name string) {
	b.Helper()
	send(b, emulation.SetTimezoneOverride, emulation.SetTimezoneOverrideParams{TimezoneID: name})
}

// disposition is what the fake was sent for a call.
func (f *fakeAPI) disposition(call string) object {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.disposed[call]
}

func TestADispositionIsGivenToAnAttemptThatTakesOne(t *testing.T) {
	f := newFake(t)
	c := f.add(busy("Survey"))
	b := open(t, operatorpage.Options{}, f.handler())
	b.zone("America/New_York")
	b.goTo("/campaigns/" + c.ID)
	b.until(`Array.from(document.querySelectorAll('#rows [data-dispose]'), (e) => e.dataset.dispose).join() === 'k-1,k-8'`)
	b.click("[data-dispose=k-8]")
	b.until(`document.activeElement.id === 'd-code' && document.querySelector('#ask-title').textContent === 'Disposition of Mbali Dlamini'`)
	b.until(`document.querySelector('#d-callback-hint').textContent.includes('America/New_York')`)
	b.click("#ask [data-ok]")
	b.until(`document.querySelector('#ask .wrong').textContent === 'A disposition needs a code.' && document.querySelector('#d-code').ariaInvalid === 'true'`)
	b.fill("#d-code", "other")
	b.click("#ask [data-ok]")
	b.until(`document.querySelector('#ask .wrong').textContent === 'the call has another disposition already' && !document.querySelector('#d-code').ariaInvalid`)
	b.expect("409")
	b.fill("#d-code", "sold")
	b.fill("#d-note", "two of them")
	b.do(chromedp.Evaluate[chromedp.Void](`document.querySelector('#d-callback').value = '2026-07-04T14:30'`))
	b.click("#ask [data-ok]")
	b.until(`!document.querySelector('#ask').open && document.querySelector('#say').textContent === 'The disposition is recorded.'`)
	want := object{"code": "sold", "note": "two of them", "callback_at": "2026-07-04T18:30:00.000Z"}
	if diff := cmp.Diff(want, f.disposition("k-8")); diff != "" {
		t.Errorf("the page sent %s", diff)
	}
	b.until(`document.querySelectorAll('#rows [data-dispose]').length === 1 && document.activeElement.closest('[data-contact=c-008]')`)
}

func TestTheFocusStaysWithAContactWhoseButtonNeverHadIt(t *testing.T) {
	f := newFake(t)
	c := f.add(busy("Survey"))
	b := open(t, operatorpage.Options{}, f.handler())
	b.goTo("/campaigns/" + c.ID)
	b.until(`document.querySelector('[data-dispose=k-8]')`)
	b.do(chromedp.Evaluate[chromedp.Void](`document.querySelector('[data-dispose=k-8]').click()`)) // some browsers give it to no button that is pressed
	b.fill("#d-code", "sold")
	b.click("#ask [data-ok]")
	b.until(`document.querySelectorAll('#rows [data-dispose]').length === 1`)
	b.until(`document.activeElement.closest('[data-contact=c-008]')`)
}

func TestWhoIsNotToBeCalledIsNotCalledAgain(t *testing.T) {
	f := newFake(t)
	c := f.add(busy("Survey"))
	b := open(t, operatorpage.Options{}, f.handler())
	b.phone()
	b.goTo("/campaigns/" + c.ID)
	b.click("[data-dispose=k-1]")
	b.fill("#d-code", "refused")
	b.do(chromedp.Evaluate[chromedp.Void](`document.querySelector('#d-callback').value = '2026-07-04T14:30'`))
	b.click("#d-never")
	b.until(`document.querySelector('#d-callback').disabled`)
	b.until(`document.querySelector('label:has(#d-never)').innerText.includes('a restart with all contacts, or a clone, calls them again')`)
	b.click("#ask [data-ok]")
	b.until(`!document.querySelector('#ask').open`)
	if diff := cmp.Diff(object{"code": "refused", "do_not_call": true}, f.disposition("k-1")); diff != "" {
		t.Errorf("the page sent %s", diff)
	}
}

func TestADispositionIsGivenByKeyboard(t *testing.T) {
	f := newFake(t)
	c := f.add(busy("Survey"))
	b := open(t, operatorpage.Options{}, f.handler())
	b.zone("America/New_York")
	b.goTo("/campaigns/" + c.ID)
	b.until(`document.querySelectorAll('#rows [data-dispose]').length === 2`)
	b.tabTo("[data-dispose=k-1]")
	b.press(kb.Enter)
	b.until(`document.activeElement.id === 'd-code'`)
	b.press("later")
	b.tabTo("#d-note")
	b.press("asks for" + kb.Enter + "a colleague")
	b.tabTo("#d-callback")
	b.press("0404") // a day and a month, in whichever order the browser has them
	b.tabTo("#ask [data-ok]")
	b.press(kb.Enter)
	b.until(`document.querySelector('#ask .wrong').textContent.startsWith('The time to call again is not complete') && document.activeElement.id === 'd-callback'`)
	b.press("04042026" + kb.Tab + "0230A")
	b.tabTo("#d-never")
	b.tabTo("#ask [data-ok]")
	b.press(kb.Enter)
	b.until(`!document.querySelector('#ask').open && document.activeElement.closest('[data-contact=c-001]')`)
	want := object{"code": "later", "note": "asks for\na colleague", "callback_at": "2026-04-04T06:30:00.000Z"}
	if diff := cmp.Diff(want, f.disposition("k-1")); diff != "" {
		t.Errorf("the page sent %s", diff)
	}
	b.tabTo("[data-dispose=k-8]")
	b.press(kb.Enter)
	b.until(`document.querySelector('#ask').open`)
	b.press(kb.Escape)
	b.until(`!document.querySelector('#ask').open && document.activeElement.matches('[data-dispose=k-8]')`)
}
