package wizard_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"writeback/steps"
	"writeback/wizard"
)

// byHand is a step that a person does: their word is all that is known of it.
type byHand struct{ store *steps.Store }

func (b byHand) Inspect(context.Context) (bool, error) {
	words, err := b.store.History().Attested(steps.Target{Forest: "corp.example", Domain: "corp.example"})
	_, said := words["hand"]
	return said, err
}

func (b byHand) Plan(done bool) ([]put, []steps.Finding, error) {
	if done {
		return nil, nil, nil
	}
	return nil, []steps.Finding{{Level: steps.LevelInfo, Code: "by-hand", Text: "a person does it", Fix: "do it", Manual: true}}, nil
}

func (byHand) Apply(_ context.Context, p put) (put, error) { return p, errors.New("nothing to make") }
func (byHand) Undo(context.Context, put) error             { return errors.New("nothing to take back") }
func (byHand) InPlace(bool) []put                          { return nil }
func (byHand) BackUp(context.Context, put) (string, any, error) {
	return "", nil, errors.New("nothing to back up")
}
func (byHand) Resolve(_ context.Context, p put) (put, bool, error) {
	return p, false, errors.New("nothing to look for")
}

// unseen is a step that cannot be looked at, once it has an error.
type unseen struct{ err error }

func (u *unseen) Inspect(context.Context) (bool, error)            { return true, u.err }
func (*unseen) Plan(bool) ([]put, []steps.Finding, error)          { return nil, nil, nil }
func (*unseen) Apply(_ context.Context, p put) (put, error)        { return p, nil }
func (*unseen) Undo(context.Context, put) error                    { return nil }
func (*unseen) InPlace(bool) []put                                 { return nil }
func (u *unseen) BackUp(context.Context, put) (string, any, error) { return "away", nil, u.err }
func (u *unseen) Resolve(_ context.Context, p put) (put, bool, error) {
	return p, false, u.err
}

// shelving is a scene on a shelf and a step by hand.
func shelving(t *testing.T, lines ...line) (*script, *guide, *shelf) {
	world := &shelf{want: []string{"a", "b"}, have: map[string]bool{}}
	s, g := scene(t, world, append(slices.Clone(known), lines...)...)
	g.flow.Opening.Who = steps.Who{User: "ann", Identity: `CORP\ann`}
	g.flow.Runner.Steps = append(g.flow.Runner.Steps, steps.Define[bool, put](steps.Info{ID: "hand", Title: "The manual step"}, byHand{g.flow.Store}))
	return s, g, world
}

// A person's word is asked for with a name, remembered, weighed at once, and can
// be withdrawn from the same place.
func TestMenuAttests(t *testing.T) {
	s, g, _ := shelving(t,
		line{"by", ""}, line{"note", "x"}, // nobody: asked again
		line{"by", "Ann Admin"}, line{"note", "CHG-17\x1b"}, // not as it is
		line{"by", "Ann Admin"}, line{"note", "CHG-17"},
		line{"by", "Bo Boss"}, line{"note", ""})
	s.ends = []string{"done hand", "withdraw hand", wizard.Check}
	end, err := s.done(t.Context(), g)
	if err != nil || end.Checked == nil || end.Checked.OK || end.Err != nil {
		t.Fatalf("%+v, %v", end, err)
	}
	if k := s.keep[1:]; k[0].Questions[0].Value != `CORP\ann` || k[1].Problem != "somebody has to say it" || !strings.Contains(k[2].Problem, "control characters") || k[2].Questions[0].Value != "Ann Admin" {
		t.Errorf("asked %+v", k)
	}
	var said []string
	for _, r := range runs(t, g.flow) {
		for _, a := range r.Attested {
			said = append(said, a.By+" "+a.Says+" "+a.Note+" "+r.Records[0].Opening.Verb)
		}
	}
	if want := []string{"Bo Boss withdrawn  attest", "Ann Admin done CHG-17 attest"}; !slices.Equal(said, want) {
		t.Errorf("the journals say %q", said)
	}
	first, second, third, last := s.seen[0], s.seen[1], s.seen[2], s.seen[3]
	if first.Pick != "done hand" || second.Pick != wizard.Leave || third.Pick != "done hand" || last.Pick != "done hand" {
		t.Errorf("picked %q, %q, %q, %q", first.Pick, second.Pick, third.Pick, last.Pick)
	}
	if !second.Checked.OK || second.Result.Run == "" || len(second.Stages()[0].Made) != 2 {
		t.Errorf("after the word: %+v", second)
	}
}

func TestMenuUndoes(t *testing.T) {
	s, g, world := shelving(t, known...)
	s.ends = []string{wizard.TakeBack, wizard.Anew}
	end, err := s.done(t.Context(), g)
	if err != nil || len(world.have) != 2 || end.Undone != nil || end.Result.State != steps.ResultManual {
		t.Fatalf("%+v, %v, have %v", end, err, world.have)
	}
	undone := s.seen[1]
	if undone.Undone == nil || undone.Undone.State != steps.ResultUndone || undone.Result.Run != "" || undone.Undo != "" || undone.Command != "" || undone.Pick != wizard.Leave {
		t.Errorf("after the undo: %+v", undone)
	}
	all := runs(t, g.flow)
	if len(all) != 2 || all[0].State != steps.RunManual || all[1].State != steps.RunUndone || s.undos != 1 || s.asked != 3 {
		t.Errorf("%d runs, %d undos, asked %d times", len(all), s.undos, s.asked)
	}
	if want := []string{"undo " + all[1].ID, ""}; !slices.Equal(g.abouts, want) {
		t.Errorf("it was about %q", g.abouts)
	}
}

// What an undo has left can be taken back from the end.
func TestMenuGoesOnWithAnUndo(t *testing.T) {
	b := &broken{shelf: &shelf{want: []string{"a", "b"}, have: map[string]bool{}}, after: 9, never: true}
	s, g := breaking(t, b, line{"Not all could be taken back", wizard.Leave})
	s.ends = []string{wizard.TakeBack, wizard.TakeBack}
	end, err := s.done(t.Context(), g)
	if err != nil || len(b.have) != 0 || end.Undone.State != steps.ResultUndone || len(end.Undone.Undone) != 2 {
		t.Errorf("%+v, %v, have %v", end, err, b.have)
	}
	if left := s.seen[1]; left.Undone.State != steps.ResultPartial || left.Err == nil {
		t.Errorf("before: %+v", left)
	}
}

// What has changed since is seen, and made again.
func TestMenuChecks(t *testing.T) {
	s, g, world := shelving(t)
	s.ends = []string{wizard.Check, "make"}
	s.atEnd = func(n int) {
		if n == 0 {
			delete(world.have, "b") // by somebody else
		}
	}
	end, err := s.done(t.Context(), g)
	if err != nil || len(world.have) != 2 || end.Checked != nil || end.Result.State != steps.ResultManual {
		t.Errorf("%+v, %v", end, err)
	}
	if seen := s.seen[1]; seen.Checked == nil || !seen.Has(steps.StateChange) || len(seen.Stages()[0].Made) != 2 {
		t.Errorf("seen: %+v", seen)
	}
	if all := runs(t, g.flow); len(all) != 2 || s.asked != 2 {
		t.Errorf("%d runs, asked %d times", len(all), s.asked)
	}
}

// What goes wrong at the end leaves it as it was; so does what was not approved.
func TestMenuAfterTrouble(t *testing.T) {
	s, g, world := shelving(t, line{"That did not work", wizard.Leave})
	s.ends = []string{wizard.Check, wizard.TakeBack}
	away := &unseen{}
	g.flow.Runner.Steps = append(g.flow.Runner.Steps, steps.Define[bool, put](steps.Info{ID: "away", Title: "The step that is away"}, away))
	s.atEnd = func(n int) {
		switch n {
		case 0: // Next, then Begin
			away.err, g.lost = errors.New("the connection is gone"), []error{nil, errors.New("the DC is away")}
		case 1:
			s.yes = false
		}
	}
	end, err := s.done(t.Context(), g)
	if err != nil || end.Err != nil || !errors.Is(end.Problem, wizard.ErrDeclined) || len(world.have) != 2 || end.Result.State != steps.ResultManual || end.Undo == "" {
		t.Errorf("%+v, %v", end, err)
	}
	if p := s.seen[1].Problem; p == nil || p.Error() != "the DC is away" {
		t.Errorf("problem %v", p)
	}
}

// A check needs no new flow as long as the last one works.
func TestMenuChecksOnTheLastFlow(t *testing.T) {
	s, g, _ := shelving(t)
	away := &unseen{}
	g.flow.Runner.Steps = append(g.flow.Runner.Steps, steps.Define[bool, put](steps.Info{ID: "away", Title: "The step that is away"}, away))
	s.ends = []string{wizard.Check, wizard.Check}
	var begun []int
	s.atEnd = func(n int) {
		begun = append(begun, g.begun)
		if n == 1 {
			away.err = errors.New("the connection is gone")
			g.onBegin = func() { away.err = nil }
		}
	}
	if end, err := s.done(t.Context(), g); err != nil || end.Checked == nil || end.Problem != nil || !slices.Equal(begun, []int{1, 1, 2}) {
		t.Errorf("%+v, %v, begun %v", end, err, begun)
	}
}

// Whoever leaves at the end has done what was done.
func TestMenuLeft(t *testing.T) {
	s, g, _ := shelving(t)
	s.ends = []string{leaves}
	if end, err := s.done(t.Context(), g); err != nil || end.Result.State != steps.ResultManual {
		t.Errorf("%+v, %v", end, err)
	}
	s, g, _ = shelving(t, line{"by", leaves})
	s.ends = []string{"done hand"}
	if _, err := s.done(t.Context(), g); !errors.Is(err, wizard.ErrAborted) {
		t.Errorf("left in a question: %v", err)
	}
}

// Consent binds lines: another line has to be approved, those of before do not.
func TestApprovalIsKept(t *testing.T) {
	b := &broken{shelf: &shelf{want: []string{"a", "b"}, have: map[string]bool{}}, after: 1}
	again := line{"That did not work", wizard.TryAgain}
	s, g := breaking(t, b, again, again)
	n := 0
	s.then = func() {
		if n++; n == 2 {
			b.after, b.want = 9, append(b.want, "c")
		}
	}
	end, err := s.done(t.Context(), g)
	if err != nil || end.Result.State != steps.ResultDone || s.asked != 2 {
		t.Fatalf("%+v, %v, asked %d times", end, err, s.asked)
	}
	if len(s.reviews) != 3 || s.reviews[0].Approved || !s.reviews[1].Approved || s.reviews[2].Approved {
		t.Errorf("shown %+v", s.reviews)
	}
	run := runs(t, g.flow)[0]
	var how []string
	for _, r := range run.Records {
		if r.Approval != nil {
			how = append(how, r.Approval.How)
		}
	}
	if want := []string{"typed corp.example", "typed corp.example before, in the same sitting", "typed corp.example"}; !slices.Equal(how, want) {
		t.Errorf("approved %q", how)
	}
}

// An undo that is tried again asks for nothing twice either.
func TestApprovalOfAnUndoIsKept(t *testing.T) {
	b := &broken{shelf: &shelf{want: []string{"a", "b"}, have: map[string]bool{}}, after: 9, never: true}
	s, g := breaking(t, b, line{"Not all could be taken back", wizard.TryAgain})
	s.ends = []string{wizard.TakeBack}
	end, err := s.done(t.Context(), g)
	if err != nil || end.Undone.State != steps.ResultUndone || s.asked != 2 || s.undos != 1 {
		t.Errorf("%+v, %v, asked %d times, shown %d times", end, err, s.asked, s.undos)
	}
}
