package main

import (
	"errors"
	"os"
)

// guardFile accepts any regular file: who may write it is what the folder's
// permissions say, which users of Windows set on folders, not on files.
func guardFile(f *os.File) error {
	info, err := f.Stat()
	if err != nil {
		return err
	}
	if !info.Mode().IsRegular() {
		return errors.New("it is not a regular file")
	}
	return nil
}
