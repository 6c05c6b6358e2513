package cloudconfig

import (
	"fmt"
	"strings"
	"time"
)

// What the audit log says about a user's last attempts.

// blockedFor is how long a user who tried too often is kept from resetting
// (Microsoft's page of SSPR reports: more than five times in 24 hours, for the next
// 24 hours).
const blockedFor = 24 * time.Hour

func blockedForNow(p TenantPerson, now time.Time) Reason {
	a, is := p.newest(func(a Audit) bool { return a.Activity == AuditBlocked })
	if !is || now.Sub(a.At) >= blockedFor {
		return Reason{}
	}
	return Reason{Code: "sspr-blocked", Weight: Hinders,
		Text: fmt.Sprintf("its user tried to reset more than five times in 24 hours and is kept from it until %s", a.At.Add(blockedFor).Format(time.RFC3339)),
		Fix:  "wait, or reset the password as an administrator in the Microsoft Entra admin center"}
}

// lastFailed is about the newest event, an unlock included: an older one says
// nothing any more.
func lastFailed(p TenantPerson, now time.Time) Reason {
	a, is := p.newest(func(a Audit) bool { return a.Activity != AuditBlocked })
	if !is || a.Success || now.Sub(a.At) > Age {
		return Reason{}
	}
	r := Reason{Code: "last-writeback-failed", Weight: Hinders,
		Text: fmt.Sprintf("the last attempt failed: %s at %s", a.Activity, a.At.Format(time.RFC3339)),
		Fix:  "look into the application log of the sync server at that time: events 31003, 31008, 31011 and 6329 and those beside them name the reason"}
	if a.Reason != "" {
		r.Text += ", " + a.Reason
	}
	if f, known := failureOf(a.Reason); known {
		r.Weight, r.Fix = f.weight, f.fix
		r.Text += ": " + f.text
	}
	return r
}

// cloudOnlyReset is a reset by an administrator after which AD has the old
// password: the log says so with the agent None.
func cloudOnlyReset(p TenantPerson, now time.Time) Reason {
	a, is := p.lastPassword()
	if !is || !a.Success || !strings.EqualFold(a.Agent, "None") || now.Sub(a.At) > Age {
		return Reason{}
	}
	return Reason{Code: "last-reset-cloud-only", Weight: Hinders,
		Text: fmt.Sprintf("the last password was not written back: %s at %s was carried out in the cloud alone, and Active Directory has another password since", a.Activity, a.At.Format(time.RFC3339)),
		Fix:  "see whether writeback is on (verify), then reset the password once more in the Microsoft Entra admin center: resets through the Microsoft 365 admin center or PowerShell are not written back"}
}

func lastWrittenBack(p TenantPerson, now time.Time) Reason {
	a, is := p.newest(Audit.OnPremises)
	if !is || now.Sub(a.At) > Age {
		return Reason{}
	}
	return Reason{Code: "last-writeback", Weight: Notes,
		Text: fmt.Sprintf("the last one that is known to have reached Active Directory: %s at %s, by %s", a.Activity, a.At.Format(time.RFC3339), a.Agent)}
}
