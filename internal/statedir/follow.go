package statedir

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// Whoever may put something else in the place of a part of a path decides what the
// path means. So links are followed one by one, each only where it is ours or of
// those who own the machine anyway, and so is each folder on the way.

// maxLinks is how many links a path may have, as on Linux (path_resolution(7)).
const maxLinks = 40

// errUnreadable is in the error for a folder that does not let us read who may write to
// it.
var errUnreadable = errors.New("it does not let you read who may change it")

// follow gives the real path of what is there, without links. Where mayShare, a group
// may write to the folders on the way. A folder that is unreadable is passed over, but
// for the last one: whose it is could put something else in its place. An error speaks
// of the path as "it".
func follow(path string, mayShare bool) (string, error) {
	return passUnread(path, func(folder string) error { return guardFolder(folder, mayShare) })
}

// passUnread is follow, with guard to judge each folder.
func passUnread(path string, guard func(folder string) error) (string, error) {
	unread := map[string]error{}
	at, err := followBy(path, func(folder string) error {
		err := guard(folder)
		if errors.Is(err, errUnreadable) {
			unread[folder], err = err, nil
		}
		return err
	})
	if err != nil || len(unread) == 0 {
		return at, err
	}
	holder := at
	if info, err := os.Lstat(at); err != nil || !info.IsDir() {
		holder = filepath.Dir(at)
	}
	if err := unread[holder]; err != nil {
		return "", err
	}
	return at, nil
}

// followBy follows, and ends with the first error of guard.
func followBy(path string, guard func(folder string) error) (string, error) {
	if err := nameable(path); err != nil {
		return "", err
	}
	path, err := absolute(path)
	if err != nil {
		return "", err
	}
	volume := filepath.VolumeName(path)
	root := volume + string(filepath.Separator)
	at, rest := root, parts(path[len(volume):])
	if err := guard(at); err != nil {
		return "", err
	}
	for links := 0; len(rest) > 0; {
		name := rest[0]
		rest = rest[1:]
		if name == ".." {
			at = filepath.Dir(at)
			continue
		}
		here := filepath.Join(at, name)
		info, err := os.Lstat(here)
		if err != nil {
			return "", err
		}
		target, err := linkTarget(here, info)
		switch {
		case err != nil:
			return "", err
		case target == "":
			at = here
			if info.IsDir() {
				err = guard(at)
			}
		case links == maxLinks:
			err = errors.New("it leads through too many links")
		default:
			links++
			err = guardLink(here, info)
			if v, inside, rooted := fromRoot(volume, target); rooted {
				volume, target = v, inside
				at = volume + string(filepath.Separator)
				if err == nil {
					err = guard(at)
				}
			}
			rest = append(parts(target), rest...)
		}
		if err != nil {
			return "", err
		}
	}
	return at, nil
}

// absolute is filepath.Abs without its cleaning: behind a link, .. is the folder that
// the link led to.
func absolute(path string) (string, error) {
	if path == "" {
		return "", errors.New("it has no name")
	}
	if filepath.IsAbs(path) {
		return path, nil
	}
	if filepath.VolumeName(path) != "" || os.IsPathSeparator(path[0]) { // C:x and \x of Windows
		return filepath.Abs(path)
	}
	here, err := workingFolder()
	if err != nil {
		return "", fmt.Errorf("find out where this is: %w", err)
	}
	return here + string(filepath.Separator) + path, nil
}

// IsGuardedFolder tells whether a path leads to a folder, over links and folders that
// nobody else may change. Where system, groups may write to them, as for [GuardSystem].
func IsGuardedFolder(path string, system bool) bool {
	at, err := follow(path, system)
	if err != nil {
		return false
	}
	info, err := os.Lstat(at)
	return err == nil && info.IsDir()
}

// fromRoot splits the target of a link that leads from the root of a volume: its own,
// or the one that the link is on, as \dir\x of Windows does.
func fromRoot(volume, target string) (to, inside string, rooted bool) {
	if filepath.IsAbs(target) {
		volume = filepath.VolumeName(target)
		return volume, target[len(volume):], true
	}
	return volume, target, os.IsPathSeparator(target[0])
}

// parts are the names in a path that lead anywhere.
func parts(path string) (out []string) {
	for _, name := range strings.FieldsFunc(path, func(r rune) bool { return r < 0x80 && os.IsPathSeparator(uint8(r)) }) {
		if name != "." {
			out = append(out, name)
		}
	}
	return out
}

// linkTarget is where a link leads; "" for what is none.
func linkTarget(path string, info fs.FileInfo) (string, error) {
	if info.Mode()&(fs.ModeSymlink|fs.ModeIrregular) == 0 {
		return "", nil
	}
	target, err := os.Readlink(path)
	if err != nil && info.Mode()&fs.ModeSymlink == 0 {
		return "", nil // what Windows reparses otherwise: a file of a cloud drive, say
	}
	return target, err
}
