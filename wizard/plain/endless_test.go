package plain

import (
	"errors"
	"io"
	"strings"
	"testing"

	"writeback/wizard"
)

// forever repeats a text without end.
type forever struct{ text string }

func (f forever) Read(p []byte) (int, error) {
	n := 0
	for n < len(p) {
		n += copy(p[n:], f.text)
	}
	return n, nil
}

// Whoever answers in a person's place, and never comes to an end, is not listened to
// for ever: neither to one line, nor to answers that will not do.
func TestAnswersWithoutEnd(t *testing.T) {
	for name, c := range map[string]struct{ text, says string }{
		"a line":                    {"x", "a line of more than 65536 bytes"},
		"answers that will not do":  {"far too long\n", "more than 10000 lines"},
		"requests for help":         {"?\n", "more than 10000 lines"},
		"empty lines that are none": {"\n", "more than 10000 lines"},
	} {
		g, said := typing("")
		g.In = io.LimitReader(forever{c.text}, 8<<20) // so that the test ends where it is listened to for ever
		_, err := g.question(t.Context(), "", wizard.Question{Title: "Which?", Check: short, Kind: wizard.Text})
		if name == "empty lines that are none" {
			for err == nil {
				_, err = g.question(t.Context(), "", wizard.Question{Title: "Which?", Check: func(string) error { return nil }})
			}
		}
		if err == nil || errors.Is(err, wizard.ErrAborted) || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v", name, err)
		}
		if said.Len() > 16<<20 {
			t.Errorf("%s: %d bytes were said", name, said.Len())
		}
	}
}
