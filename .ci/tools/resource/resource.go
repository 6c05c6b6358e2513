// Package resource makes what Windows wants to know of the program: its version,
// its icon and its manifest, as an object that the Go linker takes in. It
// imports only the icon of this module, and knows no archive and no package.
package resource

import (
	"fmt"
	"image"
	"io"
	"regexp"
	"strconv"

	"github.com/tc-hib/winres"
	"github.com/tc-hib/winres/version"

	"tools/icon"
)

// sizes are those that Windows asks for between 100 % and 400 %, from a list to
// the desktop.
var sizes = []int{16, 20, 24, 32, 40, 48, 64, 128, 256}

// File is the name, in cmd/writeback, of the object for a processor: the go
// command takes it into builds for that alone.
func File(arch string) string { return "resource_windows_" + arch + ".syso" }

// Write writes the object for arch (amd64, arm64) to w. release is v1.2.3,
// v1.2.3-rc.1 or such; "" is what is no release, whose version is 0.0.0.0.
func Write(w io.Writer, arch, release string) error {
	set := &winres.ResourceSet{}
	info, err := versionInfo(release)
	if err != nil {
		return err
	}
	set.SetVersionInfo(info)
	set.SetManifest(manifest)
	drawn, err := drawing()
	if err != nil {
		return fmt.Errorf("packing the icon: %w", err)
	}
	if err := set.SetIcon(winres.ID(1), drawn); err != nil {
		return fmt.Errorf("adding the icon: %w", err)
	}
	return set.WriteObject(w, winres.Arch(arch))
}

// manifest: the program runs with the rights of who starts it, never asks for
// more, and is given paths of any length. It names no code page: Go calls the wide
// functions alone, and what it starts has its own manifest.
var manifest = winres.AppManifest{
	Description:    "Switch on Microsoft Entra password writeback",
	Compatibility:  winres.Win10AndAbove, // as Go itself
	ExecutionLevel: winres.AsInvoker,
	LongPathAware:  true,
}

// numbered finds the numbers of a release.
var numbered = regexp.MustCompile(`^v(\d+)\.(\d+)\.(\d+)(-[0-9A-Za-z.-]+)?$`)

// versionInfo is the version resource. No file date is in it: it would be another
// in each build, or a lie.
func versionInfo(release string) (info version.Info, err error) {
	said := "0.0.0"
	if release != "" {
		m := numbered.FindStringSubmatch(release)
		if m == nil {
			return info, fmt.Errorf("release %q is no v1.2.3 or v1.2.3-rc.1", release)
		}
		for i := range 3 {
			n, err := strconv.ParseUint(m[i+1], 10, 16)
			if err != nil {
				return info, fmt.Errorf("release %s: a version resource holds numbers up to 65535: %w", release, err)
			}
			info.FileVersion[i], info.ProductVersion[i] = uint16(n), uint16(n)
		}
		said = release[1:]
		info.Flags.Prerelease = m[4] != ""
	}
	for key, value := range map[string]string{
		version.ProductName: "writeback", version.InternalName: "writeback", version.OriginalFilename: "writeback.exe",
		version.FileDescription: "Switch on Microsoft Entra password writeback", // what the Task Manager shows
		version.CompanyName:     "The writeback authors",
		version.LegalCopyright:  "The writeback authors; Apache License 2.0",
		version.FileVersion:     said, version.ProductVersion: said,
	} {
		if err := info.Set(version.LangDefault, key, value); err != nil {
			return info, fmt.Errorf("%s: %w", key, err)
		}
	}
	return info, nil
}

// drawing is the icon in all its sizes.
func drawing() (*winres.Icon, error) {
	var all []image.Image
	for _, s := range sizes {
		all = append(all, icon.Draw(s))
	}
	return winres.NewIconFromImages(all)
}
