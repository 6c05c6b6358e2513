package syncserver

import "os/exec"

// find gives the program's place: the one that was named, or the first that is
// there. Programs in the current directory are not taken (os/exec).
func find(named string) (string, error) {
	looked := candidates()
	if named != "" {
		looked = []string{named}
	}
	var last error
	for _, name := range looked {
		place, err := exec.LookPath(name)
		if err == nil {
			return place, nil
		}
		last = err
	}
	return "", &NoPowerShellError{Looked: looked, Err: last}
}
