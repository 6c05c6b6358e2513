package statedir

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/user"
	"path/filepath"
	"time"

	"github.com/gofrs/flock"
)

// One run at a time uses a state directory. The lock is one of the operating
// system's, on the file "lock", so it ends with the process that holds it,
// however that ends. Who holds it stands beside it, in "lock.json": Windows lets
// nobody read a locked file.

// Holder is who holds the lock.
type Holder struct {
	User  string    `json:"user"`
	Host  string    `json:"host"`
	PID   int       `json:"pid"`
	Since time.Time `json:"since"` // UTC
	What  string    `json:"what"`  // what it does: "apply", "undo 20261122T111844Z-3f2a"
}

// HeldError says that another process uses the state directory.
type HeldError struct {
	Dir    string
	Holder Holder // zero when it has not said yet who it is
}

func (e *HeldError) Error() string {
	if e.Holder.PID == 0 {
		return fmt.Sprintf("state directory %s is in use by another run", e.Dir)
	}
	return fmt.Sprintf("state directory %s is in use: %s by %s on %s (process %d) since %s", e.Dir, e.Holder.What,
		e.Holder.User, e.Holder.Host, e.Holder.PID, e.Holder.Since.Local().Format("2006-01-02 15:04:05"))
}

// Lock is the right to write to the state directory.
type Lock struct {
	flock *flock.Flock
	info  string
}

// Lock takes the lock, and says what for. The error is a [*HeldError] when
// another process, or another Lock of this one, has it. It does not wait.
func (d *Dir) Lock(what string) (*Lock, error) {
	l := &Lock{flock: flock.New(filepath.Join(d.path, "lock")), info: filepath.Join(d.path, "lock.json")}
	got, err := l.flock.TryLock()
	switch {
	case errors.Is(err, fs.ErrPermission):
		return nil, fmt.Errorf("state directory %s is not writable: %w", d.path, err)
	case err != nil:
		return nil, fmt.Errorf("lock state directory %s: %w", d.path, err)
	case !got:
		return nil, &HeldError{Dir: d.path, Holder: l.holder()}
	}
	if err := l.sign(what); err != nil {
		return nil, errors.Join(fmt.Errorf("write to state directory %s: %w", d.path, err), l.flock.Unlock())
	}
	return l, nil
}

// Release gives the lock back.
func (l *Lock) Release() error {
	err := os.Remove(l.info)
	// On Windows whoever reads it just now, to say who holds the lock, keeps it
	// there. It says nothing to anybody once the lock is free.
	if errors.Is(err, fs.ErrNotExist) || inUse(err) {
		err = nil
	}
	if err = errors.Join(err, l.flock.Unlock()); err != nil {
		return fmt.Errorf("release the state directory: %w", err)
	}
	return nil
}

// sign writes who holds the lock.
func (l *Lock) sign(what string) error {
	h := Holder{PID: os.Getpid(), Since: time.Now().UTC().Truncate(time.Second), What: what}
	if u, err := user.Current(); err == nil {
		h.User = u.Username
	}
	if name, err := os.Hostname(); err == nil {
		h.Host = name
	}
	raw, err := json.Marshal(h)
	if err != nil {
		return err
	}
	return os.WriteFile(l.info, append(raw, '\n'), 0o600)
}

// holder reads who holds the lock. One that has just taken it gets a moment to
// say so.
func (l *Lock) holder() Holder {
	for try := 0; ; try++ {
		raw, err := os.ReadFile(l.info)
		var h Holder
		if err == nil && json.Unmarshal(raw, &h) == nil && h.PID != 0 {
			return h
		}
		if try == 10 {
			return Holder{}
		}
		time.Sleep(20 * time.Millisecond)
	}
}
