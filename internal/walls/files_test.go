package walls

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// Files whose content counts are read, and files outside the state directory written,
// through package statedir alone: there it is looked at whose they are, and no link is
// followed blindly.
var opensFiles = regexp.MustCompile(`\bos\.(Open|OpenFile|ReadFile|WriteFile|Create|CreateTemp|Rename)\(|\b(keytab\.Load|credentials\.LoadCCache|config\.Load)\(`)

// own are the files that open others for a reason of their own.
var own = map[string]string{
	"adperms/directory/scan/known.go":         "a spool of this process's, without a name",
	"internal/practice/world.go":              "the world's own file, in a folder that nobody else can write to",
	"internal/authority/authority.go":         "for tests: the practice world writes its certificate as it writes its file",
	"internal/practice/tenant/csdl/schema.go": "for tests: data of others",
	"internal/secrets/withhold_linux.go":      "this process's own memory, as the kernel shows it",
}

func TestFilesAreGuarded(t *testing.T) {
	root := filepath.Join("..", "..")
	seen, spared := 0, 0
	for _, folder := range []string{"cmd/writeback", "internal/change", "internal/exit", "internal/output", "internal/rehearsal", "internal/runs", "internal/tracing", "internal/settings", "internal/session", "internal/guide", "internal/terminal", "internal/secrets", "internal/process", "internal/practice", "internal/authority", "adperms/directory", "cloudconfig"} {
		err := filepath.WalkDir(filepath.Join(root, filepath.FromSlash(folder)), func(path string, d os.DirEntry, err error) error {
			if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
				return err
			}
			rel, err := filepath.Rel(root, path)
			if err != nil {
				return err
			}
			text, err := os.ReadFile(path)
			seen++
			found := opensFiles.FindAllString(string(text), -1)
			switch name := filepath.ToSlash(rel); {
			case own[name] != "" && len(found) > 0:
				spared++
			case len(found) > 0:
				slices.Sort(found)
				t.Errorf("%s: %s: package statedir opens files, and looks at whose they are", name, strings.Join(slices.Compact(found), " "))
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if seen < 100 || spared != len(own) {
		t.Errorf("%d files were read, %d of %d were spared", seen, spared, len(own))
	}
}
