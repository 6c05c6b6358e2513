package steps

import "time"

// Session is one process that worked on a run.
type Session struct {
	Began   time.Time `json:"began"`
	Ended   time.Time `json:"ended,omitzero"` // zero: the journal does not say that it came to its end
	Verb    string    `json:"verb"`
	How     string    `json:"how,omitempty"` // how it was approved, where no plan was
	Who     Who       `json:"who"`
	DC      string    `json:"dc"`
	Program string    `json:"program"`
	State   string    `json:"state,omitempty"`
	Error   string    `json:"error,omitempty"`
}

// Sessions are the processes that worked on the run, in order.
func (r Run) Sessions() []Session {
	out := []Session{}
	for _, rec := range r.Records {
		switch {
		case rec.Opening != nil && (rec.Kind == KindOpened || rec.Kind == KindReopened):
			o := rec.Opening
			out = append(out, Session{Began: rec.Time, Verb: o.Verb, How: o.How, Who: o.Who, DC: o.Target.DC, Program: o.Program})
		case rec.Kind == KindClosed && len(out) > 0:
			last := &out[len(out)-1]
			last.Ended, last.State, last.Error = rec.Time, rec.State, rec.Error
		}
	}
	return out
}

// Verb is what the run was begun for; "" where it never began.
func (r Run) Verb() string {
	if len(r.Records) == 0 || r.Records[0].Opening == nil {
		return ""
	}
	return r.Records[0].Opening.Verb
}

// Counts says how many changes the run has made, and how many of them were taken back.
func (r Run) Counts() (made, undone int) {
	for _, rec := range r.Records {
		switch rec.Kind {
		case KindMade:
			made++
		case KindUndone:
			undone++
		}
	}
	return made, undone
}

// Consent is somebody's word for what a process did: to the lines of a plan, or to an
// undo.
type Consent struct {
	At       time.Time
	Verb     string // of the process
	Who      Who
	How      string
	DC       string
	Lines    int       // that were approved; an undo binds those that are ours
	Approval *Approval // nil: of an undo
}

// Consents are all that were given in the run, in order. An undo says itself how it was
// approved.
func (r Run) Consents() []Consent {
	out := []Consent{}
	var now Opening
	ours := 0
	for _, rec := range r.Records {
		switch rec.Kind {
		case KindOpened, KindReopened:
			now = *rec.Opening
			if now.How != "" {
				out = append(out, Consent{At: rec.Time, Verb: now.Verb, Who: now.Who, How: now.How, DC: now.Target.DC, Lines: ours})
			}
		case KindMade:
			ours++
		case KindUndone:
			ours--
		case KindApproved:
			one := Consent{At: rec.Time, Verb: now.Verb, Who: now.Who, How: rec.Approval.How, DC: rec.Approval.Target.DC, Approval: rec.Approval}
			for _, s := range rec.Approval.Steps {
				one.Lines += len(s.Changes)
			}
			out = append(out, one)
		}
	}
	return out
}
