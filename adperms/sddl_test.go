package adperms_test

import (
	"strings"
	"testing"

	"writeback/adperms"
	"writeback/adperms/secdesc"
)

// The tables speak SDDL with words in braces: {reset} is a rightsGuid, {me} a
// SID. The accounts are made up where a table is tested alone, and real where a
// DC judges it.

var guidWords = []string{
	"{reset}", adperms.ResetPassword.Type.String(),
	"{unexpire}", adperms.UnexpirePassword.Type.String(),
	"{change}", changePassword.String(),
	"{lockout}", adperms.WriteLockoutTime.Type.String(),
	"{pwdlastset}", adperms.WritePwdLastSet.Type.String(),
	"{restrictions}", restrictions.String(),
	"{user}", userClass.String(),
	"{inet}", inetClass.String(),
	"{ou}", ouClass.String(),
	"{none}", noGUID.String(),
	"{full}", "CCDCLCSWRPWPDTLOCRSDRCWDWO",
}

// cast is who plays in a table. me is in inner, inner is in outer.
type cast struct{ me, inner, outer, other, domain secdesc.SID }

var paper = func() cast {
	domain := secdesc.MustSID("S-1-5-21-1-2-3")
	return cast{domain.Child(1101), domain.Child(1102), domain.Child(1103), domain.Child(1104), domain}
}()

func (c cast) token() adperms.Token { return adperms.NewToken(c.me, c.inner, c.outer) }

func (c cast) words() *strings.Replacer {
	return strings.NewReplacer(append(guidWords, "{me}", c.me.String(), "{inner}", c.inner.String(), "{outer}", c.outer.String(),
		"{other}", c.other.String())...)
}

// descriptor reads SDDL with words in braces.
func (c cast) descriptor(t testing.TB, text string) *secdesc.Descriptor {
	t.Helper()
	d, err := secdesc.ParseSDDL(c.words().Replace(text), secdesc.DomainSIDs{Domain: c.domain})
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return d
}

// aces reads ACEs in SDDL: "(A;…)(D;…)". None give nil.
func (c cast) aces(t testing.TB, text string) []secdesc.ACE {
	t.Helper()
	if text == "" {
		return nil
	}
	return c.descriptor(t, "D:"+text).DACL.ACEs
}

// spoken gives ACEs back in SDDL, GUIDs and accounts in words.
func (c cast) spoken(aces []secdesc.ACE) string {
	pairs := append(guidWords, "{me}", c.me.String(), "{inner}", c.inner.String(), "{outer}", c.outer.String(), "{other}", c.other.String())
	var back []string
	for i := 0; i < len(pairs); i += 2 {
		back = append(back, pairs[i+1], pairs[i])
	}
	var b strings.Builder
	for _, a := range aces {
		b.WriteString(a.SDDL())
	}
	return strings.NewReplacer(back...).Replace(b.String())
}
