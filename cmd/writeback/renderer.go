package main

import (
	"time"

	"writeback/internal/settings"
	"writeback/internal/terminal"
	"writeback/wizard/plain"
)

// wish is what --no-color says.
func (a *app) wish() terminal.Wish {
	return terminal.Wish{None: settings.NoColor.Of(a.settings), ByFlag: a.settings.ByFlag(settings.NoColor)}
}

func (a *app) renderer() *plain.Renderer {
	f := &plain.Renderer{Out: a.out, Err: a.err, JSON: settings.Output.Of(a.settings) == settings.JSON}
	if f.JSON {
		f.Out = a.tty.JSON(a.out)
	}
	f.Place = a.settings.World()
	f.Colour = a.tty.Colored(a.wish())
	if a.tty.In != nil && !settings.NoInput.Of(a.settings) && settings.ADPasswordFile.Of(a.settings) != "-" && settings.HandoffAnswer.Of(a.settings) != "-" {
		f.In = a.tty.In
		f.Elsewhere = !a.tty.Seen
	}
	return f
}

// How long nobody hears anything of a scan, in a pipe and on a screen.
const (
	saidEvery  = 2 * time.Second
	shownEvery = 250 * time.Millisecond
)

// count shows how many users were looked at.
func (a *app) count(domain string, about int) (tell func(users int), end func()) {
	c := plain.Counting{Name: domain, About: about, Every: saidEvery}
	if a.stderr != nil && a.stderr.Diverted() {
		c.Every, c.Bar = shownEvery, true
	} else {
		c.Size = a.canvas()
	}
	counting := (&plain.Renderer{Err: a.err}).Counting(c)
	return counting.Tell, counting.End
}

// canvas gives the size of the terminal at standard error, where things can be
// drawn on it in place; nil: they cannot, or are not wanted.
func (a *app) canvas() func() (columns, rows int) {
	if a.tty.Uncolored(a.wish()) || settings.Debug.Of(a.settings) || a.byLines() || a.stderr == nil {
		return nil
	}
	return a.stderr.Canvas()
}

// byLines says that the screen is to be spoken of in lines.
func (a *app) byLines() bool { return a.tty.ByLines(settings.Accessible.Of(a.settings)) }
