package page_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/outdial/outdial/campaign"
	operatorpage "github.com/outdial/outdial/examples/server/internal/page"
)

const two = "key,number\nC-1,+33465714886\nC-3,+442079460019\n"

// has waits until the page says how many contacts there are.
func (b *tab) has(contacts int) {
	b.Helper()
	b.is("total_calls", counted(contacts))
}

// unsure waits until the page says that it does not know what became of a file.
func (b *tab) unsure(why string) {
	b.Helper()
	b.until(`document.querySelector('[data-result] .wrong')?.textContent ===
		'%s Whether the contacts were added is not known. Send the same file again: nobody is added twice.'`, why)
}

func TestAFileWhoseAnswerIsLostAddsNobodyTwice(t *testing.T) {
	for name, lost := range map[string]struct {
		how       func(http.ResponseWriter)
		says      string
		complains string
	}{
		"the connection breaks": {cutOff, "The connection broke before the answer came.", "ERR_"},
		"the store is away":     {away, "the store has not answered.", "503"},
	} {
		t.Run(name, func(t *testing.T) {
			f := newFake(t)
			c := f.add(&fakeCampaign{Name: "Survey", Status: campaign.Draft})
			b := open(t, operatorpage.Options{}, f.handler())
			list := file(t, "two.csv", two)
			b.goTo("/campaigns/" + c.ID)
			f.losing(lost.how)
			b.drop("#figures", list)
			b.unsure(lost.says)
			b.has(2)
			b.until(`document.querySelector('#say').textContent.includes('not known')`)
			b.drop("#figures", list) // the same once more
			b.until(`document.querySelector('#contacts [data-file-state]').textContent === 'no answer'`)
			b.do(reload)
			b.until(`document.querySelector('#name').textContent === 'Survey'`)
			b.drop("#figures", list)
			b.unsure(lost.says)
			b.save("desktop-unsure")
			f.losing(nil)
			b.do(chromedp.Focus(chromedp.CSS("[data-again]")))
			b.press(kb.Enter)
			b.until(`document.querySelector('#contacts .good')?.textContent === '2 contacts added; the campaign has 2.'`)
			b.until(`document.activeElement.matches('#contacts [data-file]')`) // the focus is not lost with the button
			b.has(2)
			b.drop("#figures", list) // whoever sends what was added means it
			b.has(4)
			b.expect(lost.complains)
		})
	}
}

func TestARefusalOfALaterSendingDoesNotSayThatTheFirstAddedNothing(t *testing.T) {
	f := newFake(t)
	c := f.add(&fakeCampaign{Name: "Survey", Status: campaign.Paused})
	b := open(t, operatorpage.Options{}, f.handler())
	b.goTo("/campaigns/" + c.ID)
	f.losing(away)
	b.drop("#figures", file(t, "two.csv", two))
	b.unsure("the store has not answered.")
	f.mu.Lock()
	c.Status = campaign.Completed // before any event tells it
	f.mu.Unlock()
	b.click("[data-again]")
	b.unsure("the campaign is completed.")
	b.expect("503")
	b.expect("409")
}

func TestOfManyBadRowsTheFirstAreSaidToBeThat(t *testing.T) {
	f := newFake(t)
	c := f.add(&fakeCampaign{Name: "Survey", Status: campaign.Draft})
	b := open(t, operatorpage.Options{}, f.handler())
	b.goTo("/campaigns/" + c.ID)
	rows := strings.Repeat("C-x,no number\n", 1234)
	b.drop("#figures", file(t, "bad.csv", two+rows))
	b.until(`document.querySelector('#contacts .wrong')?.textContent === '1234 of 1236 rows are bad. Nothing was added.'`)
	b.until(`document.querySelector('#contacts [data-result]').innerText.includes('The first 100 of 1,234 bad rows:')`)
	b.expect("422")
	b.click("[data-partial]")
	b.until(`document.querySelector('#contacts .good')?.textContent === '2 contacts added; the campaign has 2.'`)
	b.until(`document.querySelector('#contacts [data-result]').innerText.includes('1,234 rows left out:\n\nThe first 100 of 1,234 bad rows:')`)
}

func TestANewCampaignSaysWhatBecameOfItsFile(t *testing.T) {
	f := newFake(t)
	b := open(t, operatorpage.Options{}, f.handler())
	b.goTo("/")
	b.until(`document.querySelector('#none').checkVisibility()`)
	b.drop("main", file(t, "Autumn.csv", contacts+"C-4,+442079460019\n"))
	b.until(`document.querySelector('#settings').open`)
	b.click("#settings [data-ok]")
	b.click("[data-partial]")
	b.until(`document.querySelector('#notices .good p')?.textContent === '3 contacts added, 1 duplicate among them; the campaign has 3. 1 row left out.'`)
	b.until(`document.querySelector('#name').textContent === 'Autumn'`)
	b.phone()
	b.scheme("dark")
	for _, faint := range eval[[]string](b, contrast) {
		t.Errorf("too faint: %s", faint)
	}
	b.save("phone-added-view")
	b.do(reload)
	b.until(`document.querySelector('#name').textContent === 'Autumn' && document.querySelector('#link').dataset.state === 'live'`)
	b.until(`!document.querySelector('#notices').textContent`) // it is said once
	b.expect("422")
}

func TestAFileThatCannotBeTakenIsNotIgnored(t *testing.T) {
	f := newFake(t)
	c := busy("Survey")
	c.Status = campaign.Completed
	f.add(c)
	b := open(t, operatorpage.Options{}, f.handler())
	b.goTo("/campaigns/" + c.ID)
	b.until(`document.querySelector('#link').dataset.state === 'live'`)
	b.drop("#figures", file(t, "late.csv", two))
	b.until(`document.querySelector('#notices .bad p')?.textContent ===
		'late.csv was not taken. Contacts can be added to a draft, and to a campaign that runs or is paused.'`)
	if len(f.calls) > 0 {
		t.Errorf("the page sent %q", f.calls)
	}
}
