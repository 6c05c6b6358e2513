package chromium

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode"
)

// words is what must be on paper of a page that is shown, as the page itself tells.
type words struct {
	Texts    []string   // of each element that holds text
	Headings []string   // those that say what nothing else says
	Heads    []string   // of tables and pictures
	Rows     [][]string // of the tables, cell by cell
}

const wordsOf = `(() => {
  const shown = e => e.checkVisibility() && e.getBoundingClientRect().right > 0;
  const texts = [], walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let n; (n = walker.nextNode());) if (n.data.trim() && !n.parentElement.closest("svg, style, script") && shown(n.parentElement)) texts.push(n.data);
  const all = q => [...document.querySelectorAll(q)].filter(shown);
  const others = all("p, td, th, dd, dt, li, pre, caption").map(e => e.textContent);
  return { texts, headings: all("h1, h2, h3, h4").map(h => h.textContent).filter(h => h.trim() && !others.some(o => o.includes(h))), heads: all("caption, thead tr, figcaption").map(e => e.textContent), rows: all("tbody tr").map(r => [...r.cells].map(c => c.textContent)) };
})()`

// aPage is how many characters a row may have that must not be torn apart: less
// than what a sheet holds.
const aPage = 1200

// Lost is what is wrong with the sheets that the page, as it is shown now, was
// printed on: text that is missing, a heading that stands alone at the foot of a
// sheet, a row of a table on two sheets, a sheet without its number.
func (p *Page) Lost(t testing.TB, sheets []Sheet) (all []Fault) {
	t.Helper()
	var w words
	p.Evaluate(t, wordsOf, &w)
	if len(w.Texts) == 0 {
		t.Fatal("the page shows no text at all")
	}
	var each []string
	for i, s := range sheets {
		each = append(each, letters(s.Body))
		if want := fmt.Sprintf("%d/%d", i+1, len(sheets)); !strings.Contains(strings.ReplaceAll(s.Foot, " ", ""), want) {
			all = append(all, Fault{"number", fmt.Sprintf("sheet %d", i+1), fmt.Sprintf("%q below, not %s", s.Foot, want)})
		}
	}
	paper := strings.Join(each, "")
	for _, text := range w.Texts {
		if piece := lacks(paper, text); piece != "" {
			all = append(all, Fault{"lost", "paper", fmt.Sprintf("%.80q of %.80q", piece, text)})
		}
	}
	for _, h := range w.Headings {
		if l := letters(h); !slices.ContainsFunc(each, func(s string) bool { return strings.Contains(s, l) }) {
			all = append(all, Fault{"torn", "paper", fmt.Sprintf("the heading %.80q is on two sheets", h)})
		}
	}
	for _, h := range append(w.Headings, w.Heads...) {
		for i, s := range each[:max(0, len(each)-1)] {
			if strings.HasSuffix(s, letters(h)) {
				all = append(all, Fault{"alone", fmt.Sprintf("sheet %d", i+1), fmt.Sprintf("the heading %.80q stands at its foot", h)})
			}
		}
	}
	return append(all, torn(each, w.Rows)...)
}

// torn are the rows that no sheet has as a whole. They come in their order.
func torn(sheets []string, rows [][]string) (all []Fault) {
	at := 0
	for _, row := range rows {
		if len(strings.Join(row, "")) >= aPage {
			continue
		}
		next := at
		for next < len(sheets) && !together(sheets[next], row) {
			next++
		}
		if next == len(sheets) {
			all = append(all, Fault{"torn", "paper", fmt.Sprintf("the row %.80q is on two sheets", row)})
			continue
		}
		at = next
	}
	return all
}

// lacks is a piece of a text that is not on paper, "" where there is all of it: as a
// whole or, where a sheet ends inside it or parts of it are written from right to
// left, piece by piece.
func lacks(paper, text string) string {
	if strings.Contains(paper, letters(text)) {
		return ""
	}
	for _, piece := range pieces(text) {
		if l := letters(piece); !strings.Contains(paper, l) && !strings.Contains(paper, backwards(l)) {
			return piece
		}
	}
	return ""
}

// pieces are the words of a text, and where the direction of writing changes inside
// of one, its parts.
func pieces(text string) (all []string) {
	for _, word := range strings.Fields(text) {
		from, was := 0, false
		for i, r := range word {
			if is := unicode.In(r, unicode.Hebrew, unicode.Arabic); is != was {
				all = append(all, word[from:i])
				from, was = i, is
			}
		}
		all = append(all, word[from:])
	}
	return all
}

func together(sheet string, row []string) bool {
	for _, c := range row {
		if lacks(sheet, c) != "" {
			return false
		}
	}
	return true
}

// ligatures are what fonts make of some letters, and pdftotext tells as they are
// drawn.
var ligatures = strings.NewReplacer("ﬀ", "ff", "ﬁ", "fi", "ﬂ", "fl", "ﬃ", "ffi", "ﬄ", "ffl")

// letters is a text without what a line break changes: space, hyphens, and marks of
// the direction of writing.
func letters(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || unicode.Is(unicode.Cf, r) || unicode.Is(unicode.Pd, r) {
			return -1
		}
		return r
	}, ligatures.Replace(text))
}

// backwards is a word that is written from right to left, as it stands on the sheet.
func backwards(word string) string {
	all := []rune(word)
	for i, j := 0, len(all)-1; i < j; i, j = i+1, j-1 {
		all[i], all[j] = all[j], all[i]
	}
	return string(all)
}
