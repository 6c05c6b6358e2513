package main

import (
	"strings"
	"testing"

	"writeback/cloudconfig"
	"writeback/internal/practice/tenant"
	"writeback/steps"
)

// Without consent to the portal's service the machine's parts are made, and a
// person is told exactly what is left. That person's word is shown as such until
// the tenant itself proves it.
func TestCloudAttested(t *testing.T) {
	b := newCloudBench(t, tenant.Options{})
	b.giveTokens(b.tenant.Mint(tenant.TokenOptions{}), "") // nothing here sees the portal
	first := b.snapshot()

	o := b.want(exitManual, "apply", "--yes")
	if !b.server.Enabled() || b.tenant.Policy() != first.policy || len(b.dacl(b.dc.BaseDN)) != len(first.root)+3 {
		t.Errorf("after apply: server %t, policy %+v", b.server.Enabled(), b.tenant.Policy())
	}
	after := o.out[strings.LastIndex(o.out, "Digest of what approval binds"):]
	for _, line := range []string{
		"1. Sign in to the Microsoft Entra admin center as Authentication Policy Administrator",
		"2. Open Password reset > On-premises integration: https://entra.microsoft.com/#view/Microsoft_AAD_IAM/PasswordResetMenuBlade/~/OnPremisesIntegration",
		"3. Enable password write back for synced users: yes\n",
		"4. Allow users to unlock accounts without resetting their password: yes\n",
		"5. Save.\n", "writeback attest sspr --by NAME", "A manual step waits.",
	} {
		if !strings.Contains(after, line) {
			t.Errorf("after apply it does not say %q:\n%s", line, after)
		}
	}
	if o := b.want(exitManual, "apply", "--yes"); !strings.Contains(o.out, "Nothing is left for a program to do. A manual step waits.") {
		t.Errorf("the second apply says:\n%s", o.out)
	}
	b.want(exitManual, "verify")

	b.want(exitDone, "attest", "sspr", "--by", "Ann Admin", "--note", "CHG-17, seen on the page")
	v := decode[steps.Verification](t, b.want(exitDone, "verify", "--output", "json"))
	for _, part := range []string{"Enable password write back", "Allow users to unlock"} {
		if e := proof(t, stepOf(t, v.Steps, "sspr"), steps.EvidenceAttested, part); e.By != "Ann Admin" || !strings.Contains(e.What, "CHG-17") {
			t.Errorf("who attested is not named: %+v", e)
		}
	}
	for _, e := range stepOf(t, v.Steps, "sspr").Evidence {
		if e.State == steps.EvidenceVerified && e.Source != "Microsoft Graph, userRegistrationDetails" {
			t.Errorf("nothing verified it: %+v", e)
		}
	}
	if o := b.want(exitDone, "verify"); !strings.Contains(o.out, "attested Enable password write back") || strings.Contains(o.out, "verified Enable password write back") {
		t.Errorf("verify says:\n%s", o.out)
	}

	b.tenant.SetPolicy(cloudconfig.Policy{PasswordWritebackSupported: true, EnablementForTenant: true, AccountUnlockEnabled: true})
	if !b.server.WriteBack() {
		t.Fatal("no password was written back")
	}
	v = decode[steps.Verification](t, b.want(exitDone, "verify", "--output", "json"))
	for _, id := range []string{"writeback", "sspr"} {
		e := proof(t, stepOf(t, v.Steps, id), steps.EvidenceVerified, "Reset password (self-service)")
		if !strings.Contains(e.What, "Microsoft Entra Connect") || e.Source != "directory audit log of tenant "+b.tenant.ID() {
			t.Errorf("%s: the proof is not named: %+v", id, e)
		}
	}
	proof(t, stepOf(t, v.Steps, "sspr"), steps.EvidenceAttested, "Allow users to unlock")

	b.want(exitDone, "attest", "sspr", "--by", "Ann Admin", "--withdraw")
	v = decode[steps.Verification](t, b.want(exitManual, "verify", "--output", "json"))
	proof(t, stepOf(t, v.Steps, "sspr"), steps.EvidenceVerified, "Enable password write back")
	proof(t, stepOf(t, v.Steps, "sspr"), steps.EvidenceUnknown, "Allow users to unlock")
}

// A word that is not about a manual step, or is nobody's, is not taken.
func TestCloudAttestRefused(t *testing.T) {
	b := newCloudBench(t, tenant.Options{})
	b.ends(exitUsage, []string{"writeback or sspr"}, "attest", "delegate", "--by", "Ann", "--domain", strings.ToLower(b.dc.Realm))
	b.ends(exitUsage, []string{`did you mean "sspr"`}, "attest", "ssrp", "--by", "Ann", "--domain", strings.ToLower(b.dc.Realm))
	b.ends(exitUsage, []string{"--by NAME"}, "attest", "sspr", "--domain", strings.ToLower(b.dc.Realm))
	b.ends(exitUsage, []string{"--domain"}, "attest", "sspr", "--by", "Ann")
	b.ends(exitError, []string{"U+001B", "hides or changes what is shown"}, "attest", "sspr", "--by", "Ann\x1b[2J", "--domain", strings.ToLower(b.dc.Realm))
	if n := b.runs(); n != 0 {
		t.Errorf("%d runs", n)
	}
}

// A proof outweighs a word, whichever came first.
func TestCloudWordAgainstProof(t *testing.T) {
	b := newCloudBench(t, tenant.Options{}).with("--only", "writeback,sspr")
	b.want(exitDone, "attest", "sspr", "--by", "Ann", "--domain", strings.ToLower(b.dc.Realm))
	b.want(exitDone, "attest", "writeback", "--by", "Ann", "--domain", strings.ToLower(b.dc.Realm))
	v := decode[steps.Verification](t, b.want(exitChanges, "verify", "--output", "json"))
	for id, part := range map[string]string{"writeback": "Enabled false", "sspr": "passwordWritebackSupported false"} {
		s := stepOf(t, v.Steps, id)
		proof(t, s, steps.EvidenceOff, part)
		if e := proof(t, s, steps.EvidenceUnknown, "says Ann"); !strings.Contains(e.What, "not counted") {
			t.Errorf("%s: %+v", id, e)
		}
	}
}
