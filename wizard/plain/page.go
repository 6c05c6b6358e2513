package plain

import (
	"fmt"
	"io"
	"strings"

	"writeback/steps"
	"writeback/wizard/tell"
)

// page collects text that was made safe for a terminal, and writes it at once.
type page struct {
	to      io.Writer
	colour  bool
	columns int // how wide a list gets; 0: as wide as it is
	text    strings.Builder
}

// page begins a text for people: under JSON the document has Out for itself.
func (f *Renderer) page() *page {
	if f.JSON {
		return &page{to: f.Err}
	}
	return &page{to: f.Out, colour: f.Colour}
}

// preview begins a text that is to be approved.
func (f *Renderer) preview() *page {
	if f.Elsewhere {
		return &page{to: f.Err}
	}
	return f.page()
}

func (p *page) flush() error {
	_, err := io.WriteString(p.to, p.text.String())
	return err
}

// line adds one line; control characters in it become visible escapes.
func (p *page) line(format string, args ...any) { p.painted(tell.Bare, format, args...) }

// painted is line in a tone.
func (p *page) painted(t tell.Tone, format string, args ...any) {
	text := strings.TrimRight(steps.Plain(fmt.Sprintf(format, args...)), " ")
	if p.colour && sgr[t] != "" {
		text = "\x1b[" + sgr[t] + "m" + text + "\x1b[0m"
	}
	p.text.WriteString(text + "\n")
}
