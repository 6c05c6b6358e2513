//go:build linux || darwin

package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"

	"writeback/internal/practice"
	company "writeback/internal/practice/domain"
	"writeback/internal/tier"
)

// The steps of the pipelines run as their products would run them, with bash, on
// the practice domain: the plan by an account without rights, the apply by the
// administrator. What the products do around them (approval, artifacts) is not here.

// pipelineStep is a step with a script.
type pipelineStep struct {
	script string
	env    map[string]string
}

// stepsOf are the steps below a node of a pipeline, in their order.
func stepsOf(node any) (out []pipelineStep) {
	switch n := node.(type) {
	case []any:
		for _, one := range n {
			out = append(out, stepsOf(one)...)
		}
	case yaml.MapSlice:
		step := pipelineStep{env: map[string]string{}}
		for _, member := range n {
			switch key := fmt.Sprint(member.Key); key {
			case "run", "bash":
				step.script = fmt.Sprint(member.Value)
			case "env":
				for _, v := range member.Value.(yaml.MapSlice) {
					step.env[fmt.Sprint(v.Key)] = fmt.Sprint(v.Value)
				}
			}
			out = append(out, stepsOf(member.Value)...)
		}
		if step.script != "" {
			out = append(out, step)
		}
	}
	return out
}

// agent is the computer on which a pipeline's steps run.
type agent struct {
	t      *testing.T
	dir    string
	shell  []string          // as the product starts bash
	values map[string]string // what the product puts in for its own expressions
	env    []string
}

// newAgent has the program on its PATH and the example's files in its directory.
func newAgent(t *testing.T, world *practice.World, shell ...string) *agent {
	t.Helper()
	a := &agent{t: t, dir: t.TempDir(), shell: shell}
	admin, reader := world.Domain.Account(company.RoleAdmin), world.Domain.Account(company.RoleUser)
	write(t, filepath.Join(a.dir, "writeback.yaml"), fmt.Appendf(nil, "dc: %s\nca-cert: %s\nad-user: %s\n", world.Domain.LDAPS(), world.CAFile(), admin.UPN))
	bin := t.TempDir()
	me, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(bin, "writeback"), []byte("#!/bin/sh\n"+beProgram+"=1 exec '"+me+"' \"$@\"\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	a.values = map[string]string{"AD_READER": reader.UPN, "AD_READER_PASSWORD": reader.Password, "AD_PASSWORD": admin.Password, "Pipeline.Workspace": a.dir + "/artifacts"}
	a.env = []string{"PATH=" + bin + ":/usr/bin:/bin", "HOME=" + a.dir, "WRITEBACK_STATE_DIR=" + filepath.Join(a.dir, "state"),
		"GITHUB_STEP_SUMMARY=" + filepath.Join(a.dir, "summary.md"), "GITHUB_OUTPUT=" + filepath.Join(a.dir, "output")}
	return a
}

// expand puts values in for ${{ secrets.NAME }} and $(NAME).
func (a *agent) expand(text string) string {
	for name, value := range a.values {
		text = strings.NewReplacer("${{ secrets."+name+" }}", value, "${{ vars."+name+" }}", value, "$("+name+")", value).Replace(text)
	}
	if strings.Contains(text, "${{") {
		a.t.Errorf("nobody knows what is to stand in %s", text)
	}
	return text
}

// runs runs one step and gives its exit code and what it said.
func (a *agent) runs(s pipelineStep) (code int, said string) {
	a.t.Helper()
	script := filepath.Join(a.dir, "step.sh")
	write(a.t, script, []byte(a.expand(s.script)))
	cmd := exec.Command(a.shell[0], append(slices.Clone(a.shell[1:]), script)...)
	cmd.Dir, cmd.Env = a.dir, slices.Clone(a.env)
	for name, value := range s.env {
		cmd.Env = append(cmd.Env, name+"="+a.expand(value))
	}
	out, err := cmd.CombinedOutput()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		a.t.Fatal(err)
	}
	return cmd.ProcessState.ExitCode(), string(out)
}

func TestPipelinesRun(t *testing.T) {
	tier.Turn(t)
	t.Parallel()
	for name, c := range map[string]struct {
		shell    []string
		exitcode func(a *agent, said string) string // what the plan tells the product
	}{
		"github-actions.yml":  {[]string{"bash", "--noprofile", "--norc", "-eo", "pipefail"}, func(a *agent, _ string) string { return read(a.t, filepath.Join(a.dir, "output")) }},
		"azure-pipelines.yml": {[]string{"bash", "--noprofile", "--norc"}, func(_ *agent, said string) string { return said }},
	} {
		t.Run(name, func(t *testing.T) {
			world, err := practice.Start(t.TempDir())
			if err != nil {
				t.Fatal(err)
			}
			defer world.Close()
			a := newAgent(t, world, c.shell...)
			var doc yaml.MapSlice
			if err := yaml.UnmarshalWithOptions([]byte(read(t, examplePath(name))), &doc, yaml.UseOrderedMap()); err != nil {
				t.Fatal(err)
			}
			all := stepsOf(doc)
			if len(all) != 2 {
				t.Fatalf("%d steps: %+v", len(all), all)
			}
			plan, apply := all[0], all[1]
			tells := func(code string) {
				t.Helper()
				status, said := a.runs(plan)
				if told := strings.TrimSpace(c.exitcode(a, said)); status != 0 || !strings.HasSuffix(told, "exitcode="+code) && !strings.HasSuffix(told, "]"+code) {
					t.Fatalf("the plan ends with %d, tells %q, and says %s", status, told, said)
				}
			}
			tells("3")
			contains(t, read(t, filepath.Join(a.dir, "summary.md")), "3 changes. Nothing has been written yet.", "**Not for this account to apply:**", "may not change the permissions")
			artifact := filepath.Join(a.dir, "artifacts", "plan")
			if err := os.MkdirAll(artifact, 0o700); err != nil {
				t.Fatal(err)
			}
			write(t, filepath.Join(artifact, "plan.json"), []byte(read(t, filepath.Join(a.dir, "plan.json"))))
			if err := os.Chmod(filepath.Join(artifact, "plan.json"), 0o666); err != nil { // as artifacts come
				t.Fatal(err)
			}
			// The account that planned could not have applied it.
			reader := pipelineStep{apply.script, plan.env}
			if code, said := a.runs(reader); code != exitRefused || !strings.Contains(said, "Modify permissions") {
				t.Errorf("who may only read applies: %d, %s", code, said)
			}
			if code, said := a.runs(apply); code != exitDone || !strings.Contains(said, "made 3 changes") {
				t.Errorf("apply: %d, %s", code, said)
			}
			tells("0")
		})
	}
}

// The words that the Ansible tasks put together run one after the other, and end
// as the tasks take it.
func TestTasksRun(t *testing.T) {
	world, err := practice.Start(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer world.Close()
	a := newAgent(t, world, "sh")
	var doc []struct {
		Name string
		Vars map[string]any
	}
	if err := yaml.Unmarshal([]byte(read(t, examplePath("ansible-tasks.yml"))), &doc); err != nil {
		t.Fatal(err)
	}
	env := map[string]string{"WRITEBACK_AD_PASSWORD": "$(AD_PASSWORD)"}
	for i, want := range []struct {
		list string
		code int
	}{{"writeback_plan", exitChanges}, {"writeback_apply", exitDone}, {"writeback_verify", exitDone}} {
		words, ok := doc[i].Vars[want.list].([]any)
		if !ok {
			t.Fatalf("%s has no %s: %v", doc[i].Name, want.list, doc[i].Vars)
		}
		line := strings.Trim(fmt.Sprint(words), "[]") + " --config writeback.yaml --connector " + world.Domain.Account(company.RoleConnector).Name
		if code, said := a.runs(pipelineStep{line, env}); code != want.code {
			t.Errorf("%s: %s: %d, %s", doc[i].Name, line, code, said)
		}
	}
}
