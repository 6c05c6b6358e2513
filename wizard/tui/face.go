package tui

import (
	"context"
	"errors"
	"sync/atomic"

	tea "github.com/charmbracelet/bubbletea"

	"writeback/steps"
	"writeback/wizard"
)

// face is what the flow holds of the screen: each of its methods sends a
// message, and those that ask wait for the outcome.
type face struct {
	ctx     context.Context // of the flow: for what is shown without one
	send    func(tea.Msg)
	gone    <-chan struct{} // closed when there is no screen any more
	titles  map[string]string
	discard func()         // drops what was typed and not read; nil: nothing can be
	shown   *review        // what was reviewed last
	ended   *wizard.Ending // what is left on the terminal after the screen
	busy    atomic.Int64   // the last busy line's number
}

var _ wizard.GuidedUI = (*face)(nil)

// await shows a screen and waits for what comes of it. Its error is ErrAborted
// where the person left, or that of ctx.
func (f *face) await(ctx context.Context, s screen, at station) (outcome, error) {
	reply := make(chan outcome, 1)
	f.send(promptMsg{screen: s, at: at, reply: reply})
	select {
	case o := <-reply:
		return o, o.err
	default:
	}
	select {
	case o := <-reply:
		return o, o.err
	case <-f.gone:
		return outcome{}, wizard.ErrAborted
	case <-ctx.Done():
		f.send(withdrawMsg{reply})
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
func (f *face) forget() {
	if f.discard == nil {
		return
	}
	f.discard()
	for range readAhead {
		f.send(turnMsg{})
	}
}

// Ask shows a group of questions on one screen.
func (f *face) Ask(ctx context.Context, g wizard.Group) (map[string]string, error) {
	if len(g.Questions) == 0 {
		return map[string]string{}, nil
	}
	o, err := f.await(ctx, newAsk(g), questions)
	return o.answers, err
}

// Busy shows what is being done, with a spinner, while nobody is asked.
func (f *face) Busy(what string) (done func()) {
	id := int(f.busy.Add(1))
	f.send(busyMsg{id, what})
	return func() { f.send(doneMsg{id}) }
}

// Choose shows a few ways to go on.
func (f *face) Choose(ctx context.Context, title, text string, options []wizard.Option) (string, error) {
	if len(options) == 0 {
		return "", errors.New("choose how to go on: there is no way to choose")
	}
	o, err := f.await(ctx, newChoose(title, text, options), stay)
	return o.text, err
}

// Review shows a plan until the person goes on.
func (f *face) Review(r wizard.Review) error {
	f.send(planMsg{r.Plan})
	f.shown = ofPlan(r)
	f.forget()
	_, err := f.await(f.ctx, f.shown, reviewing)
	return err
}

// ReviewUndo shows what an undo would take back until the person goes on.
func (f *face) ReviewUndo(r steps.Run) error {
	f.send(targetMsg{r.Target})
	f.shown = ofRun(r, f.titles)
	f.forget()
	_, err := f.await(f.ctx, f.shown, reviewing)
	return err
}

// Approve asks for the phrase. It is given, or the person leaves: there is no
// other answer.
func (f *face) Approve(ctx context.Context, phrase string) (bool, error) {
	o, err := f.await(ctx, newApprove(phrase, f.shown), approving)
	return o.yes, err
}

// Observe shows what the engine tells.
func (f *face) Observe(e steps.Event) { f.send(eventMsg{e}) }

// Browse shows the journals until something is to be done with one of them, or
// the person goes back.
func (f *face) Browse(ctx context.Context, p wizard.History) (run, what string, err error) {
	o, err := f.await(ctx, newHistory(p), stay)
	return o.run, o.text, err
}

// End shows how it ended, and how it can go on. Whoever leaves finds it on the
// terminal, where Run leaves it.
func (f *face) End(ctx context.Context, e wizard.Ending) (string, error) {
	f.ended = &e
	o, err := f.await(ctx, newEnd(e), ending)
	return o.text, err
}
