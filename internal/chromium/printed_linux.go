package chromium

import (
	"fmt"
	"strings"
	"testing"
	"unicode"
)

// textsOf are the texts that a page shows: they must be on paper.
const textsOf = `(() => {
  const texts = [], walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let n; (n = walker.nextNode());) {
    const e = n.parentElement;
    if (n.data.trim() && !e.closest("svg, style, script") && e.checkVisibility() && e.getBoundingClientRect().right > 0) texts.push(n.data);
  }
  return texts;
})()`

// Lost is the text that the page shows now and that is missing on the sheets that it was
// printed on.
func (p *Page) Lost(t testing.TB, sheets []string) (all []Fault) {
	t.Helper()
	var texts []string
	p.Evaluate(t, textsOf, &texts)
	if len(texts) == 0 {
		t.Fatal("the page shows no text at all")
	}
	var paper strings.Builder
	for _, s := range sheets {
		paper.WriteString(letters(s))
	}
	for _, text := range texts {
		if piece := lacks(paper.String(), text); piece != "" {
			all = append(all, Fault{"lost", "paper", fmt.Sprintf("%.80q of %.80q", piece, text)})
		}
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
