package statedir

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// OpenGuarded opens a file for reading that nobody but us, and those who own
// the machine anyway, can have written, or have put in its place: its content
// decides what is granted to whom, or who is trusted. It judges the file that it has
// opened, not the name, which could be another one by then. The error of a file that
// is not to be trusted speaks of it as "it", and says what to do.
func OpenGuarded(path string) (*os.File, error) {
	f, _, err := OpenReal(path)
	return f, err
}

// OpenReal is [OpenGuarded], and says in which folder the file really is: "" for a
// pipe that this process was started with, which may be named as /dev/fd/N or
// /dev/stdin and is taken for what it is.
func OpenReal(path string) (f *os.File, folder string, err error) { return openReal(path, false) }

func openReal(path string, mayShare bool) (f *os.File, folder string, err error) {
	if handed(path) {
		f, err := openHanded(path)
		return f, "", err
	}
	real, err := follow(path, mayShare)
	if err != nil {
		return nil, "", err
	}
	if f, err = os.OpenFile(real, os.O_RDONLY|nonblock|nofollow, 0); err != nil {
		return nil, "", err
	}
	if err := Guard(f); err != nil {
		_ = f.Close() // nothing was read
		return nil, "", err
	}
	return f, filepath.Dir(real), nil
}

func openHanded(path string) (*os.File, error) {
	f, err := os.OpenFile(path, os.O_RDONLY|nonblock, 0)
	if err != nil {
		return nil, err
	}
	info, err := f.Stat()
	if err == nil && info.Mode().Type() != fs.ModeNamedPipe {
		err = Guard(f)
	}
	if err != nil {
		_ = f.Close() // nothing was read
		return nil, err
	}
	return f, nil
}

// ReadGuarded reads a file of [OpenGuarded] whole: one of more octets than most is an
// error.
func ReadGuarded(path string, most int64) ([]byte, error) {
	f, err := OpenGuarded(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	raw, err := io.ReadAll(io.LimitReader(f, most+1))
	if err == nil && int64(len(raw)) > most {
		err = fmt.Errorf("it has more than %d bytes, so it is not what it should be: name the right file", most)
	}
	if err != nil {
		return nil, err
	}
	return raw, nil
}

// GuardFile refuses a file that [OpenGuarded] refuses: one that another program, or the
// system, opens.
func GuardFile(path string) error { return guardFile(path, false) }

// GuardSystem is GuardFile for what the system set up: groups of its own may write to
// the folders on the way, as staff on Debian.
func GuardSystem(path string) error { return guardFile(path, true) }

func guardFile(path string, mayShare bool) error {
	f, _, err := openReal(path, mayShare)
	if err != nil {
		return err
	}
	return f.Close()
}

// Guard is the judgement of [OpenGuarded] on a file that is open already.
func Guard(f *os.File) error {
	info, err := f.Stat()
	if err != nil {
		return err
	}
	if !info.Mode().IsRegular() {
		return errors.New("it is not a regular file")
	}
	return guardOpened(f, info)
}
