// Package practice is a world to rehearse in, inside the program: an Active
// Directory domain with a small company, a tenant, and a sync server between
// them, all on loopback. What is done there is kept in one file, so that one
// call goes on where another ended. Nothing real is reached from it. It knows no
// engine, stage or screen.
package practice

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"sync"
	"time"

	"writeback/cloudconfig"
	"writeback/cloudconfig/syncserver"
	"writeback/internal/practice/domain"
	"writeback/internal/practice/tenant"
	"writeback/internal/statedir"
)

// World is a running practice world.
type World struct {
	Domain *domain.Domain
	Tenant *tenant.Tenant
	Server *tenant.SyncServer

	dir     string
	mu      sync.Mutex // guards the file, and what follows
	ready   bool       // all three are there
	founded time.Time  // when the world was new
	byHand  map[string]time.Time
	trouble string            // what is wrong on purpose; "": nothing
	before  *tenant.SyncState // how the sync server stood before a trouble that changes it
}

const (
	formatVersion = 1
	maxState      = 64 << 20 // bytes; a fresh company has about one million
)

// saved is the file.
type saved struct {
	FormatVersion int `json:"formatVersion"`
	// Founded is when the world was new; ByHand when what a person said last of
	// each step was said. Worlds of before have neither.
	Founded time.Time            `json:"founded,omitzero"`
	ByHand  map[string]time.Time `json:"byHand,omitempty"`
	Trouble string               `json:"trouble,omitempty"`
	Before  *tenant.SyncState    `json:"before,omitempty"`

	Domain domain.State     `json:"domain"`
	Tenant tenant.State     `json:"tenant"`
	Server tenant.SyncState `json:"server"`
}

// Start brings the world of dir up: as it was left, or a fresh one. The
// directory must be there, and only the caller may write to it.
func Start(dir string) (*World, error) {
	w := &World{dir: dir, founded: time.Now(), byHand: map[string]time.Time{}}
	was, err := w.load()
	if err != nil {
		return nil, err
	}
	if was != nil {
		w.founded, w.trouble, w.before = was.Founded, was.Trouble, was.Before
		maps.Copy(w.byHand, was.ByHand)
	}
	if err := w.bringUp(was); err != nil {
		return nil, errors.Join(fmt.Errorf("start the practice world: %w", err), w.down())
	}
	if err := whole(w.CAFile(), w.Domain.CA()); err != nil {
		return nil, errors.Join(err, w.down())
	}
	w.ready = true
	if was != nil {
		return w, nil // the file holds it
	}
	return w, w.save()
}

func (w *World) bringUp(was *saved) (err error) {
	var d domain.Options
	var t tenant.Options
	var s *tenant.SyncState
	if was != nil {
		d.State, t.State, s = &was.Domain, &was.Tenant, &was.Server
	}
	d.Changed, t.Changed = w.save, w.save
	if w.Domain, err = domain.Start(d); err != nil {
		return err
	}
	t.Persons = persons(w.Domain.Staff(), w.Domain.Name())
	if w.Tenant, err = tenant.Start(t); err != nil {
		return err
	}
	w.join(s)
	return nil
}

func (w *World) connector() cloudconfig.ServerConnector {
	name := w.Domain.Name()
	return cloudconfig.ServerConnector{Name: name, Forest: name, Domain: name, Account: w.Domain.Account(domain.RoleConnector).Name}
}

// movedPerson is the place of one in the staff.
const movedPerson = 33

// persons are the company's people in the tenant. Most may reset their password
// and have registered for it; some may and have not, some have no licence, and the
// source of authority of one was moved to the cloud.
func persons(staff []domain.Staff, name string) (out []tenant.Person) {
	for i, s := range staff {
		p := tenant.Person{UPN: s.UPN, Name: s.Name, SID: s.SID, Domain: name, Disabled: s.Disabled, Enabled: true, Registered: i%5 != 0, Moved: i == movedPerson}
		if i%40 == 7 {
			p.Plans = []tenant.Plan{}
		}
		out = append(out, p)
	}
	return out
}

// Run implements [syncserver.Runner] on the sync server: what it switched is kept before
// anybody is told.
func (w *World) Run(ctx context.Context, script syncserver.Script, ask syncserver.Ask) ([]byte, error) {
	raw, err := w.Server.Run(ctx, script, ask)
	if err == nil && script.Name() != syncserver.Inspect.Name() {
		err = w.save()
	}
	return raw, err
}

// CAFile is the certificate authority of the practice DC, for other programs.
func (w *World) CAFile() string { return filepath.Join(w.dir, "ca.pem") }

func (w *World) file() string { return filepath.Join(w.dir, "practice.json") }

// Close keeps what was done, and ends the world.
func (w *World) Close() error { return errors.Join(w.save(), w.down()) }

func (w *World) down() (err error) {
	if w.Tenant != nil {
		err = w.Tenant.Close()
	}
	if w.Domain != nil {
		err = errors.Join(err, w.Domain.Close())
	}
	return err
}

// ByHand does what a person says at a time to have done by hand, for here nobody
// can do it: once for each word, and not for words of before the world was new.
func (w *World) ByHand(step string, said time.Time, do func(*World)) error {
	w.mu.Lock()
	heard := !said.After(w.founded) || !said.After(w.byHand[step])
	if !heard {
		w.byHand[step] = said
	}
	w.mu.Unlock()
	if heard {
		return nil
	}
	do(w)
	return w.save()
}

// Forget has the next world of dir be a fresh one, whatever is there. No world may
// be up there.
func Forget(dir string) error {
	if err := os.Remove((&World{dir: dir}).file()); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("forget the practice world: %w", err)
	}
	return nil
}

func (w *World) load() (*saved, error) {
	raw, err := os.ReadFile(w.file())
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read the practice world: %w", err)
	}
	var s saved
	if len(raw) > maxState {
		return nil, fmt.Errorf("the practice world in %s is larger than %d MiB: writeback practice --reset starts anew", w.file(), maxState>>20)
	}
	if err := json.Unmarshal(raw, &s); err != nil {
		return nil, fmt.Errorf("read the practice world in %s: %w: writeback practice --reset starts anew", w.file(), err)
	}
	if s.FormatVersion != formatVersion {
		return nil, fmt.Errorf("the practice world in %s has format version %d, this program knows %d: writeback practice --reset starts anew", w.file(), s.FormatVersion, formatVersion)
	}
	return &s, nil
}

// save writes the file whole or not at all. While the world comes up there is
// nothing to save yet.
func (w *World) save() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if !w.ready {
		return nil
	}
	raw, err := json.Marshal(saved{
		FormatVersion: formatVersion, Founded: w.founded, ByHand: w.byHand, Trouble: w.trouble, Before: w.before,
		Domain: w.Domain.State(), Tenant: w.Tenant.State(), Server: w.Server.State(),
	})
	if err != nil {
		return fmt.Errorf("keep the practice world: %w", err)
	}
	return whole(w.file(), raw)
}

// whole puts a file into its place, whatever has its name: a link there is taken away, and
// not followed.
func whole(path string, text []byte) error {
	tmp, err := statedir.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*")
	if err == nil {
		_, err = tmp.Write(text)
		err = errors.Join(err, tmp.Close())
		if err == nil {
			err = statedir.Replace(tmp.Name(), path)
		}
		if err != nil {
			err = errors.Join(err, os.Remove(tmp.Name()))
		}
	}
	if err != nil {
		return fmt.Errorf("keep the practice world: %w", err)
	}
	return nil
}
