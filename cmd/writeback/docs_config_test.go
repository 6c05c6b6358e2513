package main

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"writeback/adperms/directory"
	"writeback/internal/settings"
)

// What the documents show of configuration files is taken by the program, and
// their links lead somewhere.

// documents are README.md and what lies in docs and below, by their paths from
// the root.
func documents(t *testing.T) []string {
	t.Helper()
	all := []string{"README.md"}
	for _, pattern := range []string{"*.md", "*/*.md"} {
		found, err := filepath.Glob(filepath.Join("..", "..", "docs", filepath.FromSlash(pattern)))
		if err != nil || len(found) == 0 {
			t.Fatalf("docs/%s: %d documents, %v", pattern, len(found), err)
		}
		for _, path := range found {
			name, err := filepath.Rel(filepath.Join("..", ".."), path)
			if err != nil {
				t.Fatal(err)
			}
			all = append(all, filepath.ToSlash(name))
		}
	}
	return all
}

// fenced are the blocks of one language in a document.
func fenced(text, language string) (out []string) {
	for _, m := range regexp.MustCompile("(?ms)^```"+language+"\n(.*?)^```$").FindAllStringSubmatch(text, -1) {
		out = append(out, m[1])
	}
	return out
}

// configured is what the settings are after a configuration file was read.
func configured(t *testing.T, text string) (*settings.Settings, error) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "shown.yaml")
	write(t, file, []byte(text))
	s := &settings.Settings{DCForm: directory.DCURL}
	settings.Config.Put(s, file, settings.FromFlag)
	if err := s.Resolve("plan", func(string) (string, bool) { return "", false }, true); err != nil {
		return s, err
	}
	for _, name := range settings.Domains.Of(s) {
		if _, err := s.InDomain(name); err != nil {
			return s, err
		}
	}
	return s, nil
}

func TestShownConfigurationIsTaken(t *testing.T) {
	shown := 0
	for _, name := range documents(t) {
		for _, text := range fenced(document(t, name), "yaml") {
			if _, err := configured(t, text); err != nil {
				t.Errorf("%s: %v in\n%s", name, err, text)
			}
			shown++
		}
	}
	if shown < 2 {
		t.Errorf("%d configuration files are shown", shown)
	}
	if _, err := configured(t, "domains: [{dmain: x}]"); err == nil {
		t.Error("a wrong one is taken")
	}
}

// The manual's configuration file has every key.
func TestManualHasEveryKey(t *testing.T) {
	text := document(t, manual)
	blocks := fenced(section(t, text, "### Configuration file"), "yaml")
	if len(blocks) != 1 {
		t.Fatalf("%d configuration files", len(blocks))
	}
	if _, err := configured(t, blocks[0]); err != nil {
		t.Fatal(err)
	}
	for _, x := range settings.Of("") {
		if !x.Has(settings.NoFile|settings.Consent) && !strings.Contains("\n"+blocks[0], "\n"+x.Name+":") {
			t.Errorf("the configuration file of %s does not have %s", manual, x.Name)
		}
	}
	several := section(t, text, "## Several domains and forests")
	for _, x := range settings.With(settings.PerDomain) {
		if !strings.Contains(several, "`"+x.Name+"`") {
			t.Errorf("%s does not say that %s may differ from domain to domain", manual, x.Name)
		}
	}
}

// anchors are what a link can lead to in a document: its headings, as GitHub
// names them, and the anchors that it sets.
func anchors(text string) (out []string) {
	strange := regexp.MustCompile(`[^\p{L}\p{N} _-]`)
	for _, m := range regexp.MustCompile(`(?m)^#+ (.*)$`).FindAllStringSubmatch(text, -1) {
		out = append(out, strings.ReplaceAll(strange.ReplaceAllString(strings.ToLower(m[1]), ""), " ", "-"))
	}
	for _, m := range regexp.MustCompile(`<a id="([^"]*)">`).FindAllStringSubmatch(text, -1) {
		out = append(out, m[1])
	}
	return out
}

func TestLinksLeadSomewhere(t *testing.T) {
	links := 0
	for _, name := range documents(t) {
		for _, m := range regexp.MustCompile(`\]\(([^)\s]+)\)`).FindAllStringSubmatch(document(t, name), -1) {
			target, anchor, anchored := strings.Cut(m[1], "#")
			if strings.Contains(target, "://") {
				continue
			}
			links++
			to := name
			if target != "" {
				to = filepath.ToSlash(filepath.Join(filepath.Dir(filepath.FromSlash(name)), filepath.FromSlash(target)))
			}
			if _, err := os.Stat(filepath.Join("..", "..", filepath.FromSlash(to))); err != nil {
				t.Errorf("%s: %s leads nowhere: %v", name, m[1], err)
				continue
			}
			if anchored && !slices.Contains(anchors(document(t, to)), anchor) {
				t.Errorf("%s: there is no %s", name, m[1])
			}
		}
	}
	if links < 100 {
		t.Errorf("%d links were looked at", links)
	}
}

// What the documents say is held by a test is held by one that there is.
func TestNamedTestsExist(t *testing.T) {
	tests := map[string]bool{}
	err := filepath.WalkDir(filepath.Join("..", ".."), func(path string, _ fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, "_test.go") {
			return err
		}
		raw, err := os.ReadFile(path)
		for _, m := range regexp.MustCompile(`(?m)^func ((?:Test|Fuzz)\w+)\(`).FindAllSubmatch(raw, -1) {
			tests[string(m[1])] = true
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	named := 0
	for _, name := range documents(t) {
		for _, m := range regexp.MustCompile("`((?:Test|Fuzz)\\w+)`").FindAllStringSubmatch(document(t, name), -1) {
			if named++; !tests[m[1]] {
				t.Errorf("%s: there is no test %s", name, m[1])
			}
		}
	}
	if named < 50 {
		t.Errorf("%d tests are named", named)
	}
}
