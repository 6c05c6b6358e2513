//go:build unix

package statedir

import (
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
)

// as gives a path, not what it leads to, to a user; only root can.
func as(t *testing.T, path string, uid int) {
	t.Helper()
	if os.Geteuid() != 0 {
		t.Skip("only root can give a file away")
	}
	if err := os.Lchown(path, uid, uid); err != nil {
		t.Fatal(err)
	}
}

func mode(t *testing.T, path string, m os.FileMode) {
	t.Helper()
	if err := os.Chmod(path, m); err != nil {
		t.Fatal(err)
	}
}

func ok(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

const eve = 4711

// planted is what somebody can have put where a file is to be written: it gives the
// path, and the victim that must not change.
var planted = map[string]struct {
	plant func(t *testing.T, dir, victim string) (path string)
	says  string
}{
	"a link to a file of ours": {func(t *testing.T, dir, victim string) string {
		path := filepath.Join(dir, "out")
		ok(t, os.Symlink(victim, path))
		return path
	}, "a symbolic link is there"},
	"a link to nothing": {func(t *testing.T, dir, victim string) string {
		path := filepath.Join(dir, "out")
		ok(t, os.Symlink(victim+".new", path))
		return path
	}, "a symbolic link is there"},
	"a hard link": {func(t *testing.T, dir, victim string) string {
		path := filepath.Join(dir, "out")
		ok(t, os.Link(victim, path))
		return path
	}, "another name"},
	"a pipe": {func(t *testing.T, dir, _ string) string {
		path := filepath.Join(dir, "out")
		ok(t, syscall.Mkfifo(path, 0o600))
		return path
	}, "not an ordinary file"},
	"a folder": {func(t *testing.T, dir, _ string) string { return dir }, "not an ordinary file"},
	"a device": {func(*testing.T, string, string) string { return os.DevNull }, "not an ordinary file"},
	"another user's file": {func(t *testing.T, dir, _ string) string {
		path := filepath.Join(dir, "out")
		ok(t, os.WriteFile(path, []byte("theirs"), 0o600))
		as(t, path, eve)
		return path
	}, "belongs to user 4711"},
	"a file that others may write": {func(t *testing.T, dir, _ string) string {
		path := filepath.Join(dir, "out")
		ok(t, os.WriteFile(path, nil, 0o600))
		mode(t, path, 0o666)
		return path
	}, "others may write it"},
	"a folder that others may write to": {func(t *testing.T, dir, _ string) string {
		mode(t, dir, 0o777)
		return filepath.Join(dir, "out")
	}, "others may write to the folder"},
	"another user's folder": {func(t *testing.T, dir, _ string) string {
		as(t, dir, eve)
		return filepath.Join(dir, "out")
	}, "belongs to user 4711"},
	"another user's folder above": {func(t *testing.T, dir, _ string) string {
		ok(t, os.Mkdir(filepath.Join(dir, "ours"), 0o700))
		as(t, dir, eve)
		return filepath.Join(dir, "ours", "out")
	}, "belongs to user 4711"},
	"another user's link to a folder of ours": {func(t *testing.T, dir, victim string) string {
		link := filepath.Join(dir, "link")
		ok(t, os.Symlink(filepath.Dir(victim), link))
		as(t, link, eve)
		return filepath.Join(link, "out")
	}, "belongs to user 4711"},
}

func TestNothingIsWrittenToWhatIsNotOurs(t *testing.T) {
	for name, c := range planted {
		for how, put := range map[string]func(path string) error{
			"whole": func(path string) error {
				return WriteWhole(path, func(w io.Writer) error { _, err := io.WriteString(w, "ours"); return err })
			},
			"log": func(path string) error {
				f, err := OpenLog(path)
				if err == nil {
					_, err = f.WriteString("ours")
					_ = f.Close()
				}
				return err
			},
			"check": CheckPlace,
		} {
			t.Run(name+", "+how, func(t *testing.T) {
				victim := filepath.Join(t.TempDir(), "victim")
				ok(t, os.WriteFile(victim, []byte("as it was"), 0o600))
				dir := filepath.Join(t.TempDir(), "dir")
				ok(t, os.Mkdir(dir, 0o700))
				path := c.plant(t, dir, victim)
				before, _ := os.Lstat(path)
				err := put(path)
				if err == nil || !strings.Contains(err.Error(), c.says) {
					t.Errorf("got %v, want %q", err, c.says)
				}
				if raw, err := os.ReadFile(victim); err != nil || string(raw) != "as it was" {
					t.Errorf("the victim says %q, %v", raw, err)
				}
				if after, _ := os.Lstat(path); before != nil && (after == nil || !os.SameFile(before, after)) {
					t.Error("what stood there was replaced")
				}
				if left, _ := filepath.Glob(filepath.Join(dir, ".writeback-*")); len(left) > 0 {
					t.Errorf("left: %v", left)
				}
				if _, err := os.Lstat(victim + ".new"); err == nil {
					t.Error("the link was followed")
				}
			})
		}
	}
}

// A group writes to /var/log on some systems; everybody to /tmp, where nobody can
// take away what is another's.
func TestFoldersThatAreShared(t *testing.T) {
	for _, c := range []struct {
		mode       os.FileMode
		whole, log bool
	}{{0o755, true, true}, {0o777 | os.ModeSticky, true, true}, {0o775, false, true}, {0o777, false, false}} {
		t.Run(c.mode.String(), func(t *testing.T) {
			dir := t.TempDir()
			if os.Geteuid() == 0 {
				ok(t, os.Lchown(dir, 0, eve))
			} else if c.mode == 0o775 { // its group may be our own, who are trusted
				t.Skip("only root can give a folder to another group")
			}
			mode(t, dir, c.mode)
			if err := CheckPlace(filepath.Join(dir, "x")); (err == nil) != c.whole {
				t.Errorf("a file: %v", err)
			}
			f, err := OpenLog(filepath.Join(dir, "x"))
			if (err == nil) != c.log {
				t.Errorf("a log: %v", err)
			}
			if f != nil {
				ok(t, f.Close())
			}
		})
	}
}

// Metrics are for another program, in its folder; but no link is followed there.
func TestMetricsFollowNoLink(t *testing.T) {
	dir := t.TempDir()
	as(t, dir, eve)
	put := func(path string) error {
		return WriteWholeForAll(path, func(w io.Writer) error { _, err := io.WriteString(w, "1"); return err })
	}
	ok(t, put(filepath.Join(dir, "x.prom")))
	victim := filepath.Join(t.TempDir(), "victim")
	ok(t, os.WriteFile(victim, nil, 0o600))
	ok(t, os.Symlink(victim, filepath.Join(dir, "y.prom")))
	if err := put(filepath.Join(dir, "y.prom")); err == nil || !strings.Contains(err.Error(), "symbolic link") {
		t.Errorf("%v", err)
	}
}

// Whoever could put another file in the place of the one that is named decides what is
// read, and so does whoever made a link on the way.
func TestOpenGuardedLooksAtTheWay(t *testing.T) {
	for name, c := range map[string]struct {
		make func(t *testing.T, dir, file string) (path string)
		says string
	}{
		"our own link": {func(t *testing.T, dir, file string) string {
			ok(t, os.Symlink(file, filepath.Join(dir, "link")))
			return filepath.Join(dir, "link")
		}, ""},
		"a link that leads back": {func(t *testing.T, dir, file string) string {
			ok(t, os.Symlink("../"+filepath.Base(dir)+"/b", filepath.Join(dir, "a")))
			ok(t, os.Symlink(file, filepath.Join(dir, "b")))
			return filepath.Join(dir, "a")
		}, ""},
		"another user's link": {func(t *testing.T, dir, file string) string {
			ok(t, os.Symlink(file, filepath.Join(dir, "link")))
			as(t, filepath.Join(dir, "link"), eve)
			return filepath.Join(dir, "link")
		}, "link on the way to it belongs to user 4711"},
		"our link to another user's": {func(t *testing.T, dir, file string) string {
			ok(t, os.Symlink(file, filepath.Join(dir, "b")))
			ok(t, os.Symlink("b", filepath.Join(dir, "a")))
			as(t, filepath.Join(dir, "b"), eve)
			return filepath.Join(dir, "a")
		}, "b on the way to it belongs to user 4711"},
		"our link to another user's file": {func(t *testing.T, dir, file string) string {
			as(t, file, eve)
			ok(t, os.Symlink(file, filepath.Join(dir, "a")))
			return filepath.Join(dir, "a")
		}, "belongs to user 4711"},
		"another user's link to our folder": {func(t *testing.T, dir, file string) string {
			ok(t, os.Symlink(filepath.Dir(file), filepath.Join(dir, "a")))
			as(t, filepath.Join(dir, "a"), eve)
			return filepath.Join(dir, "a", filepath.Base(file))
		}, "belongs to user 4711"},
		"a folder that everybody may write to": {func(t *testing.T, dir, file string) string {
			mode(t, filepath.Dir(file), 0o777)
			return file
		}, "others may write to the folder"},
		"behind a link, too": {func(t *testing.T, dir, file string) string {
			mode(t, filepath.Dir(file), 0o777)
			ok(t, os.Symlink(file, filepath.Join(dir, "a")))
			return filepath.Join(dir, "a")
		}, "others may write to the folder"},
		"another user's folder above": {func(t *testing.T, dir, file string) string {
			as(t, filepath.Dir(filepath.Dir(file)), eve)
			return file
		}, "belongs to user 4711"},
		"out of a link by ..": {func(t *testing.T, dir, file string) string {
			ok(t, os.Symlink(filepath.Dir(file), filepath.Join(dir, "a")))
			as(t, filepath.Dir(filepath.Dir(file)), eve)
			return dir + "/a/../sub/" + filepath.Base(file)
		}, "belongs to user 4711"},
		"round in circles": {func(t *testing.T, dir, file string) string {
			ok(t, os.Symlink("a", filepath.Join(dir, "a")))
			return filepath.Join(dir, "a")
		}, "too many links"},
		"a device": {func(*testing.T, string, string) string { return "/dev/zero" }, "not a regular file"},
	} {
		t.Run(name, func(t *testing.T) {
			dir, sub := t.TempDir(), filepath.Join(t.TempDir(), "sub")
			ok(t, os.Mkdir(sub, 0o755))
			file := filepath.Join(sub, "file")
			ok(t, os.WriteFile(file, []byte("x"), 0o600))
			path := c.make(t, dir, file)
			f, folder, err := OpenReal(path)
			if (err == nil) != (c.says == "") || err != nil && !strings.Contains(err.Error(), c.says) {
				t.Errorf("got %v, want %q", err, c.says)
			}
			if f != nil {
				_ = f.Close()
				if folder != sub {
					t.Errorf("it is in %s, want %s", folder, sub)
				}
			}
		})
	}
}

// What a shell hands over is taken, but for a file of others.
func TestOpenGuardedOfAnOpenFile(t *testing.T) {
	r, w, err := os.Pipe()
	ok(t, err)
	defer r.Close()
	_, err = w.WriteString("secret\n")
	ok(t, err)
	ok(t, w.Close())
	raw, err := ReadGuarded("/dev/fd/"+strconv.Itoa(int(r.Fd())), 100)
	if err != nil || string(raw) != "secret\n" {
		t.Errorf("%q, %v", raw, err)
	}
	path := filepath.Join(t.TempDir(), "x")
	ok(t, os.WriteFile(path, nil, 0o600))
	mode(t, path, 0o666)
	f, err := os.Open(path)
	ok(t, err)
	defer f.Close()
	if _, err := ReadGuarded("/dev/fd/"+strconv.Itoa(int(f.Fd())), 100); err == nil || !strings.Contains(err.Error(), "others may write it") {
		t.Errorf("%v", err)
	}
}

func TestReadGuardedIsBounded(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x")
	ok(t, os.WriteFile(path, []byte("12345"), 0o600))
	if raw, err := ReadGuarded(path, 5); err != nil || string(raw) != "12345" {
		t.Errorf("%q, %v", raw, err)
	}
	if _, err := ReadGuarded(path, 4); err == nil || !strings.Contains(err.Error(), "more than 4 bytes") {
		t.Errorf("%v", err)
	}
}
