//go:build linux || darwin

package main

import (
	"testing"

	"writeback/internal/sambatest"
)

// atSetup sits down at the accessible wizard with nothing said but where its
// state is.
func (p *program) atSetup(args ...string) *person {
	p.t.Helper()
	p.env = append(p.env, "KRB5CCNAME=FILE:"+p.dir+"/none", "KRB5_CONFIG="+p.dir+"/none")
	return p.sitsDown(append([]string{"setup", "--accessible"}, args...)...).start()
}

// replies waits for what is asked and types the answer.
func (h *person) replies(question, answer string) {
	h.t.Helper()
	h.sees(question)
	h.types(answer + "\n")
}

func TestSetupByLines(t *testing.T) {
	dc := sambatest.Shared(t)
	dc.Connector(t)
	dc.KeepDACL(t, dc.BaseDN)
	p := newProgram(t)
	p.env = append(p.env, nameServer(t, dc))
	h := p.atSetup()
	h.replies("Which Active Directory domain", domainOf(dc))
	h.replies("Which domain controller", dc.LDAPS)
	h.replies("Is this the certificate", "1")
	h.replies("Who signs in", dc.AdminUser)
	h.sees("Password of the account")
	h.silent()
	h.types("wrong\n")
	h.sees("Problem")
	t.Log(h.screen())
}
