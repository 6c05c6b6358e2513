package directory

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/go-ldap/ldap/v3"

	"writeback/adperms"
	"writeback/adperms/secdesc"
	"writeback/internal/shell"
)

// AmbiguousError says that a name fits several principals.
type AmbiguousError struct {
	Name       string
	Candidates []adperms.Principal
}

func (e *AmbiguousError) Error() string {
	return fmt.Sprintf("%s is not one account but several: %s: name one by its DN or SID", shell.Name(e.Name), listed(e.Candidates))
}

// NoSuchPrincipalError says that no principal has this name.
type NoSuchPrincipalError struct {
	Name string
	Why  string              // more than "not there", if anything
	Near []adperms.Principal // whose sAMAccountName is like it, the nearest first; a few at most
}

func (e *NoSuchPrincipalError) Error() string {
	text := "there is no account " + shell.Name(e.Name)
	if e.Why != "" {
		text += ": " + Visible(e.Why)
	}
	if len(e.Near) > 0 {
		return text + ": did you mean " + listed(e.Near) + "?"
	}
	return text + ": give its DN, UPN, sAMAccountName (a managed service account's ends in $) or SID"
}

// listed names accounts such that a name can be pasted: where one is none for a
// shell, the SID is there, which is taken wherever the name is.
func listed(all []adperms.Principal) string {
	var texts []string
	for _, p := range all {
		about := shell.Name(p.DN)
		if !shell.Safe(p.SAM) || !shell.Safe(p.DN) {
			about += ", " + p.SID.String()
		}
		texts = append(texts, fmt.Sprintf("%s (%s)", shell.Name(p.SAM), about))
	}
	return strings.Join(texts, ", ")
}

var principalAttributes = []string{
	"objectSid", "sAMAccountName", "userPrincipalName", "objectClass", "description", "displayName",
	"userAccountControl", "whenCreated",
}

// Principal finds a security principal by DN, SID, UPN, DOMAIN\name or
// sAMAccountName: one search, one more for DOMAIN\ (NetBIOSName), one or
// two more where nothing was found (for the near names).
//
// Errors: [AmbiguousError], [NoSuchPrincipalError], [OtherObjectError],
// [ReferralError], [LostError].
func (c *Conn) Principal(ctx context.Context, name string) (adperms.Principal, error) {
	name = strings.TrimSpace(name)
	if name == "" {
		return adperms.Principal{}, &NoSuchPrincipalError{Why: "the name is empty"}
	}
	if isDN(name) {
		return c.principalByDN(ctx, name)
	}
	if why := brokenDN(name); why != "" {
		return adperms.Principal{}, &NoSuchPrincipalError{Name: name, Why: why}
	}
	if sid, err := secdesc.ParseSID(name); err == nil {
		fits := func(p adperms.Principal) bool { return p.SID == sid }
		return c.onePrincipal(ctx, name, c.nameFilter(name), fits, nil)
	}
	if at := strings.LastIndexByte(name, '@'); at > 0 {
		return c.principalByUPN(ctx, name, name[:at], name[at+1:])
	}
	if domain, sam, found := strings.Cut(name, `\`); found {
		return c.principalByDomain(ctx, name, domain, sam)
	}
	return c.principalBySAM(ctx, name, name)
}

// nameFilter matches an account by a SID, UPN or sAMAccountName; "": it is another form of
// a name.
func (c *Conn) nameFilter(name string) string {
	if isDN(name) || brokenDN(name) != "" || strings.Contains(name, `\`) || name == "" {
		return ""
	}
	if sid, err := secdesc.ParseSID(name); err == nil {
		return "(objectSid=" + binaryFilter(sid.Bytes()) + ")"
	}
	sam := func(s string) string { return "(sAMAccountName=" + ldap.EscapeFilter(s) + ")" }
	at := strings.LastIndexByte(name, '@')
	if at <= 0 {
		return sam(name)
	}
	filter := "(userPrincipalName=" + ldap.EscapeFilter(name) + ")"
	if strings.EqualFold(name[at+1:], c.root.Domain()) {
		filter = "(|" + filter + sam(name[:at]) + ")"
	}
	return filter
}

// isDN wants attribute types of the form of RFC 4512 section 1.4, which ParseDN
// does not: no other kind of name has a = behind one.
func isDN(name string) bool {
	dn, err := ldap.ParseDN(name)
	if err != nil || len(dn.RDNs) == 0 {
		return false
	}
	for _, rdn := range dn.RDNs {
		for _, a := range rdn.Attributes {
			if !attributeType.MatchString(a.Type) {
				return false
			}
		}
	}
	return true
}

// beginsDN is how every DN begins. Of other names, a sAMAccountName has no = in it
// (MS-SAMR 3.1.1.6); a UPN may, and has an @ and names no naming context.
var beginsDN = regexp.MustCompile(`^(?:[A-Za-z][A-Za-z0-9-]*|[0-9]+(?:\.[0-9]+)*)\s*=`)

// brokenDN says why a name that is meant as a DN is none, and how it is written;
// "" for other names.
func brokenDN(name string) string {
	if !beginsDN.MatchString(name) || strings.Contains(name, "@") && !strings.Contains(strings.ToLower(name), ",dc=") {
		return ""
	}
	return `it does not parse as a DN. Inside a name, , + " \ < > ; and = are written with \ before them, as in "CN=Lee\, Ann,OU=Staff,DC=corp,DC=example"`
}

var attributeType = regexp.MustCompile(`^(?:[A-Za-z][A-Za-z0-9-]*|[0-9]+(?:\.[0-9]+)*)$`)

func (c *Conn) principalByDN(ctx context.Context, dn string) (adperms.Principal, error) {
	found, err := c.ask(ctx, "search", query{base: dn, scope: Base, filter: "(objectClass=*)", attributes: principalAttributes})
	if err != nil {
		return adperms.Principal{}, err
	}
	if len(found) != 1 {
		return adperms.Principal{}, &NotFoundError{DN: dn}
	}
	p, err := c.principal(found[0])
	if err == nil && p.SID.IsZero() {
		err = withoutSID(p)
	}
	return p, err
}

// withoutSID says what an object is that no right can be granted to and nobody signs in
// as.
func withoutSID(p adperms.Principal) error {
	why := "the object has no SID, so it is not an account or group"
	switch {
	case strings.EqualFold(p.Class, "contact"):
		why = "it is a contact, which has no password and cannot be a connector account: it cannot sign in, and no right can be granted to it"
	case p.Class != "":
		why = "the object, of class " + p.Class + ", has no SID, so it is not an account or group"
	}
	return &NoSuchPrincipalError{Name: p.DN, Why: why}
}

// principalByUPN takes the userPrincipalName first, as AD does, and then the UPN
// that every account has without it being written anywhere: sAMAccountName@domain
// (MS-ADTS 5.1.1.1.1).
func (c *Conn) principalByUPN(ctx context.Context, name, local, suffix string) (adperms.Principal, error) {
	here := strings.EqualFold(suffix, c.root.Domain())
	explicit := func(p adperms.Principal) bool { return strings.EqualFold(p.UPN, name) }
	fits := func(p adperms.Principal) bool { return explicit(p) || here && strings.EqualFold(p.SAM, local) }
	p, err := c.onePrincipal(ctx, name, c.nameFilter(name), fits, explicit)
	return p, c.withNear(ctx, err, local)
}

func (c *Conn) principalByDomain(ctx context.Context, name, domain, sam string) (adperms.Principal, error) {
	if !strings.EqualFold(domain, c.root.Domain()) {
		netbios, err := c.NetBIOSName(ctx)
		if err != nil {
			return adperms.Principal{}, err
		}
		if !strings.EqualFold(domain, netbios) {
			return adperms.Principal{}, &NoSuchPrincipalError{Name: name, Why: fmt.Sprintf(
				"the domain here is %s (%s), not %s", shell.Name(netbios), shell.Name(c.root.Domain()), shell.Name(domain))}
		}
	}
	return c.principalBySAM(ctx, name, sam)
}

func (c *Conn) principalBySAM(ctx context.Context, name, sam string) (adperms.Principal, error) {
	fits := func(p adperms.Principal) bool { return strings.EqualFold(p.SAM, sam) }
	p, err := c.onePrincipal(ctx, name, c.nameFilter(sam), fits, nil)
	return p, c.withNear(ctx, err, sam)
}

// onePrincipal wants exactly one hit, and one that fits the name that was asked
// for; of several, prefer may choose one.
func (c *Conn) onePrincipal(ctx context.Context, name, filter string, fits, prefer func(adperms.Principal) bool) (adperms.Principal, error) {
	var found []adperms.Principal
	if h := c.headed(ctx); h != nil && slices.Contains(c.answers(ctx).how.Names, name) {
		found = slices.DeleteFunc(slices.Clone(h.found), func(p adperms.Principal) bool { return !fits(p) })
	}
	if len(found) == 0 { // also where what came does not fit
		var err error
		if found, err = c.principals(ctx, filter, 0); err != nil {
			return adperms.Principal{}, err
		}
	}
	if len(found) > 1 && prefer != nil {
		var preferred []adperms.Principal
		for _, p := range found {
			if prefer(p) {
				preferred = append(preferred, p)
			}
		}
		if len(preferred) > 0 {
			found = preferred
		}
	}
	switch len(found) {
	case 0:
		return adperms.Principal{}, &NoSuchPrincipalError{Name: name}
	case 1:
		if !fits(found[0]) {
			return adperms.Principal{}, &OtherObjectError{DC: c.at.String(), Asked: name, Came: found[0].DN}
		}
		return found[0], nil
	}
	return adperms.Principal{}, &AmbiguousError{Name: name, Candidates: found}
}

func (c *Conn) principals(ctx context.Context, filter string, limit int) ([]adperms.Principal, error) {
	found, err := c.ask(ctx, "search", query{
		base: c.root.DefaultNC, scope: Subtree, filter: filter, attributes: principalAttributes, limit: limit})
	if err != nil {
		return nil, err
	}
	var out []adperms.Principal
	for _, e := range found {
		p, err := c.principal(e)
		if err != nil {
			return nil, err
		}
		if !p.SID.IsZero() {
			out = append(out, p)
		}
	}
	return out, nil
}

func (c *Conn) principal(e *Entry) (adperms.Principal, error) {
	_, sid, err := identity(e)
	if err != nil {
		return adperms.Principal{}, c.nonsense(e.DN, err)
	}
	p := adperms.Principal{
		DN: e.DN, SID: sid, SAM: e.Text("sAMAccountName"), UPN: e.Text("userPrincipalName"),
		Description: e.Text("description"), DisplayName: e.Text("displayName"),
	}
	if classes := e.Texts("objectClass"); len(classes) > 0 {
		p.Class = classes[len(classes)-1] // AD lists them from top down (MS-ADTS 3.1.1.1.4)
	}
	uac, _ := strconv.ParseInt(e.Text("userAccountControl"), 10, 64) // absent: 0, a group
	p.Control = adperms.AccountControl(uac)
	p.Disabled = p.Control.Has(adperms.AccountDisabled)
	p.Created, _ = time.Parse("20060102150405.0Z", e.Text("whenCreated")) // absent: zero
	return p, nil
}

// binaryFilter escapes every byte (RFC 4515 section 3).
func binaryFilter(b []byte) string {
	const digits = "0123456789abcdef"
	out := make([]byte, 0, 3*len(b))
	for _, x := range b {
		out = append(out, '\\', digits[x>>4], digits[x&15])
	}
	return string(out)
}
