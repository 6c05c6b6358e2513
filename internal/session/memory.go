package session

import (
	"context"
	"errors"
	"fmt"
	"io/fs"

	"writeback/internal/settings"
	"writeback/steps"
	"writeback/steps/stages"
)

// memory is what the journals say of a place beside what was made there.
type memory struct {
	words map[string]steps.Attestation // by stage: what people attested
	told  *steps.Told                  // the last switch of writeback; nil: none decides anything
	// consented are the findings that somebody accepted by name, each with the newest
	// run of it that has something to undo.
	consented map[string]string

	history *steps.History // nil: the journals cannot be read
	target  steps.Target
}

// of is what they say where the tenant is known by now: nothing of another one counts.
func (m memory) of(tenant string) memory {
	if tenant == "" || m.history == nil {
		return m
	}
	m.target.Tenant = tenant
	m.words, _ = m.history.Attested(m.target) // what is wrong with a journal was said
	m.told, _ = m.history.LastTold(m.target, stages.WritebackInfo.ID)
	return m
}

// any says that the stages of the cloud were spoken of before.
func (m memory) any() bool { return len(m.words) > 0 || m.handed() }

// handed says that somebody brought an answer of the sync server before.
func (m memory) handed() bool { return m.told != nil && m.told.Host != "" }

// memory reads it, as far as the journals can be read.
func (c *Caller) memory(target steps.Target) (m memory, err error) {
	store, err := c.ReadStore()
	if err == nil {
		m.history, m.target = store.History(), target
		m.words, err = m.history.Attested(target)
		m.told, _ = m.history.LastTold(target, stages.WritebackInfo.ID) // its error is the same one
		m.consented = consented(m.history, target)
	}
	if errors.Is(err, fs.ErrPermission) || len(JournalErrors(err)) > 0 {
		for _, l := range steps.Lines(err) {
			fmt.Fprintf(c.Stderr, "writeback: %s: an interrupted run, an attestation or an answer in it would not show here (writeback runs repair says more)\n", steps.Plain(l))
		}
		return m, nil // who writes is stopped where the journal might be in the way
	}
	return m, err
}

// remember puts the answer of a switch that was handed over into the journal, where it
// decides what comes next in later calls, too. A call that only explains or takes back
// leaves the journal alone. Where it cannot be written, the call goes on: its own verdict
// does not depend on it.
func (s *Session) remember(ctx context.Context, of Purpose, skip map[string]bool) {
	c := s.caller
	if settings.HandoffAnswer.Of(c.Settings) == "" || skip[stages.WritebackInfo.ID] || of.Verb == explain || of.Undo != nil {
		return
	}
	t, worth, err := s.Writeback.Answer(ctx)
	if err != nil || !worth {
		return // the inspection that follows says why
	}
	run, err := c.tell(s.Opening, t)
	switch {
	case err != nil:
		fmt.Fprintf(c.Stderr, "writeback: the answer of %s was not put into the journal, so the next call does not know it: %s\n", steps.Plain(t.Host), steps.Plain(err.Error()))
	case run.ID != "":
		fmt.Fprintf(c.Stderr, "remembered: what %s answered (%s), in run %s\n", steps.Plain(t.Host), t.Outcome, run.ID)
	}
}

// tell writes an answer down, with the lock that this process holds, or one of its own.
func (c *Caller) tell(o steps.Opening, t steps.Told) (run steps.Run, err error) {
	s := c.journals
	if s == nil || s.closed {
		if s, err = c.OpenJournals(o.Verb); err != nil {
			return run, err
		}
		defer func() { err = errors.Join(err, s.Close()) }()
	}
	return s.Store.Tell(o, t)
}
