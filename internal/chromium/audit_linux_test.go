package chromium

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// fine is a page without a fault.
const fine = `<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Fine</title>
<style>body{margin:1rem;font:16px/1.5 sans-serif;background:#fff;color:#222;overflow-wrap:anywhere}.skip{position:absolute;left:-999rem}.skip:focus{position:static}
.slides{overflow:auto;width:100px;white-space:nowrap}@media print{.slides{white-space:normal;overflow:visible}}</style></head>
<body><a class="skip" href="#content">Skip</a><header><h1>A page</h1></header><nav aria-label="Contents"><a href="#two">Two</a></nav><main id="content"><h2 id="two">Two</h2>
<p id="p">Some words that are long enough to be read.</p><div class="slides" role="group" tabindex="0" aria-label="A line">A line that is wider than its box</div>
<svg viewBox="0 0 9 9" width="9" height="9" role="img"><title>A picture</title><rect class="all" width="9" height="9" fill="#eee"></rect><rect class="share" width="4" height="9" fill="#222"></rect></svg>
<table><caption>Numbers</caption><thead><tr><th scope="col">One</th></tr></thead><tbody><tr><td>1</td></tr></tbody></table></main><footer><p>The end</p></footer></body></html>`

// faulty is a page with one fault: after instead of before.
type faulty struct {
	rule, before, after string
	media               Media
}

var wide, paper = Media{Width: 1280}, Media{Width: 680, Print: true}

var planted = []faulty{
	{"cut", `<p id="p">`, `<p id="p" style="overflow:hidden;white-space:nowrap;width:60px">`, wide},
	{"cut", `<p id="p">`, `<p id="p" style="overflow:hidden;height:10px;width:60px">`, wide},
	{"cut", `<p id="p">`, `<p id="p" style="overflow:hidden;text-overflow:ellipsis;white-space:nowrap;width:90px">`, wide},
	{"cut", `<p id="p">`, `<div style="overflow:clip;width:50px"><p id="p" style="width:300px">`, wide},
	{"cut", `@media print`, `@media x`, paper}, // on paper nobody can scroll
	{"sideways", `<p id="p">`, `<p id="p" style="width:2000px">`, wide},
	{"sideways", `<p id="p">`, `<p id="p" style="position:relative;left:-90px">`, wide},
	{"sideways", `<p id="p">`, `<p id="p" style="white-space:nowrap;margin-left:300px">`, Media{Width: 390, Phone: true}},
	{"contrast", `<p id="p">`, `<p id="p" style="color:#888">`, wide},
	{"contrast", `<p id="p">`, `<p id="p" style="opacity:.5">`, wide},
	{"contrast", `<p id="p">`, `<p id="p" style="background:rgba(0,0,0,.6)">`, wide},
	{"contrast", `<p id="p">`, `<p id="p" style="background:linear-gradient(#fff,#000)">`, wide},
	{"contrast", `.skip{`, `@media(prefers-color-scheme:dark){#p{color:#ccc}}.skip{`, Media{Width: 1280, Dark: true}},
	{"contrast", `fill="#222"`, `fill="#ccc"`, wide},
	{"sideways", `.skip:focus{position:static}`, ``, wide}, // focus does not bring it back
	{"console", `<p id="p">`, `<p><img alt="a spy" src="SERVER/spy.png" width="9" height="9"></p><p id="p">`, wide},
	{"request", `<p id="p">`, `<p><img alt="a spy" src="SERVER/spy.png" width="9" height="9"></p><p id="p">`, wide},
	{"request", `</style>`, `#p{background-image:url(SERVER/spy.png)}</style>`, wide},
}

// Every fault that can be found is found where it was planted, and nothing is found
// in a page without any, however it is looked at.
func TestFaults(t *testing.T) {
	p := Start(t).Tab(t)
	spied := 0
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { spied++; w.WriteHeader(http.StatusNotFound) }))
	t.Cleanup(server.Close)
	file := filepath.Join(t.TempDir(), "page.html")
	open := func(text string, media Media) []Fault {
		t.Helper()
		if err := os.WriteFile(file, []byte(strings.ReplaceAll(text, "SERVER", server.URL)), 0o600); err != nil {
			t.Fatal(err)
		}
		p.Open(t, file, media)
		return p.Faults(t)
	}
	for _, media := range []Media{wide, paper, {Width: 390, Phone: true}, {Width: 1280, Dark: true}} {
		if got := open(fine, media); len(got) > 0 {
			t.Errorf("%+v: %v", media, got)
		}
	}
	if spied > 0 {
		t.Fatalf("%d requests for a page that asks for nothing", spied)
	}
	for _, f := range planted {
		if !strings.Contains(fine, f.before) {
			t.Fatalf("the page has no %s", f.before)
		}
		got := open(strings.Replace(fine, f.before, f.after, 1), f.media)
		if !slices.ContainsFunc(got, func(x Fault) bool { return x.Rule == f.rule }) {
			t.Errorf("%s instead of %s: no %q among %v", f.after, f.before, f.rule, got)
		}
	}
	if spied != 3 {
		t.Errorf("the planted pictures were asked for %d times: requests are not seen as they are", spied)
	}
}

// What is printed is read back, and every fault of print is found.
func TestLost(t *testing.T) {
	p := Start(t).Tab(t)
	file := filepath.Join(t.TempDir(), "page.html")
	const style = `<style>@page{margin:15mm;@bottom-right{content:counter(page)"/"counter(pages)}}h2,tr{break-inside:avoid;break-after:avoid}thead{break-after:avoid}`
	long := strings.Repeat("<p>Words that fill the sheet, one line after the other.</p>", 24)
	text := strings.NewReplacer("<style>", style, `<p id="p">`, long+`<p id="p">`, "<td>1</td>", `<td>uno<br>due<br>tre<br>quattro</td>`).Replace(fine)
	lost := func(before, after string) []Fault {
		t.Helper()
		if !strings.Contains(text, before) {
			t.Fatalf("the page has no %s", before)
		}
		if err := os.WriteFile(file, []byte(strings.Replace(text, before, after, 1)), 0o600); err != nil {
			t.Fatal(err)
		}
		p.Open(t, file, wide)
		return p.Lost(t, Sheets(t, p.Print(t, A4), A4, Margin))
	}
	if got := lost("x", "x"); len(got) > 0 {
		t.Errorf("of a page that is printed well: %v", got)
	}
	for _, f := range []faulty{
		{rule: "lost", before: `</style>`, after: `@media print{#p{display:none}}</style>`},
		{rule: "lost", before: `</style>`, after: `@media print{#p{position:absolute;left:200mm;white-space:nowrap}}</style>`},
		{rule: "lost", before: `</style>`, after: `@media print{#p{height:2mm;overflow:hidden;width:30mm}}</style>`},
	} {
		if got := lost(f.before, f.after); !slices.ContainsFunc(got, func(x Fault) bool { return x.Rule == f.rule }) {
			t.Errorf("%s instead of %s: no %q among %v", f.after, f.before, f.rule, got)
		}
	}
}
