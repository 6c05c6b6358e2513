package stages

import (
	"context"
	"fmt"
	"slices"

	"writeback/adperms/secdesc"
	"writeback/steps"
)

// Somebody else was faster: whoever comes to write and finds nothing to do is told since
// when it is so, and on which DC it was written. Who wrote it no attribute says.

// whoWas looks up where the descriptors were written that have all that is wanted.
func (d *Delegate) whoWas(ctx context.Context, have *Delegation) error {
	if d.ReadOnly || d.wrote || d.watching {
		return nil
	}
	changes, findings, err := d.Plan(*have)
	blocked := slices.ContainsFunc(findings, func(f steps.Finding) bool { return f.Level == steps.LevelError })
	if err != nil || len(changes) > 0 || blocked {
		return err
	}
	for _, o := range have.Objects {
		if _, known := have.Writers[o.ChangedBy]; known || len(d.wanted(o)) == 0 || o.Version == 0 {
			continue
		}
		name, err := d.Directory.Originator(ctx, o.ChangedBy)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err != nil {
			continue // it is worth knowing, and no more
		}
		if have.Writers == nil {
			have.Writers = map[secdesc.GUID]string{}
		}
		have.Writers[o.ChangedBy] = name
	}
	return nil
}

// inPlaceSince says it of each object.
func inPlaceSince(have Delegation) (out []steps.Finding) {
	for _, o := range have.Objects {
		name, known := have.Writers[o.ChangedBy]
		if !known {
			continue
		}
		where := "on the DC " + steps.Plain(name)
		if name == "" {
			where = "on a DC that is not known any more (invocation ID " + o.ChangedBy.String() + ")"
		}
		out = append(out, steps.Finding{Level: steps.LevelInfo, Code: "in-place-since",
			Text: fmt.Sprintf("the permissions of %s were written last %s, %s", steps.Plain(o.DN), o.Changed.UTC().Format("2006-01-02 15:04:05Z"), where),
			Fix:  "nothing; if it was not you, who it was is in that person's journal: writeback export there, and --with FILE here"})
	}
	return out
}
