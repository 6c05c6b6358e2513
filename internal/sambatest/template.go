package sambatest

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"github.com/gofrs/flock"

	"writeback/internal/leaks"
)

// To provision a domain takes seconds of Samba's Python, and most tests want the same one: CORP.EXAMPLE, before anything has happened in it. So the
// databases of the first one of each name are kept for the day, and copied. All DCs that are copies of one have the same domain SID and administrator's
// password, and none knows of another; domains of different names have different ones.
//
//	sambatest-UID/template-SUM.lock  held while the template is made or copied
//	sambatest-UID/template-SUM/      private, state and sysvol, and the file password
//
// SUM is over what the databases depend on.

// templateAge is well below the age at which a password in the template would be over (42 days).
const templateAge = 24 * time.Hour

// copied are the folders that provisioning fills. Nothing in them names an address or a folder: smb.conf does, and each DC has its own.
var copied = []string{"private", "state", "sysvol"}

// provision makes the databases of the domain, or takes a copy of those that are there.
func (dc *DC) provision(tools programs, c config) (err error) {
	template, err := templateFor(tools, c.realm, filepath.Dir(dc.home.dir))
	if err != nil {
		return err
	}
	gate := flock.New(template + lockSuffix)
	if err := gate.Lock(); err != nil {
		return fmt.Errorf("lock %s: %w", template, err)
	}
	defer func() { err = errors.Join(err, gate.Close()) }()
	password, err := os.ReadFile(filepath.Join(template, "password"))
	if info, gone := os.Stat(template); err == nil && gone == nil && time.Since(info.ModTime()) < templateAge {
		dc.AdminPassword = leaks.Secret(string(password))
		return copyFolders(dc.home.dir, template)
	}
	if err := dc.provisionAnew(tools); err != nil {
		return err
	}
	if err := os.RemoveAll(template); err != nil {
		return err
	}
	if err := os.Mkdir(template, 0o700); err != nil {
		return err
	}
	if err := copyFolders(template, dc.home.dir); err != nil {
		return errors.Join(err, os.RemoveAll(template))
	}
	return os.WriteFile(filepath.Join(template, "password"), []byte(dc.AdminPassword), 0o600) // which makes it whole
}

// templateFor is the folder of the template that this Samba and this code make.
func templateFor(tools programs, realm, base string) (string, error) {
	version, err := exec.Command(tools.samba, "--version").Output()
	if err != nil {
		return "", fmt.Errorf("%s --version: %w", tools.samba, err)
	}
	sum := sha256.New()
	fmt.Fprintf(sum, "%s\n%s\n%s\n%s", realm, version, smbConf.Tree.Root, holdAdministrators)
	return filepath.Join(base, fmt.Sprintf("template-%x", sum.Sum(nil)[:8])), nil
}

func copyFolders(to, from string) error {
	for _, name := range copied {
		if err := os.RemoveAll(filepath.Join(to, name)); err != nil {
			return err
		}
		if err := copyTree(filepath.Join(to, name), filepath.Join(from, name)); err != nil {
			return fmt.Errorf("copy the databases of a domain: %w", err)
		}
	}
	return nil
}

// copyTree copies files and folders with their permissions. Sockets are left out.
func copyTree(to, from string) error {
	return filepath.WalkDir(from, func(path string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		relative, err := filepath.Rel(from, path)
		if err != nil {
			return err
		}
		info, err := e.Info()
		if err != nil {
			return err
		}
		switch {
		case e.IsDir():
			return os.MkdirAll(filepath.Join(to, relative), info.Mode().Perm())
		case info.Mode().IsRegular():
			raw, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			return os.WriteFile(filepath.Join(to, relative), raw, info.Mode().Perm())
		}
		return nil
	})
}
