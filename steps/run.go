package steps

import (
	"cmp"
	"encoding/json"
	"slices"
	"time"
)

// The states of a [Run].
const (
	RunEmpty    = "empty"    // nothing of it was ever in the world
	RunAttested = "attested" // it only holds what a person said
	RunTold     = "told"     // it only holds what came back of something that was handed over
	RunDone     = "done"     // everything was as it should be at its end
	RunManual   = "manual"   // the same, but for what a person has to do
	RunPartial  = "partial"  // it stopped before its end, by an error, by the user, or because the process died
	RunInDoubt  = "in doubt" // a write began, and nobody has looked yet whether it happened
	RunUndone   = "undone"   // nothing of it is left in the world
)

// Owned is a change that a run made and that is still ours.
type Owned struct {
	Seq    int    // the line that says that it was made
	Step   string // the step's ID
	Change Change // as it was made
	At     time.Time
	data   draft           // what undo is given
	intent draft           // what was intended
	kept   json.RawMessage // its object as it was kept before; nil: it was not
}

// verbUndo is what a process that takes a run back calls itself.
const verbUndo = "undo"

// Run is what a journal says about one run.
type Run struct {
	ID        string
	Started   time.Time
	Ended     time.Time // the time of the last record
	State     string    // [RunDone], …
	ChangeID  string    // the change that it is a part of; "": none
	Target    Target
	Program   string // version of the program that began it
	Who       Who    // who began it
	Settings  map[string]Setting
	Approval  *Approval     // the latest; nil before the first
	Steps     []string      // IDs of the steps that it wrote in, in order
	Made      []Owned       // made and not undone, in the order in which they were made
	Error     string        // why it ended, where it ended badly
	Outcome   []StepPlan    // how its steps stood when an apply of it last ended; nil where the journal does not say
	Inspected time.Time     // when that was
	Attested  []Attestation // what a person said, in the order in which it was said
	Told      []Told        // what came back of what was handed over, in the order in which it was brought
	Records   []Record      // all lines of the journal

	// Digest is the SHA-256 of the journal's whole lines, 64 hexadecimal digits;
	// "" where it was not read from a file.
	Digest string

	planned []string        // IDs of the steps that any approval of it was about
	ended   map[string]bool // by step: it was as it should be, or a person's, when an apply last looked at it
	doubts  []doubt
	kept    map[string]json.RawMessage // by step and object: as it was before our first write
	digests []string                   // of the file up to and with each record
}

// Unfinished tells whether the run should be continued before another one is
// begun: something of it is left to be made, or to be looked at.
func (r Run) Unfinished() bool {
	return r.State == RunPartial || r.State == RunInDoubt
}

// about tells whether the run is, or was to be, at work in a step: where nothing was
// approved yet, in any.
func (r Run) about(step string) bool {
	if r.Approval == nil {
		return true
	}
	return slices.Contains(r.Steps, step) || slices.Contains(r.planned, step)
}

// stages are the steps that it is about.
func (r Run) stages() []string {
	ids := slices.Clone(r.planned)
	for _, id := range r.Steps {
		if !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	return ids
}

// open are the steps that it is about and that did not come to their end.
func (r Run) open() []string {
	return slices.DeleteFunc(r.stages(), func(id string) bool { return r.ended[id] })
}

// Idle tells whether this program neither made nor was to make anything in the run.
func (r Run) Idle() bool {
	return r.State == RunEmpty || r.State == RunAttested || r.State == RunTold
}

// Undoable tells whether an undo would have anything to do, or to look at.
func (r Run) Undoable() bool {
	return len(r.Made) > 0 || r.State == RunInDoubt
}

// doubt is an announcement without an ending.
type doubt struct {
	seq    int // of the intent, or of the undoing
	step   string
	target string // of the intent: the object that was kept
	of     int    // undoing: the made line
	draft  draft  // the intent's, or that of the made line
	kept   json.RawMessage
	named  *Change       // the change with the names that hold now; nil: nobody looked
	late   bool          // the write came back with an error that does not say whether it will still happen
	since  time.Duration // how long ago the announcement was when the last record was written
}

func keptKey(step, target string) string { return step + "\n" + target }

func (d doubt) undo() bool { return d.of != 0 }

// replay tells the story of a journal's records.
func replay(id string, records []Record) Run {
	r := Run{ID: id, State: RunEmpty, Records: records, kept: map[string]json.RawMessage{}, ended: map[string]bool{}}
	p := story{Run: &r, open: map[int]doubt{}, touched: map[string]bool{}, saved: map[string]json.RawMessage{}}
	for _, rec := range records {
		p.read(rec)
	}
	for i, rec := range records {
		if d, ok := p.open[rec.Seq]; ok {
			d.since = passed(records[i:])
			r.doubts = append(r.doubts, d)
		}
	}
	r.State = p.state()
	return r
}

type story struct {
	*Run
	open    map[int]doubt              // announcements without an ending, by line
	touched map[string]bool            // by step and object: we wrote it
	saved   map[string]json.RawMessage // by step and object: kept, by whatever came after
	ever    bool                       // something was made
	closing string                     // state of the last "closed", "" when work began again after it
}

func (p *story) read(rec Record) {
	p.Ended = rec.Time
	d := draft{data: rec.Data}
	if rec.Change != nil {
		d.change = *rec.Change
	}
	switch rec.Kind {
	case KindOpened:
		p.ChangeID = rec.Opening.ChangeID
		p.Started, p.Target, p.Program, p.Who, p.Settings = rec.Time, rec.Opening.Target, rec.Opening.Program, rec.Opening.Who, rec.Opening.Settings
	case KindReopened:
		p.ChangeID = cmp.Or(p.ChangeID, rec.Opening.ChangeID)
		if rec.Opening.Verb == verbUndo { // which touches nothing new
			p.Target.DC = cmp.Or(rec.Opening.Target.DC, p.Target.DC)
		} else {
			p.Target = p.Target.With(rec.Opening.Target)
		}
	case KindApproved:
		p.Approval, p.closing, p.Error = rec.Approval, "", ""
		for _, s := range rec.Approval.Steps {
			if (StepPlan{State: s.State}).Planned() && !slices.Contains(p.planned, s.ID) {
				p.planned = append(p.planned, s.ID)
			}
		}
	case KindIntent:
		p.closing = ""
		if was, there := p.saved[keptKey(rec.Step, rec.Target)]; there {
			p.kept[keptKey(rec.Step, rec.Target)] = was
		}
		p.open[rec.Seq] = doubt{seq: rec.Seq, step: rec.Step, target: rec.Target, draft: d, kept: p.kept[keptKey(rec.Step, rec.Target)]}
		p.wrote(rec.Step)
	case KindSaved:
		p.saved[keptKey(rec.Step, rec.Target)] = rec.Data
	case KindFailed:
		o := p.open[rec.Of]
		o.late = !rec.Answered
		p.open[rec.Of] = o
	case KindUndoing:
		p.closing = ""
		o, _ := p.owned(rec.Of)
		p.open[rec.Seq] = doubt{seq: rec.Seq, step: rec.Step, of: rec.Of, draft: o.data}
	case KindMade:
		p.ever = true
		p.touched[keptKey(rec.Step, p.open[rec.Of].target)] = true
		o := p.open[rec.Of]
		p.Made = append(p.Made, Owned{Seq: rec.Seq, Step: rec.Step, Change: d.change, At: rec.Time, data: d, intent: o.draft, kept: o.kept})
		delete(p.open, rec.Of)
	case KindUndone:
		p.disown(p.open[rec.Of].of)
		delete(p.open, rec.Of)
	case KindVoid:
		// Nothing was written, so what was kept need not be what will be there
		// before our first write: unless another change of the same write was made, or
		// may have been.
		o := p.open[rec.Of]
		delete(p.open, rec.Of)
		if !o.undo() && !p.touched[keptKey(o.step, o.target)] && !p.announced(o.step, o.target) {
			delete(p.kept, keptKey(o.step, o.target))
			delete(p.saved, keptKey(o.step, o.target))
		}
	case KindAttested:
		p.Attested = append(p.Attested, *rec.Attestation)
	case KindTold:
		p.Told = append(p.Told, *rec.Told)
	case KindClosed:
		p.closing, p.Error = rec.State, rec.Error
		for _, s := range rec.Outcome {
			if s.Planned() { // of what was left out an earlier apply has the last word
				p.ended[s.ID] = s.State == StateOK || s.State == StateManual
			}
		}
		if rec.Outcome != nil {
			p.Outcome = rec.Outcome
			if len(rec.Outcome) > 0 {
				p.Inspected = rec.Time
			}
		}
	}
}

// announced says that a change of an object began to be made, and has not ended.
func (p *story) announced(step, target string) bool {
	for _, o := range p.open {
		if !o.undo() && o.step == step && o.target == target {
			return true
		}
	}
	return false
}

func (p *story) wrote(step string) {
	for _, s := range p.Steps {
		if s == step {
			return
		}
	}
	p.Steps = append(p.Steps, step)
}

func (r *Run) owned(seq int) (Owned, bool) {
	for _, o := range r.Made {
		if o.Seq == seq {
			return o, true
		}
	}
	return Owned{}, false
}

func (r *Run) disown(seq int) {
	left := make([]Owned, 0, len(r.Made))
	for _, o := range r.Made {
		if o.Seq != seq {
			left = append(left, o)
		}
	}
	r.Made = left
}

func (p *story) state() string {
	switch {
	case len(p.waiting()) > 0:
		return RunInDoubt
	case p.closing == ResultDone:
		return RunDone
	case p.closing == ResultManual:
		return RunManual
	case len(p.Made) > 0:
		return RunPartial
	case p.ever || p.closing == ResultUndone:
		return RunUndone
	case len(p.Attested) > 0:
		return RunAttested
	case len(p.Told) > 0:
		return RunTold
	}
	return RunEmpty
}

// made is what the run made in a step and still owns.
func (r *Run) made(step string) []Change {
	out := []Change{}
	for _, o := range r.Made {
		if o.Step == step {
			out = append(out, o.Change)
		}
	}
	return out
}
