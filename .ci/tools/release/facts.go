package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// facts are what a release says of itself. All of them follow from the commit and
// from what was given: no clock, no host and no user is in a release.
type facts struct {
	version    string // v1.2.3, or v1.2.3-rc.1
	commit     string // its hash
	date       time.Time
	downloads  string // the address that the files will have, without their names
	home       string // the project's page
	maintainer string // NAME <ADDRESS>, for packages
}

// Where the project will be at home is not decided. What nobody gave says so in
// the packages, by a name that leads nowhere (RFC 2606, section 2).
const (
	noDownloads  = "https://RELEASE_URL-was-not-given.invalid"
	noHome       = "https://RELEASE_HOME-was-not-given.invalid"
	noMaintainer = "RELEASE_MAINTAINER was not given <nobody@maintainer.invalid>"
)

// versioned is what a release may be called: a version by semver.org, without
// build metadata, which packages and Windows have no place for.
var versioned = regexp.MustCompile(`^v(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(-[0-9a-z]+(\.[0-9a-z]+)*)?$`)

// gather asks git in dir what HEAD is. version "" is the tag of HEAD, or where it
// has none a version before all releases that names the commit.
func gather(dir, version string) (f facts, err error) {
	hash, err := git(dir, "rev-parse", "HEAD")
	if err != nil {
		return f, err
	}
	seconds, err := git(dir, "log", "-1", "--format=%ct", "HEAD")
	if err != nil {
		return f, err
	}
	at, err := strconv.ParseInt(seconds, 10, 64)
	if err != nil {
		return f, fmt.Errorf("date of commit %s: %w", hash, err)
	}
	f = facts{
		version: version, commit: hash, date: time.Unix(at, 0).UTC(),
		downloads:  given("RELEASE_URL", noDownloads),
		home:       given("RELEASE_HOME", noHome),
		maintainer: given("RELEASE_MAINTAINER", noMaintainer),
	}
	if f.version == "" {
		if f.version, err = git(dir, "describe", "--tags", "--exact-match", "HEAD"); err != nil {
			f.version = fmt.Sprintf("v0.0.0-dev.%s.g%.12s", f.date.Format("20060102150405"), hash)
		}
	}
	if !versioned.MatchString(f.version) {
		return f, fmt.Errorf("%q is no version like v1.2.3 or v1.2.3-rc.1", f.version)
	}
	return f, nil
}

func given(variable, otherwise string) string {
	if v := os.Getenv(variable); v != "" {
		return strings.TrimSuffix(v, "/")
	}
	return otherwise
}

// number is the version without its v, as files and packages have it.
func (f facts) number() string { return strings.TrimPrefix(f.version, "v") }

// git runs git in dir and returns what it prints, without the last line's end.
func git(dir string, args ...string) (string, error) {
	cmd := exec.Command("git", append([]string{"-C", dir}, args...)...)
	var said bytes.Buffer
	cmd.Stderr = &said
	out, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("git %s: %w: %s", strings.Join(args, " "), err, strings.TrimSpace(said.String()))
	}
	return strings.TrimSuffix(string(out), "\n"), nil
}
