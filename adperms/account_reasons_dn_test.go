package adperms

import (
	"testing"
	"time"
)

func TestReservedCharactersInOUs(t *testing.T) {
	for dn, want := range map[string]bool{
		`CN=Ada,OU=Sales,DC=corp,DC=example`:           false,
		`CN=Lee\, Ann,OU=Sales,DC=corp,DC=example`:     false, // of the user alone
		`CN=Ada,OU=R&D (north)_1.2,DC=corp,DC=example`: false,
		`CN=Ada,CN=Users/Old,DC=corp,DC=example`:       false, // no OU
		`CN=Ada,OU=Sales\, EMEA,DC=corp,DC=example`:    true,
		`CN=Ada,OU=Sales\2c EMEA,DC=corp,DC=example`:   true,
		`CN=Ada,OU=EMEA,OU=A\+B,DC=corp,DC=example`:    true,
		`CN=Ada,OU=A/B,DC=corp,DC=example`:             true,
		`CN=Ada,OU=A\=B,DC=corp,DC=example`:            true,
		`CN=Ada,OU=\#1,DC=corp,DC=example`:             true,
		`CN=Ada,OU=1#,DC=corp,DC=example`:              false,
		`CN=Ada,OU=\ Sales,DC=corp,DC=example`:         true,
		`CN=Ada,OU=Sales\20,DC=corp,DC=example`:        true,
		`CN=Ada,OU=Sales\0AEMEA,DC=corp,DC=example`:    true,
		`CN=Ada\ ,OU=Sales,DC=corp,DC=example`:         false,
		`CN=Ada,OU=a\\b,DC=corp,DC=example`:            true,
		`this is no DN`:                                false,
	} {
		if r := reservedInOU(Account{Principal: Principal{DN: dn}}, time.Time{}); (r.Code != "") != want || want && (r.Weight != Hinders || r.Fix == "") {
			t.Errorf("%s: %+v", dn, r)
		}
	}
}
