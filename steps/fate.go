package steps

import (
	"cmp"
	"time"
)

// What became of a change, as the records tell it.
const (
	FateNotMade   = "not made"   // approved, and not in the world by this run
	FateMade      = "made"       // in the world, and ours
	FateTakenBack = "taken back" // it was made, and is not in the world any more
	FateInDoubt   = "in doubt"   // a write began, and nobody has looked yet whether it happened
)

// Fate is one line that was approved, and what became of it.
type Fate struct {
	Step string `json:"stage"`
	Change
	State     string    `json:"state"` // [FateNotMade], …
	Approved  time.Time `json:"approved,omitzero"`
	By        Who       `json:"by,omitzero"`   // who approved it
	How       string    `json:"how,omitempty"` // and how
	Made      time.Time `json:"made,omitzero"`
	TakenBack time.Time `json:"takenBack,omitzero"`
	DC        string    `json:"dc,omitempty"`    // of the run when it was made
	Seen      bool      `json:"seen,omitempty"`  // known by looking afterwards
	Error     string    `json:"error,omitempty"` // what the last try came back with
}

// Fates are the lines that were approved or begun, in that order, each once, with what
// became of it last.
func (r Run) Fates() []Fate {
	t := tale{at: map[string]int{}, open: map[int]string{}, made: map[int]string{}, was: map[int]string{}}
	for _, rec := range r.Records {
		t.read(rec)
	}
	return t.all
}

// tale is the list while the journal is read. Lines are told apart by what was
// approved: [Change.Key].
type tale struct {
	all  []Fate
	at   map[string]int // key → its place in all
	open map[int]string // announcements, by line → key
	made map[int]string // what was made, by line → key
	was  map[int]string // announcements, by line → how the change stood before
	dc   string         // that is written to now
	who  Who            // who writes
}

func (t *tale) fate(step string, c Change) *Fate {
	key := c.Key(step)
	i, known := t.at[key]
	if !known {
		i = len(t.all)
		t.at[key] = i
		t.all = append(t.all, Fate{Step: step, Change: c, State: FateNotMade})
	}
	return &t.all[i]
}

func (t *tale) read(rec Record) {
	switch rec.Kind {
	case KindOpened, KindReopened:
		t.dc, t.who = rec.Opening.Target.DC, rec.Opening.Who
	case KindApproved:
		for _, s := range rec.Approval.Steps {
			for _, c := range s.Changes {
				if one := t.fate(s.ID, c); one.State == FateNotMade {
					one.Approved, one.By, one.How = rec.Time, t.who, rec.Approval.How
				}
			}
		}
	case KindIntent:
		t.announced(rec, rec.Change.Key(rec.Step), t.fate(rec.Step, *rec.Change))
	case KindUndoing:
		key, known := t.made[rec.Of]
		if !known {
			t.fate(rec.Step, *rec.Change)
			key = rec.Change.Key(rec.Step)
		}
		t.announced(rec, key, &t.all[t.at[key]])
	case KindMade, KindUndone, KindVoid, KindFailed:
		t.end(rec)
	}
}

func (t *tale) announced(rec Record, key string, f *Fate) {
	t.open[rec.Seq], t.was[rec.Seq] = key, f.State
	f.State = FateInDoubt
}

// end reads what became of an announcement.
func (t *tale) end(rec Record) {
	key, known := t.open[rec.Of]
	if !known { // in a journal that was tampered with
		t.fate(rec.Step, *rec.Change)
		key = rec.Change.Key(rec.Step)
	}
	f := &t.all[t.at[key]]
	switch rec.Kind {
	case KindMade:
		f.State, f.Made, f.DC, f.Seen, f.Error = FateMade, rec.Time, t.dc, rec.ByInspection, ""
		t.made[rec.Seq] = key
	case KindUndone:
		f.State, f.TakenBack, f.Seen, f.Error = FateTakenBack, rec.Time, rec.ByInspection, ""
	case KindFailed:
		f.Error = rec.Error
	case KindVoid: // what was announced did not happen: it is as it was before, unless another announcement was made good
		if f.State == FateInDoubt {
			f.State = cmp.Or(t.was[rec.Of], FateNotMade)
		}
		if rec.Error != "" {
			f.Error = rec.Error
		}
	}
}
