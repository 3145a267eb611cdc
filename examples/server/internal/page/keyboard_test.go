package page_test

import (
	"net/http"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/outdial/outdial/campaign"
	operatorpage "github.com/outdial/outdial/examples/server/internal/page"
)

const keyRight = kb.ArrowRight

func (b *tab) press(keys string) {
	b.Helper()
	b.do(chromedp.KeyEvent(keys))
}

// tabTo presses Tab until the element has the focus. Each stop on the way must
// show that it has it: by its own outline or by that of what surrounds it.
func (b *tab) tabTo(selector string) {
	b.Helper()
	b.until(`document.querySelector(%q)?.checkVisibility()`, selector)
	for range 60 {
		b.press(kb.Tab)
		if lost := eval[string](b, `(() => {
			const at = document.activeElement;
			if (!at || at === document.body) return '';
			const seen = [at, at.nextElementSibling, at.closest('.drop')].some((e) => e && getComputedStyle(e).outlineStyle !== 'none');
			return seen ? '' : at.outerHTML.slice(0, 120);
		})()`); lost != "" {
			b.Fatalf("the focus cannot be seen on %s", lost)
		}
		if eval[bool](b, `document.activeElement.matches(`+quote(selector)+`)`) {
			return
		}
	}
	b.Fatalf("Tab never comes to %s", selector)
}

func TestEverythingWorksByKeyboardAlone(t *testing.T) {
	f := newFake(t)
	b := open(t, operatorpage.Options{}, f.handler())
	b.goTo("/")
	b.until(`document.querySelector('#none').checkVisibility()`)
	b.press(kb.Tab)
	b.until(`document.activeElement.matches('.skip')`)
	b.press(kb.Enter)
	b.until(`document.activeElement.id === 'main'`)
	b.tabTo("#new")
	b.press(kb.Enter)
	b.until(`document.activeElement.id === 's-name'`)
	b.press("By keyboard")
	b.tabTo("#settings [data-file]")
	b.tabTo("#settings [data-ok]")
	b.press(kb.Enter)
	b.until(`document.querySelector('#name')?.textContent === 'By keyboard'`)
	b.tabTo("[data-action=start]")
	b.press(kb.Enter)
	b.offers(campaign.Running)
	b.until(`document.activeElement.closest('#actions')`) // the focus is not lost with the button
	b.tabTo("[data-action=stop]")
	b.press(kb.Enter)
	b.until(`document.querySelector('#ask').open && document.querySelector('#ask').contains(document.activeElement)`)
	b.press(kb.Escape)
	b.until(`!document.querySelector('#ask').open && document.activeElement.matches('[data-action=stop]')`)
	b.press(kb.Enter)
	b.tabTo("#ask [data-ok]")
	b.press(kb.Enter)
	b.offers(campaign.Completed)
	b.until(`document.activeElement.closest('#actions')`)
	b.tabTo("#tab-attempts")
	for _, panel := range []string{"contacts", "callbacks", "runs", "setup", "attempts"} {
		b.press(keyRight)
		b.until(`document.activeElement.id === 'tab-' + %q && document.querySelector('#' + %q).checkVisibility()`, panel, panel)
	}
}

func TestWhoIsNotSignedInIsAskedForAKey(t *testing.T) {
	f := newFake(t)
	f.noSession = true
	b := open(t, operatorpage.Options{
		SignIn: func(_ http.ResponseWriter, _ *http.Request, key string) bool {
			f.mu.Lock()
			defer f.mu.Unlock()
			f.noSession = key != "a good key"
			return !f.noSession
		},
		SignOut: func(http.ResponseWriter, *http.Request) {},
	}, f.handler())
	b.goTo("/")
	b.until(`location.pathname === '/signin' && document.activeElement.id === 'key'`)
	b.press("a bad key" + kb.Enter)
	b.until(`document.querySelector('#key-wrong')?.checkVisibility() && document.activeElement.id === 'key'`)
	b.save("desktop-signin-view")
	b.press("a good key" + kb.Enter)
	b.until(`location.pathname === '/' && document.querySelector('#none')?.checkVisibility()`)
	b.expect("401")
	b.click(".top form button")
	b.until(`location.pathname === '/signin'`)
}
