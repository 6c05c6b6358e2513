package report

import (
	"encoding/json"
	"slices"
	"time"

	"writeback/steps"
)

// kept is what a report knows of the object that a stage keeps: where it has a
// descriptor it is told as that, and anything else as it is.
type kept struct {
	Descriptor string    `json:"descriptor"` // hexadecimal
	SDDL       string    `json:"sddl"`
	DC         string    `json:"dc"`
	At         time.Time `json:"at"`
}

// objects are those that the run kept before it wrote to them. Where one was kept
// again, nothing had been written after the first time: the last one counts.
func objects(run steps.Run, rewrite func(string, []string) (string, error)) []Object {
	type place struct{ step, target string }
	out, at, raw := []Object{}, map[place]int{}, []kept{}
	for _, rec := range run.Records {
		if rec.Kind != steps.KindSaved {
			continue
		}
		o := Object{Stage: rec.Step, Name: rec.Target, At: rec.Time}
		var k kept
		if json.Unmarshal(rec.Data, &k) == nil && k.SDDL != "" {
			o.Before, o.DC = k.SDDL, k.DC
		} else {
			o.Kept = rec.Data
		}
		if !k.At.IsZero() {
			o.At = k.At
		}
		here := place{rec.Step, rec.Target}
		i, again := at[here]
		if !again {
			i = len(out)
			at[here], out, raw = i, append(out, o), append(raw, k)
		}
		out[i], raw[i] = o, k
	}
	for i := range out {
		out[i].change(added(run, out[i].Stage, out[i].Name), raw[i].Descriptor, rewrite)
	}
	return out
}

// change says what the ACEs made of the descriptor.
func (o *Object) change(add []string, descriptor string, rewrite func(string, []string) (string, error)) {
	o.Added = add
	switch {
	case o.Before == "":
	case len(add) == 0:
		o.After = o.Before
	case rewrite == nil:
		o.NoWord = "it was not computed"
	default:
		after, err := rewrite(descriptor, add)
		if err != nil {
			o.NoWord = err.Error()
			return
		}
		o.After = after
	}
}

// added are the ACEs that the run made on the object of a stage, also those that
// it took back later.
func added(run steps.Run, step, target string) (aces []string) {
	on := map[int]bool{}
	for _, rec := range run.Records {
		switch {
		case rec.Kind == steps.KindIntent && rec.Step == step && rec.Target == target:
			on[rec.Seq] = true
		case rec.Kind == steps.KindMade && on[rec.Of] && rec.Change.Verb == steps.VerbAdd && rec.Change.SDDL != "" && !slices.Contains(aces, rec.Change.SDDL):
			aces = append(aces, rec.Change.SDDL)
		}
	}
	return aces
}
