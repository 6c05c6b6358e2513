package steps

import (
	"errors"
	"time"

	"writeback/internal/visible"
)

// Told is what came back of something that was handed over: a person ran it on Host,
// where this program does not reach, and brought the answer. It is remembered because
// it decides what comes next, also in a later call that is not given the answer again.
// It proves nothing of how things are now.
type Told struct {
	Step    string    `json:"step"`
	Host    string    `json:"host"`              // who answered
	At      time.Time `json:"at"`                // when, by its clock; UTC
	Object  string    `json:"object"`            // what the answer is about there: a connector, by its name
	After   string    `json:"after"`             // what was wanted, or, of [ToldInspected], how it stood: as in [Change.After]
	Outcome string    `json:"outcome"`           // [ToldMade], …
	Reason  string    `json:"reason,omitempty"`  // of [ToldRefused], a stable code
	Says    string    `json:"says,omitempty"`    // what was said of it there, in its words
	Text    string    `json:"text,omitempty"`    // why it was not made, for people; "": it was, or was not needed
	Ignored string    `json:"ignored,omitempty"` // why the answer does not count; "": it does
}

// The outcomes of a [Told].
const (
	ToldMade      = "made"
	ToldAlready   = "already"  // it was so before: nothing was done
	ToldRefused   = "refused"  // nothing was done, because of Reason
	ToldFailed    = "failed"   // it was tried, and things stand as before
	ToldDoubt     = "in-doubt" // whether it was made is not known
	ToldInspected = "looked"   // nothing was to be changed
)

// mostTold is how long a text of a [Told] may be, in characters.
const mostTold = 1000

// harmless is t with texts that are short and that a screen shows as they are.
func (t Told) harmless() Told {
	for _, text := range []*string{&t.Host, &t.Object, &t.After, &t.Reason, &t.Says, &t.Text, &t.Ignored} {
		*text = visible.Words(*text, mostTold)
	}
	t.At = t.At.UTC()
	return t
}

// Tell remembers an answer in a run of its own, as [Store.Attest] does with a word.
// One that is remembered already is not remembered again: the Run is empty then.
func (s *Store) Tell(o Opening, t Told) (Run, error) {
	if t.Step == "" || t.Host == "" || t.Outcome == "" {
		return Run{}, errors.New("an answer needs a step, who gave it, and an outcome")
	}
	t = t.harmless()
	all, _ := s.History().Answers(o.Target) // what cannot be read has told nothing
	for _, known := range all {
		if known.At.Equal(t.At) {
			known.At = t.At
		}
		if known.Told == t {
			return Run{}, nil
		}
	}
	j, err := s.Create(o)
	if err != nil {
		return Run{}, err
	}
	_, err = j.append(Record{Kind: KindTold, Step: t.Step, Told: &t})
	if err == nil {
		err = j.closeRun(RunTold, nil)
	}
	return j.Run(), errors.Join(err, j.Close())
}

// Answer is a [Told], and the run whose journal holds it.
type Answer struct {
	Run string `json:"run"`
	Told
}

// Answers are all answers about target, in the order in which they were brought.
// Journals that cannot be trusted are left out, and named in the error as by
// [History.Runs].
func (h *History) Answers(target Target) ([]Answer, error) {
	runs, err := h.about(target)
	var out []Answer
	for _, r := range runs {
		for _, t := range r.Told {
			out = append(out, Answer{Run: r.ID, Told: t})
		}
	}
	return out, err
}

// LastTold is what decides how a step of target goes on, as the journals have it: the
// latest answer, unless this program has made or undone the step's change since. A
// write of its own that the other side answered with an error counts as an answer, too.
// nil: there is none. The error is as that of [History.Answers].
func (h *History) LastTold(target Target, step string) (*Told, error) {
	runs, err := h.about(target)
	var last *Told
	var at time.Time
	for _, r := range runs {
		for _, rec := range r.Records {
			if rec.Kind == KindFailed && r.Records[rec.Of-1].Kind != KindIntent {
				continue // of an undo
			}
			t, when, ends := rec.told(step)
			if t == nil && !ends || when.Before(at) || t.refuses() && last != nil && !last.refuses() {
				continue
			}
			last, at = t, when
		}
	}
	return last, err
}

// refuses says that nothing was tried, which tells nothing of a try before.
func (t *Told) refuses() bool { return t != nil && t.Outcome == ToldRefused }

// told is what a record says of the tries at a step: an answer, or that an earlier one
// decides nothing any more.
func (r Record) told(step string) (t *Told, at time.Time, ends bool) {
	switch {
	case r.Step != step:
	case r.Kind == KindTold && (r.Told.Ignored == "" || r.Told.Outcome == ToldRefused):
		at = r.Told.At // by its clock, which may be fast: no answer is given after it was brought
		if r.Time.Before(at) {
			at = r.Time
		}
		return r.Told, at, false
	case r.Kind == KindFailed && r.Answered:
		return &Told{Step: step, At: r.Time, After: r.Change.After, Outcome: ToldFailed, Text: visible.Words(r.Error, mostTold)}, r.Time, false
	case r.Kind == KindMade, r.Kind == KindUndone:
		return nil, r.Time, true
	}
	return nil, time.Time{}, false
}
