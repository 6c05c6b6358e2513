package syncserver

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"writeback/internal/secrets"
)

// probeTime is how long a PowerShell may take to say that it is one.
const probeTime = 30 * time.Second

// probeEnv brings the probe its nonce. It is set for the probe alone.
const probeEnv = "writebackProbe"

// shells are the PowerShells of this computer, as this process has come to know them.
type shells struct {
	candidates func() []string
	within     time.Duration // a probe may take

	mu       sync.Mutex
	answered map[string]bool // by program
}

var installed = &shells{candidates: candidates, within: probeTime}

// choose decides which program an order is given to. A broken PowerShell may end with
// code 0 and print nothing; after an order to switch nobody would know what that means.
// So it has to be known before:
//
//   - A program that has answered this process, whatever it was asked, is used again.
//   - An inspection goes without a probe where there is one program alone: its answer is as good
//     as a probe, and where it gives none, nobody else could be asked.
//   - In all other cases the programs are probed, one after the other, and the first that
//     answers is used. The others are passed over; nothing was ordered of them.
//
// Once an order was sent, nobody else is asked, whatever comes back. A program that was
// named is the only one: no other takes its place. That a probe failed is not kept: who
// mends a PowerShell need not start anew.
func (s *shells) choose(ctx context.Context, on Remote, switches bool) (string, error) {
	there, not, err := find(on.PowerShell, s.candidates())
	if err != nil {
		return "", err
	}
	if i := slices.IndexFunc(there, s.hasAnswered); i >= 0 {
		return there[i], nil
	}
	if len(there) == 1 && !switches {
		return there[0], nil
	}
	for _, program := range there {
		err := s.probe(ctx, on.Secrets, program)
		switch {
		case err == nil:
			return program, nil
		case ctx.Err() != nil:
			return "", ctx.Err()
		}
		not = append(not, Seen{program, err})
	}
	return "", &NoPowerShellError{not}
}

func (s *shells) hasAnswered(program string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.answered[program]
}

func (s *shells) hear(program string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.answered == nil {
		s.answered = map[string]bool{}
	}
	s.answered[program] = true
}

// probe has a program say which PowerShell it is. It gets no order, and nothing on its
// standard input.
func (s *shells) probe(ctx context.Context, held *secrets.Secrets, program string) error {
	limited, cancel := context.WithTimeout(ctx, s.within)
	defer cancel()
	nonce := rand.Text()
	out, exit, err := execute(limited, held, program, arguments(probeText), "", probeEnv+"="+nonce)
	switch {
	case limited.Err() != nil:
		return fmt.Errorf("it did not answer within %s", s.within)
	case err != nil:
		return err
	case saysVersion(out, nonce):
		s.hear(program)
		return nil
	case exit != nil:
		return exit
	}
	return errors.New("it ended with code 0 and did not answer")
}

var version = regexp.MustCompile(`^[0-9]+\.[0-9]+`)

func saysVersion(out []byte, nonce string) bool {
	for line := range strings.Lines(decodeText(out)) {
		if v, is := strings.CutPrefix(line, "writeback-"+nonce+"-version:"); is && version.MatchString(v) {
			return true
		}
	}
	return false
}
