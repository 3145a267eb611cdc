package page_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// until waits in the page until an expression is true. A navigation meanwhile
// only moves the question to the new page.
func (b *tab) until(expression string, args ...any) {
	b.Helper()
	expression = fmt.Sprintf(expression, args...)
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	script := `new Promise((ok) => { const look = () => { let is = false; try { is = Boolean(` + expression +
		`); } catch {} if (is) ok(true); else setTimeout(look, 25); }; look(); })`
	for {
		is, err := chromedp.Run(ctx, chromedp.Evaluate[bool](script, chromedp.EvalAwaitPromise))
		switch {
		case err == nil && is:
			return
		case ctx.Err() != nil || errors.Is(err, context.DeadlineExceeded):
			b.save("stuck")
			b.Fatalf("the page never came to %s; the focus is on %.200s and it shows: %.3000s", expression,
				eval[string](b, `document.activeElement.outerHTML`), eval[string](b, `document.body.innerText`))
		}
	}
}

// eval evaluates an expression in the page.
func eval[T any](b *tab, expression string) T {
	b.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	v, err := chromedp.Run(ctx, chromedp.Evaluate[T](expression))
	if err != nil {
		b.Fatal(err)
	}
	return v
}

// aim brings what the selector finds into view and says where to press it; nowhere
// if it has gone. Until window.aim ends, a press that falls on anything else is
// kept from the page.
const aim = `(() => {
	const e = document.querySelector(%q), over = new AbortController();
	e?.scrollIntoViewIfNeeded();
	const at = e?.getClientRects()[0];
	if (!at) return [];
	window.aim = { hit: false, end: () => over.abort() };
	for (const kind of ['pointerdown', 'mousedown', 'pointerup', 'mouseup', 'click']) {
		addEventListener(kind, (event) => {
			if (!e.contains(event.target)) {
				event.preventDefault();
				event.stopImmediatePropagation();
			} else if (kind === 'click') window.aim.hit = true;
		}, { capture: true, signal: over.signal });
	}
	return [at.x + at.width / 2, at.y + at.height / 2]; })()`

// click presses what the selector finds, as a mouse does, once it can be seen. The
// page goes on meanwhile: where that has moved away, or another has come in its
// place, it is pressed again.
func (b *tab) click(selector string) {
	b.Helper()
	for late := time.Now().Add(patience); time.Now().Before(late); {
		b.until(`document.querySelector(%q)?.checkVisibility() && !document.querySelector(%q).disabled`, selector, selector)
		at := eval[[]float64](b, fmt.Sprintf(aim, selector))
		if len(at) == 0 {
			continue
		}
		b.do(chromedp.MouseClickXY(at[0], at[1]))
		if b.hit() {
			return
		}
	}
	b.Fatalf("%s cannot be pressed: something is before it", selector)
}

// hit reports whether what was aimed at was pressed. Where a page has gone since,
// the press led away from it.
func (b *tab) hit() bool {
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	hit, err := chromedp.Run(ctx, chromedp.Evaluate[bool](`window.aim?.end(), window.aim?.hit ?? true`))
	return hit || err != nil
}

// fill types into a field in place of what is there.
func (b *tab) fill(selector, text string) {
	b.Helper()
	b.until(`document.querySelector(%q)?.checkVisibility()`, selector)
	b.do(chromedp.Evaluate[chromedp.Void](fmt.Sprintf(`document.querySelector(%q).select()`, selector)),
		chromedp.Focus(chromedp.CSS(selector)), chromedp.KeyEvent(text))
}

// drop drops a file where the selector is, as from a file manager.
func (b *tab) drop(selector, path string) {
	b.Helper()
	b.do(chromedp.ScrollIntoView(chromedp.CSS(selector)))
	at := eval[[]float64](b, fmt.Sprintf(`(() => {
		const r = document.querySelector(%q).getBoundingClientRect();
		return [r.x + r.width / 2, r.y + Math.min(r.height, innerHeight) / 2]; })()`, selector))
	data := &input.DragData{Items: []*input.DragDataItem{}, Files: []string{path}, DragOperationsMask: 1}
	for _, kind := range []input.DispatchDragEventType{
		input.DispatchDragEventTypeDragEnter, input.DispatchDragEventTypeDragOver, input.DispatchDragEventTypeDrop,
	} {
		send(b, input.DispatchDragEvent, input.DispatchDragEventParams{Type: kind, X: at[0], Y: at[1], Data: data})
	}
}

// reload loads the page that is shown again.
var reload = chromedp.Reload()

func (b *tab) desktop() { b.Helper(); b.do(chromedp.EmulateViewport(1280, 900)) }
func (b *tab) tablet()  { b.Helper(); b.do(chromedp.EmulateViewport(768, 1024)) }
func (b *tab) phone() {
	b.Helper()
	b.do(chromedp.EmulateViewport(390, 844, chromedp.EmulateMobile, chromedp.EmulateTouch))
}

// scheme turns light or dark on.
func (b *tab) scheme(name string) {
	b.Helper()
	send(b, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{
		{Name: "prefers-color-scheme", Value: name}, {Name: "prefers-reduced-motion", Value: "reduce"},
	}})
}

// save keeps a picture of the whole page where OUTDIAL_SHOTS names a folder,
// for a person to look at.
func (b *tab) save(name string) {
	b.Helper()
	folder := os.Getenv("OUTDIAL_SHOTS")
	if folder == "" {
		return
	}
	whole := !strings.Contains(name, "view")
	png := send(b, page.CaptureScreenshot, page.CaptureScreenshotParams{CaptureBeyondViewport: &whole}).Data
	if err := os.WriteFile(filepath.Join(folder, name+".png"), png, 0o600); err != nil {
		b.Fatal(err)
	}
}

// file writes a file for the browser to read.
func file(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// counted is a number as the page writes it.
func counted(n int) string {
	if n < 1000 {
		return fmt.Sprint(n)
	}
	return fmt.Sprintf("%d,%03d", n/1000, n%1000)
}

// quote writes a text as JavaScript does.
func quote(s string) string { return fmt.Sprintf("%q", s) }
