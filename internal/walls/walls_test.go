package walls

import (
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"path"
	"slices"
	"strings"
	"testing"
)

const module = "writeback"

// systems are those that the program is built for: each has files of its own.
var systems = []string{"linux", "windows", "darwin"}

// A wall is what packages may not import. Patterns are paths; one that ends in
// /... takes in all below. Names without a dot in their first element are this
// module's or the standard library's.
type wall struct {
	of     []string // the packages
	direct []string // they do not import these themselves
	deep   []string // nor does anything that they import
	only   []string // of this module they reach these and no other packages; nil: no rule
	bare   bool     // they reach nothing but the standard library and this module
	why    string
}

var (
	pure      = []string{"writeback/adperms", "writeback/adperms/secdesc", "writeback/adperms/coverage", "writeback/cloudconfig"}
	renderers = []string{"writeback/wizard", "writeback/wizard/..."}
	marks     = []string{"writeback/internal/markdown"} // how names are put into Markdown
	table     = []string{"writeback/internal/visible"}
	says      = []string{"writeback/internal/visible", "writeback/internal/shell"}   // how names are shown, and put into commands
	starts    = []string{"writeback/internal/process", "writeback/internal/secrets"} // how other programs are started, and what those do not get
	reads     = []string{"writeback/internal/misread"}                               // what is wrong with a document, for people
	cobra     = []string{"github.com/spf13/cobra", "github.com/spf13/pflag"}
	charm     = []string{"github.com/charmbracelet/...", "charm.land/..."}
	ldap      = []string{"github.com/go-ldap/ldap/v3", "github.com/jcmturner/..."}
	graph     = []string{"github.com/microsoftgraph/...", "github.com/microsoft/...", "github.com/Azure/azure-sdk-for-go/..."}
)

var walls = []wall{
	{of: pure, bare: true,
		direct: []string{"context", "os", "io", "io/fs", "log", "log/slog"}, deep: []string{"net", "net/...", "log", "log/...", "os/exec", "os/signal"},
		why: "rules are pure: no context, no client, no clock, no log"},
	{of: []string{"writeback/adperms/secdesc"}, only: []string{}, why: "bytes know no rules"},
	{of: []string{"writeback/adperms"}, only: append([]string{"writeback/adperms/secdesc"}, says...), why: "the rules of a directory know no tenant and no engine"},
	{of: []string{"writeback/adperms/coverage"}, only: append([]string{"writeback/adperms", "writeback/adperms/secdesc"}, says...),
		why: "what it means for users follows from the rules alone"},
	{of: []string{"writeback/adperms/replication"}, bare: true, direct: []string{"os", "io", "log"}, deep: []string{"net", "net/...", "os/exec"}, only: []string{},
		why: "who watches says how a DC is asked: the watch itself knows none"},
	{of: []string{"writeback/cloudconfig"}, only: says, why: "the rules of a tenant know no directory and no engine"},
	{of: []string{"writeback/steps"}, bare: true, only: slices.Concat(table, reads), deep: []string{"net", "net/..."},
		why: "the engine knows nothing but itself, the standard library, which characters deceive and how a misread document is told of"},
	{of: says, bare: true, only: says, direct: []string{"context", "os", "io", "io/fs", "time", "log", "log/slog"}, deep: []string{"net", "net/...", "os/exec"},
		why: "how a name is shown and quoted depends on the name alone"},
	{of: reads, bare: true, only: table, direct: []string{"context", "os", "log", "log/slog"}, deep: []string{"net", "net/...", "os/exec"},
		why: "what is wrong with a document follows from the reader's error alone"},
	{of: []string{"writeback/steps/stages"}, bare: true, deep: []string{"net/http", "os/exec"},
		only: slices.Concat([]string{"writeback/steps"}, pure, says, reads),
		why:  "stages join rules and engine, and name the clients that they need"},
	{of: []string{"writeback/steps/checks"}, bare: true, deep: []string{"net/http", "os/exec"},
		only: slices.Concat([]string{"writeback/steps"}, pure, says, reads),
		why:  "checks join rules and engine, name the clients that they need, and take from the stages what those found, not the stages"},
	{of: renderers, direct: []string{"net", "net/...", "os/exec"}, only: slices.Concat([]string{"writeback/steps", "writeback/internal/typeahead"}, renderers, says, reads, marks),
		why: "renderers know the engine's data, and no stage, directory or tenant"},
	{of: []string{"writeback/wizard"}, only: slices.Concat([]string{"writeback/steps"}, says, reads), why: "the flow knows no renderer, and no sentence of what renderers show"},
	{of: []string{"writeback/wizard/tell"}, bare: true, direct: []string{"context", "os", "io", "log", "log/slog"}, deep: []string{"net", "net/http", "os/exec"},
		only: slices.Concat([]string{"writeback/steps", "writeback/wizard"}, says, reads), why: "what is told follows from what is known: it is written by others"},
	{of: marks, bare: true, only: []string{}, direct: []string{"context", "os", "io", "time", "log", "log/slog"}, deep: []string{"net", "net/...", "os/exec"},
		why: "how a name is put into Markdown depends on the name alone"},
	{of: []string{"writeback/internal/typeahead"}, direct: []string{"net", "net/...", "os/exec"}, only: []string{},
		why: "what is typed at a terminal is forgotten, and nothing else"},
	{of: []string{"writeback/wizard/report"}, bare: true, deep: []string{"net", "net/http", "os/exec"}, only: slices.Concat([]string{"writeback/steps", "writeback/wizard", "writeback/wizard/tell"}, says, reads, marks),
		why: "evidence is written from what a journal says, and asks nobody"},
	{of: []string{"writeback/adperms/directory"}, only: append([]string{"writeback/adperms", "writeback/adperms/secdesc", "writeback/adperms/coverage", "writeback/adperms/directory/...", "writeback/internal/ber", "writeback/internal/spelling", "writeback/internal/progress", "writeback/internal/statedir"}, says...),
		why: "the LDAP client serves the rules of the directory alone, and reads no file that others could have written"},
	{of: []string{"writeback/internal/ber"}, bare: true, only: []string{}, direct: []string{"context", "os", "io", "net", "time", "log", "log/slog"}, why: "elements know no message"},
	{of: []string{"writeback/adperms/directory/frame"}, bare: true, only: []string{"writeback/internal/ber", "writeback/internal/progress"}, direct: []string{"context", "os", "log", "log/slog"},
		why: "what is believed of a message depends on its octets alone"},
	{of: []string{"writeback/adperms/directory/bind"}, only: append([]string{"writeback/internal/statedir"}, says...),
		why: "a sign-in knows a server and an account, and not what is asked afterwards"},
	{of: []string{"writeback/adperms/directory/scan"}, only: []string{"writeback/adperms/directory/frame", "writeback/internal/ber", "writeback/internal/progress", "writeback/internal/visible"},
		why: "a scan knows a connection and a search, and not what the objects are for"},
	{of: []string{"writeback/cloudconfig/..."}, only: append([]string{"writeback/cloudconfig", "writeback/cloudconfig/...", "writeback/internal/progress", "writeback/internal/statedir", "writeback/internal/misread"}, slices.Concat(starts, says)...),
		why: "the clients of the tenant serve its rules alone, and read no file that others could have written"},
	{of: []string{"writeback/internal/settings"}, direct: []string{"context", "net", "net/...", "os/exec", "os/signal"},
		only: slices.Concat([]string{"writeback/steps", "writeback/steps/stages", "writeback/steps/checks", "writeback/internal/spelling", "writeback/internal/statedir"}, pure, says, reads),
		why:  "what a person can set is a table, and knows no client, no terminal and no command line"},
	{of: []string{"writeback/internal/session"}, direct: []string{"os/exec", "os/signal"}, deep: slices.Concat(renderers, []string{"writeback/internal/terminal", "writeback/internal/practice/..."}),
		why: "a session is opened for whoever asks: it draws nothing, and knows no terminal and no practice world"},
	{of: []string{"writeback/internal/guide"}, direct: []string{"net", "net/...", "writeback/adperms/directory", "writeback/cloudconfig/...", "writeback/internal/terminal", "writeback/internal/practice/..."},
		why: "questions are asked of people: what they need of a client the session has"},
	{of: []string{"writeback/internal/terminal"}, direct: []string{"net", "net/..."}, only: slices.Concat(table, starts),
		why: "what concerns a person's terminal depends on no directory, no tenant and no settings"},
	{of: []string{"writeback/internal/process"}, direct: []string{"net", "io", "log"}, only: append([]string{"writeback/internal/secrets"}, table...),
		why: "how a program is started does not depend on what it is for"},
	{of: []string{"writeback/internal/secrets"}, direct: []string{"net", "context", "os/exec"}, only: table,
		why: "what was given in confidence is kept without a look at what it opens"},
	{of: []string{"writeback/internal/progress"}, bare: true, only: []string{}, direct: []string{"context", "os", "io", "time"},
		why: "what bounds a loop asks nobody, and knows no clock"},
	{of: []string{"writeback/internal/bundle"}, bare: true, direct: []string{"context", "os", "io/fs", "log", "log/slog"}, deep: []string{"net", "net/http", "os/exec"},
		only: slices.Concat([]string{"writeback/steps"}, pure, says, reads),
		why:  "what goes into a bundle follows from what was read alone: no client, no file, no clock"},
	{of: []string{"writeback/internal/exit"}, direct: []string{"os", "net", "net/...", "os/exec"},
		deep: []string{"writeback/internal/session", "writeback/internal/terminal", "writeback/internal/practice/...", "writeback/wizard/plain", "writeback/wizard/report", "writeback/wizard/tui"},
		why:  "how a call ended follows from its error: no verb, no session, no terminal"},
	{of: []string{"writeback/internal/tracing"}, direct: []string{"os", "net", "os/exec"},
		deep: slices.Concat(renderers, []string{"writeback/internal/session", "writeback/internal/terminal", "writeback/internal/practice/..."}),
		why:  "what a client did is told to whoever listens: no verb, no session, no terminal"},
	{of: []string{"writeback/internal/output"}, direct: []string{"net", "net/...", "os/exec"},
		deep: []string{"writeback/internal/session", "writeback/internal/terminal", "writeback/internal/practice/...", "writeback/wizard/plain", "writeback/wizard/tui"},
		why:  "a file is written for whoever hands it over: no verb, no session, no terminal"},
	{of: []string{"writeback/internal/rehearsal"}, direct: []string{"net", "net/...", "os", "os/exec"},
		deep: []string{"writeback/internal/session", "writeback/internal/terminal", "writeback/wizard/plain", "writeback/wizard/report", "writeback/wizard/tui"},
		why:  "who enters the practice world brings settings, and is told where it is: no verb, no session, no terminal"},
	{of: []string{"writeback/internal/runs"}, direct: []string{"net", "net/...", "os", "os/exec"}, deep: slices.Concat(renderers, []string{"writeback/internal/session", "writeback/internal/terminal", "writeback/internal/practice/..."}),
		why: "which run is meant follows from journals and settings: no client, no session, no terminal"},
	{of: []string{"writeback/internal/change"}, direct: []string{"net", "net/...", "os", "os/exec", "writeback/adperms/directory"}, deep: []string{"writeback/internal/terminal", "writeback/internal/practice/...", "writeback/wizard/plain", "writeback/wizard/tui"},
		why: "what several people bring about is in plan files: no verb, no directory, no terminal"},
	{of: []string{"writeback/internal/statedir"}, only: []string{}, why: "who may write a directory has nothing to do with what is in it"},
}

// A keeper alone imports something.
type keeper struct {
	what []string
	by   []string
	why  string
}

var keepers = []keeper{
	{cobra, []string{"writeback/cmd/writeback"}, "the command line is at the edge"},
	{charm, []string{"writeback/wizard/tui", "writeback/internal/terminal"}, "one renderer draws, and the terminal counts its lines"},
	{ldap, []string{"writeback/adperms/directory", "writeback/adperms/directory/...", "writeback/internal/ldapproxy", "writeback/internal/sambatest", "writeback/internal/practice/..."}, "one client speaks LDAP; the others are servers for tests and practice"},
	{graph, []string{"writeback/cloudconfig/graph", "writeback/internal/practice/..."}, "one client speaks Graph"},
	{[]string{"writeback/adperms/directory", "writeback/adperms/directory/...", "writeback/cloudconfig/..."}, []string{"writeback/internal/session", "writeback/cmd/writeback", "writeback/internal/exit", "writeback/internal/tracing", "writeback/internal/rehearsal", "writeback/internal/practice", "writeback/internal/practice/...", "writeback/adperms/directory", "writeback/adperms/directory/...", "writeback/cloudconfig/..."}, "clients are put in by sessions and the program alone; exit knows their errors, tracing what they tell, and rehearsal leads them to the practice world"},
	{[]string{"writeback/internal/sambatest", "writeback/internal/ldapproxy", "writeback/internal/screen", "writeback/internal/chromium", "writeback/internal/paste", "writeback/internal/beside", "writeback/internal/tier", "writeback/internal/test/..."},
		[]string{"writeback/internal/paste", "writeback/internal/sambatest", "writeback/internal/chromium", "writeback/internal/test/..."}, "only tests import them"},
	{[]string{"writeback/internal/leaks"}, []string{"writeback/internal/sambatest"}, "only tests look for what leaks"},
	{[]string{"github.com/chromedp/..."}, []string{"writeback/internal/chromium"}, "one package opens a browser"},
	{[]string{"testing", "github.com/creack/pty", "github.com/rogpeppe/go-internal/...", "github.com/google/go-cmp/...", "pgregory.net/rapid"},
		[]string{"writeback/internal/sambatest", "writeback/internal/chromium", "writeback/internal/paste", "writeback/internal/beside", "writeback/internal/tier", "writeback/internal/test/..."}, "only tests import them"},
}

// pkg is one package as go list tells it.
type pkg struct {
	ImportPath, Dir      string
	Name                 string
	GoFiles, TestGoFiles []string
	XTestGoFiles         []string
	Imports, Deps        []string
}

// list reads the packages of this module as they are on one system.
func list(t *testing.T, system string) []pkg {
	t.Helper()
	cmd := exec.Command("go", "list", "-json=ImportPath,Dir,Name,GoFiles,TestGoFiles,XTestGoFiles,Imports,Deps", module+"/...")
	cmd.Env = append(os.Environ(), "GOOS="+system, "CGO_ENABLED=0")
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s: %v", cmd, err)
	}
	var all []pkg
	for d := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p pkg
		err := d.Decode(&p)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, p)
	}
	return all
}

func in(name string, patterns []string) bool {
	return slices.ContainsFunc(patterns, func(p string) bool {
		below, all := strings.CutSuffix(p, "...")
		return name == p || all && strings.HasPrefix(name, below)
	})
}

func ours(name string) bool { return name == module || strings.HasPrefix(name, module+"/") }

// foreign is a package that is neither ours nor of the standard library.
func foreign(name string) bool {
	first, _, _ := strings.Cut(name, "/")
	return strings.Contains(first, ".")
}

func TestWalls(t *testing.T) {
	for _, system := range systems {
		stands := map[string]bool{}
		for _, p := range list(t, system) {
			for _, w := range walls {
				if in(p.ImportPath, w.of) {
					stands[w.why] = true
					for _, bad := range w.breaches(p) {
						t.Errorf("%s: %s imports %s: %s", system, p.ImportPath, bad, w.why)
					}
				}
			}
			for _, k := range keepers {
				for _, i := range p.Imports {
					if in(i, k.what) && !in(p.ImportPath, k.by) {
						t.Errorf("%s: %s imports %s: %s", system, p.ImportPath, i, k.why)
					}
				}
			}
		}
		for _, w := range walls {
			if !stands[w.why] {
				t.Errorf("%s: the wall around %v stands around nothing", system, w.of)
			}
		}
	}
}

func (w wall) breaches(p pkg) (bad []string) {
	for _, i := range p.Imports {
		if in(i, w.direct) {
			bad = append(bad, i)
		}
	}
	for _, d := range p.Deps {
		switch {
		case in(d, w.deep), w.bare && foreign(d), w.only != nil && ours(d) && !in(d, w.only):
			bad = append(bad, d)
		}
	}
	return bad
}

// The test itself must be able to fail.
func TestWallsFall(t *testing.T) {
	p := pkg{ImportPath: "x", Imports: []string{"os", "fmt"}, Deps: []string{"os", "fmt", "net/http", "github.com/a/b", "writeback/steps", "writeback/adperms/secdesc"}}
	for want, w := range map[string]wall{
		"os":                        {direct: []string{"os"}},
		"net/http":                  {deep: []string{"net", "net/..."}},
		"github.com/a/b":            {bare: true},
		"writeback/adperms/secdesc": {only: []string{"writeback/steps"}},
	} {
		if got := w.breaches(p); !slices.Equal(got, []string{want}) {
			t.Errorf("%+v: %v, want %s", w, got, want)
		}
	}
}

// Packages and files are named for what is in them.
func TestNames(t *testing.T) {
	none := []string{"util", "utils", "common", "helper", "helpers", "types", "misc", "base", "lib", "shared", "manager"}
	for _, p := range list(t, systems[0]) {
		if slices.Contains(none, p.Name) || slices.Contains(none, path.Base(p.ImportPath)) {
			t.Errorf("package %s has a name that says nothing", p.ImportPath)
		}
		for _, f := range p.GoFiles {
			if slices.Contains(none, strings.TrimSuffix(f, ".go")) {
				t.Errorf("%s/%s has a name that says nothing", p.ImportPath, f)
			}
		}
	}
}
