package secdesc

import (
	"bufio"
	"bytes"
	"encoding/hex"
	"os"
	"os/exec"
	"strings"
	"testing"

	"writeback/internal/tier"
)

// Samba is a second judge of plain SDDL. Its own Python bindings answer: one
// line of SDDL in, one line of bytes out, "-" where it refuses.
const sambaJudge = `
import sys
from samba.ndr import ndr_pack
from samba.dcerpc import security
domain = security.dom_sid(sys.argv[1])
for line in sys.stdin:
    try:
        print(ndr_pack(security.descriptor.from_sddl(line.rstrip("\n"), domain)).hex())
    except Exception:
        print("-")
`

// python is the interpreter for which the distribution's Samba is installed.
const python = "/usr/bin/python3"

func requireSamba(t *testing.T) {
	t.Helper()
	tier.Takes(t, "Samba")
	if err := exec.Command(python, "-c", "import samba.dcerpc.security, samba.ndr").Run(); err == nil {
		return
	} else if os.Getenv("REQUIRE_SAMBA") == "1" {
		t.Fatalf("REQUIRE_SAMBA=1, but Samba's Python bindings do not load: %v", err)
	}
	t.Skip("Samba's Python bindings are not installed")
}

// askSamba gives the answer to each line.
func askSamba(t *testing.T, domain SID, lines []string) []string {
	t.Helper()
	cmd := exec.Command(python, "-c", sambaJudge, domain.String())
	cmd.Stdin = strings.NewReader(strings.Join(lines, "\n") + "\n")
	var complaints bytes.Buffer
	cmd.Stderr = &complaints
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("asking Samba: %v: %s", err, complaints.String())
	}
	var answers []string
	in := bufio.NewScanner(bytes.NewReader(out))
	in.Buffer(nil, 1<<20)
	for in.Scan() {
		answers = append(answers, in.Text())
	}
	if len(answers) != len(lines) {
		t.Fatalf("Samba gave %d answers to %d questions", len(answers), len(lines))
	}
	return answers
}

func TestSambaReadsTheSame(t *testing.T) {
	requireSamba(t)
	names := DomainSIDs{Domain: testNames.Domain} // Samba takes one domain for both
	lines := []string{domainRoot()}
	for _, c := range sddlForms {
		if c.samba == "" {
			lines = append(lines, c.text)
		}
	}
	for i, answer := range askSamba(t, names.Domain, lines) {
		ours, err := ParseSDDL(lines[i], names)
		if err != nil {
			t.Fatal(err)
		}
		if answer == "-" {
			t.Errorf("%.200s: Samba refuses it", lines[i])
			continue
		}
		b, err := hex.DecodeString(answer)
		if err != nil {
			t.Fatal(err)
		}
		theirs, err := Parse(b)
		if err != nil {
			t.Errorf("%.200s: Samba's bytes: %v", lines[i], err)
			continue
		}
		if got, want := marshal(t, sayablePart(ours)), marshal(t, sayablePart(theirs)); !bytes.Equal(got, want) {
			t.Errorf("%.200s:\n ours   %s\n theirs %s", lines[i], ours.SDDL(), theirs.SDDL())
		}
	}
}
