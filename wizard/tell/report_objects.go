package tell

import (
	"encoding/json"
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

// objects are those that the run backed up before it wrote to them.
func objects(run steps.Run, rewrite func(string, []steps.Change) (string, error)) []Object {
	out := []Object{}
	for _, b := range run.Backups() {
		o := Object{Stage: b.Step, Name: b.Object, At: b.At}
		var k kept
		if json.Unmarshal(b.Data, &k) == nil && k.SDDL != "" {
			o.Before, o.DC = k.SDDL, k.DC
		} else {
			o.Kept = b.Data
		}
		if !k.At.IsZero() {
			o.At = k.At
		}
		o.change(b.Made, k.Descriptor, rewrite)
		out = append(out, o)
	}
	return out
}

// change says what the changes made of the descriptor.
func (o *Object) change(made []steps.Change, descriptor string, rewrite func(string, []steps.Change) (string, error)) {
	var acl []steps.Change
	for _, c := range made {
		switch {
		case o.Before == "": // a setting
		case c.Verb == steps.VerbAdd && c.SDDL != "":
			o.Added = append(o.Added, c.SDDL)
		case c.Verb == steps.VerbRemove && c.SDDL != "":
			o.Removed = append(o.Removed, c.SDDL)
		case c.Verb == steps.VerbSet:
			o.Inheritance = c.After
		default:
			continue
		}
		acl = append(acl, c)
	}
	switch {
	case o.Before == "":
	case len(acl) == 0:
		o.After = o.Before
	case rewrite == nil:
		o.NoWord = "it was not computed"
	default:
		after, err := rewrite(descriptor, acl)
		if err != nil {
			o.NoWord = err.Error()
			return
		}
		o.After = after
	}
}
