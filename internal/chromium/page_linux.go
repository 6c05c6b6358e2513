package chromium

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"sync"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// Media is what a page is shown on.
type Media struct {
	Width  int64 // of the window, in CSS pixels
	Height int64 // 0: 900
	Phone  bool  // as a phone lays pages out: by the width that the page asks for
	Dark   bool  // prefers-color-scheme
	Print  bool  // as on paper whose printed part is Width
}

// Page is a page in a tab of its own. No script runs in it but those of the test.
type Page struct {
	ctx    context.Context
	mu     sync.Mutex
	asked  []string
	errors []string // of the console
}

// Tab is a new empty tab.
func (b *Browser) Tab(t testing.TB) *Page {
	t.Helper()
	ctx, end := chromedp.NewContext(b.ctx)
	t.Cleanup(end)
	p := &Page{ctx: ctx}
	err := chromedp.Listen(ctx, func(event any) {
		p.mu.Lock()
		defer p.mu.Unlock()
		switch e := event.(type) {
		case *network.EventRequestWillBeSent:
			p.asked = append(p.asked, e.Request.URL)
		case *log.EventEntryAdded:
			if e.Entry.Level == log.EntryLevelError {
				p.errors = append(p.errors, e.Entry.Text)
			}
		}
	})
	if err == nil {
		_, err = chromedp.Call(ctx, network.Enable, network.EnableParams{})
	}
	if err == nil {
		_, err = chromedp.Call(ctx, log.Enable, cdp.Empty{})
	}
	if err == nil {
		_, err = chromedp.Call(ctx, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
	}
	if err != nil {
		t.Fatalf("open a tab: %v", err)
	}
	return p
}

// Open loads the file at path, which must be absolute, and waits until all of it is
// there.
func (p *Page) Open(t testing.TB, path string, media Media) {
	t.Helper()
	p.mu.Lock()
	p.asked, p.errors = nil, nil
	p.mu.Unlock()
	p.Emulate(t, media)
	if err := chromedp.Do(p.ctx, chromedp.Navigate((&url.URL{Scheme: "file", Path: path}).String())); err != nil {
		t.Fatalf("open %s: %v", path, err)
	}
}

// Emulate shows the page on other media.
func (p *Page) Emulate(t testing.TB, media Media) {
	t.Helper()
	if media.Height == 0 {
		media.Height = 900
	}
	medium, scheme := "", "light" // a medium that is named would be printed, too
	if media.Print {
		medium = "print"
	}
	if media.Dark {
		scheme = "dark"
	}
	_, err := chromedp.Call(p.ctx, emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{
		Width: media.Width, Height: media.Height, DeviceScaleFactor: 1, Mobile: media.Phone})
	if err == nil {
		_, err = chromedp.Call(p.ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Media: medium, Features: []*emulation.MediaFeature{
			{Name: "prefers-color-scheme", Value: scheme}}})
	}
	if err != nil {
		t.Fatalf("look at the page as %+v: %v", media, err)
	}
}

// Asked are the addresses that the page has asked for, itself included.
func (p *Page) Asked() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.asked)
}

// complaints are the errors that the page has led to.
func (p *Page) complaints() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.errors)
}

// Evaluate puts the value of an expression of JavaScript in the page into to.
func (p *Page) Evaluate(t testing.TB, expression string, to any) {
	t.Helper()
	raw, err := chromedp.Run(p.ctx, chromedp.Evaluate[[]byte](expression))
	if err != nil {
		t.Fatalf("evaluate %.60q in the page: %v", expression, err)
	}
	if err := json.Unmarshal(raw, to); err != nil {
		t.Fatalf("read the value of %.60q: %v", expression, err)
	}
}

// Picture is the page as a PNG: what is in the window, or with all, to its end.
func (p *Page) Picture(t testing.TB, all bool) []byte {
	t.Helper()
	clip := page.Viewport{Scale: 1}
	p.Evaluate(t, fmt.Sprintf(`({width: innerWidth, y: %t ? 0 : scrollY, height: %[1]t ? Math.min(document.documentElement.scrollHeight, 16000) : innerHeight})`, all), &clip)
	shot, err := chromedp.Call(p.ctx, page.CaptureScreenshot, page.CaptureScreenshotParams{Clip: &clip, CaptureBeyondViewport: &all})
	if err != nil {
		t.Fatalf("photograph the page: %v", err)
	}
	return shot.Data
}
