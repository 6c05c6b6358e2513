package main

import (
	"encoding/binary"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf16"
	"unicode/utf8"

	"writeback/steps"
)

// What there is of Windows outside a rehearsal: a domain controller elsewhere, which
// here is a practice one of this computer, over LDAPS.

// Whoever is signed in is known to no domain here: SSPI says so, and the program
// what to do. With a user and a password, in a file as Windows PowerShell writes it,
// all is made and taken back.
func wineElsewhere(t *testing.T, w *wine) {
	dc := serves(t)
	ca, password := filepath.Join(w.dir, "für.pem"), filepath.Join(w.dir, "password")
	if raw, err := os.ReadFile(dc.CAFile); err != nil || os.WriteFile(ca, raw, 0o600) != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(password, []byte(asUTF16(binary.LittleEndian, dc.Accounts[0].Password+"\r\n")), 0o600); err != nil {
		t.Fatal(err)
	}
	p := w.runner(t, "elsewhere")
	p.flags = append(p.flags, "--dc", dc.LDAPS, "--ca-cert", zed(ca), "--no-input")
	p.ends(exitSignIn, []string{"the signed-in user could not sign in", "runas /netonly", "double hop", "--ad-user"}, "plan")

	p.flags = append(p.flags, "--ad-user", dc.Accounts[0].UPN, "--ad-password-file", zed(password))
	file := w.unix("change.json")
	p.want(exitDone, "plan", "-o", drive("change.json"))
	if info, err := os.Stat(file); err != nil || info.Mode().Perm()&0o007 != 0 {
		t.Errorf("the plan has mode %v, %v", info.Mode(), err)
	}
	p.want(exitDone, "apply", "--yes", drive("change.json"))
	v := decode[steps.Verification](t, p.want(exitDone, "verify", "--output", "json"))
	if verified(v) != "delegate ok, writeback skipped, sspr skipped" {
		t.Errorf("verify says %s", verified(v))
	}
	o := p.want(exitDone, "plan", "--output", "json")
	if strings.ContainsFunc(o.out, func(r rune) bool { return r >= utf8.RuneSelf }) || !strings.Contains(o.out, `f\u00fcr.pem`) {
		t.Errorf("what PowerShell reads is not ASCII: %s", o.out)
	}
	if err := os.Chmod(file, 0o606); err != nil {
		t.Fatal(err)
	}
	p.ends(exitUsage, []string{"Everyone may write it", "folder of your own"}, "apply", "--yes", drive("change.json"))
	p.want(exitDone, "undo", "--yes")
	wineRefusesJournals(t, p)
}

// zed is the Windows path of a file of this computer.
func zed(path string) string { return `Z:` + strings.ReplaceAll(path, "/", `\`) }

// A journal that others could have written is no order to undo.
func wineRefusesJournals(t *testing.T, p *program) {
	t.Helper()
	all, err := filepath.Glob(filepath.Join(p.state, "runs", "*.jsonl"))
	if err != nil || len(all) != 1 {
		t.Fatal(all, err)
	}
	if err := os.Chmod(all[0], 0o602); err != nil {
		t.Fatal(err)
	}
	p.ends(exitError, []string{"Everyone may write it"}, "undo", "--yes")
}

// serves keeps a practice domain up on this computer.
func serves(t *testing.T) (s served) {
	t.Helper()
	brief := newProgram(t).command("practice", "--serve", "--output", "json")
	cmd := exec.Command(brief.Path, brief.Args[1:]...) // it is up for as long as the test takes
	cmd.Dir, cmd.Env = brief.Dir, brief.Env
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Signal(os.Interrupt) // where it has ended, it has said why
		_ = cmd.Wait()
	})
	if err := json.NewDecoder(out).Decode(&s); err != nil {
		t.Fatal(err)
	}
	return s
}

// asUTF16 is a text as Out-File writes it.
func asUTF16(order binary.AppendByteOrder, text string) string {
	raw := order.AppendUint16(nil, 0xfeff)
	for _, u := range utf16.Encode([]rune(text)) {
		raw = order.AppendUint16(raw, u)
	}
	return string(raw)
}
