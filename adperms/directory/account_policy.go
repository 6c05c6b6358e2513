package directory

import (
	"context"
	"slices"
	"strings"

	"github.com/go-ldap/ldap/v3"

	"writeback/adperms"
)

// Where the rules for passwords are: on the domain's root object, and in
// password settings objects below one container (MS-ADTS 6.1.1.4.11.1).
var domainPolicyAttributes = []string{
	"minPwdAge", "maxPwdAge", "minPwdLength", "pwdHistoryLength", "pwdProperties", "lockoutThreshold", "lockoutDuration",
}

var psoAttributes = []string{
	"objectGUID", "cn", "msDS-PasswordSettingsPrecedence", "msDS-PSOAppliesTo", "msDS-MinimumPasswordAge",
	"msDS-MaximumPasswordAge", "msDS-MinimumPasswordLength", "msDS-PasswordHistoryLength",
	"msDS-PasswordComplexityEnabled", "msDS-LockoutThreshold", "msDS-LockoutDuration",
}

// passwordComplex is DOMAIN_PASSWORD_COMPLEX of pwdProperties (MS-SAMR 2.2.3.5).
const passwordComplex = 0x1

// DomainPolicy reads the domain's own password policy: one search.
func (c *Conn) DomainPolicy(ctx context.Context) (adperms.PasswordPolicy, error) {
	e, err := c.rootObject(ctx)
	if err != nil {
		return adperms.PasswordPolicy{}, err
	}
	if e == nil {
		return adperms.PasswordPolicy{}, &NotFoundError{DN: c.root.DefaultNC}
	}
	return adperms.PasswordPolicy{
		DN: e.DN, Unread: e.Text("minPwdAge") == "",
		MinAge: adperms.Interval(integer(e, "minPwdAge")), MaxAge: adperms.Interval(integer(e, "maxPwdAge")),
		MinLength: int(integer(e, "minPwdLength")), History: int(integer(e, "pwdHistoryLength")),
		Complex:          integer(e, "pwdProperties")&passwordComplex != 0,
		LockoutThreshold: int(integer(e, "lockoutThreshold")), LockoutDuration: adperms.Interval(integer(e, "lockoutDuration")),
	}, nil
}

// PasswordSettings reads the domain's PSOs, as far as they are shown: by default
// to Domain Admins alone. A paged search. Those that hide their rules are
// marked so.
func (c *Conn) PasswordSettings(ctx context.Context) ([]adperms.PasswordSettings, error) {
	var out []adperms.PasswordSettings
	visit := func(e *Entry) error {
		p, err := c.settings(e)
		out = append(out, p)
		return err
	}
	if h := c.headed(ctx); h != nil {
		err := each(h.settings, visit)
		return out, err
	}
	err := c.Search(ctx, c.settingsContainer(), OneDown, "(objectClass=msDS-PasswordSettings)", psoAttributes, visit)
	if _, none := err.(*NotFoundError); none { // a domain from before Windows Server 2008
		err = nil
	}
	return out, err
}

func (c *Conn) settingsContainer() string {
	return "CN=Password Settings Container,CN=System," + c.root.DefaultNC
}

func (c *Conn) settings(e *Entry) (adperms.PasswordSettings, error) {
	guid, _, err := identity(e)
	if err != nil {
		return adperms.PasswordSettings{}, c.nonsense(e.DN, err)
	}
	name := e.Text("cn")
	if name == "" {
		name = firstName(e.DN)
	}
	return adperms.PasswordSettings{
		GUID: guid, Precedence: int(integer(e, "msDS-PasswordSettingsPrecedence")), AppliesTo: e.Texts("msDS-PSOAppliesTo"),
		PasswordPolicy: adperms.PasswordPolicy{
			DN: e.DN, Name: name, Unread: e.Text("msDS-MinimumPasswordAge") == "",
			MinAge:    adperms.Interval(integer(e, "msDS-MinimumPasswordAge")),
			MaxAge:    adperms.Interval(integer(e, "msDS-MaximumPasswordAge")),
			MinLength: int(integer(e, "msDS-MinimumPasswordLength")), History: int(integer(e, "msDS-PasswordHistoryLength")),
			Complex:          strings.EqualFold(e.Text("msDS-PasswordComplexityEnabled"), "TRUE"),
			LockoutThreshold: int(integer(e, "msDS-LockoutThreshold")), LockoutDuration: adperms.Interval(integer(e, "msDS-LockoutDuration")),
		}}, nil
}

// firstName is the value of a DN's first part.
func firstName(dn string) string {
	parsed, err := ldap.ParseDN(dn)
	if err != nil || len(parsed.RDNs) == 0 || len(parsed.RDNs[0].Attributes) == 0 {
		return dn
	}
	return parsed.RDNs[0].Attributes[0].Value
}

// policyOf finds the policy in force for an account. pso is what the DC says to
// msDS-ResultantPSO; where it says nothing, either no PSO applies or it does not
// serve the attribute, so that it is computed from the PSOs that we are shown.
func (c *Conn) policyOf(ctx context.Context, a adperms.Account, pso string) (adperms.PasswordPolicy, error) {
	if pso != "" {
		return c.settingsAt(ctx, pso)
	}
	if a.IsUser() && a.Control.Has(adperms.NormalAccount) {
		all, err := c.PasswordSettings(ctx)
		if err != nil {
			return adperms.PasswordPolicy{}, err
		}
		if p, err := c.resultant(ctx, a, all); p.DN != "" || err != nil {
			return p, err
		}
	}
	return c.DomainPolicy(ctx)
}

// settingsAt reads one PSO. Who may not read it still knows from the account
// that it is the one in force.
func (c *Conn) settingsAt(ctx context.Context, dn string) (adperms.PasswordPolicy, error) {
	e, err := c.one(ctx, dn, psoAttributes...)
	if err != nil {
		return adperms.PasswordPolicy{}, err
	}
	if e == nil {
		return adperms.PasswordPolicy{DN: dn, Name: firstName(dn), Unread: true}, nil
	}
	p, err := c.settings(e)
	return p.PasswordPolicy, err
}

// resultant computes which PSO applies; the zero policy: none.
func (c *Conn) resultant(ctx context.Context, a adperms.Account, all []adperms.PasswordSettings) (adperms.PasswordPolicy, error) {
	applied := slices.DeleteFunc(all, func(p adperms.PasswordSettings) bool { return len(p.AppliesTo) == 0 })
	if len(applied) == 0 {
		return adperms.PasswordPolicy{}, nil
	}
	var sids []string
	for s := range a.Token {
		if s.Domain() == a.SID.Domain() {
			sids = append(sids, "(objectSid="+binaryFilter(s.Bytes())+")")
		}
	}
	slices.Sort(sids)
	found, err := c.ask(ctx, "search", query{base: c.root.DefaultNC, scope: Subtree,
		filter: "(&(objectClass=group)(groupType:1.2.840.113556.1.4.803:=2)(|" + strings.Join(sids, "") + "))", attributes: []string{"objectSid"}})
	if err != nil {
		return adperms.PasswordPolicy{}, err
	}
	var groups []string
	for _, e := range found {
		groups = append(groups, e.DN)
	}
	p, _ := adperms.ResultantPolicy(a.DN, groups, applied)
	return p.PasswordPolicy, nil
}
