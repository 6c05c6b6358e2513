package checks

import (
	"context"
	"slices"
	"strings"

	"writeback/adperms"
	"writeback/adperms/secdesc"
)

// documents are where Microsoft says what a finding about the account's own security
// asks for: each of these findings names one.
var documents = map[string]string{
	tooPowerful:             "Microsoft Entra Connect: Accounts and permissions",
	string(adperms.HeldOut): "Appendix C: Protected Accounts and Groups in Active Directory",
	controlled:              "Remove unsafe permissions on sensitive Entra Connect accounts",
	protectedUsers:          "Protected Users Security Group",
	authenticationPolicy:    "Authentication Policies and Authentication Policy Silos",
	replicationNotNeeded:    "Remove unnecessary replication permissions for Microsoft Entra Connect AD DS Connector account",
	passwordReaders:         "Group Managed Service Accounts Overview",
}

const (
	tooPowerful          = "connector-too-powerful"
	controlled           = "connector-controlled"
	protectedUsers       = "connector-protected-users"
	authenticationPolicy = "connector-authentication-policy"
	replicationNotNeeded = "connector-replication"
	passwordReaders      = "connector-password-readers"
)

// sourced is a fix with the document that it is from.
func sourced(code, fix string) string {
	return fix + ". Source: Microsoft, \"" + documents[code] + "\""
}

// connectorPrivileges looks for what a connector account should not have: a
// place in a protected group, control of the domain, or rights on the accounts that
// AdminSDHolder's task looks after. Whoever takes over the sync server has these,
// too. And it looks for whoever else has the connector account in their hands.
func connectorPrivileges(ctx context.Context, x *examination) (answer, error) {
	root, err := x.object(ctx, x.Place.DomainDN)
	if err != nil {
		return answer{}, err
	}
	return x.eachConnector(ctx, func(a answer, c adperms.Account) (answer, error) {
		a.text = "in no protected group"
		if len(c.ProtectedBy) > 0 {
			a.text = "a member of " + groups(c.ProtectedBy)
			a = a.warn(tooPowerful, sourced(tooPowerful, adperms.TierZeroFix),
				"%s is a member of %s: whoever gets hold of the sync server has the whole domain", c.DN, groups(c.ProtectedBy))
			return a, nil
		}
		others := len(a.findings) // those of other accounts
		a = throughHolder(ctx, x, a, c)
		a = x.overDomain(ctx, a, root, c, len(a.findings) > others)
		a = x.signInLimits(a, c)
		a = x.replication(ctx, a, root, c)
		if a, err = x.whoReads(ctx, a, c); err != nil {
			return a, err
		}
		return x.controlled(ctx, a, c)
	})
}

// overDomain warns of rights on the domain's root, on the OU of the domain controllers,
// on Domain Admins and on the account Administrator: AdminSDHolder's task puts the two
// last right within the hour, so that they are looked at only where it gives nothing
// itself (byHolder). What is not shown is not told.
func (x *examination) overDomain(ctx context.Context, a answer, root target, c adperms.Account, byHolder bool) answer {
	const takes = "whoever gets hold of the sync server can take over the domain"
	type place struct {
		dn string
		on adperms.Over
	}
	places := []place{{x.Place.DomainDN, adperms.OverDomain}, {"OU=Domain Controllers," + x.Place.DomainDN, adperms.OverDomain}}
	if of := root.Object.SID; of.IsAccountDomain() && !byHolder {
		const admins, administrator = 512, 500
		places = append(places, place{"<SID=" + of.Child(admins).String() + ">", adperms.OverProtected},
			place{"<SID=" + of.Child(administrator).String() + ">", adperms.OverAccount})
	}
	for _, p := range places {
		o, err := x.object(ctx, p.dn)
		if err != nil {
			continue
		}
		o.Self = o.Object.SID
		right := adperms.TakesOver(o.Target, c.Token, p.on)
		if right == "" {
			continue
		}
		a.text += ", but may " + right + " of " + o.DN
		a = a.warn(tooPowerful, sourced(tooPowerful, "remove the ACE that gives it, once it is known that nothing needs it: writeback needs four rights, and this is none of them"),
			"%s may %s of %s: %s", c.DN, right, o.DN, takes)
	}
	return a
}

// ridProtectedUsers is the group Protected Users (MS-DTYP 2.4.2.4).
const ridProtectedUsers = 525

// signInLimits warns of what may keep the sync product from signing in as the account,
// or its tickets from lasting.
func (x *examination) signInLimits(a answer, c adperms.Account) answer {
	if c.Token.Has(c.SID.Domain().Child(ridProtectedUsers)) {
		a = a.warn(protectedUsers, sourced(protectedUsers, "take it out of Protected Users"),
			"%s is in Protected Users: it cannot sign in by NTLM or a simple bind, and its Kerberos tickets end after four hours", c.DN)
	}
	if len(c.AuthPolicies) > 0 {
		a = a.warn(authenticationPolicy, sourced(authenticationPolicy, "look whether it lets the account sign in on the sync server, and by the ways that the sync product uses; if not, assign the account to another one or to none"),
			"%s is assigned to %s: it may limit the computers on which the account signs in, and how long its Kerberos tickets last", c.DN, strings.Join(c.AuthPolicies, " and to "))
	}
	return a
}

// replication warns of the right to read every password hash where the tenant says that
// nobody needs it. Where nothing tells, nothing is said.
func (x *examination) replication(ctx context.Context, a answer, root target, c adperms.Account) answer {
	if x.HashSync == nil || x.Product == adperms.OtherProduct || !adperms.Replicates(root.Target, c.Token) {
		return a
	}
	on, err := asked(&x.hashSync, func() (*bool, error) { return x.HashSync(ctx) })
	if err != nil || on == nil || *on {
		return a
	}
	a.text += ", but may replicate password hashes"
	return a.warn(replicationNotNeeded, sourced(replicationNotNeeded, "take Replicating Directory Changes All from it on "+x.Place.DomainDN+", unless password hash synchronization is to be switched on, or another product uses the account"),
		"%s may replicate every password hash of the domain (Replicating Directory Changes All), and the tenant says that password hash synchronization is off (features.passwordSyncEnabled is false)", c.DN)
}

// whoReads names who may read the password of a managed account beside Tier 0: the sync
// servers have to, and nobody else.
func (x *examination) whoReads(ctx context.Context, a answer, c adperms.Account) (answer, error) {
	if c.Readers == nil {
		return a, nil
	}
	d, err := secdesc.Parse(c.Readers)
	if err != nil {
		a.text += "; who may read its password is not well-formed"
		return a, nil
	}
	readers := adperms.PasswordReaders(d)
	names, err := x.Directory.Names(ctx, readers)
	if err != nil || len(readers) == 0 {
		return a, err
	}
	var said []string
	for _, s := range readers {
		said = append(said, nameOr(names, s))
	}
	return a.note(passwordReaders, sourced(passwordReaders, "look whether each is a computer on which the agent runs, or a group of these alone; take out the others (Set-ADServiceAccount -PrincipalsAllowedToRetrieveManagedPassword)"),
		"beside administrators and domain controllers, the password of %s may be read by %s", c.DN, strings.Join(said, ", ")), nil
}

func nameOr(names map[secdesc.SID]string, s secdesc.SID) string {
	if name := names[s]; name != "" {
		return name
	}
	return s.String()
}

// mostParents is how many objects above an account are looked at.
const mostParents = 16

// held is an object by which a trustee has the account in its hands.
type held struct {
	who   secdesc.SID
	right string
	on    string // DN
}

// controlled adds who can take the account over, by rights on it or on what it inherits
// from, and is not Tier 0. Whoever has such rights on several is told once.
func (x *examination) controlled(ctx context.Context, a answer, c adperms.Account) (answer, error) {
	if !adperms.DNWithin(c.DN, x.Place.DomainDN) {
		return a, nil // the domain that it is in tells
	}
	all, unshown, err := x.hands(ctx, c)
	if err != nil {
		return a, err
	}
	if unshown != "" {
		a.text += "; the permissions of " + unshown + " are not shown"
	}
	var sids []secdesc.SID
	for _, h := range all {
		if !slices.Contains(sids, h.who) {
			sids = append(sids, h.who)
		}
	}
	names, err := x.Directory.Names(ctx, sids)
	if err != nil {
		return a, err
	}
	for _, who := range sids {
		var by []string
		for _, h := range all {
			if h.who != who {
				continue
			}
			text := h.right + " of " + h.on
			if h.on != c.DN {
				text += ", which holds the connector account " + c.DN
			}
			by = append(by, text)
		}
		a = a.warn(controlled, sourced(controlled, "remove the right, unless you trust them like the domain's administrators"),
			"%s may %s, and so take the account over, which can set every password in its scope", nameOr(names, who), strings.Join(by, "; and "))
	}
	return a, nil
}

// hands finds who has the account in hand, from it up to the first protected DACL. Its
// own rights are none: they are what the stage delegate grants.
func (x *examination) hands(ctx context.Context, c adperms.Account) (all []held, unshown string, err error) {
	dn, on := c.DN, adperms.OverAccount
	for range mostParents {
		o, err := x.object(ctx, dn)
		if err != nil && dn == c.DN {
			return nil, "", err
		}
		if err != nil {
			return all, dn, ctx.Err()
		}
		if dn == c.DN {
			o.Self = c.SID
		}
		for _, k := range adperms.Controllers(o.Target, on) {
			if k.SID != c.SID {
				all = append(all, held{k.SID, k.Right, o.DN})
			}
		}
		if o.Target.Descriptor.Protected() || adperms.SameDN(dn, x.Place.DomainDN) {
			return all, "", nil
		}
		dn, on = adperms.ParentDN(dn), adperms.OverParent
	}
	return all, dn, nil
}
