package steps

import (
	"encoding/json"
	"slices"
	"time"
)

// Backup is an object as it was before the run's first write to it.
type Backup struct {
	Step   string
	Object string
	At     time.Time
	Data   json.RawMessage // the procedure's own value of the object
	Made   []Change        // what the run made on the object, also what it took back later
}

// Backups are those of the run, in the order in which their objects were first backed
// up. Where one was backed up again, nothing had been written after the first time: the
// last one counts.
func (r Run) Backups() (out []Backup) {
	for _, rec := range r.Records {
		if rec.Kind != KindSaved {
			continue
		}
		b := Backup{Step: rec.Step, Object: rec.Target, At: rec.Time, Data: rec.Data}
		same := func(o Backup) bool { return o.Step == b.Step && o.Object == b.Object }
		if i := slices.IndexFunc(out, same); i >= 0 {
			out[i] = b
		} else {
			out = append(out, b)
		}
	}
	for i := range out {
		out[i].Made = r.madeOn(out[i].Step, out[i].Object)
	}
	return out
}

func (r Run) madeOn(step, object string) (all []Change) {
	on := map[int]bool{}
	for _, rec := range r.Records {
		switch {
		case rec.Kind == KindIntent && rec.Step == step && rec.Target == object:
			on[rec.Seq] = true
		case rec.Kind == KindMade && on[rec.Of] && !slices.Contains(all, *rec.Change):
			all = append(all, *rec.Change)
		}
	}
	return all
}
