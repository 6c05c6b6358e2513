package domain

import (
	"strings"
	"time"

	"writeback/adperms/secdesc"
)

// view is one entry as one caller sees it. What may be read is asked once.
type view struct {
	tree  *tree
	who   *caller
	entry *entry
	asked map[secdesc.GUID]bool // by attribute
}

func (t *tree) viewOf(c *caller, e *entry) *view {
	return &view{tree: t, who: c, entry: e, asked: map[secdesc.GUID]bool{}}
}

// reads says that the caller may read the attribute: by Read Property, but
// passwords by nobody, and the security descriptor by READ_CONTROL (MS-ADTS
// 3.1.1.4.3 and 3.1.1.4.4).
func (v *view) reads(a *attribute) bool {
	may, asked := v.asked[a.guid]
	if asked {
		return may
	}
	switch a.name {
	case "unicodePwd":
		may = false
	case "nTSecurityDescriptor":
		may = v.tree.may(v.who, v.entry, only(secdesc.ReadControl))
	default:
		may = v.tree.may(v.who, v.entry, a.read())
	}
	v.asked[a.guid] = may
	return may
}

// values are those of an attribute that is no constructed one, whoever asks.
func (t *tree) values(e *entry, a *attribute) []string {
	switch {
	case a.forward():
		return dns(e.links[a.key])
	case a.backward():
		if a.ahead != nil {
			return dns(e.back[a.ahead.key])
		}
		return nil
	}
	if e.class.naming == a.key || strings.EqualFold(e.rdn.kind, a.name) {
		return []string{e.rdn.value}
	}
	switch a.name {
	case "name":
		return []string{e.rdn.value}
	case "distinguishedName":
		return []string{e.dn()}
	case "objectClass":
		return e.class.chain
	case "objectCategory":
		return []string{t.category(e.class)}
	case "objectGUID":
		return []string{string(e.guid[:])}
	case "objectSid":
		if e.sid.IsZero() {
			return nil
		}
		return []string{string(e.sid.Bytes())}
	case "isDeleted":
		if e.deleted {
			return []string{"TRUE"}
		}
		return nil
	case "nTSecurityDescriptor", "replPropertyMetaData":
		return []string{""} // there is one; what is shown of it is made elsewhere
	case "whenCreated":
		return []string{stampText(e.created)}
	case "whenChanged":
		return []string{stampText(e.changed)}
	case "uSNCreated":
		return []string{numberText(e.usnCreated)}
	case "uSNChanged":
		return []string{numberText(e.usnChanged)}
	}
	return e.values[a.key]
}

func dns(all []*entry) (out []string) {
	for _, e := range all {
		out = append(out, e.dn())
	}
	return out
}

// category is the DN of the class that objects of a class are listed under.
func (t *tree) category(c *class) string {
	return "CN=" + c.category + "," + t.schema.dn()
}

// constructed are the values of an attribute that a DC makes when it is asked
// (MS-ADTS 3.1.1.4.5). base says that the search is for this one entry.
func (v *view) constructed(a *attribute, base bool) []string {
	t, e := v.tree, v.entry
	switch a.name {
	case "canonicalName":
		return []string{t.canonical(e)}
	case "createTimeStamp":
		return []string{stampText(e.created)}
	case "modifyTimeStamp":
		return []string{stampText(e.changed)}
	case "structuralObjectClass":
		return e.class.chain
	case "sDRightsEffective":
		return []string{numberText(v.writableParts())}
	case "allowedAttributesEffective":
		return v.writable()
	case "tokenGroups": // MS-ADTS 3.1.1.4.5.19: costly, so of a single object only
		if base && !e.sid.IsZero() {
			return sidValues(t.groupsOf(e))
		}
	case "primaryGroupToken":
		if e.class.is("group") {
			return []string{numberText(int64(e.sid.RID()))}
		}
	case "msDS-PrincipalName":
		if sam := e.one("sAMAccountName"); sam != "" {
			return []string{t.netbios + `\` + sam}
		}
	case "msDS-ResultantPSO":
		if p := t.resultantPSO(e); p != nil {
			return []string{p.dn()}
		}
	case "msDS-User-Account-Control-Computed":
		if e.class.is("user") {
			return []string{numberText(t.computedControl(e))}
		}
	case "msDS-UserPasswordExpiryTimeComputed":
		if e.class.is("user") {
			return []string{numberText(t.expiry(e))}
		}
	}
	return nil
}

func sidValues(sids []secdesc.SID) (out []string) {
	for _, s := range sids {
		out = append(out, string(s.Bytes()))
	}
	return out
}

// writableParts is sDRightsEffective (MS-ADTS 3.1.1.4.5.4).
func (v *view) writableParts() int64 {
	var parts int64
	if v.tree.may(v.who, v.entry, only(secdesc.WriteOwner)) {
		parts |= partOwner | partGroup
	}
	if v.tree.may(v.who, v.entry, only(secdesc.WriteDACL)) {
		parts |= partDACL
	}
	if v.who.privileged() {
		parts |= partSACL
	}
	return parts
}

// writable is allowedAttributesEffective (MS-ADTS 3.1.1.4.5.6), of all
// attributes: this schema does not say which ones a class may have.
func (v *view) writable() (out []string) {
	for _, a := range v.tree.types.all {
		if !a.systemOnly && !a.constructed && v.tree.may(v.who, v.entry, a.write()) {
			out = append(out, a.name)
		}
	}
	return out
}

// computedControl is msDS-User-Account-Control-Computed (MS-ADTS 3.1.1.4.5.17).
func (t *tree) computedControl(e *entry) (bits int64) {
	p, now := t.policyFor(e), t.now()
	if t.lockedOut(e, p, now) {
		bits |= uacLockout
	}
	if e.number("userAccountControl")&uacNeverExpires == 0 && (e.number("pwdLastSet") == 0 || t.passwordExpired(e, p, now)) {
		bits |= uacExpired
	}
	return bits
}

// expiry is msDS-UserPasswordExpiryTimeComputed (MS-ADTS 3.1.1.4.5.34).
func (t *tree) expiry(e *entry) int64 {
	set := e.number("pwdLastSet")
	p := t.policyFor(e)
	switch {
	case e.number("userAccountControl")&(uacNeverExpires|uacSmartcard) != 0:
		return never
	case set == 0:
		return 0
	case p.maxAge == 0:
		return never
	}
	return set + int64(p.maxAge/(100*time.Nanosecond))
}
