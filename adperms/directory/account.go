package directory

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"github.com/go-ldap/ldap/v3"

	"writeback/adperms"
	"writeback/adperms/secdesc"
)

var accountAttributes = slices.Concat(objectAttributes, principalAttributes, []string{
	"pwdLastSet", "lockoutTime", "accountExpires", "primaryGroupID", "tokenGroups", "msDS-ResultantPSO",
	"memberOf", "msDS-GroupMSAMembership", "msDS-AssignedAuthNPolicy", "msDS-AssignedAuthNPolicySilo",
}, traitAttributes)

var traitAttributes = []string{"mail", "msExchMailboxGuid", "homeMDB", "manager", "givenName", "sn", "mS-DS-ConsistencyGuid", "servicePrincipalName"}

// Account reads what decides about the password of an account that is named as
// [Conn.Principal] takes it: one search for a name that is no DN, one for the
// account, one for the protected groups that it is in, if it may be in a group, one for
// the groups that everybody is in (once on a connection), one each for the forest's
// dSHeuristics, where it is in a group of operators, the domain's policy, and the PSO,
// where one applies or the DC does not say which. Of a key administrator two more, once
// on a connection.
//
// A descriptor, attribute or PSO that is not shown is told as such in the
// account, and is no error.
//
// Errors: those of [Conn.Principal], [NotFoundError], [LostError].
func (c *Conn) Account(ctx context.Context, name string) (adperms.Account, error) {
	dn := strings.TrimSpace(name)
	var named adperms.Principal
	if !isDN(dn) {
		var err error
		if named, err = c.Principal(ctx, name); err != nil {
			return adperms.Account{}, err
		}
		dn = named.DN
	}
	a, e, err := c.whole(ctx, dn)
	if err == nil && !named.SID.IsZero() && a.SID != named.SID {
		err = &OtherObjectError{DC: c.at.String(), Asked: name, Came: "another account of that name: " + a.SID.String()}
	}
	if err != nil {
		return a, err
	}
	a.Policy, err = c.policyOf(ctx, a, e.Text("msDS-ResultantPSO"))
	return a, err
}

// Trustee is [Conn.Account] for the account dn that rights are granted to. The
// password's policy is read where the password could expire by it.
func (c *Conn) Trustee(ctx context.Context, dn string) (adperms.Account, error) {
	a, e, err := c.whole(ctx, dn)
	if err != nil || !a.PasswordAges() {
		return a, err
	}
	a.Policy, err = c.policyOf(ctx, a, e.Text("msDS-ResultantPSO"))
	return a, err
}

// whole reads an account's own entry, and its groups.
func (c *Conn) whole(ctx context.Context, dn string) (a adperms.Account, e *Entry, err error) {
	if e, err = c.accountEntry(ctx, dn); err != nil {
		return a, e, err
	}
	if a, err = c.account(e); err != nil {
		return a, e, err
	}
	return a, e, c.accountGroups(ctx, &a, e)
}

// accountQuery asks for all that [Conn.Object] does, and more.
func accountQuery(dn string) query {
	return query{base: dn, scope: Base, filter: "(objectClass=*)", attributes: accountAttributes, controls: []ldap.Control{sdFlags(ownerGroupDACL)}}
}

func (c *Conn) accountEntry(ctx context.Context, dn string) (*Entry, error) {
	found, err := c.ask(ctx, "search", accountQuery(dn))
	if err != nil {
		return nil, err
	}
	if len(found) != 1 {
		return nil, &NotFoundError{DN: dn}
	}
	return found[0], nil
}

// account reads what the account's own entry says.
func (c *Conn) account(e *Entry) (a adperms.Account, err error) {
	if a.Principal, err = c.principal(e); err != nil {
		return a, err
	}
	if a.SID.IsZero() {
		return a, withoutSID(a.Principal)
	}
	a.Object, err = c.object(e)
	if _, hidden := err.(*HiddenDescriptorError); hidden {
		err = nil
		a.Object.SID = a.SID
		a.Object.AdminCount, _ = strconv.Atoi(e.Text("adminCount"))
		a.Unread = append(a.Unread, "nTSecurityDescriptor")
	}
	if err != nil {
		return a, err
	}
	a.Control = adperms.AccountControl(c.decisive(e, &a, "userAccountControl"))
	set := c.decisive(e, &a, "pwdLastSet")
	a.MustChange = set == 0 && e.Text("pwdLastSet") != ""
	a.PasswordSet = adperms.FileTime(set)
	a.LockedAt = adperms.FileTime(integer(e, "lockoutTime"))
	a.Expires = adperms.FileTime(integer(e, "accountExpires"))
	a.Readers = e.Raw("msDS-GroupMSAMembership")
	for _, name := range []string{"msDS-AssignedAuthNPolicy", "msDS-AssignedAuthNPolicySilo"} {
		if dn := e.Text(name); dn != "" {
			a.AuthPolicies = append(a.AuthPolicies, dn)
		}
	}
	has := func(attribute string) bool { return len(e.RawAll(attribute)) > 0 }
	a.Traits = adperms.Traits{Mail: has("mail") || has("msExchMailboxGuid") || has("homeMDB"), Manager: has("manager"), Named: has("givenName") && has("sn"),
		Synced: has("mS-DS-ConsistencyGuid"), Service: has("servicePrincipalName")}
	return a, nil
}

// decisive reads a number that every account has: one that is not there is not
// shown to us.
func (c *Conn) decisive(e *Entry, a *adperms.Account, attribute string) int64 {
	if e.Text(attribute) == "" {
		a.Unread = append(a.Unread, attribute)
	}
	return integer(e, attribute)
}

// integer reads an integer attribute; 0 where there is none.
func integer(e *Entry, attribute string) int64 {
	n, _ := strconv.ParseInt(e.Text(attribute), 10, 64)
	return n
}

// accountGroups fills in the token and what protects the account. tokenGroups
// leaves out distribution groups, through which an account is protected, too
// (MS-ADTS 3.1.1.6.1.2), so that the DC is asked for protected groups apart.
func (c *Conn) accountGroups(ctx context.Context, a *adperms.Account, e *Entry) error {
	groups, err := sids(e.RawAll("tokenGroups"))
	if err != nil {
		return c.nonsense(e.DN, err)
	}
	if len(groups) == 0 {
		if groups, err = c.nestedGroups(ctx, e.DN, a.SID, e.Text("primaryGroupID")); err != nil {
			return err
		}
	}
	implied, err := c.impliedGroups(ctx)
	if err != nil {
		return err
	}
	groups = append(groups, network, thisOrganization)
	a.Token = adperms.NewToken(a.SID, append(groups, implied...)...)
	var more []secdesc.SID
	if len(e.RawAll("memberOf")) > 0 || !c.showsAll() {
		if more, err = c.protectedAbove(ctx, e.DN, a.SID.Domain()); err != nil {
			return err
		}
	}
	all := adperms.NewToken(a.SID, append(groups, more...)...)
	var unprotected adperms.OperatorGroups
	if adperms.HangsOnOperators(a.SID, all) {
		heuristics, err := c.heuristics(ctx)
		if err != nil {
			return err
		}
		unprotected = adperms.Unprotected(heuristics)
	}
	a.ProtectedBy, err = c.protectedOf(ctx, a.SID, all, unprotected)
	return err
}

// protectedAbove finds the protected groups that an account is in by a chain of memberships.
// In a reading what stands above the account, which is asked for next, comes with it.
func (c *Conn) protectedAbove(ctx context.Context, dn string, domain secdesc.SID) ([]secdesc.SID, error) {
	protected := adperms.ProtectedGroups(domain)
	filter := "(&" + memberFilter(dn) + "(|" + anySID(protected) + "))"
	told := c.answers(ctx)
	above, _ := c.aboveQuery(dn)
	if told == nil || above.filter == "" {
		return c.groupsBy(ctx, filter)
	}
	var containers []*Entry
	var out []secdesc.SID
	err := c.Search(ctx, c.root.DefaultNC, Subtree, "(|"+filter+above.filter+")", append(slices.Clone(above.attributes), "objectSid"), func(e *Entry) error {
		_, sid, err := identity(e)
		switch {
		case err != nil:
			return c.nonsense(e.DN, err)
		case slices.Contains(protected, sid):
			out = append(out, sid)
		default:
			containers = append(containers, e)
		}
		return nil
	})
	if err == nil {
		told.keep(above, containers)
	}
	return out, err
}

// showsAll says that we are known to be an administrator, who by default may read everything.
func (c *Conn) showsAll() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Contains(c.us, adperms.Administrators)
}

func anySID(all []secdesc.SID) string {
	var filter strings.Builder
	for _, s := range all {
		filter.WriteString("(objectSid=" + binaryFilter(s.Bytes()) + ")")
	}
	return filter.String()
}

// ListObjectMode says whether the forest is in list object mode; see
// [adperms.ListObjectMode].
func (c *Conn) ListObjectMode(ctx context.Context) (bool, error) {
	heuristics, err := c.heuristics(ctx)
	return adperms.ListObjectMode(heuristics), err
}

// one reads attributes of one object; nil where it is not there, or not shown.
func (c *Conn) one(ctx context.Context, dn string, attributes ...string) (*Entry, error) {
	found, err := c.ask(ctx, "search", query{base: dn, scope: Base, filter: "(objectClass=*)", attributes: attributes})
	if _, none := err.(*NotFoundError); none || err == nil && len(found) == 0 {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return found[0], nil
}
