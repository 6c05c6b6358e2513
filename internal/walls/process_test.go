package walls

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// Programs are started by package process alone, which keeps our secrets from them. (For a
// sign-in Microsoft's libraries start az, pwsh and the browser themselves: with the tenant, the
// scope and the address of the sign-in's page, and no secret of ours.)
var startsPrograms = regexp.MustCompile(`\b(exec\.Command|exec\.CommandContext|exec\.Cmd\{|os\.StartProcess|(syscall|unix|windows)\.(Exec|ForkExec|StartProcess|CreateProcess\w*|ShellExecute))\b`)

func TestProgramsAreStartedInOnePlace(t *testing.T) {
	starters, seen := map[string]bool{}, 0
	for _, system := range systems {
		all := list(t, system)
		main := all[slices.IndexFunc(all, func(p pkg) bool { return p.ImportPath == "writeback/cmd/writeback" })]
		for _, p := range all {
			if p.ImportPath != main.ImportPath && !slices.Contains(main.Deps, p.ImportPath) {
				continue // only tests have it
			}
			for _, name := range p.GoFiles {
				text, err := os.ReadFile(filepath.Join(p.Dir, name))
				if err != nil {
					t.Fatal(err)
				}
				seen++
				if found := startsPrograms.FindString(string(text)); found != "" {
					starters[p.ImportPath+"/"+name] = true
				}
			}
		}
	}
	delete(starters, "writeback/internal/process/process.go")
	for file := range starters {
		t.Errorf("%s starts a program: process.Command does, and gives it no secret", file)
	}
	if seen < 500 {
		t.Errorf("only %d files were read", seen)
	}
	for _, line := range []string{`exec.Command("x")`, `&exec.Cmd{Path: p}`, `exec.CommandContext(ctx, p)`, `os.StartProcess(p, nil, nil)`, `windows.ShellExecute(0, nil)`} {
		if !startsPrograms.MatchString(strings.TrimSuffix(line, "\n")) {
			t.Errorf("%q is not seen", line)
		}
	}
}
