package steps

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// What is wrong with the directory of the journals, and what of it can be mended
// with nothing lost: a journal that cannot be believed is set aside as it is, in a
// folder beside the others, where it stands in no run's way. Nothing is deleted,
// and nothing of another user is touched.

// Aside is the folder for what is set aside, in the directory of the journals.
const Aside = "set-aside"

// Fault is one thing that is wrong.
type Fault struct {
	File string `json:"file"`           // its name in the directory
	What string `json:"what"`           // what is wrong with it
	Mend string `json:"mend,omitempty"` // what [Store.Mend] does about it; "": nothing
	Fix  string `json:"fix,omitempty"`  // what a person can do

	do func(s *Store, file string) error
}

// Faults looks at everything in the directory.
func (s *Store) Faults() ([]Fault, error) {
	entries, err := os.ReadDir(s.dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("look at the journals: %w", err)
	}
	var all []Fault
	for _, e := range entries {
		if e.Name() == Aside && e.IsDir() {
			continue
		}
		if f := s.fault(e); f.What != "" {
			f.File = e.Name()
			all = append(all, f)
		}
	}
	return all, nil
}

func (s *Store) fault(e fs.DirEntry) Fault {
	id, named := strings.CutSuffix(e.Name(), journalExt)
	if !named || CheckRunID(id) != nil {
		return Fault{What: "it is no journal of this program", Fix: "move it elsewhere, if it is yours"}
	}
	x, info, err := s.examine(id)
	if err != nil {
		return s.closed(id, err)
	}
	switch {
	case x.Breach != nil:
		return setAside("it cannot be trusted: "+x.Breach.Error(), id)
	case x.Run.Records == nil:
		return Fault{What: "the run never began: it was interrupted before anything was written", Mend: "move it to " + Aside, do: (*Store).aside}
	case x.Torn:
		return Fault{What: "it ends in a piece of a line, which an interruption left and which counts for nothing", Mend: "cut the piece off, and keep the journal as it was in " + Aside, do: (*Store).trim}
	case private && info.Mode().Perm()&0o077 != 0:
		return Fault{What: fmt.Sprintf("others may read it (mode %04o)", info.Mode().Perm()), Mend: "set mode 0600", do: (*Store).shut}
	case s.ahead(id):
		return Fault{What: "its name is of a time to come: the clock was wrong, or somebody made it up", Fix: "look at the run by its name, with runs show; it hides no other run, and undo takes it by its name"}
	}
	return Fault{}
}

// closed is a journal that is not read at all.
func (s *Store) closed(id string, err error) Fault {
	info, lerr := os.Lstat(s.path(id))
	if lerr == nil && info.Mode().IsRegular() && owned(info) {
		return setAside(err.Error(), id)
	}
	return Fault{What: err.Error(), Fix: "it is not ours to move: ask whose it is, or use another --state-dir"}
}

func setAside(what, id string) Fault {
	return Fault{What: what, Mend: "move it unchanged to " + Aside + ": no run waits for it then, and undo cannot use it any more",
		Fix: "make a report of run " + id + " first", do: (*Store).aside}
}

// Mend does what f says. The caller has the lock.
func (s *Store) Mend(f Fault) error {
	if f.do == nil {
		return nil
	}
	if err := f.do(s, f.File); err != nil {
		return fmt.Errorf("mend %s: %w", filepath.Join(s.dir, f.File), err)
	}
	return syncDir(s.dir)
}

// MendApproved mends those of the faults that are still as they were approved, and leaves
// what changed since. mended are the files that it mended; left is what is wrong still,
// nil where nobody could look. The caller has the lock.
//
// Errors: those of single faults, joined; they are among left.
func (s *Store) MendApproved(approved []Fault) (left []Fault, mended []string, err error) {
	now, err := s.Faults()
	if err != nil {
		return nil, nil, err
	}
	shown := map[string]bool{}
	for _, f := range approved {
		shown[fmt.Sprint(f.File, f.What, f.Mend)] = true
	}
	left, mended = []Fault{}, []string{}
	var bad []error
	for _, f := range now {
		if f.Mend == "" || !shown[fmt.Sprint(f.File, f.What, f.Mend)] {
			left = append(left, f)
		} else if err := s.Mend(f); err != nil {
			left, bad = append(left, f), append(bad, err)
		} else {
			mended = append(mended, f.File)
		}
	}
	return left, mended, errors.Join(bad...)
}

// spare is a free name in the folder for what is set aside.
func (s *Store) spare(file string) (string, error) {
	dir := filepath.Join(s.dir, Aside)
	if err := os.Mkdir(dir, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		return "", err
	}
	if err := guardDir(dir); err != nil {
		return "", fmt.Errorf("%s: %w", dir, err)
	}
	for n := 1; ; n++ {
		name := filepath.Join(dir, file)
		if n > 1 {
			name += fmt.Sprintf(".%d", n)
		}
		if _, err := os.Lstat(name); errors.Is(err, fs.ErrNotExist) {
			return name, nil
		} else if err != nil {
			return "", err
		}
	}
}

func (s *Store) aside(file string) error {
	to, err := s.spare(file)
	if err != nil {
		return err
	}
	if err := os.Rename(filepath.Join(s.dir, file), to); err != nil {
		return err
	}
	return syncDir(filepath.Dir(to))
}

// trim cuts a torn end off, once the whole file lies aside.
func (s *Store) trim(file string) error {
	f, raw, err := s.content(strings.TrimSuffix(file, journalExt), os.O_RDWR)
	if err != nil {
		return err
	}
	to, err := s.spare(file)
	if err == nil {
		err = writeNew(to, raw)
	}
	if err == nil { // the copy is there to stay before anything is cut off
		err = syncDir(filepath.Dir(to))
	}
	if err == nil {
		err = f.Truncate(int64(strings.LastIndexByte(string(raw), '\n') + 1))
	}
	if err == nil {
		err = f.Sync()
	}
	return errors.Join(err, f.Close())
}

func writeNew(path string, raw []byte) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(raw)
	if err == nil {
		err = f.Sync()
	}
	return errors.Join(err, f.Close())
}

func (s *Store) shut(file string) error {
	f, _, err := s.content(strings.TrimSuffix(file, journalExt), os.O_RDONLY)
	if err != nil {
		return err
	}
	return errors.Join(f.Chmod(0o600), f.Close())
}
