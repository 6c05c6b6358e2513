//go:build !linux && !darwin && !windows

package typeahead

import "os"

// Discard does nothing: no release is made for this system.
func Discard(*os.File) {}
