package main

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"

	"writeback/internal/statedir"
)

// A configuration file is one YAML mapping of flags to values. It is read only where
// somebody named it: one that merely lies here came with whatever was unpacked here,
// and would decide whom we trust. Values are taken
// as they stand there, so that an account named 007 is not a number; errors
// name the line and never show it, for somebody may have put a password there.

const (
	usualConfig   = "writeback.yaml"
	maxConfigSize = 1 << 20 // bytes; a real one has some dozen lines
)

// unreadConfig is the line about a configuration file that lies here and that nobody
// named; "" where there is none. The file is not opened.
func (s *settings) unreadConfig() string {
	if !s.unset("config") {
		return ""
	}
	if _, err := os.Lstat(usualConfig); err != nil {
		return ""
	}
	return fmt.Sprintf("%s in this folder is not read: name it with --config %[1]s", usualConfig)
}

// fromConfig reads the YAML file of --config, where there is one.
func (s *settings) fromConfig() error {
	path := s.config
	if path == "" {
		return nil
	}
	f, folder, err := statedir.OpenReal(path)
	if err != nil {
		return usagef("configuration file %s: %w", path, err)
	}
	defer f.Close()
	s.folder = folder
	raw, err := io.ReadAll(io.LimitReader(plainText(f), maxConfigSize+1))
	if err != nil {
		return usagef("configuration file %s: %w", path, err)
	}
	if len(raw) > maxConfigSize {
		return usagef("configuration file %s is larger than 1 MiB", path)
	}
	return s.fromYAML(path, raw)
}

func (s *settings) fromYAML(path string, raw []byte) error {
	if err := tooIntricate(raw); err != nil {
		return usagef("configuration file %s: %w: settings need no more than KEY: VALUE, or a list of values", path, err)
	}
	file, err := parser.ParseBytes(raw, 0)
	if err != nil {
		return usagef("configuration file %s%s", path, complaint(err))
	}
	for i, doc := range file.Docs {
		if i > 0 {
			return usagef("configuration file %s: it holds several documents, one is needed", path)
		}
		switch body := doc.Body.(type) {
		case nil, *ast.NullNode, *ast.CommentGroupNode:
		case *ast.MappingNode:
			for _, entry := range body.Values {
				if err := s.fromEntry(path, entry); err != nil {
					return err
				}
			}
		default:
			return usagef("configuration file %s: settings are written as KEY: VALUE, keys as the flags", path)
		}
	}
	return nil
}

// complaint is what the parser says, and where, without the line itself.
func complaint(err error) string {
	var at yaml.Error
	if !errors.As(err, &at) || at.GetToken() == nil {
		return ": it is not YAML"
	}
	return fmt.Sprintf(", line %d: %s", at.GetToken().Position.Line, at.GetMessage())
}

// inNoFile are the flags that say yes to what is shown, or prove it.
var inNoFile = []string{"yes", "accept", "digest"}

func (s *settings) fromEntry(path string, entry *ast.MappingValueNode) error {
	at := fmt.Sprintf("configuration file %s, line %d", path, entry.Key.GetToken().Position.Line)
	name, ok := scalar(entry.Key)
	switch {
	case !ok:
		return usagef("%s: the keys are the flags without --", at)
	case name == "domains":
		return s.fromDomains(path, at, entry.Value)
	case slices.Contains(inNoFile, name):
		return usagef("%s: %s is not allowed in a file, because it is consent: pass --%[2]s on the command line", at, name)
	case name == "ad-password":
		return usagef("%s: a password does not belong here: write it to a file of its own and name that in ad-password-file", at)
	case !s.all[name] || name == "config":
		return usagef("%s: there is no setting %q: the keys are the flags without --%s", at, name, didYouMean(name, slices.DeleteFunc(slices.Collect(maps.Keys(s.all)), func(have string) bool { return have == "config" || slices.Contains(inNoFile, have) })))
	}
	values, err := valuesOf(entry.Value)
	if err != nil {
		return usagef("%s: %s %w", at, name, err)
	}
	if values == nil {
		return nil
	}
	if x := s.flags.Lookup(name); x != nil && len(values) == 1 && x.Value.Type() == "stringSlice" {
		values = split(x, values[0])
	}
	if err := s.set(name, s.besideFile(name, values), fileOrigin+path); err != nil {
		return usagef("line %d: %w", entry.Key.GetToken().Position.Line, err)
	}
	return nil
}

// valuesOf are the texts of a value or a list; nil for none.
func valuesOf(node ast.Node) ([]string, error) {
	if _, none := node.(*ast.NullNode); none || node == nil {
		return nil, nil
	}
	if text, ok := scalar(node); ok {
		return []string{text}, nil
	}
	list, ok := node.(*ast.SequenceNode)
	if !ok {
		return nil, errors.New("needs a value or a list of values")
	}
	var out []string
	for _, v := range list.Values {
		text, ok := scalar(v)
		if !ok {
			return nil, errors.New("needs a list of plain values")
		}
		out = append(out, text)
	}
	return out, nil
}

// scalar is the text of a value as it was written.
func scalar(node ast.Node) (string, bool) {
	switch n := node.(type) {
	case *ast.StringNode:
		return n.Value, true
	case *ast.LiteralNode:
		return n.Value.Value, true
	case *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode, *ast.InfinityNode, *ast.NanNode:
		return n.GetToken().Value, true
	}
	return "", false
}
