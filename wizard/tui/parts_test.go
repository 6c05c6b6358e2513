package tui

import (
	"strings"
	"testing"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/x/ansi"
	"pgregory.net/rapid"
)

func TestLinkIn(t *testing.T) {
	for text, want := range map[string]string{
		"see https://entra.microsoft.com/#view/A/~/B.": "https://entra.microsoft.com/#view/A/~/B",
		"(https://a.example/x?y=1&z=2)":                "https://a.example/x?y=1&z=2",
		"https://a.example":                            "https://a.example",
		"http://a.example":                             "",
		"xhttps://a.example":                           "",
		"https://":                                     "",
		"https://?x":                                   "",
		"https://microsoft.com@evil.example/":          "",
		"https://micro\u0455oft.com/":                  "",
		"https://a.example/\u001b]8;;":                 "",
		"https://a.example/\\u001b":                    "",
		"javascript:https://a.example":                 "",
		"https://bad\u00e9 then https://good.example!": "https://good.example",
	} {
		got := ""
		if from, to, ok := linkIn(text); ok {
			got = text[from:to]
		}
		if got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

// A link that is too long for a line stays whole as a link and as text.
func TestLongLinks(t *testing.T) {
	p := prose{}
	p.add(bare, "2. ", "Open "+portalLink+".")
	out := p.lines(frame{w: 40, style: newStyle(false), open: true})
	if text := strings.Join(out, "\n"); strings.Count(text, "\x1b]8;;"+portalLink+"\x1b\\") != len(out)-1 {
		t.Errorf("%q", out)
	}
	glued := strings.NewReplacer("\n", "", " ", "").Replace(stripped(strings.Join(out, "\n")))
	if glued != "2.Open[1]"+portalLink+"." {
		t.Errorf("%q", glued)
	}
}

func TestInput(t *testing.T) {
	for _, c := range []struct {
		keys  string
		want  string
		after int
	}{
		{"a b c", "abc", 3},
		{"a b left c", "acb", 2},
		{"a b home c end d", "cabd", 4},
		{"a b backspace", "a", 1},
		{"a b left backspace", "b", 0},
		{"a b left delete", "a", 1},
		{"backspace delete left", "", 0},
		{"a b left ctrl+u", "b", 0},
		{"a b left ctrl+k", "a", 1},
		{"a b ctrl+w", "", 0},
		{"é 中 😀 left backspace", "é😀", 1},
	} {
		in := newInput("")
		for _, k := range strings.Fields(c.keys) {
			in.press(keyMsg(k))
		}
		if in.String() != c.want || in.at != c.after {
			t.Errorf("%s: %q at %d, want %q at %d", c.keys, in.String(), in.at, c.want, c.after)
		}
	}
}

func TestPaste(t *testing.T) {
	for paste, want := range map[string]string{
		"corp.example\n":           "corp.example",
		"\r\ncorp.example\r\n":     "corp.example",
		"two\nlines":               "two lines",
		"tab\there":                "tab here",
		"\x1b[2Jbell\x07\u202eend": "[2Jbell\u202eend",
		"who?":                     "who?",
		strings.Repeat("x", 5000):  strings.Repeat("x", maxInput),
	} {
		s := newStand(t, 80, 24, false)
		g := someGroup()
		g.Questions[0].Value = ""
		s.prompt(newAsk(g), questions)
		s.send(tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune(paste), Paste: true})
		if got := s.m.stack[0].(*ask).field().answer(); got != want || s.m.reply == nil || len(s.m.stack) != 1 {
			t.Errorf("%.40q: %.40q", paste, got)
		}
	}
}

// What would deceive a reader of a name is drawn as an escape, and is still part
// of the name; the cursor stands where it is drawn.
func TestTypedIsVisible(t *testing.T) {
	var in input
	in.insert([]rune("a\u202eb\u200bc"))
	in.press(tea.KeyMsg{Type: tea.KeyLeft})
	lines, _ := in.lines(80, false)
	if got, want := ansi.Strip(lines[0]), `a\u202eb\u200bc`; in.String() != "a\u202eb\u200bc" || got != want {
		t.Errorf("%q is drawn as %q, want %q", in.String(), got, want)
	}
	if want := `a\u202eb\u200b` + caret("c"); lines[0] != want {
		t.Errorf("the cursor: %q, want %q", lines[0], want)
	}
}

// Pasted text approves nothing by itself, and the phrase may be pasted.
func TestPastedApproval(t *testing.T) {
	s := newStand(t, 80, 24, false)
	s.approval()
	s.send(tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune("corp.example\r"), Paste: true})
	if s.m.reply == nil {
		t.Fatal("a paste has approved")
	}
	s.press("enter")
	if o := <-s.replies; !o.yes {
		t.Errorf("%+v", o)
	}
}

// Wherever the cursor of a list goes, it stands on an item that is in sight.
func TestListKeepsItsCursorInSight(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l := list{}
		for range rapid.IntRange(1, 60).Draw(t, "items") {
			k := rapid.SampledFrom([]kind{heading, object, entry, entry, entry, spacer}).Draw(t, "kind")
			l.items = append(l.items, item{kind: k, text: strings.Repeat("word ", rapid.IntRange(1, 12).Draw(t, "words"))})
		}
		l.items = append(l.items, item{kind: entry, text: "last"})
		l.rest()
		f := frame{w: 30, h: rapid.IntRange(6, 20).Draw(t, "height"), style: newStyle(false)}
		for range 40 {
			l.press(f, keyMsg(rapid.SampledFrom([]string{"up", "down", "pgup", "pgdown", "home", "end", "tab", "shift+tab"}).Draw(t, "key")))
			lines := l.lines(f)
			points := 0
			for _, line := range lines {
				if strings.HasPrefix(line, "> ") {
					points++
				}
			}
			if points != 1 || len(lines) > f.h || !l.at(l.cur).stops() {
				t.Fatalf("%d cursors in %q", points, lines)
			}
			if len(lines) < f.h && l.top > 0 && len(lines)+l.height(f, l.top-1) <= f.h {
				t.Fatalf("room is left, and %d items are above", l.top)
			}
		}
	})
}

func TestFilter(t *testing.T) {
	s := ofPlan(reviewOf(somePlan()))
	all := s.list.len()
	s.press(frame{w: 60, h: 20, style: newStyle(false)}, keyMsg("/"))
	for what, want := range map[string][]string{
		"lockouttime": {"Permissions in Active Directory: 4 changes", "DC=corp,DC=example", "allow CORP\\MSOL_4f2a9c11d0e3: write lockoutTime, on descendant user objects"},
		"ou=plant,dc": {"Permissions in Active Directory: 4 changes", "OU=Plant,DC=corp,DC=example does not inherit from above: 3 users below it (enter: what to do)", "OU=Plant,DC=corp,DC=example", "block inheritance: no"},
		"none of it":  nil,
	} {
		s.filter = newInput(what)
		s.refine()
		var got []string
		for i := range s.list.len() {
			got = append(got, s.list.at(i).text)
		}
		if strings.Join(got, "\n") != strings.Join(want, "\n") {
			t.Errorf("%s: %q", what, got)
		}
	}
	s.filter = input{}
	s.refine()
	if s.list.len() != all {
		t.Errorf("%d of %d are back", s.list.len(), all)
	}
}

func TestOpenAndCopy(t *testing.T) {
	s := newStand(t, 80, 24, false)
	s.review(reviewOf(somePlan()))
	s.press("tab", "tab", "tab", "down", "enter", "1")
	if len(s.opened) != 1 || s.opened[0] != portalLink || !strings.Contains(s.m.View(), "── opened https://") {
		t.Errorf("opened %q:\n%s", s.opened, s.m.View())
	}
	s.press("esc", "home", "tab", "down", "down", "enter", "y")
	if len(s.copied) != 1 || s.copied[0] != somePlan().Steps[0].Changes[0].Equivalent {
		t.Errorf("copied %q", s.copied)
	}
}
