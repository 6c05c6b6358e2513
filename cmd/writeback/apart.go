package main

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

// apart refuses outputs that would destroy something; of the arguments one may be a plan
// file. That of a change may be renewed: what is saved holds all of it.
func (a *app) apart(args ...string) error {
	outs, ins := a.settings.Files()
	for _, path := range args {
		ins = append(ins, settings.NamedFile{Flag: "the plan file", Path: path})
	}
	for i, out := range outs {
		for _, other := range slices.Concat(outs[:i], ins) {
			renewed := out.Flag == "--"+settings.PlanOut.Name && slices.Contains(args, other.Path)
			if !renewed && sameFile(out.Path, other.Path) {
				return usagef("%s and %s are the same file, %s, which would be overwritten: name another one", out.Flag, other.Flag, shell.Name(out.Path))
			}
		}
		if store, err := a.caller().ReadStore(); err == nil && sameFile(filepath.Dir(out.Path), store.Dir()) {
			return usagef("%s %s is in the folder of the journals, which holds nothing else: name a file somewhere else", out.Flag, shell.Name(out.Path))
		}
	}
	return nil
}

// sameFile says that two names are, or would be, one file. Letter case does not tell
// files apart everywhere.
func sameFile(a, b string) bool {
	x, errX := os.Stat(a)
	y, errY := os.Stat(b)
	if errX == nil && errY == nil {
		return os.SameFile(x, y)
	}
	dirX, errX := os.Stat(filepath.Dir(a))
	dirY, errY := os.Stat(filepath.Dir(b))
	return errX == nil && errY == nil && os.SameFile(dirX, dirY) && strings.EqualFold(filepath.Base(a), filepath.Base(b))
}

// keepsOthers refuses to save a plan over one that holds lines of somebody else than me,
// which this call leaves out.
func (a *app) keepsOthers(file, read, me string) error {
	if file == "" || read != "" && sameFile(file, read) {
		return nil
	}
	old, err := loadPlan(file)
	if err != nil {
		return nil // it is no plan, or there is none
	}
	var theirs []string
	for _, s := range old.Steps {
		if stage := steps.StageOf(s.ID); s.Planned() && s.PlannedBy != nil && s.PlannedBy.By != me && a.settings.LeavesOut(stage) {
			theirs = append(theirs, stage)
		}
	}
	if len(theirs) == 0 {
		return nil
	}
	return usagef("--out %s: that file is the plan of change %s, and holds lines of %s that would be lost: plan under it (writeback plan %[1]s …), or name another file",
		shell.Name(file), old.ChangeID, strings.Join(theirs, ", "))
}
