package steps

import (
	"fmt"
	"slices"
	"strings"
)

// What a run removed is somebody else's, and the journal is the only witness of
// what that was. Who brings it back with nobody looking says which journal is
// meant by its digest, which a report put where the journal's writer cannot write.

// Removed are the changes of the run that an undo of it brings back, with those
// of which it is not known yet whether they took place.
func (r Run) Removed() (out []Owned) {
	for _, o := range slices.Concat(r.Made, r.Doubtful()) {
		if o.Change.Verb == VerbRemove {
			out = append(out, o)
		}
	}
	return out
}

// Doubtful are the changes that were announced and of which nothing is known:
// undo looks for each, and takes it back if it took place.
func (r Run) Doubtful() (out []Owned) {
	for _, d := range r.waiting() {
		if !d.undo() {
			o := Owned{Seq: d.seq, Step: d.step, Change: d.draft.change}
			if d.named != nil {
				o.Change = *d.named
			}
			out = append(out, o)
		}
	}
	return out
}

// CheckDigest says why digest is not that of the journal, or nil. It may be that of
// an earlier day: of the lines up to one behind which nothing was announced.
func (r Run) CheckDigest(digest string) error {
	digest = strings.ToLower(strings.TrimPrefix(strings.TrimSpace(digest), "sha256:"))
	for i := len(r.digests) - 1; i >= 0; i-- {
		if r.digests[i] == digest {
			return nil
		}
		if i < len(r.Records) && (r.Records[i].Kind == KindIntent || r.Records[i].Kind == KindMade) {
			break
		}
	}
	return fmt.Errorf("the journal of run %s does not have this digest: compare it with that in the report of the run; the journal may have been made anew", r.ID)
}
