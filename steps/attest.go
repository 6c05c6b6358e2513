package steps

import (
	"errors"
	"fmt"
	"time"

	"writeback/internal/visible"
)

// Attestation is a person's word that a manual step was done, or, where Says is
// [SaysWithdrawn], that the word is taken back. It is remembered, and never
// taken for a proof.
type Attestation struct {
	Step string    `json:"step"`
	Says string    `json:"says"` // [SaysDone] or [SaysWithdrawn]
	By   string    `json:"by"`   // who says so
	Note string    `json:"note,omitempty"`
	At   time.Time `json:"at"` // UTC
}

// What an [Attestation] says.
const (
	SaysDone      = "done"
	SaysWithdrawn = "withdrawn"
)

// Attest remembers a person's word in a run of its own. a.At is filled in.
func (s *Store) Attest(o Opening, a Attestation) (Run, error) {
	if a.Step == "" || a.By == "" {
		return Run{}, errors.New("an attestation needs a step and somebody who says it")
	}
	for _, text := range []string{a.Step, a.By, a.Note} {
		if err := visible.Check(text); err != nil {
			return Run{}, fmt.Errorf("attest %q: %w", Plain(text), err)
		}
	}
	j, err := s.Create(o)
	if err != nil {
		return Run{}, err
	}
	a.At = j.now().UTC().Truncate(time.Millisecond)
	_, err = j.append(Record{Kind: KindAttested, Step: a.Step, Attestation: &a})
	if err == nil {
		err = j.closeRun(RunAttested, nil)
	}
	return j.Run(), errors.Join(err, j.Close())
}

// Word is a person's word, and the run whose journal holds it.
type Word struct {
	Run string
	Attestation
}

// Words are all words on target, the oldest first, those that were withdrawn and
// the withdrawals as well. Journals that cannot be trusted are left out, and named
// in the error as by [History.Runs].
func (h *History) Words(target Target) ([]Word, error) {
	runs, err := h.about(target)
	var out []Word
	for _, r := range runs {
		for _, a := range r.Attested {
			out = append(out, Word{Run: r.ID, Attestation: a})
		}
	}
	if err != nil {
		err = fmt.Errorf("read what people said of %v: %w", target, err)
	}
	return out, err
}

// Attested gives the latest word on each step of target, by step. Words that
// were withdrawn are left out. Journals that cannot be trusted are as well, and
// named in the error; the words of the others are good in any case.
func (h *History) Attested(target Target) (map[string]Attestation, error) {
	words, err := h.Words(target)
	out := map[string]Attestation{}
	for _, w := range words {
		out[w.Step] = w.Attestation
		if w.Says != SaysDone {
			delete(out, w.Step)
		}
	}
	return out, err
}
