package steps

import (
	"fmt"
	"strings"
)

// What a run removed is somebody else's, and the journal is the only witness of
// what that was. Who brings it back with nobody looking says which journal is
// meant by its digest, which a report put where the journal's writer cannot write.

// Removed are the changes of the run that an undo of it brings back.
func (r Run) Removed() (out []Owned) {
	for _, o := range r.Made {
		if o.Change.Verb == VerbRemove {
			out = append(out, o)
		}
	}
	return out
}

// CheckDigest says why digest is not that of the journal, or nil. It may be that of
// an earlier day: of the lines up to one behind which nothing was made that is
// ours.
func (r Run) CheckDigest(digest string) error {
	digest = strings.ToLower(strings.TrimPrefix(strings.TrimSpace(digest), "sha256:"))
	for i := len(r.digests) - 1; i >= 0; i-- {
		if r.digests[i] == digest {
			return nil
		}
		if i < len(r.Records) && r.Records[i].Kind == KindMade {
			break
		}
	}
	return fmt.Errorf("the journal of run %s does not have this digest: compare it with that in the report of the run; the journal may have been made anew", r.ID)
}
