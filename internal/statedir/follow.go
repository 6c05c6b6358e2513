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

// follow gives the real path of what is there, without links. Where mayShare, a group
// may write to the folders on the way. An error speaks of the path as "it".
func follow(path string, mayShare bool) (string, error) {
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
	if err := guardFolder(at, mayShare); err != nil {
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
				err = guardFolder(at, mayShare)
			}
		case links == maxLinks:
			err = errors.New("it leads through too many links")
		default:
			links++
			err = guardLink(here, info)
			if filepath.IsAbs(target) {
				volume = filepath.VolumeName(target)
				at, target = volume+string(filepath.Separator), target[len(volume):]
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
