// Command release makes a release of HEAD: archives, packages for Linux, bills of
// materials, manifests for package repositories, and checksums of all of them. Two
// releases of one commit have the same bytes, wherever and whenever they are made.
package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
)

func main() {
	out := flag.String("out", "dist", "the directory that the release is written to; it must be empty or not be there")
	list := flag.String("targets", "", "the targets, as linux/amd64,windows/arm64 (default: all)")
	repository := flag.String("repository", ".", "the clone whose HEAD is released")
	flag.Usage = func() {
		fmt.Fprintf(flag.CommandLine.Output(), "usage: .ci/release [-out DIR] [-targets LIST] [VERSION]\n\n"+
			"VERSION is v1.2.3 or v1.2.3-rc.1; without it, the tag of HEAD, or a version before all releases.\n"+
			"RELEASE_URL (where the files will be), RELEASE_HOME and RELEASE_MAINTAINER (NAME <ADDRESS>) come from the environment.\n\n")
		flag.PrintDefaults()
	}
	flag.Parse()
	if err := release(*repository, flag.Arg(0), *list, *out); err != nil {
		fmt.Fprintf(os.Stderr, "release: %v\n", err)
		os.Exit(1)
	}
}

func release(repository, version, list, out string) error {
	wanted, err := parseTargets(list)
	if err != nil {
		return err
	}
	f, err := gather(repository, version)
	if err != nil {
		return err
	}
	warn(repository, f)
	if there, err := os.ReadDir(out); err == nil && len(there) > 0 {
		return fmt.Errorf("%s is not empty", out)
	}
	work, err := os.MkdirTemp("", "release")
	if err != nil {
		return err
	}
	defer os.RemoveAll(work)
	return assemble(f, wanted, repository, work, out)
}

// warn says what a release that is to be published should not be without.
func warn(repository string, f facts) {
	for variable, missing := range map[string]bool{
		"RELEASE_URL": f.downloads == noDownloads, "RELEASE_HOME": f.home == noHome, "RELEASE_MAINTAINER": f.maintainer == noMaintainer,
	} {
		if missing {
			fmt.Fprintf(os.Stderr, "release: %s is not set: packages and manifests say so in its place\n", variable)
		}
	}
	if changed, err := git(repository, "status", "--porcelain"); err == nil && changed != "" {
		fmt.Fprintln(os.Stderr, "release: the work tree has changes, which are not in the release: it is made of HEAD")
	}
}

// assemble makes the release in out, from the clone, with work for what is between.
func assemble(f facts, wanted []target, repository, work, out string) error {
	source, bin := filepath.Join(work, "source"), filepath.Join(work, "bin")
	if err := export(repository, source); err != nil {
		return err
	}
	if err := numberResources(source, f.version); err != nil {
		return err
	}
	programs := map[target]program{}
	for _, t := range append(slices.Clone(wanted), here()) { // the one for here makes the completions
		if _, made := programs[t]; made {
			continue
		}
		path, err := compile(f, t, source, bin)
		if err != nil {
			return err
		}
		if programs[t], err = examine(t, path, source); err != nil {
			return err
		}
	}
	c, err := collect(source, programs[here()].path)
	if err != nil {
		return err
	}
	for _, t := range wanted {
		p := programs[t]
		if err := one(f, &p, c, source, work, out); err != nil {
			return err
		}
		fmt.Printf("%s: %d modules\n", archiveName(f, t), len(p.modules))
	}
	sums, err := checksums(out)
	if err != nil {
		return err
	}
	return manifests(f, sums, out)
}

// one writes what is of one target: bill, archive, and packages.
func one(f facts, p *program, c contents, source, work, out string) error {
	if err := licensed(p); err != nil {
		return err
	}
	golang, err := golangLicence(p.target, source)
	if err != nil {
		return err
	}
	c.parties[p.target] = []byte(thirdParties(*p, golang))
	raw, err := bill(f, *p, source)
	if err != nil {
		return err
	}
	if err := put(filepath.Join(out, archiveName(f, p.target)+".cdx.json"), raw); err != nil {
		return err
	}
	files, err := c.archived(*p)
	if err != nil {
		return err
	}
	if _, err := archive(f, p.target, files, out); err != nil {
		return err
	}
	if p.target.os != "linux" {
		return nil
	}
	return packages(f, *p, c, work, out)
}
