package bundle

import (
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"writeback/adperms"
	"writeback/adperms/secdesc"
)

// A bundle becomes a domain again: each object with what was read of it, and what was
// computed by the DC made such that it is computed again. The verdicts are then those of
// the run.

// Restored is one object of such a domain.
type Restored struct {
	DN     string
	Values map[string][]string // as they come over the wire
}

// Restore gives the domain's objects, as if it had been read at now: what was a day ago then is
// a day ago. A group that somebody is in, by whatever nesting, has them as a direct member;
// groups and containers that were not read are made.
func (d Domain) Restore(now time.Time) []Restored {
	x := restoring{domain: d, byDN: map[string]*Restored{}, bySID: map[string]*Restored{}}
	for _, e := range d.Entries {
		x.take(e, now)
	}
	for _, dn := range x.order[:len(x.order):len(x.order)] {
		x.above(dn)
	}
	for _, e := range d.Entries {
		x.join(e)
		x.policy(e)
	}
	out := make([]Restored, 0, len(x.order))
	for _, dn := range x.order {
		out = append(out, *x.byDN[fold(dn)])
	}
	return out
}

func fold(dn string) string { return strings.ToLower(dn) }

type restoring struct {
	domain Domain
	byDN   map[string]*Restored // by fold
	bySID  map[string]*Restored // by its text
	order  []string             // DNs
	made   uint32
}

func (x *restoring) add(dn string, values map[string][]string) *Restored {
	o := &Restored{dn, values}
	x.byDN[fold(dn)], x.order = o, append(x.order, dn)
	if sid, err := secdesc.SIDFromBytes([]byte(one(values, "objectSid"))); err == nil {
		x.bySID[sid.String()] = o
	}
	return o
}

func one(values map[string][]string, name string) string {
	if all := values[name]; len(all) > 0 {
		return all[0]
	}
	return ""
}

// take adds an object that was read.
func (x *restoring) take(e Entry, now time.Time) {
	values := map[string][]string{}
	for _, a := range attributes {
		for _, v := range e.Values[a.name] {
			if a.form == asCategory { // which follows from the class
				continue
			}
			values[a.name] = append(values[a.name], restoredValue(a.form, string(v), e.DN, now))
		}
	}
	if one(values, "objectGUID") == "" {
		values["objectGUID"] = []string{x.guid()}
	}
	if len(values["nTSecurityDescriptor"]) == 0 {
		values["nTSecurityDescriptor"] = []string{hidden}
	}
	if len(values["objectClass"]) == 0 {
		values["objectClass"] = []string{"top", "container"}
	}
	x.add(e.DN, values)
}

func restoredValue(f form, v, dn string, now time.Time) string {
	switch f {
	case asFileTime:
		if n, err := strconv.ParseInt(v, 10, 64); err == nil && n > 0 && n != math.MaxInt64 {
			return strconv.FormatInt(shiftFileTime(n, Made, now), 10)
		}
	case asTime:
		if t, err := time.Parse(generalized, v); err == nil {
			return now.UTC().Add(t.Sub(Made)).Format(generalized)
		}
	case asPresence:
		return dn // also where it has to be the DN of an object that is there
	}
	return v
}

// hidden is the descriptor of what whoever made the bundle was not shown the descriptor of: it shows
// the object and its values, and itself to nobody.
var hidden = restoredSDDL("O:SYG:SYD:P(A;;RPLCLO;;;WD)")

// unseen is that of what was not shown at all.
var unseen = restoredSDDL("O:SYG:SYD:P")

func restoredSDDL(text string) string {
	d, err := secdesc.ParseSDDL(text, secdesc.DomainSIDs{})
	if err != nil {
		panic(err)
	}
	raw, err := d.Marshal()
	if err != nil {
		panic(err)
	}
	return string(raw)
}

// guid makes one for what was not read.
func (x *restoring) guid() string {
	x.made++
	return string([]byte{byte(x.made), byte(x.made >> 8), byte(x.made >> 16), byte(x.made >> 24), 0x62, 0x75, 0x6e, 0x64, 0x6c, 0x65, 0, 0, 0, 0, 0, 1})
}

// maxDepth is how deep an object may lie: no directory of AD comes near it.
const maxDepth = 128

// above makes the containers between an object and its naming context.
func (x *restoring) above(dn string) {
	if len(dn) > MaxDN || strings.Count(dn, ",") > maxDepth {
		return
	}
	for at := adperms.ParentDN(dn); at != "" && x.below(at) && x.byDN[fold(at)] == nil; at = adperms.ParentDN(at) {
		class := "container"
		if strings.HasPrefix(fold(at), "ou=") {
			class = "organizationalUnit"
		}
		x.add(at, map[string][]string{"objectClass": {"top", class}, "objectGUID": {x.guid()}, "nTSecurityDescriptor": {hidden}})
	}
}

// below says that dn is below a naming context of the domain.
func (x *restoring) below(dn string) bool {
	return slices.ContainsFunc([]string{"defaultNamingContext", "configurationNamingContext"}, func(nc string) bool {
		head := last(x.domain.RootDSE[nc])
		return adperms.DNWithin(dn, head) && !adperms.SameDN(dn, head)
	})
}

// join makes an object a member of its groups, but for that which its primaryGroupID says.
func (x *restoring) join(e Entry) {
	self, _ := secdesc.SIDFromBytes([]byte(e.One("objectSid"))) // zero: there are no groups then
	for _, text := range e.Groups {
		sid, err := secdesc.ParseSID(text)
		if err != nil || e.One("primaryGroupID") == strconv.FormatUint(uint64(sid.RID()), 10) && sid.Domain() == self.Domain() {
			continue
		}
		g := x.group(sid)
		if g != nil && !slices.Contains(g.Values["member"], e.DN) {
			g.Values["member"] = append(g.Values["member"], e.DN)
		}
	}
}

// policy makes the password settings object that is in force for a user where it was not shown:
// the DC knows which one it is, and who asked does not see what it says.
func (x *restoring) policy(e Entry) {
	dn := e.One("msDS-ResultantPSO")
	if !x.below(dn) || len(dn) > MaxDN {
		return
	}
	if x.byDN[fold(dn)] == nil {
		x.above(dn)
		x.add(dn, map[string][]string{"objectClass": {"top", "msDS-PasswordSettings"}, "objectGUID": {x.guid()}, "nTSecurityDescriptor": {unseen}, "msDS-PasswordSettingsPrecedence": {"1"}})
	}
	if o := x.byDN[fold(dn)]; one(o.Values, "nTSecurityDescriptor") == unseen {
		o.Values["msDS-PSOAppliesTo"] = append(o.Values["msDS-PSOAppliesTo"], e.DN)
	}
}

// group finds a group, or makes one of the domain that was not shown; nil: it is none that a
// domain holds.
func (x *restoring) group(sid secdesc.SID) *Restored {
	if g := x.bySID[sid.String()]; g != nil {
		return g
	}
	head := last(x.domain.RootDSE["defaultNamingContext"])
	builtin := sid.Domain() == secdesc.MustSID("S-1-5-32")
	if !builtin && !sid.Domain().IsAccountDomain() {
		return nil
	}
	kind, place := "-2147483646", "CN=Users," // global, security
	if builtin {
		kind, place = "-2147483643", "CN=Builtin,"
	}
	dn := "CN=unread-" + sid.String() + "," + place + head // two domains may have the same RID
	x.above(dn)
	return x.add(dn, map[string][]string{"objectClass": {"top", "group"}, "objectGUID": {x.guid()}, "objectSid": {string(sid.Bytes())},
		"groupType": {kind}, "sAMAccountName": {"unread-" + strconv.FormatUint(uint64(sid.RID()), 10)}})
}
