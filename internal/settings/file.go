package settings

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"

	"writeback/internal/spelling"
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

// UnreadConfig is the line about a configuration file that lies here and that nobody
// named; "" where there is none. The file is not opened.
func (s *Settings) UnreadConfig() string {
	if !s.Unset(Config) {
		return ""
	}
	if _, err := os.Lstat(usualConfig); err != nil {
		return ""
	}
	return fmt.Sprintf("%s in this folder is not read: name it with --config %[1]s", usualConfig)
}

// fromConfig reads the YAML file of --config, where there is one.
func (s *Settings) fromConfig() error {
	path := Config.Of(s)
	if path == "" {
		return nil
	}
	f, folder, err := statedir.OpenReal(path)
	if err != nil {
		return Usagef("configuration file %s: %w", path, err)
	}
	defer f.Close()
	s.folder = folder
	raw, err := io.ReadAll(io.LimitReader(PlainText(f), maxConfigSize+1))
	if err != nil {
		return Usagef("configuration file %s: %w", path, err)
	}
	if len(raw) > maxConfigSize {
		return Usagef("configuration file %s is larger than 1 MiB", path)
	}
	return s.fromYAML(path, raw)
}

func (s *Settings) fromYAML(path string, raw []byte) error {
	if err := tooIntricate(raw); err != nil {
		return Usagef("configuration file %s: %w: settings need no more than KEY: VALUE, or a list of values", path, err)
	}
	file, err := parser.ParseBytes(raw, 0)
	if err != nil {
		return Usagef("configuration file %s%s", path, complaint(err))
	}
	for i, doc := range file.Docs {
		if i > 0 {
			return Usagef("configuration file %s: it holds several documents, one is needed", path)
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
			return Usagef("configuration file %s: settings are written as KEY: VALUE, keys as the flags", path)
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

func (s *Settings) fromEntry(path string, entry *ast.MappingValueNode) error {
	at := fmt.Sprintf("configuration file %s, line %d", path, entry.Key.GetToken().Position.Line)
	name, ok := scalar(entry.Key)
	known := slices.IndexFunc(all, func(x *Setting) bool { return x.Name == name })
	switch {
	case !ok:
		return Usagef("%s: the keys are the flags without --", at)
	case name == listOfDomains:
		return s.fromDomains(path, at, entry.Value)
	case known >= 0 && all[known].Has(Consent):
		return Usagef("%s: %s is not allowed in a file, because it is consent: pass --%[2]s on the command line", at, name)
	case name == "ad-password":
		return Usagef("%s: a password does not belong here: write it to a file of its own and name that in %s", at, ADPasswordFile.Name)
	case known < 0 || all[known].Has(NoFile):
		return Usagef("%s: there is no setting %q: the keys are the flags without --%s", at, name, spelling.DidYouMean(name, inFile()))
	}
	values, err := valuesOf(entry.Value)
	if err != nil {
		return Usagef("%s: %s %w", at, name, err)
	}
	x := s.Named(name)
	if x == nil || x.Has(FlagOnly) || values == nil { // another verb's, or nothing
		return nil
	}
	if x.Kind == Words && len(values) == 1 {
		values = x.split(values[0])
	}
	if err := s.set(x, s.besideFile(x, values), Origin{Kind: IsFile, Name: path}); err != nil {
		return Usagef("line %d: %w", entry.Key.GetToken().Position.Line, err)
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

// besideFile are the values of a setting in a configuration file, with paths as they
// are meant there: in the folder where the file really is.
func (s *Settings) besideFile(x *Setting, values []string) []string {
	if !x.IsPath() || len(values) != 1 || s.folder == "" {
		return values
	}
	return []string{x.rooted(values[0], s.folder)}
}

// rooted is a path as it is meant in a folder; "" is the current one. What is no
// path in a folder stays: - is standard input, and a bare name of a program is looked
// for as the shell does.
func (x *Setting) rooted(value, folder string) string {
	switch {
	case value == "" || value == "-" || filepath.IsAbs(value) || filepath.VolumeName(value) != "" || os.IsPathSeparator(value[0]):
		return value
	case x.Has(Program) && filepath.Base(value) == value:
		return value
	case folder != "":
		return filepath.Join(folder, value)
	}
	if whole, err := filepath.Abs(value); err == nil {
		return whole
	}
	return value
}
