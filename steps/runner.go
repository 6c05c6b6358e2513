package steps

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"writeback/internal/visible"
)

// DefaultWriteTimeout is how long one write, and the inspection that resolves it, may
// take where [Runner.WriteTimeout] is zero.
const DefaultWriteTimeout = 2 * time.Minute

// Runner runs steps, in their order, on the caller's goroutine. Its fields are
// set before its first use.
type Runner struct {
	Steps    []Step
	Target   Target             // where the steps' clients reach
	Settings map[string]Setting // for the plan document
	Skip     map[string]bool    // IDs of steps that are left out on purpose
	// Others are those of Skip that are somebody else's part: they are unplanned, not left
	// out. Nil for a step: nobody has planned it yet.
	Others map[string]*Planning
	// Reported is what others' journals say, by step: it is shown, and decides nothing.
	Reported map[string][]Evidence
	// ChangeID is the change that a plan is a part of; "": none.
	ChangeID string

	// BringBack says that an undo may bring back what the run removed: a person
	// has approved each line of it, or has given the run's digest.
	BringBack bool
	// Accept is what a person has accepted by name. Same compares the values of two
	// such names; nil: as texts, whatever their case.
	Accept []Acceptance
	Same   func(a, b string) bool

	// Measure tells what a plan does for those it is for. It is asked once all steps
	// have been looked at. Nil, or a nil Coverage: nobody measures.
	Measure func(ctx context.Context, all []StepPlan) (*Coverage, error)
	// Observe is told everything that happens, when it happens. Nil: nobody
	// looks.
	Observe func(Event)
	// WriteTimeout bounds one write. A write that has begun is not cancelled
	// with the caller's context, so it needs a bound of its own. Zero:
	// [DefaultWriteTimeout].
	WriteTimeout time.Duration
	// Now is the clock for [Plan.Created]; nil is time.Now.
	Now func() time.Time

	there map[string][]Change // by step: what was found in place when it was looked at last
}

// Plan looks at every step and says what would be done. It writes nothing. The
// first step that cannot be looked at ends it; the error is a
// [*CancelledError] when ctx was.
func (r *Runner) Plan(ctx context.Context) (Plan, error) {
	p := Plan{FormatVersion: FormatVersion, ChangeID: r.ChangeID, Target: r.Target, Settings: r.Settings, Created: r.now().Truncate(time.Millisecond)}
	if err := r.check(); err != nil {
		return p.normal(), err
	}
	r.forget()
	for _, s := range r.Steps {
		sp, _, err := r.inspect(ctx, s)
		if err != nil {
			return p.normal(), err
		}
		p.Steps = append(p.Steps, sp)
		r.tell(StepPlanned{sp})
	}
	p = p.normal()
	r.tellUnused(p.Steps)
	var err error
	p.Coverage, err = r.measure(ctx, p.Steps)
	return p, err
}

func (r *Runner) measure(ctx context.Context, all []StepPlan) (*Measured, error) {
	if r.Measure == nil {
		return nil, nil
	}
	c, err := r.Measure(ctx, all)
	switch {
	case err != nil:
		return nil, cancelled(ctx, err)
	case c == nil:
		return nil, nil
	}
	return c.Measured(), nil
}

// Verify looks at every step as Plan does, and lets those that have nothing
// left to change, and can, try it out. It writes nothing.
func (r *Runner) Verify(ctx context.Context) (Verification, error) {
	v := Verification{FormatVersion: FormatVersion, OK: true, Steps: []StepPlan{}}
	if err := r.check(); err != nil {
		return v, err
	}
	r.forget()
	for _, s := range r.Steps {
		sp, _, err := r.inspect(ctx, s)
		if err == nil {
			sp, err = prove(ctx, s, sp)
		}
		if err != nil {
			v.OK = false
			return v, err
		}
		v.Steps = append(v.Steps, sp)
		v.OK = v.OK && (sp.State == StateOK || sp.State == StateSkipped)
		r.tell(StepPlanned{sp})
	}
	var err error
	v.Coverage, err = r.measure(ctx, v.Steps)
	v.OK = v.OK && v.Inspected() && err == nil
	return v, err
}

// forget has every step inspect afresh, unless it is skipped: who asks again has a
// reason to.
func (r *Runner) forget() {
	for _, s := range r.Steps {
		if !r.Skip[s.Info().ID] {
			s.forget()
		}
	}
}

// leftOut is a step that is not looked at.
func (r *Runner) leftOut(s Step) StepPlan {
	sp := StepPlan{ID: s.Info().ID, Title: s.Info().Title, State: StateSkipped, Evidence: slices.Clone(r.Reported[s.Info().ID])}.normal()
	if by, is := r.Others[sp.ID]; is {
		sp.State, sp.Needs, sp.ByHand, sp.PlannedBy = StateUnplanned, s.needs(), s.byHand(), by
	}
	return sp
}

// inspect asks one step what there is to say, and plans it. The drafts are the procedure's own values
// of the step's changes, in the same order.
func (r *Runner) inspect(ctx context.Context, s Step) (StepPlan, []draft, error) {
	sp := r.leftOut(s)
	if r.Skip[sp.ID] {
		return sp, nil, nil
	}
	if err := ctx.Err(); err != nil {
		return sp, nil, &CancelledError{Err: err}
	}
	r.tell(StepInspecting{s.Info()})
	l, err := s.inspect(ctx)
	if err != nil {
		return sp, nil, cancelled(ctx, err)
	}
	if r.there == nil {
		r.there = map[string][]Change{}
	}
	r.there[sp.ID] = l.inPlace
	for _, d := range l.drafts {
		sp.Changes = append(sp.Changes, d.change)
	}
	sp.Findings = append(sp.Findings, l.findings...)
	r.accept(sp.Findings)
	sp.Evidence, sp.Needs = append(l.evidence, sp.Evidence...), l.needs
	sp = sp.normal()
	sp.State = stateOf(sp.Changes, sp.Findings)
	if sp.State == StateChange || sp.State == StateManual {
		sp.ByHand = l.byHand
	}
	if sp.State == StateBlocked { // what is refused is not offered to be done by hand
		for i := range sp.Changes {
			sp.Changes[i].Equivalent = ""
		}
	}
	if err := sp.check(); err != nil {
		return sp, nil, fmt.Errorf("plan %s: %w", sp.ID, err)
	}
	return sp, l.drafts, nil
}

// prove adds what trying it out shows.
func prove(ctx context.Context, s Step, sp StepPlan) (StepPlan, error) {
	if sp.State != StateOK && sp.State != StateManual {
		return sp, nil
	}
	evidence, findings, err := s.probe(ctx)
	if err != nil {
		return sp, cancelled(ctx, err)
	}
	sp.Evidence = append(sp.Evidence, evidence...)
	sp.Findings = append(sp.Findings, findings...)
	sp.State = stateOf(sp.Changes, sp.Findings)
	if err := sp.check(); err != nil {
		return sp, fmt.Errorf("probe %s: %w", sp.ID, err)
	}
	return sp, nil
}

// check refuses steps that could not be told apart, or not be shown.
func (r *Runner) check() error {
	seen := map[string]bool{}
	for _, s := range r.Steps {
		info := s.Info()
		if info.ID == "" || seen[info.ID] {
			return fmt.Errorf("step %q: an id must be there, and only once", info.ID)
		}
		if err := errors.Join(visible.Check(info.ID), visible.Check(info.Title)); err != nil {
			return fmt.Errorf("step %q: %w", info.ID, err)
		}
		seen[info.ID] = true
	}
	return nil
}

// Wants says that a step is not left out.
func (r *Runner) Wants(step string) bool {
	_, there := r.step(step)
	return there && !r.Skip[step]
}

// leavesOut says that a step is left out, or, of one that is of a domain which is not
// looked at, its stage.
func (r *Runner) leavesOut(step string) bool {
	_, there := r.step(step)
	return r.Skip[step] || !there && r.Skip[StageOf(step)]
}

func (r *Runner) step(id string) (Step, bool) {
	for _, s := range r.Steps {
		if s.Info().ID == id {
			return s, true
		}
	}
	return nil, false
}

// writing is the context of one write, and of the inspections that belong to it: it
// is not cancelled with ctx, and ends by itself.
func (r *Runner) writing(ctx context.Context) (context.Context, context.CancelFunc) {
	d := r.WriteTimeout
	if d <= 0 {
		d = DefaultWriteTimeout
	}
	return context.WithTimeout(context.WithoutCancel(ctx), d)
}

func (r *Runner) tell(e Event) {
	if r.Observe != nil {
		r.Observe(e)
	}
}

func (r *Runner) now() time.Time {
	if r.Now != nil {
		return r.Now().UTC()
	}
	return time.Now().UTC()
}

// cancelled makes a CancelledError of the error of something that only looks,
// when ctx is cancelled: whatever a torn-off connection calls it, that is why.
func cancelled(ctx context.Context, err error) error {
	if ctx.Err() == nil {
		return err
	}
	return &CancelledError{Err: errors.Join(ctx.Err(), err)}
}

// ofRun names the run in a CancelledError.
func ofRun(id string, err error) error {
	var c *CancelledError
	if errors.As(err, &c) {
		c.Run = id
	}
	return err
}
