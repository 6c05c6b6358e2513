package session

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"writeback/cloudconfig"
	"writeback/cloudconfig/syncserver"
	"writeback/internal/settings"
	"writeback/internal/statedir"
)

// The scripts that were left for a hand-off are remembered in the state directory, so
// that the answer to another one, of another day or another run, is recognized.

// mostHandoff bounds a remembered script, which is a few hundred octets.
const mostHandoff = 16 << 10

// KeepHandoff remembers a script that is about to be left, and forgets those whose
// answers would prove nothing any more.
func (c *Caller) KeepHandoff(h syncserver.Handoff) error {
	dir, err := statedir.Open(settings.StateDir.Of(c.Settings))
	if err != nil {
		return err
	}
	if dir, err = statedir.Open(dir.Handoffs()); err != nil {
		return err
	}
	files, err := handoffFiles(dir.Path())
	if err != nil {
		return err
	}
	for _, file := range files {
		if info, err := os.Stat(file); err == nil && time.Since(info.ModTime()) > cloudconfig.Age {
			_ = os.Remove(file) // else the next one tries again
		}
	}
	text, err := json.Marshal(h)
	if err != nil {
		return err
	}
	return statedir.WriteWhole(filepath.Join(dir.Path(), h.Ask.Nonce+".json"), func(w io.Writer) error { _, err := w.Write(text); return err })
}

// handoffFiles are the remembered scripts in a folder, which may not be there.
func handoffFiles(dir string) (out []string, err error) {
	all, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	for _, e := range all {
		if filepath.Ext(e.Name()) == ".json" {
			out = append(out, filepath.Join(dir, e.Name()))
		}
	}
	return out, err
}

// leftHandoffs are the scripts that were left from this state directory.
func (c *Caller) leftHandoffs() ([]syncserver.Handoff, error) {
	dir, _, err := c.stateThere()
	if err != nil || dir == nil {
		return nil, err
	}
	files, err := handoffFiles(dir.Handoffs())
	if err != nil {
		return nil, err
	}
	var out []syncserver.Handoff
	for _, file := range files {
		raw, err := statedir.ReadGuarded(file, mostHandoff)
		if err != nil {
			return nil, fmt.Errorf("read which scripts were left: %w", err)
		}
		var h syncserver.Handoff
		if json.Unmarshal(raw, &h) == nil { // one of another version is nobody's
			out = append(out, h)
		}
	}
	return out, nil
}

// answersOurs says that an answer is to a script that was left from here. known is
// false where none was, so that there is nothing to compare with.
func (c *Caller) answersOurs(d syncserver.Document) (known bool, err error) {
	left, err := c.leftHandoffs()
	if err != nil || len(left) == 0 {
		return false, err
	}
	for _, h := range left {
		if h.Ask.Nonce == d.Nonce {
			return true, h.Check(d)
		}
	}
	return true, &syncserver.OtherAnswerError{Host: d.Host, At: d.At, Nonce: d.Nonce}
}
