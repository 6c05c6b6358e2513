package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"slices"

	"github.com/goccy/go-yaml"
	"github.com/spf13/pflag"
)

const (
	defaultConfig = "writeback.yaml"
	maxConfigSize = 1 << 20 // bytes; a real one has some dozen lines
)

// fromConfig reads the YAML file of --config, or writeback.yaml here.
func (s *settings) fromConfig() error {
	path, must := s.config, true
	if path == "" {
		path, must = defaultConfig, false
	}
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) && !must {
		return nil
	}
	if err != nil {
		return &usageError{err: fmt.Errorf("--config: %w", err)}
	}
	defer f.Close()
	if err := guardFile(f); err != nil {
		return &usageError{err: fmt.Errorf("configuration file %s: %w", path, err)}
	}
	raw, err := io.ReadAll(io.LimitReader(f, maxConfigSize+1))
	if err != nil {
		return fmt.Errorf("read %s: %w", path, err)
	}
	if len(raw) > maxConfigSize {
		return usagef("configuration file %s is larger than 1 MiB", path)
	}
	var all map[string]any
	if err := yaml.Unmarshal(raw, &all); err != nil {
		return &usageError{err: fmt.Errorf("configuration file %s: %w", path, err)}
	}
	for _, name := range slices.Sorted(maps.Keys(all)) {
		if err := s.fromConfigKey(path, name, all[name]); err != nil {
			return err
		}
	}
	return nil
}

func (s *settings) fromConfigKey(path, name string, value any) error {
	x := s.flags.Lookup(name)
	if x == nil || name == "config" || name == "help" {
		if near := nearest(name, flagNames(s.flags)); near != "" {
			return usagef("configuration file %s: there is no setting %q: did you mean %q?", path, name, near)
		}
		return usagef("configuration file %s: there is no setting %q: the keys are the flags without --", path, name)
	}
	switch value.(type) {
	case nil:
		return nil
	case map[string]any:
		return usagef("configuration file %s: %q needs a value or a list, not a map", path, name)
	}
	return s.set(name, texts(value), "file "+path)
}

func flagNames(f *pflag.FlagSet) (out []string) {
	f.VisitAll(func(x *pflag.Flag) { out = append(out, x.Name) })
	return out
}

// nearest is the candidate that is at most two edits away from name, "" for
// none (Levenshtein distance).
func nearest(name string, candidates []string) string {
	best, at := "", 3
	for _, c := range candidates {
		if d := distance(name, c); d < at {
			best, at = c, d
		}
	}
	return best
}

func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost++
			}
			diagonal = row[j+1]
			row[j+1] = min(cost, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
