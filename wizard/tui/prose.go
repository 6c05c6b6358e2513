package tui

import (
	"fmt"
	"strings"

	"github.com/charmbracelet/bubbles/key"
)

// para is one paragraph: a mark before its first line, the others hanging
// below the text. The text is plain.
type para struct {
	mark string
	tone tone
	text string
	raw  bool // not made of words: SDDL, a fingerprint
}

// prose is text that is wrapped when it is drawn.
type prose []para

// add appends text from outside, a paragraph for each of its lines.
func (p *prose) add(t tone, mark, text string) {
	for i, l := range plainLines(text) {
		if i > 0 {
			mark = strings.Repeat(" ", width(mark))
		}
		*p = append(*p, para{mark: mark, tone: t, text: l})
	}
}

func (p *prose) gap() {
	if len(*p) > 0 {
		*p = append(*p, para{})
	}
}

// links lists the links of a prose, each one once, in order: at most nine, so
// that each has a digit.
func (p prose) links() (all []string) {
	seen := map[string]bool{}
	for _, x := range p {
		for s := x.text; ; {
			from, to, ok := linkIn(s)
			if !ok {
				break
			}
			if url := s[from:to]; !seen[url] && len(all) < 9 {
				seen[url] = true
				all = append(all, url)
			}
			s = s[to:]
		}
	}
	return all
}

// lines draws the prose, f.w wide and as high as it gets.
func (p prose) lines(f frame) (out []string) {
	digits := map[string]int{}
	if f.open {
		for i, url := range p.links() {
			digits[url] = i + 1
		}
	}
	for _, x := range p {
		room := f.w - width(x.mark)
		mark := x.mark
		for _, l := range x.body(f, room, digits) {
			out = append(out, f.style.paint(x.tone, mark)+l)
			mark = strings.Repeat(" ", width(x.mark))
		}
	}
	return out
}

func (x para) body(f frame, w int, digits map[string]int) (out []string) {
	if x.raw {
		for _, l := range chop(x.text, w) {
			out = append(out, f.style.paint(x.tone, l))
		}
		return out
	}
	rest := x.text
	for {
		from, to, ok := linkIn(rest)
		if !ok {
			break
		}
		if before := strings.TrimRight(rest[:from], " "); before != "" {
			out = append(out, x.words(f, before, w)...)
		}
		out = append(out, link(rest[from:to], digits, w)...)
		rest = rest[to:]
		if len(strings.TrimSpace(rest)) <= 1 && width(out[len(out)-1])+len(rest) <= w {
			out[len(out)-1] += rest
			return out
		}
	}
	if len(out) == 0 {
		return x.words(f, rest, w)
	}
	if rest = strings.TrimSpace(rest); rest == "" {
		return out
	}
	return append(out, x.words(f, rest, w)...)
}

func (x para) words(f frame, s string, w int) (out []string) {
	for _, l := range wrap(s, w) {
		out = append(out, f.style.paint(x.tone, l))
	}
	return out
}

// link draws a link on lines of its own, with the digit that opens it.
func link(url string, digits map[string]int, w int) (out []string) {
	mark := ""
	if n := digits[url]; n > 0 {
		mark = fmt.Sprintf("[%d] ", n)
	}
	for _, piece := range chop(url, w-len(mark)) {
		out = append(out, mark+linked(url, piece))
		mark = strings.Repeat(" ", len(mark))
	}
	return out
}

// opens is the binding of the digits that open a prose's links.
func opens(f frame, links []string) []key.Binding {
	if !f.open || len(links) == 0 {
		return nil
	}
	all := strings.Split("123456789"[:len(links)], "")
	name := all[0]
	if len(all) > 1 {
		name += "-" + all[len(all)-1]
	}
	return []key.Binding{key.NewBinding(key.WithKeys(all...), key.WithHelp(name, "open link"))}
}
