package cloudconfig

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// Weight says what a [Reason] does to a password that is to be written back.
type Weight string

// The weights, heaviest first.
const (
	Blocks  Weight = "blocks"  // it is not written back
	Hinders Weight = "hinders" // it is not at some times or in some ways, or nobody documents that it is
	Notes   Weight = "notes"   // it is, and there is something to know
)

// Reason is one fact about a user of the tenant that decides about its password.
// Text and Fix hold names from the tenant as they are there: who shows them makes
// them harmless first.
type Reason struct {
	Code   string // short, lower case, hyphenated, stable
	Weight Weight
	Text   string
	Fix    string // "": nothing is to be done, or nothing can be
}

// PersonReasons tells what decides about a user's password in the tenant, heaviest
// first. What Microsoft's documents do not say is told as not documented, what was
// not read as not known.
//
// Where the user is not the account's, nothing else about it is told: it would be
// about somebody else.
func PersonReasons(p TenantPerson, now time.Time) []Reason {
	for _, rule := range []func(TenantPerson) Reason{notInTenant, syncedFromElsewhere, authorityInCloud, notSynced} {
		if r := rule(p); r.Code != "" {
			return append([]Reason{r}, someReasons(personUnread(p, now))...)
		}
	}
	var all []Reason
	for _, rule := range personRules {
		all = append(all, someReasons(rule(p, now))...)
	}
	out := make([]Reason, 0, len(all))
	for _, w := range []Weight{Blocks, Hinders, Notes} {
		for _, r := range all {
			if r.Weight == w {
				out = append(out, r)
			}
		}
	}
	return out
}

// personRules are the rules; one that does not apply gives no code.
var personRules = []func(TenantPerson, time.Time) Reason{
	severalInTenant, guestUser, disabledInTenant, unlicensedUser, ssprNotEnabled, ssprNotRegistered, administratorRules,
	blockedForNow, lastFailed, cloudOnlyReset, lastWrittenBack, personUnread,
}

func someReasons(r Reason) []Reason {
	if r.Code == "" {
		return nil
	}
	return []Reason{r}
}

func notInTenant(p TenantPerson) Reason {
	if p.Found {
		return Reason{}
	}
	return Reason{Code: "not-in-tenant", Weight: Blocks,
		Text: "the tenant has no user for this account: nothing that is set there can be written back to it",
		Fix:  "bring the account into the scope of synchronisation, and look again after the next cycle; where it is in scope, the sync server says what is wrong with it"}
}

func syncedFromElsewhere(p TenantPerson) Reason {
	same, known := p.Same()
	if !known || same {
		return Reason{}
	}
	from := p.SID
	if p.Domain != "" {
		from += " in " + p.Domain
	}
	return Reason{Code: "synced-from-elsewhere", Weight: Blocks,
		Text: fmt.Sprintf("the tenant's user %s belongs to another account of that name, %s: its password is written back there", p.UPN, from),
		Fix:  "name the other account, or bring this one into the scope of synchronisation under a name of its own"}
}

func notSynced(p TenantPerson) Reason {
	r := Reason{Code: "not-synced", Weight: Blocks}
	switch p.Sync {
	case NeverSynced:
		r.Text = fmt.Sprintf("the tenant's user %s was made in the cloud and is not synchronised: its password is the tenant's alone", p.UPN)
		r.Fix = "bring the account into the scope of synchronisation; Microsoft's pages on matching say how the two become one"
	case SyncedOnce, Moved: // and not to the cloud: that has a reason of its own
		r.Text = fmt.Sprintf("the tenant's user %s was synchronised once and is not any more: its password is the tenant's alone", p.UPN)
		r.Fix = "bring the account into the scope of synchronisation again, if its password is to be the same in both"
	default:
		return Reason{}
	}
	return r
}

// authorityInCloud is by isCloudManaged of onPremisesSyncBehavior. Where that was not
// shown, for it takes a permission of its own, two properties that are read anyhow
// stand for it.
func authorityInCloud(p TenantPerson) Reason {
	how := "the source of authority of the tenant's user %s was moved to the cloud (isCloudManaged of onPremisesSyncBehavior is true)"
	switch {
	case p.CloudManaged == nil && p.Sync == Moved:
		how = "the tenant's user %s is not synchronised any more and still has the SID of the account, as one whose source of authority was moved to the cloud (isCloudManaged of onPremisesSyncBehavior would say for certain)"
	case p.CloudManaged == nil, !*p.CloudManaged:
		return Reason{}
	}
	return Reason{Code: "authority-in-cloud", Weight: Blocks,
		Text: fmt.Sprintf(how+": its password is the tenant's alone", p.UPN),
		Fix:  "leave it so, if the move is meant; else roll the move back as Microsoft's page on the source of authority of users says. Bringing the account into the scope of synchronisation does not change it"}
}

func guestUser(p TenantPerson, _ time.Time) Reason {
	if !p.Guest {
		return Reason{}
	}
	return Reason{Code: "guest-user", Weight: Hinders,
		Text: "the tenant has it as a guest (userType): guests cannot reset a forgotten password themselves, also where they are synchronised",
		Fix:  "make it a member, if it is one of the organization's people"}
}

func severalInTenant(p TenantPerson, _ time.Time) Reason {
	if p.Others == 0 {
		return Reason{}
	}
	return Reason{Code: "several-in-tenant", Weight: Hinders,
		Text: fmt.Sprintf("%d users of the tenant stand for this account; what follows is about %s", p.Others+1, p.UPN),
		Fix:  "remove the users that nobody needs from the tenant, or from the scope of synchronisation"}
}

func disabledInTenant(p TenantPerson, _ time.Time) Reason {
	if p.Enabled == nil || *p.Enabled {
		return Reason{}
	}
	return Reason{Code: "disabled-in-tenant", Weight: Hinders,
		Text: "the tenant does not let it sign in (accountEnabled is false). Whether its password can be reset all the same is not documented",
		Fix:  "enable the account, if it is to be used: as a rule its state is synchronised from Active Directory"}
}

func unlicensedUser(p TenantPerson, _ time.Time) Reason {
	if p.Plans == nil || p.Licensed() != "" {
		return Reason{}
	}
	what := "no service plan with password writeback is assigned to it"
	if slices.ContainsFunc(p.Plans, Plan.writesBack) {
		what = "the service plan with password writeback that is assigned to it is not active"
	}
	return Reason{Code: "licence-missing-user", Weight: Hinders,
		Text: what + " (Microsoft Entra ID P1 or P2). Microsoft asks for a licence for each user who is to benefit, and says that some without one are served all the same",
		Fix:  "assign a licence that contains Microsoft Entra ID P1 or P2, as Microsoft 365 Business Premium does"}
}

func ssprNotEnabled(p TenantPerson, _ time.Time) Reason {
	if p.Registration == nil || !no(p.Registration.Enabled) {
		return Reason{}
	}
	return Reason{Code: "sspr-not-enabled", Weight: Hinders,
		Text: "its user may not reset a forgotten password" + p.asOf() + ": the tenant's policy leaves the user out. A change with the old password and a reset by an administrator are written back all the same",
		Fix:  "choose All, or a group that the user is a member of, on the page Password reset > Properties"}
}

func ssprNotRegistered(p TenantPerson, _ time.Time) Reason {
	if p.Registration == nil || !no(p.Registration.Registered) {
		return Reason{}
	}
	return Reason{Code: "sspr-not-registered", Weight: Hinders,
		Text: "its user cannot reset a forgotten password yet" + p.asOf() + ": fewer authentication methods are registered than a reset takes. A change with the old password and a reset by an administrator are written back all the same",
		Fix:  "have the user register: the page Password reset > Registration can require it at the next sign-in"}
}

// asOf says how old the report is.
func (p TenantPerson) asOf() string {
	if p.Registration.At.IsZero() {
		return ""
	}
	return ", as the report of " + p.Registration.At.Format(time.RFC3339) + " has it"
}

func administratorRules(p TenantPerson, _ time.Time) Reason {
	is, known := p.Administrator()
	nameless := !known && len(p.Roles) > 0
	if !is && !nameless {
		return Reason{}
	}
	r := Reason{Code: "administrator-rules", Weight: Hinders, Text: "its user holds " + p.roleNames() + " in the tenant"}
	if nameless {
		r.Text += ". Whether the rules of administrators hold is not known: they do for most roles"
		r.Fix = "sign in with an identity that may read roles"
		return r
	}
	r.Text += ": the rules of administrators hold. "
	if no(p.AdminSSPR) {
		r.Text += "The tenant does not let them reset a forgotten password themselves (allowedToUseSSPR is false, SSPR_009), even where the policy of users includes them"
		r.Fix = "test writeback with a user who holds no role; allowedToUseSSPR of the authorization policy is the switch, if administrators are to reset theirs"
		return r
	}
	if p.AdminSSPR == nil {
		r.Text += "Whether the tenant lets them reset a forgotten password themselves is not known. "
	}
	r.Text += "A reset takes two authentication methods, whatever the policy of users says, and Microsoft's pages contradict each other on whether an administrator's own reset is written back"
	r.Fix = "test writeback with a user who holds no role"
	return r
}

// roleNames names the roles in a sentence.
func (p TenantPerson) roleNames() string {
	var names []string
	for _, r := range p.Roles {
		if r.Name != "" {
			names = append(names, r.Name)
		}
	}
	switch rest := len(p.Roles) - len(names); {
	case len(p.Roles) == 0:
		return "an administrator role"
	case len(names) == 0:
		return fmt.Sprintf("%d directory roles whose names are not shown", rest)
	case rest > 0:
		return fmt.Sprintf("the roles %s and %d whose names are not shown", strings.Join(names, ", "), rest)
	case len(names) == 1:
		return "the role " + names[0]
	}
	return "the roles " + strings.Join(names, ", ")
}

func personUnread(p TenantPerson, _ time.Time) Reason {
	if len(p.Unread) == 0 {
		return Reason{}
	}
	var parts []string
	for _, u := range p.Unread {
		parts = append(parts, fmt.Sprintf("%s (%s)", u.What, u.Why))
	}
	return Reason{Code: "tenant-user-unread", Weight: Notes,
		Text: "of the tenant's user was not read: " + strings.Join(parts, "; ") + ". What hangs on it is not known",
		Fix:  "sign in with an identity that may read it"}
}

func no(b *bool) bool { return b != nil && !*b }
