package tui

import (
	"context"
	"errors"
	"sync/atomic"

	tea "github.com/charmbracelet/bubbletea"

	"writeback/steps"
	"writeback/wizard"
)

// ui is what the flow holds of the screen: each of its methods sends a
// message, and those that ask wait for the outcome.
type ui struct {
	ctx     context.Context // of the flow: for what is shown without one
	send    func(tea.Msg)
	gone    <-chan struct{} // closed when there is no screen any more
	titles  map[string]string
	discard func()         // drops what was typed and not read; nil: nothing can be
	shown   *review        // what was reviewed last
	ended   *wizard.Ending // what is left on the terminal after the screen
	busy    atomic.Int64   // the last busy line's number
}

var _ wizard.GuidedUI = (*ui)(nil)

// await shows a screen and waits for what comes of it. Its error is ErrAborted
// where the person left, or that of ctx.
func (u *ui) await(ctx context.Context, s screen, at station) (outcome, error) {
	reply := make(chan outcome, 1)
	u.send(promptMsg{screen: s, at: at, reply: reply})
	select {
	case o := <-reply:
		return o, o.err
	default:
	}
	select {
	case o := <-reply:
		return o, o.err
	case <-u.gone:
		return outcome{}, wizard.ErrAborted
	case <-ctx.Done():
		u.send(withdrawMsg{reply})
		if cause := context.Cause(ctx); errors.Is(cause, wizard.ErrAborted) {
			return outcome{}, wizard.ErrAborted
		}
		return outcome{}, ctx.Err()
	}
}

// readAhead is how many keys may be read and not delivered: one read of the
// terminal gives at most so many.
const readAhead = 256

// turnMsg takes a turn between keys, and does nothing.
type turnMsg struct{}

// forget drops what was typed before a review is shown: first what was not read,
// then what is on its way, which goes to the screen of before.
func (u *ui) forget() {
	if u.discard == nil {
		return
	}
	u.discard()
	for range readAhead {
		u.send(turnMsg{})
	}
}

// Ask shows a group of questions on one screen.
func (u *ui) Ask(ctx context.Context, g wizard.Group) (map[string]string, error) {
	if len(g.Questions) == 0 {
		return map[string]string{}, nil
	}
	o, err := u.await(ctx, newAsk(g), questions)
	return o.answers, err
}

// Busy shows what is being done, with a spinner, while nobody is asked.
func (u *ui) Busy(what string) (done func()) {
	id := int(u.busy.Add(1))
	u.send(busyMsg{id, what})
	return func() { u.send(doneMsg{id}) }
}

// Choose shows a few ways to go on.
func (u *ui) Choose(ctx context.Context, title, text string, options []wizard.Option) (string, error) {
	if len(options) == 0 {
		return "", errors.New("choose how to go on: there is no way to choose")
	}
	o, err := u.await(ctx, newChoose(title, text, options), stay)
	return o.text, err
}

// Review shows a plan until the person goes on.
func (u *ui) Review(r wizard.Review) error {
	u.send(planMsg{r.Plan})
	u.shown = ofPlan(r)
	u.forget()
	_, err := u.await(u.ctx, u.shown, reviewing)
	return err
}

// ReviewUndo shows what an undo would take back until the person goes on.
func (u *ui) ReviewUndo(r steps.Run) error {
	u.send(targetMsg{r.Target})
	u.shown = ofRun(r, u.titles)
	u.forget()
	_, err := u.await(u.ctx, u.shown, reviewing)
	return err
}

// Approve asks for the phrase. It is given, or the person leaves: there is no
// other answer.
func (u *ui) Approve(ctx context.Context, phrase string) (bool, error) {
	o, err := u.await(ctx, newApprove(phrase, u.shown), approving)
	return o.yes, err
}

// Observe shows what the engine tells.
func (u *ui) Observe(e steps.Event) { u.send(eventMsg{e}) }

// Browse shows the journals until something is to be done with one of them, or
// the person goes back.
func (u *ui) Browse(ctx context.Context, p wizard.History) (run, what string, err error) {
	o, err := u.await(ctx, newHistory(p), stay)
	return o.run, o.text, err
}

// End shows how it ended, and how it can go on. Whoever leaves finds it on the
// terminal, where Run leaves it.
func (u *ui) End(ctx context.Context, e wizard.Ending) (string, error) {
	u.ended = &e
	o, err := u.await(ctx, newEnd(e), ending)
	return o.text, err
}
