package main

import (
	"archive/tar"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"tools/resource"
)

// export writes the files of HEAD to dir: a release is built from what is
// committed, whatever lies in the work tree beside it.
func export(repository, dir string) error {
	cmd := exec.Command("git", "-C", repository, "archive", "--format=tar", "HEAD")
	var said bytes.Buffer
	cmd.Stderr = &said
	out, err := cmd.Output()
	if err != nil {
		return fmt.Errorf("git archive: %w: %s", err, strings.TrimSpace(said.String()))
	}
	r := tar.NewReader(bytes.NewReader(out))
	for {
		h, err := r.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("reading the archive of HEAD: %w", err)
		}
		if err := extract(dir, h, r); err != nil {
			return fmt.Errorf("writing %s of HEAD: %w", h.Name, err)
		}
	}
}

func extract(dir string, h *tar.Header, r io.Reader) error {
	if !filepath.IsLocal(h.Name) {
		return nil // pax_global_header has no place here, nor has anything above dir
	}
	path := filepath.Join(dir, filepath.FromSlash(h.Name))
	switch h.Typeflag {
	case tar.TypeDir:
		return os.MkdirAll(path, 0o755)
	case tar.TypeReg:
		raw, err := io.ReadAll(r)
		if err != nil {
			return err
		}
		return put(path, raw)
	case tar.TypeXGlobalHeader:
		return nil
	}
	return fmt.Errorf("a file of type %q", h.Typeflag)
}

// number gives the objects that Windows builds take in the version of the release.
func numberResources(source, version string) error {
	for _, arch := range []string{"amd64", "arm64"} {
		var b bytes.Buffer
		if err := resource.Write(&b, arch, version); err != nil {
			return fmt.Errorf("version resource for %s: %w", arch, err)
		}
		if err := put(filepath.Join(source, "cmd", "writeback", resource.File(arch)), b.Bytes()); err != nil {
			return err
		}
	}
	return nil
}

// put writes a file and the directories above it.
func put(path string, raw []byte) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	return os.WriteFile(path, raw, 0o644)
}
