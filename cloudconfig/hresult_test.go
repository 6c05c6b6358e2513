package cloudconfig

import (
	"strings"
	"testing"
)

func TestCauses(t *testing.T) {
	for _, c := range []struct {
		message string
		want    string // codes
	}{
		{"TrackingId: 1, ADPwdResetFail, hr=80230619, message=A restriction prevents the password from being changed", "0x80230619"},
		{"BAIL: MMS(2980): admaexport.cpp(2728): 0x8023061f (The operation failed because password writeback", "0x8023061F"},
		{"hr=80230626", "0x80230626"},
		{"error code 8023062C (0x8023062c)", "0x8023062C"},
		{"hr=800700CE, the filename or extension is too long", "0x800700CE"},
		{"HR 80230402", "0x80230402"},
		{"hr=80230619 and then hr=8023062c", "0x80230619 0x8023062C"},
		{"an ERROR_ACCESS_DENIED from NetUserGetInfo", "ERROR_ACCESS_DENIED"},
		{"hr=80230619 ERROR_ACCESS_DENIED", "0x80230619"},
		{"the server doesn't contain the LDAP password policy control", "LDAP password policy control"},
		{"1802306190", ""},
		{"a80230619", ""},
		{"hr=80070005", ""},
		{"", ""},
	} {
		var got []string
		for _, x := range Causes(c.message) {
			got = append(got, x.Code)
			if x.Text == "" || x.Fix == "" {
				t.Errorf("%s has no cause or no fix", x.Code)
			}
		}
		if s := strings.Join(got, " "); s != c.want {
			t.Errorf("%q: %q, want %q", c.message, s, c.want)
		}
	}
}
