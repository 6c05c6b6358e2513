package main

import (
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"runtime"
	"strings"
)

// contents are the files that archives and packages are made of.
type contents struct {
	licence, readme []byte
	docs            []file // the documents that the README leads to, below docs
	pages           []file // man pages: writeback.1, writeback-plan.1, …
	completions     map[string][]byte
	parties         map[target][]byte // licences of others
}

// shells are those that the program makes completions for.
var shells = []string{"bash", "zsh", "fish", "powershell"}

// collect reads the documents from source, and asks a program that runs here for
// its completions, which are the same on all systems.
func collect(source, host string) (c contents, err error) {
	if c.licence, err = os.ReadFile(filepath.Join(source, "LICENSE")); err != nil {
		return c, err
	}
	if c.readme, err = os.ReadFile(filepath.Join(source, "README.md")); err != nil {
		return c, err
	}
	docs := os.DirFS(filepath.Join(source, "docs"))
	err = fs.WalkDir(docs, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		raw, err := fs.ReadFile(docs, name)
		if path.Dir(name) == "man" {
			c.pages = append(c.pages, file{name: path.Base(name), raw: raw})
		} else {
			c.docs = append(c.docs, file{name: path.Join("docs", name), raw: raw})
		}
		return err
	})
	if err != nil {
		return c, fmt.Errorf("reading the documents: %w", err)
	}
	c.parties, c.completions = map[target][]byte{}, map[string][]byte{}
	for _, shell := range shells {
		cmd := exec.Command(host, "completion", shell)
		cmd.Env = []string{"HOME=" + filepath.Dir(host), "LOCALAPPDATA=" + filepath.Dir(host)} // nobody's settings
		if c.completions[shell], err = cmd.Output(); err != nil {
			return c, fmt.Errorf("%s completion %s: %w", host, shell, err)
		}
	}
	return c, nil
}

// here is the target that this machine runs.
func here() target { return target{runtime.GOOS, runtime.GOARCH} }

// archived are the files of the archive for t.
func (c contents) archived(p program) ([]file, error) {
	raw, err := os.ReadFile(p.path)
	if err != nil {
		return nil, err
	}
	out := append([]file{
		{name: p.target.program(), raw: raw, executable: true},
		{name: "LICENSE", raw: c.licence},
		{name: "README.md", raw: c.readme},
		{name: "THIRD-PARTY-LICENSES.txt", raw: c.parties[p.target]},
	}, c.docs...)
	names := map[string]string{"bash": "writeback.bash", "zsh": "_writeback", "fish": "writeback.fish"}
	if p.target.os == "windows" {
		names = map[string]string{"powershell": "writeback.ps1"}
	} else {
		for _, page := range c.pages {
			out = append(out, file{name: "man/man1/" + page.name, raw: page.raw})
		}
	}
	for shell, name := range names {
		out = append(out, file{name: "completions/" + name, raw: c.completions[shell]})
	}
	return out, nil
}

// installed are the files of a package for Linux, by where they lie there. zsh
// looks for the completions of packages in another place on Debian.
func (c contents) installed(p program, zsh string) ([]file, error) {
	raw, err := os.ReadFile(p.path)
	if err != nil {
		return nil, err
	}
	out := []file{
		{name: "/usr/bin/writeback", raw: raw, executable: true},
		{name: docs + "README.md", raw: c.readme},
		{name: "/usr/share/bash-completion/completions/writeback", raw: c.completions["bash"]},
		{name: zsh + "/_writeback", raw: c.completions["zsh"]},
		{name: "/usr/share/fish/vendor_completions.d/writeback.fish", raw: c.completions["fish"]},
	}
	for _, d := range c.docs {
		out = append(out, file{name: docs + d.name, raw: d.raw})
	}
	for _, page := range c.pages {
		raw, err := squeezed(page.raw)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", page.name, err)
		}
		out = append(out, file{name: "/usr/share/man/man1/" + page.name + ".gz", raw: raw})
	}
	return out, nil
}

// summary is what the program is, in one line.
const summary = "switch on Microsoft Entra password writeback, and prove that it works"

// description says more, for who looks through packages.
var description = strings.TrimSpace(`
writeback delegates the rights that password writeback needs in Active
Directory, enables the feature on the sync server and in the tenant, shows
every change before it is made, proves what works, and takes back exactly
what it made.`)
