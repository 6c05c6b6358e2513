package main

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// file is one that goes into archives and packages. Its mode is 0755 or 0644,
// whatever the umask is, and its owner is root.
type file struct {
	name       string // with slashes
	raw        []byte
	executable bool
}

func (f file) mode() int64 {
	if f.executable {
		return 0o755
	}
	return 0o644
}

// archiveName is what an archive and the directory in it are called.
func archiveName(f facts, t target) string {
	return fmt.Sprintf("writeback-%s-%s-%s", f.number(), t.os, t.arch)
}

// archive packs files: a zip for Windows, which opens it by itself, and else a
// tar.gz. It returns the file's name.
func archive(f facts, t target, files []file, dir string) (string, error) {
	top := archiveName(f, t)
	slices.SortFunc(files, func(a, b file) int { return strings.Compare(a.name, b.name) })
	pack, ending := tarred, ".tar.gz"
	if t.os == "windows" {
		pack, ending = zipped, ".zip"
	}
	raw, err := pack(top, files, f.date)
	if err != nil {
		return "", fmt.Errorf("packing %s: %w", top, err)
	}
	return top + ending, put(filepath.Join(dir, top+ending), raw)
}

// tarred is a tar.gz whose header names neither file nor time (RFC 1952, section
// 2.3.1), with entries of ustar, which has no places for more than is said here.
func tarred(top string, files []file, at time.Time) ([]byte, error) {
	var b bytes.Buffer
	z, err := gzip.NewWriterLevel(&b, gzip.DefaultCompression)
	if err != nil {
		return nil, err
	}
	w := tar.NewWriter(z)
	for _, d := range directories(top, files) {
		if err := w.WriteHeader(&tar.Header{Typeflag: tar.TypeDir, Name: d + "/", Mode: 0o755, ModTime: at, Format: tar.FormatUSTAR}); err != nil {
			return nil, err
		}
	}
	for _, f := range files {
		h := &tar.Header{Typeflag: tar.TypeReg, Name: path.Join(top, f.name), Mode: f.mode(), Size: int64(len(f.raw)), ModTime: at, Format: tar.FormatUSTAR}
		if err := w.WriteHeader(h); err != nil {
			return nil, fmt.Errorf("%s: %w", f.name, err)
		}
		if _, err := w.Write(f.raw); err != nil {
			return nil, fmt.Errorf("%s: %w", f.name, err)
		}
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	err = z.Close()
	return b.Bytes(), err
}

func zipped(top string, files []file, at time.Time) ([]byte, error) {
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, f := range files {
		h := &zip.FileHeader{Name: path.Join(top, f.name), Method: zip.Deflate, Modified: at}
		h.SetMode(os.FileMode(f.mode()))
		to, err := w.CreateHeader(h)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", f.name, err)
		}
		if _, err := to.Write(f.raw); err != nil {
			return nil, fmt.Errorf("%s: %w", f.name, err)
		}
	}
	err := w.Close()
	return b.Bytes(), err
}

// directories are those that files lie in, below top and with it, in order.
func directories(top string, files []file) []string {
	seen := map[string]bool{top: true}
	out := []string{top}
	for _, f := range files {
		for d := path.Dir(path.Join(top, f.name)); !seen[d]; d = path.Dir(d) {
			seen[d] = true
			out = append(out, d)
		}
	}
	slices.Sort(out)
	return out
}

// squeezed is a man page as packages hold it (Debian policy, section 12.1): gzip at
// its best, without name and time.
func squeezed(raw []byte) ([]byte, error) {
	var b bytes.Buffer
	z, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
	if err != nil {
		return nil, err
	}
	if _, err := z.Write(raw); err != nil {
		return nil, err
	}
	err = z.Close()
	return b.Bytes(), err
}
