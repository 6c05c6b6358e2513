package session

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
)

// What crypto/x509 passes over is passed over: files that may not be read, and folders,
// also where a link leads to one.
func TestCAStoreOfAGoodSystem(t *testing.T) {
	dir := t.TempDir()
	certs, elsewhere := filepath.Join(dir, "certs"), filepath.Join(dir, "elsewhere")
	for _, folder := range []string{certs, elsewhere, filepath.Join(certs, "java")} {
		if err := os.Mkdir(folder, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	for _, open := range []string{dir, filepath.Dir(dir)} {
		if err := os.Chmod(open, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	write(t, filepath.Join(certs, "ca.pem"), nil)
	write(t, filepath.Join(certs, "closed.pem"), nil)
	if err := os.Chmod(filepath.Join(certs, "ca.pem"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(filepath.Join(certs, "closed.pem"), 0); err != nil {
		t.Fatal(err)
	}
	for link, target := range map[string]string{"folder": elsewhere, "again": "folder", "gone": "nothing"} {
		if err := os.Symlink(target, filepath.Join(certs, link)); err != nil {
			t.Fatal(err)
		}
	}
	if err := caStoreAsOther(certs); err != nil {
		t.Error(err)
	}
	if err := os.Chmod(elsewhere, 0o777); err != nil {
		t.Fatal(err)
	}
	if err := caStoreAsOther(certs); err == nil || !strings.Contains(err.Error(), "others may write to the folder") {
		t.Errorf("a link to where others may put a file: %v", err)
	}
	if err := os.Chmod(elsewhere, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(filepath.Join(certs, "ca.pem"), 0o666); err != nil {
		t.Fatal(err)
	}
	if err := caStoreAsOther(certs); err == nil || !strings.Contains(err.Error(), "others may write it") {
		t.Errorf("an authority that others may write: %v", err)
	}
}

// caStoreAsOther guards the folder without root's right to read every file.
func caStoreAsOther(certs string) error {
	ended := make(chan error)
	go func() {
		runtime.LockOSThread() // and never unlock it: the thread ends with its user
		if os.Geteuid() == 0 {
			if err := syscall.Setfsuid(65534); err != nil {
				ended <- err
				return
			}
		}
		ended <- guardCAStore(func(name string) (string, bool) {
			return map[string]string{"SSL_CERT_FILE": filepath.Join(certs, "ca.pem"), "SSL_CERT_DIR": certs}[name], true
		})
	}()
	return <-ended
}

func write(t *testing.T, path string, text []byte) {
	t.Helper()
	if err := os.WriteFile(path, text, 0o600); err != nil {
		t.Fatal(err)
	}
}
