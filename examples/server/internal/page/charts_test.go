package page_test

import (
	"testing"

	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/campaign"
	operatorpage "github.com/outdial/outdial/examples/server/internal/page"
)

// legend waits until the chart of lines draws these, with these last figures.
func (b *tab) legend(text string) {
	b.Helper()
	b.until(`Array.from(document.querySelectorAll('#chart-lines .u-series'), (e) => e.textContent).slice(1).join() === %q`, text)
}

func TestTheChartShowsAgentsWhereTheyAreCounted(t *testing.T) {
	f := newFake(t)
	c := busy("Survey")
	c.Agents = object{"idle": 6, "talking": 11, "total": 20}
	f.add(c)
	b := open(t, operatorpage.Options{}, f.handler())
	b.goTo("/campaigns/" + c.ID)
	b.legend("Lines up25,Agents talking11,Agents in all20")
	b.until(`document.querySelector('#chart-lines').ariaLabel === 'Now 25 lines up, 11 of 20 agents talking, 6 idle'`)
	b.until(`document.querySelector('#lines-title').textContent === 'Lines and agents' && document.querySelector('#lines-note').checkVisibility()`)
	f.change(c, func() { c.Agents = object{"idle": 1, "talking": 14, "total": 18} })
	b.legend("Lines up25,Agents talking14,Agents in all18")
	f.change(c, func() { c.Status = campaign.Paused }) // what is read meanwhile tells no agents
	b.status(campaign.Paused)
	b.legend("Lines up25,Agents talking14,Agents in all18")
	if rows := eval[int](b, `document.querySelectorAll('#chart-lines .uplot').length`); rows != 1 {
		t.Errorf("there are %d charts of lines", rows)
	}
}

func TestTheChartShowsConversationsWhereNoAgentsAreCounted(t *testing.T) {
	f := newFake(t)
	c := f.add(busy("Survey"))
	b := open(t, operatorpage.Options{}, f.handler())
	b.goTo("/campaigns/" + c.ID)
	b.legend("Lines up25,In conversation11")
	b.until(`document.querySelector('#lines-title').textContent === 'Lines and conversations' && !document.querySelector('#lines-note').checkVisibility()`)
	f.change(c, func() {
		c.Counters.Move(campaign.Facts{State: attempt.StateRinging}, campaign.Facts{State: attempt.StateInProgress})
	})
	b.legend("Lines up25,In conversation12")
}

func TestTheFirstFiguresAreDrawnBeforeAnythingHappens(t *testing.T) {
	f := newFake(t)
	c := busy("Survey")
	c.Agents = object{"idle": 6, "talking": 11, "total": 20}
	f.add(c)
	f.cutStreams(true)
	b := open(t, operatorpage.Options{}, f.handler())
	b.goTo("/campaigns/" + c.ID)
	b.legend("Lines up25")
	f.cutStreams(false)
	b.legend("Lines up25,Agents talking11,Agents in all20")
	b.do(reload)
	b.legend("Lines up25,Agents talking11,Agents in all20")
	b.expect("503")
	b.expect("ERR_INCOMPLETE_CHUNKED_ENCODING")
}

func TestAnEmptyChartSaysWhy(t *testing.T) {
	f := newFake(t)
	c := f.add(&fakeCampaign{Name: "Summer offer", Status: campaign.Draft})
	b := open(t, operatorpage.Options{}, f.handler())
	b.goTo("/campaigns/" + c.ID)
	b.legend("Lines up0,In conversation0")
	b.until(`document.querySelector('#no-abandon').checkVisibility() && document.querySelector('#rows-note').textContent.startsWith('No attempts yet')`)
	f.change(c, func() { c.Counters.Live = 2 })
	b.until(`!document.querySelector('#no-abandon').checkVisibility()`)
}
