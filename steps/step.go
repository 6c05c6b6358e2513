package steps

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"

	"writeback/internal/misread"
)

// Step is a procedure with a name, its types erased: what a [Runner] runs.
// Only [Define] makes one.
type Step interface {
	Info() Info

	forget()
	inspect(ctx context.Context) (inspected, error)
	probe(ctx context.Context) ([]Evidence, []Finding, error)
	backUp(ctx context.Context, d draft) (object string, data json.RawMessage, err error)
	batch(d draft) (string, error)
	apply(ctx context.Context, ds []draft) ([]draft, error) // one, or those of a batch
	resolve(ctx context.Context, d draft) (made draft, is bool, err error)
	undo(ctx context.Context, ds []draft) error // the same
	notices() []Finding
	needs() []Need  // where nothing is inspected
	byHand() ByHand // the same

	describe(data json.RawMessage) (Change, error)
	same(intent, made draft) error
	ours(made draft, kept json.RawMessage) error
	renew(ctx context.Context, made draft) (Change, error)
}

// draft is one change outside its procedure: what people see of it, and the
// procedure's own value as JSON.
type draft struct {
	change Change
	data   json.RawMessage
}

// inspected is what there is to say about a step as it is.
type inspected struct {
	drafts   []draft
	findings []Finding
	evidence []Evidence
	inPlace  []Change // what could be planned, and is there already
	needs    []Need
	byHand   ByHand
}

// Define makes a step of a procedure: the one place where types are erased.
func Define[H any, C Describer](info Info, p Procedure[H, C]) Step {
	return typed[H, C]{info, p}
}

type typed[H any, C Describer] struct {
	info Info
	p    Procedure[H, C]
}

func (t typed[H, C]) Info() Info { return t.info }

// inspect runs Inspect and Plan. A change that could not be shown, or that could not
// be told from another one, or that the journal could not give back, is an
// error here: before anything is written.
func (t typed[H, C]) inspect(ctx context.Context) (inspected, error) {
	have, err := t.p.Inspect(ctx)
	if err != nil {
		return inspected{}, fmt.Errorf("inspect %s: %w", t.info.ID, err)
	}
	changes, findings, err := t.p.Plan(have)
	if err != nil {
		return inspected{}, fmt.Errorf("plan %s: %w", t.info.ID, err)
	}
	drafts := make([]draft, 0, len(changes))
	seen := map[string]bool{}
	for _, c := range changes {
		d, err := t.draft(c)
		if err != nil {
			return inspected{}, fmt.Errorf("plan %s: %w", t.info.ID, err)
		}
		key := d.change.Key(t.info.ID)
		if seen[key] {
			return inspected{}, fmt.Errorf("plan %s: two changes describe themselves alike: %q", t.info.ID, d.change.Line)
		}
		seen[key] = true
		drafts = append(drafts, d)
	}
	out := make([]Finding, 0, len(findings))
	for _, f := range findings {
		out = append(out, f.plain())
	}
	l := inspected{drafts: drafts, findings: out}
	if p, ok := t.p.(Prover[H]); ok {
		for _, e := range p.Prove(have) {
			l.evidence = append(l.evidence, e.plain())
		}
	}
	for _, c := range t.p.InPlace(have) {
		l.inPlace = append(l.inPlace, c.Describe())
	}
	l.needs = t.needing(&have)
	if p, ok := t.p.(Guided[H, C]); ok {
		l.byHand = p.ByHand(&have, changes).plain()
	}
	return l, nil
}

func (t typed[H, C]) needs() []Need { return t.needing(nil) }

func (t typed[H, C]) byHand() ByHand {
	p, ok := t.p.(Guided[H, C])
	if !ok {
		return ByHand{}
	}
	return p.ByHand(nil, nil).plain()
}

func (t typed[H, C]) needing(have *H) (out []Need) {
	p, ok := t.p.(Needing[H])
	if !ok {
		return nil
	}
	for _, n := range p.Needs(have) {
		out = append(out, n.plain())
	}
	return out
}

func (t typed[H, C]) probe(ctx context.Context) ([]Evidence, []Finding, error) {
	p, ok := t.p.(Prober)
	if !ok {
		return nil, nil, nil
	}
	ev, fs, err := p.Probe(ctx)
	if err != nil {
		return nil, nil, fmt.Errorf("probe %s: %w", t.info.ID, err)
	}
	for i := range ev {
		ev[i] = ev[i].plain()
	}
	for i := range fs {
		fs[i] = fs[i].plain()
	}
	return ev, fs, nil
}

func (t typed[H, C]) backUp(ctx context.Context, d draft) (string, json.RawMessage, error) {
	c, err := t.value(d)
	if err != nil {
		return "", nil, err
	}
	object, data, err := t.p.BackUp(ctx, c)
	if err != nil {
		return "", nil, fmt.Errorf("keep %s as it is: %w", d.change.Target, err)
	}
	raw, err := marshal(data)
	if err != nil {
		return "", nil, fmt.Errorf("keep %s as it is: %w", d.change.Target, err)
	}
	return object, raw, nil
}

// batch names what a change is written to together with others; "": it is not.
func (t typed[H, C]) batch(d draft) (string, error) {
	p, ok := t.p.(Batcher[C])
	if !ok {
		return "", nil
	}
	c, err := t.value(d)
	if err != nil {
		return "", err
	}
	return p.Batch(c), nil
}

// apply writes the changes that the intents on disk hold, not copies of them that
// might differ.
func (t typed[H, C]) apply(ctx context.Context, ds []draft) ([]draft, error) {
	cs, err := t.values(ds)
	if err != nil {
		return nil, NotMade(err)
	}
	var made []C
	if p, ok := t.p.(Batcher[C]); ok {
		made, err = p.ApplyAll(ctx, cs)
	} else {
		var one C
		one, err = t.p.Apply(ctx, cs[0])
		made = []C{one}
	}
	if err == nil && len(made) != len(ds) {
		err = fmt.Errorf("%d changes were to be made, and %d came back", len(ds), len(made))
	}
	if err != nil {
		return nil, err
	}
	out := make([]draft, len(ds))
	for i := range ds {
		out[i] = t.written(made[i], ds[i])
	}
	return out, nil
}

func (t typed[H, C]) resolve(ctx context.Context, d draft) (draft, bool, error) {
	c, err := t.value(d)
	if err != nil {
		return draft{}, false, err
	}
	made, is, err := t.p.Resolve(ctx, c)
	if err != nil || !is {
		return draft{}, false, err
	}
	return t.written(made, d), true, nil
}

func (t typed[H, C]) undo(ctx context.Context, ds []draft) error {
	cs, err := t.values(ds)
	if err != nil {
		return NotMade(err)
	}
	if p, ok := t.p.(Batcher[C]); ok {
		return p.UndoAll(ctx, cs)
	}
	return t.p.Undo(ctx, cs[0])
}

func (t typed[H, C]) forget() {
	if f, ok := t.p.(Forgetter); ok {
		f.Forget()
	}
}

func (t typed[H, C]) notices() []Finding {
	n, ok := t.p.(Noticer)
	if !ok {
		return nil
	}
	var out []Finding
	for _, f := range n.Notices() {
		out = append(out, f.plain())
	}
	return out
}

// draft describes c and proves that its JSON gives it back.
func (t typed[H, C]) draft(c C) (draft, error) {
	d := draft{change: c.Describe()}
	if err := d.change.check(); err != nil {
		return d, fmt.Errorf("change cannot be shown: %w", err)
	}
	var err error
	if d.data, err = marshal(c); err != nil {
		return d, fmt.Errorf("change %q: %w", d.change.Line, err)
	}
	back, err := t.value(d)
	if err != nil {
		return d, err
	}
	if back.Describe() != d.change {
		return d, fmt.Errorf("change %q does not survive its own JSON", d.change.Line)
	}
	return d, nil
}

// written is the draft of a change that is in the world already, so it may
// not be lost for a flaw in what the server added: then what was intended
// stands in for it.
func (t typed[H, C]) written(made C, intent draft) draft {
	d, err := t.draft(made)
	if err != nil {
		return intent
	}
	return d
}

func (t typed[H, C]) value(d draft) (C, error) {
	var c C
	if err := json.Unmarshal(d.data, &c); err != nil {
		return c, fmt.Errorf("the change %q of %s in the journal cannot be read: %s", d.change.Line, t.info.ID, misread.JSON(err))
	}
	return c, nil
}

func (t typed[H, C]) values(ds []draft) (cs []C, err error) {
	for _, d := range ds {
		c, err := t.value(d)
		if err != nil {
			return nil, err
		}
		cs = append(cs, c)
	}
	return cs, nil
}

// marshal is JSON on one line, with < > & as they are, and nothing in it that a
// screen is deceived by: SDDL and DNs are read by people in these files.
func marshal(v any) (json.RawMessage, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return nil, err
	}
	return PlainJSON(bytes.TrimSuffix(b.Bytes(), []byte("\n"))), nil
}
