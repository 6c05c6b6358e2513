package report

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"io"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"writeback/wizard/tell"
)

// What may stand in a report: anything else in it came in by a name.
var (
	elements = strings.Fields("html head meta title style body a header h1 nav ol ul li main section article h2 h3 p strong span ins wbr dl div dt dd code pre table caption thead tbody tr th td figure figcaption svg rect footer")
	voids    = []string{"meta", "wbr"}
	allowed  = strings.Fields("lang charset http-equiv content name class href id aria-label aria-labelledby role tabindex scope viewbox preserveaspectratio width height")
	once     = []string{"html", "head", "body", "header", "nav", "main", "footer", "h1", "style"}
)

// reader checks HTML as strictly as no browser does.
type reader struct {
	t       complainer
	open    []string
	count   map[string]int
	ids     map[string]bool
	refs    []string // IDs that are referred to
	text    strings.Builder
	style   string
	policy  string
	heading byte           // level of the last one
	named   map[string]int // svg, table: with a name of their own
}

// complainer is what strict needs of a test.
type complainer interface {
	Helper()
	Error(args ...any)
	Errorf(format string, args ...any)
}

// strict fails the test where the document is not well-formed, not accessible, or
// not self-contained, and gives its text.
func strict(t complainer, doc []byte) string {
	t.Helper()
	if !bytes.HasPrefix(doc, []byte("<!DOCTYPE html>\n<html lang=\"en\">")) {
		t.Errorf("it begins %.60q", doc)
	}
	r := &reader{t: t, count: map[string]int{}, ids: map[string]bool{}, named: map[string]int{}}
	for z := html.NewTokenizer(bytes.NewReader(doc)); ; {
		kind := z.Next()
		if kind == html.ErrorToken {
			if z.Err() != io.EOF {
				t.Error(z.Err())
			}
			break
		}
		r.token(kind, z.Token())
	}
	r.end()
	return r.text.String()
}

func (r *reader) token(kind html.TokenType, tok html.Token) {
	switch kind {
	case html.StartTagToken:
		r.start(tok)
	case html.EndTagToken:
		if n := len(r.open); n == 0 || r.open[n-1] != tok.Data {
			r.t.Errorf("</%s> inside %v", tok.Data, r.open)
			return
		}
		r.open = r.open[:len(r.open)-1]
	case html.TextToken:
		switch in := r.inside(); {
		case in == "style":
			r.style += tok.Data
		default:
			if in == "" && strings.TrimSpace(tok.Data) != "" {
				r.t.Errorf("text outside: %q", tok.Data)
			}
			r.text.WriteString(tok.Data + " ")
		}
	case html.CommentToken, html.SelfClosingTagToken:
		r.t.Errorf("%v: %s", kind, tok)
	}
}

func (r *reader) inside() string {
	if len(r.open) == 0 {
		return ""
	}
	return r.open[len(r.open)-1]
}

func (r *reader) start(tok html.Token) {
	name := tok.Data
	if !slices.Contains(elements, name) {
		r.t.Errorf("element %s", tok)
	}
	r.count[name]++
	if len(name) == 2 && name[0] == 'h' && name[1] >= '1' && name[1] <= '6' {
		if name[1] > r.heading+1 && r.heading != 0 {
			r.t.Errorf("h%c follows h%c", name[1], r.heading)
		}
		r.heading = name[1]
	}
	if parent := r.inside(); name == "title" && parent == "svg" || name == "caption" && parent == "table" {
		r.named[parent]++
	}
	if name == "wbr" { // it parts no word
		text := strings.TrimSuffix(r.text.String(), " ")
		r.text.Reset()
		r.text.WriteString(text)
	}
	r.attributes(tok)
	if !slices.Contains(voids, name) {
		r.open = append(r.open, name)
	}
}

func (r *reader) attributes(tok html.Token) {
	seen := map[string]string{}
	for _, a := range tok.Attr {
		if _, twice := seen[a.Key]; twice || !slices.Contains(allowed, a.Key) {
			r.t.Errorf("attribute %s of %s", a.Key, tok)
		}
		seen[a.Key] = a.Val
	}
	if id, has := seen["id"]; has {
		if r.ids[id] || id == "" || strings.ContainsAny(id, " <>\"'") {
			r.t.Errorf("id %q", id)
		}
		r.ids[id] = true
	}
	if ref := seen["aria-labelledby"]; ref != "" {
		r.refs = append(r.refs, ref)
	}
	if href, has := seen["href"]; has {
		if !strings.HasPrefix(href, "#") {
			r.t.Errorf("it leads to %q", href)
		}
		r.refs = append(r.refs, href[1:])
	}
	if tok.Data == "th" && seen["scope"] == "" || tok.Data == "svg" && seen["role"] != "img" || seen["tabindex"] != "" && seen["tabindex"] != "0" {
		r.t.Errorf("%s", tok)
	}
	if seen["http-equiv"] == "Content-Security-Policy" {
		r.policy = seen["content"]
	}
}

func (r *reader) end() {
	if len(r.open) > 0 {
		r.t.Errorf("left open: %v", r.open)
	}
	for _, name := range once {
		if r.count[name] != 1 {
			r.t.Errorf("%d of <%s>", r.count[name], name)
		}
	}
	for _, ref := range r.refs {
		if !r.ids[ref] {
			r.t.Errorf("nothing has the id %q", ref)
		}
	}
	for _, name := range []string{"svg", "table"} {
		if r.named[name] != r.count[name] {
			r.t.Errorf("%d of %d <%s> say what they are", r.named[name], r.count[name], name)
		}
	}
	sum := sha256.Sum256([]byte(r.style))
	if want := "default-src 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"; !strings.HasPrefix(r.policy, want) {
		r.t.Errorf("policy %q, want %q", r.policy, want)
	}
	for _, bad := range []string{"url(", "@import", "http", "expression"} {
		if strings.Contains(r.style, bad) {
			r.t.Errorf("the style has %s", bad)
		}
	}
	for _, need := range []string{"@media print", "prefers-color-scheme: dark", "forced-colors"} {
		if !strings.Contains(r.style, need) {
			r.t.Errorf("the style has no %s", need)
		}
	}
}

// complaints counts them.
type complaints struct{ n int }

func (*complaints) Helper()                 {}
func (c *complaints) Error(...any)          { c.n++ }
func (c *complaints) Errorf(string, ...any) { c.n++ }

// The check itself must be able to fail.
func TestStrict(t *testing.T) {
	var good bytes.Buffer
	if err := HTML(&good, tell.Report{}); err != nil {
		t.Fatal(err)
	}
	strict(t, good.Bytes())
	for _, change := range [][2]string{
		{"</main>", ""}, {"</main>", "</main></div>"}, {"<main", "<script>alert(1)</script><main"}, {"<main", "<main onclick=x"},
		{"<nav", "<nav id=content"}, {"href=\"#undo\"", "href=\"#there\""}, {"href=\"#undo\"", "href=\"https://corp.example\""}, {"<h2", "<h6"},
		{"</style>", "p{}</style>"}, {"<main", "<!-- --><main"}, {" lang=\"en\"", ""}, {"<main", "<img src=x><main"}, {"<main", "<table></table><main"},
	} {
		var c complaints
		strict(&c, []byte(strings.Replace(good.String(), change[0], change[1], 1)))
		if c.n == 0 {
			t.Errorf("%s instead of %s passes", change[1], change[0])
		}
	}
}
