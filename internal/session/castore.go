package session

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"

	"writeback/internal/settings"
	"writeback/internal/statedir"
)

// Where no CA is named the system's are trusted, and on Linux and the BSDs those are
// files, which SSL_CERT_FILE and SSL_CERT_DIR can name. Whoever may write them says
// which domain controller and which tenant are the right ones.

// Where package crypto/x509 looks when the environment does not say.
var (
	caFiles   = []string{"/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/ca-bundle.pem", "/etc/pki/tls/cacert.pem", "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem", "/etc/ssl/cert.pem", "/usr/local/share/certs/ca-root-nss.crt"}
	caFolders = []string{"/etc/ssl/certs", "/etc/pki/tls/certs"}
)

// guardTrust does so before a DC is reached, where the system's authorities vouch for
// it.
func (x *access) guardTrust() error {
	if settings.CACert.Of(x.in) != "" || settings.TLSPin.Of(x.in) != "" {
		return nil
	}
	return guardCAStore(x.caller.LookupEnv)
}

// guardCAStore refuses authorities that others could have written.
func guardCAStore(env func(string) (string, bool)) error {
	if runtime.GOOS == "windows" || runtime.GOOS == "darwin" {
		return nil // the system itself is asked
	}
	files, folders, guard := caFiles, caFolders, statedir.GuardSystem
	file, _ := env("SSL_CERT_FILE")
	folder, _ := env("SSL_CERT_DIR")
	if file != "" {
		files, guard = []string{file}, statedir.GuardFile
	}
	if folder != "" {
		folders, guard = filepath.SplitList(folder), statedir.GuardFile
	}
	for _, one := range folders {
		all, _ := os.ReadDir(one) // crypto/x509 passes over what it cannot read
		for _, entry := range all {
			path := filepath.Join(one, entry.Name())
			if !entry.IsDir() && !statedir.IsGuardedFolder(path, folder == "") {
				files = append(files[:len(files):len(files)], path)
			}
		}
	}
	for _, one := range files {
		err := guard(one)
		if errors.Is(err, fs.ErrNotExist) || errors.Is(err, fs.ErrPermission) {
			continue // crypto/x509 cannot read it either
		}
		if err != nil {
			return fmt.Errorf("the system's certificate authorities: %s: %w", one, err)
		}
	}
	return nil
}
