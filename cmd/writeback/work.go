package main

import (
	"context"
	"time"

	"writeback/internal/session"
	"writeback/internal/settings"
	"writeback/internal/terminal"
	"writeback/wizard"
	"writeback/wizard/plain"
)

// work is a session with its face.
type work struct {
	wizard.Sitting
	session *session.Session
	face    *plain.Face
}

// open opens a session for a purpose.
func (a *app) open(ctx context.Context, of session.Purpose) (*work, error) {
	s, err := a.caller().Open(ctx, of)
	if err != nil {
		return nil, err
	}
	return a.faced(s), nil
}

// faced gives a session the face that flags and terminal ask for.
func (a *app) faced(s *session.Session) *work {
	face := a.face()
	s.Runner.Observe = a.caller().Observed(face.Observe)
	return &work{session: s, face: face, Sitting: wizard.Sitting{
		Runner: s.Runner, Opening: s.Opening, Face: face, Yes: settings.Yes.Of(a.settings), Phrase: s.Runner.Target.Domain, Advice: advice(),
	}}
}

// wish is what --no-color says.
func (a *app) wish() terminal.Wish {
	return terminal.Wish{None: settings.NoColor.Of(a.settings), ByFlag: a.settings.ByFlag(settings.NoColor)}
}

func (a *app) face() *plain.Face {
	f := &plain.Face{Out: a.out, Err: a.err, JSON: settings.Output.Of(a.settings) == settings.JSON}
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
	if a.aside != nil && a.aside.Diverted() {
		c.Every, c.Bar = shownEvery, true
	} else {
		c.Size = a.canvas()
	}
	counting := (&plain.Face{Err: a.err}).Counting(c)
	return counting.Tell, counting.End
}
