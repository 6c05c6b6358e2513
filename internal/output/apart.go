package output

import (
	"os"
	"path/filepath"
	"slices"
	"strings"

	"writeback/internal/settings"
	"writeback/internal/shell"
	"writeback/steps"
)

// What a call writes is a file of its own: not one that it reads, not another one that it
// writes, and none among the journals.

// Apart refuses outputs that would destroy something; of the arguments one may be a plan
// file, and journals opens the journals. That of a change may be renewed: what is saved holds all of it.
func Apart(of *settings.Settings, journals func() (*steps.Store, error), args ...string) error {
	outs, ins := of.Files()
	for _, path := range args {
		ins = append(ins, settings.NamedFile{Flag: "the plan file", Path: path})
	}
	for i, out := range outs {
		for _, other := range slices.Concat(outs[:i], ins) {
			renewed := out.Flag == "--"+settings.PlanOut.Name && slices.Contains(args, other.Path)
			if !renewed && Same(out.Path, other.Path) {
				return settings.Usagef("%s and %s are the same file, %s, which would be overwritten: name another one", out.Flag, other.Flag, shell.Name(out.Path))
			}
		}
		if store, err := journals(); err == nil && Same(filepath.Dir(out.Path), store.Dir()) {
			return settings.Usagef("%s %s is in the folder of the journals, which holds nothing else: name a file somewhere else", out.Flag, shell.Name(out.Path))
		}
	}
	return nil
}

// Same says that two names are, or would be, one file. Letter case does not tell
// files apart everywhere.
func Same(a, b string) bool {
	x, errX := os.Stat(a)
	y, errY := os.Stat(b)
	if errX == nil && errY == nil {
		return os.SameFile(x, y)
	}
	dirX, errX := os.Stat(filepath.Dir(a))
	dirY, errY := os.Stat(filepath.Dir(b))
	return errX == nil && errY == nil && os.SameFile(dirX, dirY) && strings.EqualFold(filepath.Base(a), filepath.Base(b))
}
