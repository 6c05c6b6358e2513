package plain

import (
	"fmt"
	"io"
	"strings"
	"time"

	"writeback/steps"
	"writeback/wizard/tell"
)

// Counting shows on Err how far a look at every user has come. How many users a
// domain has a DC does not say: where nobody has counted them before, a block that
// moves stands for the part that is done.
type Counting struct {
	// Name is what is counted, a domain's. About is how many there were the last
	// time, 0: nobody knows.
	Name  string
	About int
	// Size is that of the terminal at Err, as far as it takes ANSI sequences: the
	// bar is drawn in place. nil: there is none, and a line is written each Every.
	Size  func() (columns, rows int)
	Every time.Duration
	// Bar puts the bar into the lines, too, for a screen that shows the last one.
	Bar bool

	to    io.Writer
	now   func() time.Time // for tests; nil: time.Now
	told  time.Time
	moves int
	drawn bool
}

// drawnEvery is often enough for a bar to move.
const drawnEvery = 100 * time.Millisecond

// Counting begins; c says how.
func (f *Renderer) Counting(c Counting) *Counting {
	c.to = f.Err
	if c.now == nil {
		c.now = time.Now
	}
	c.told = c.now()
	return &c
}

// Tell says that so many were looked at. It may be called as often as one likes.
func (c *Counting) Tell(users int) {
	columns, every := 0, c.Every
	if c.Size != nil {
		if columns, _ = c.Size(); columns >= narrowest {
			every = drawnEvery
		}
	}
	now := c.now()
	if now.Sub(c.told) < every {
		return
	}
	c.told = now
	c.moves++
	switch {
	case columns >= narrowest:
		line := fmt.Sprintf("%.*s  %s", maxName, oneColumn(c.Name), c.text(users, true))
		fmt.Fprintf(c.to, "\r\x1b[2K%s", line[:min(len(line), columns-1)])
		c.drawn = true
	default:
		fmt.Fprintf(c.to, "writeback: %s: %s\n", steps.Plain(c.Name), c.text(users, c.Bar))
	}
}

// End takes the bar away: what was found is told by others.
func (c *Counting) End() {
	if c.drawn {
		_, _ = io.WriteString(c.to, "\r\x1b[2K") // nothing depends on it
		c.drawn = false
	}
}

func (c *Counting) text(users int, bar bool) string {
	text := tell.Counted(users, c.About)
	if bar {
		text = "[" + c.bar(users) + "]  " + text
	}
	return text
}

// bar is never full: more users than the last time are likely.
func (c *Counting) bar(users int) string {
	if c.About >= users && c.About > 0 {
		n := min(barLength-1, users*barLength/c.About)
		return strings.Repeat("#", n) + strings.Repeat(".", barLength-n)
	}
	const block = 4
	at := c.moves % (2 * (barLength - block)) // there and back
	at = min(at, 2*(barLength-block)-at)
	return strings.Repeat(".", at) + strings.Repeat("#", block) + strings.Repeat(".", barLength-block-at)
}
