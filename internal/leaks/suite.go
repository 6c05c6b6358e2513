package leaks

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// ArgvFile is the file of a registry with what [Watch] saw.
const ArgvFile = "argv"

// Suite looks through a whole run of the suite: the arguments of all processes
// that were seen, and the file log with all that the tests said. The registry dir
// has the secrets. It tells how much it looked through. The error has a line for
// every leak, or says why nothing can be told: where no secret and no process of a
// test is known, nothing was looked through.
func Suite(dir, log string) (string, error) {
	x, n, err := gathered(dir)
	if err != nil {
		return "", err
	}
	f, err := os.Open(filepath.Join(dir, ArgvFile))
	if err != nil {
		return "", err
	}
	defer f.Close()
	all, err := processes(f)
	if err != nil {
		return "", fmt.Errorf("read the arguments of processes: %w", err)
	}
	tests := 0
	var leaks []error
	for _, argv := range all {
		line := strings.Join(argv, " ")
		if strings.HasSuffix(argv[0], ".test") {
			tests++
		}
		if excused(argv) != "" {
			continue
		}
		for _, found := range x.Find(line) {
			leaks = append(leaks, fmt.Errorf("the arguments of a process (%s): %s", filepath.Base(argv[0]), found))
		}
	}
	if n == 0 || tests == 0 {
		return "", fmt.Errorf("%d secrets and %d processes of tests are known: nothing was looked through", n, tests)
	}
	said, err := os.ReadFile(log)
	if err != nil {
		return "", err
	}
	for _, found := range x.Find(string(said)) {
		leaks = append(leaks, fmt.Errorf("what the tests said: %s", found))
	}
	return fmt.Sprintf("%d secrets in the arguments of %d processes, %d of tests, and in %d bytes that the tests said", n, len(all), tests, len(said)),
		errors.Join(leaks...)
}

// gathered are the secrets of all processes.
func gathered(dir string) (x Index, n int, err error) {
	x = Index{}
	files, err := filepath.Glob(filepath.Join(dir, secretsOf+"*"))
	if err != nil {
		return nil, 0, err
	}
	for _, name := range files {
		raw, err := os.ReadFile(name)
		if err != nil {
			return nil, 0, err
		}
		lines := bufio.NewScanner(strings.NewReader(string(raw)))
		lines.Buffer(nil, 1<<20)
		for lines.Scan() {
			var s string
			if err := json.Unmarshal(lines.Bytes(), &s); err != nil {
				return nil, 0, fmt.Errorf("%s: %w", name, err)
			}
			if x.Add(s) {
				n++
			}
		}
		if err := lines.Err(); err != nil {
			return nil, 0, fmt.Errorf("%s: %w", name, err)
		}
	}
	return x, n, nil
}
