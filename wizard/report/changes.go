package report

import (
	"writeback/steps"
)

// changes are the lines that were approved or begun, in that order, each once, with
// what became of it last.
func changes(run steps.Run) []Change {
	t := tale{at: map[string]int{}, open: map[int]string{}, made: map[int]string{}, was: map[int]string{}}
	for _, rec := range run.Records {
		t.read(rec)
	}
	return t.all
}

// tale is the list while the journal is read. Lines are told apart by what was
// approved: [steps.Change.Key].
type tale struct {
	all  []Change
	at   map[string]int // key → its place in all
	open map[int]string // announcements, by line → key
	made map[int]string // what was made, by line → key
	was  map[int]string // announcements, by line → how the change stood before
	dc   string         // that is written to now
	who  steps.Who      // who writes
}

func (t *tale) change(step string, c steps.Change) *Change {
	key := c.Key(step)
	i, known := t.at[key]
	if !known {
		i = len(t.all)
		t.at[key] = i
		t.all = append(t.all, Change{Stage: step, Change: c, State: NotMade})
	}
	return &t.all[i]
}

func (t *tale) read(rec steps.Record) {
	switch rec.Kind {
	case steps.KindOpened, steps.KindReopened:
		t.dc, t.who = rec.Opening.Target.DC, rec.Opening.Who
	case steps.KindApproved:
		for _, s := range rec.Approval.Steps {
			for _, c := range s.Changes {
				if one := t.change(s.ID, c); one.State == NotMade {
					one.Approved, one.By, one.How = rec.Time, t.who, rec.Approval.How
				}
			}
		}
	case steps.KindIntent:
		t.announced(rec, rec.Change.Key(rec.Step), t.change(rec.Step, *rec.Change))
	case steps.KindUndoing:
		key, known := t.made[rec.Of]
		if !known {
			t.change(rec.Step, *rec.Change)
			key = rec.Change.Key(rec.Step)
		}
		t.announced(rec, key, &t.all[t.at[key]])
	case steps.KindMade, steps.KindUndone, steps.KindVoid, steps.KindFailed:
		t.end(rec)
	}
}

func (t *tale) announced(rec steps.Record, key string, c *Change) {
	t.open[rec.Seq], t.was[rec.Seq] = key, c.State
	c.State = InDoubt
}

// end reads what became of an announcement.
func (t *tale) end(rec steps.Record) {
	key, known := t.open[rec.Of]
	if !known { // in a journal that was tampered with
		t.change(rec.Step, *rec.Change)
		key = rec.Change.Key(rec.Step)
	}
	c := &t.all[t.at[key]]
	switch rec.Kind {
	case steps.KindMade:
		c.State, c.Made, c.DC, c.Seen, c.Error = Made, rec.Time, t.dc, rec.Settled, ""
		t.made[rec.Seq] = key
	case steps.KindUndone:
		c.State, c.TakenBack, c.Seen, c.Error = TakenBack, rec.Time, rec.Settled, ""
	case steps.KindFailed:
		c.Error = rec.Error
	case steps.KindVoid: // what was announced did not happen: it is as it was before, unless another announcement was made good
		if c.State == InDoubt {
			c.State = orElse(t.was[rec.Of], NotMade)
		}
		if rec.Error != "" {
			c.Error = rec.Error
		}
	}
}
