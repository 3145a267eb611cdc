package page_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/outdial/outdial/campaign"
	operatorpage "github.com/outdial/outdial/examples/server/internal/page"
)

// refused presses the form's button and waits until the page says that a file was
// refused, which it may say already.
func (b *tab) refused() {
	b.Helper()
	b.do(chromedp.Evaluate[chromedp.Void](`document.querySelector('#settings [data-result]').replaceChildren()`))
	b.click("#settings [data-ok]")
	b.until(`document.querySelector('#settings [data-result] .wrong')?.textContent === '1 of 3 rows are bad. Nothing was added. The draft is kept.'`)
	b.until(`!document.querySelector('#settings [data-ok]').ariaDisabled`)
	b.expect("422")
}

func TestAFormWhoseFileIsRefusedKeepsItsDraftAndWhatIsChangedInIt(t *testing.T) {
	f := newFake(t)
	b := open(t, operatorpage.Options{}, f.handler())
	b.goTo("/")
	b.until(`document.querySelector('#none').checkVisibility()`)
	b.drop("main", file(t, "Autumn.csv", contacts))
	b.until(`document.querySelector('#settings').open`)
	b.refused()
	b.until(`document.querySelector('#settings [data-ok]').textContent === 'Try again'`)
	b.save("desktop-refused-view")
	b.fill("#s-name", "Winter")
	b.fill("#s-max_concurrent", "20")
	b.refused()
	b.refused() // nothing has changed: nothing is edited
	b.press(kb.Escape)
	b.until(`document.querySelector('#notices .good p')?.textContent === 'The draft Winter is kept. Contacts can be added on its page.'`)
	b.until(`document.querySelector('#campaigns .who a')?.textContent === 'Winter'`)
	b.save("desktop-kept-view")
	b.click("#notices a")
	b.until(`document.querySelector('#name')?.textContent === 'Winter'`)

	c := f.campaigns[0]
	if got := c.Settings["max_concurrent"]; got != 20.0 || len(f.campaigns) != 1 {
		t.Errorf("there are %d drafts, of %v lines, want 1 of 20", len(f.campaigns), got)
	}
	upload := "POST /v1/campaigns/" + c.ID + "/contacts"
	want := []string{"POST /v1/campaigns", upload, "PATCH /v1/campaigns/" + c.ID, upload, upload}
	if !slices.Equal(f.calls, want) {
		t.Errorf("the page sent %q, want %q", f.calls, want)
	}
}

func TestACampaignWhoseAnswerIsLostIsCreatedOnceAsTheFormStandsAtLast(t *testing.T) {
	f := newFake(t)
	b := open(t, operatorpage.Options{}, f.handler())
	b.goTo("/")
	b.click("#new")
	b.fill("#s-name", "Autumn")
	f.losing(away)
	b.click("#settings [data-ok]")
	b.until(`document.querySelector('#settings [data-general]').textContent === 'the store has not answered'`)
	b.expect("503")
	f.losing(nil)
	b.fill("#s-name", "Winter")
	b.click("#settings [data-ok]")
	b.until(`document.querySelector('#name')?.textContent === 'Winter'`)
	if len(f.campaigns) != 1 {
		t.Errorf("there are %d campaigns, want 1", len(f.campaigns))
	}
}

func TestHoursWithoutADayAreNotSent(t *testing.T) {
	f := newFake(t)
	c := f.add(&fakeCampaign{Name: "Survey", Status: campaign.Draft})
	b := open(t, operatorpage.Options{}, f.handler())
	b.goTo("/campaigns/" + c.ID)
	b.click("[data-action=edit]")
	b.click("#settings .addhours button")
	b.click("#settings .addhours button")
	for _, day := range []string{"mon", "tue", "wed", "thu", "fri"} {
		b.click(fmt.Sprintf("#settings .window:nth-child(2) label:has([value=%s])", day))
	}
	b.click("#settings [data-ok]")
	b.until(`document.querySelector('#s-windows-wrong').textContent === 'Choose a day for these hours, or remove them.'`)
	b.until(`document.activeElement.matches('.window:nth-child(2) [value=mon][aria-invalid]')`)
	b.save("desktop-hours-view")
	if len(f.calls) > 0 {
		t.Errorf("the page sent %q", f.calls)
	}
	b.press(" ") // Monday
	b.click("#settings [data-ok]")
	b.until(`!document.querySelector('#settings').open`)
	b.click("#tab-setup")
	b.until(`document.querySelector('#setup').innerText.includes('Mon Tue Wed Thu Fri 09:00–18:00; Mon 09:00–18:00')`)
}

func TestThePageSpeaksWordsOfItsOwnAboutNumbers(t *testing.T) {
	f := newFake(t)
	b := open(t, operatorpage.Options{}, f.handler())
	b.goTo("/")
	b.click("#new")
	b.fill("#s-name", "Half a line")
	b.fill("#s-max_concurrent", "2.5")
	b.click("#settings [data-ok]")
	b.until(`document.querySelector('[data-wrong=max_concurrent]').textContent === 'want a whole number'`)
	b.expect("422")
	b.until(`import(document.querySelector('script[type=module]').src.replace('list.js', 'words.js')).then((w) => window.said =
		['expected number', 'expected number >= 1', 'expected number <= 20', '1 to 100'].map(w.faultWords).join()) &&
		window.said === 'want a number,want at least 1,want at most 20,1 to 100'`)
}

func TestWhatAnotherTabHasRenamedIsSeenOnComingBack(t *testing.T) {
	f := newFake(t)
	c := f.add(busy("Survey"))
	b := open(t, operatorpage.Options{}, f.handler())
	b.goTo("/campaigns/" + c.ID)
	b.until(`document.querySelector('#link').dataset.state === 'live'`)
	f.change(c, func() { c.Name = "Renamed in another tab" })
	b.do(chromedp.Evaluate[chromedp.Void](`document.dispatchEvent(new Event('visibilitychange'))`))
	b.until(`document.querySelector('#name').textContent === 'Renamed in another tab'`)
}

func TestWhoAskedNotToBeCalledIsSpokenOfBeforeTheyAreCalledAgain(t *testing.T) {
	f := newFake(t)
	c := busy("Survey")
	c.Status = campaign.Completed
	f.add(c)
	b := open(t, operatorpage.Options{}, f.handler())
	b.goTo("/campaigns/" + c.ID)
	for action, option := range map[string]string{"restart": "[value=all]", "clone": "[name=with]"} {
		b.click("[data-action=" + action + "]")
		b.until(`document.querySelector('#ask label:has(%s)').innerText.includes('asked not to be called again')`, option)
		b.save("desktop-" + action + "-view")
		b.click("#ask [data-close]")
	}
}
