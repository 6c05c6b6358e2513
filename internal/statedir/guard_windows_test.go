package statedir

import (
	"fmt"
	"strings"
	"testing"

	"golang.org/x/sys/windows"
)

func TestGuardDescriptor(t *testing.T) {
	me, err := self()
	if err != nil {
		t.Fatal(err)
	}
	for sddl, want := range map[string]string{
		"O:%[1]sD:P(A;OICI;FA;;;%[1]s)(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)": "",
		"O:BAD:P(A;;FA;;;SY)(A;OICIIO;GA;;;CO)(A;;FR;;;WD)(A;;FX;;;BU)": "",
		"O:SYD:P(A;;FA;;;SY)(D;;FA;;;WD)":                               "",
		"O:BGD:P(A;;FA;;;SY)":                                           "belongs to",
		"O:BAD:P(A;;FA;;;SY)(A;;FW;;;WD)":                               "may write",
		"O:BAD:P(A;;FA;;;SY)(A;OICIIO;GA;;;BU)":                         "may write",
		"O:BAD:P(A;;0x40000;;;AU)":                                      "may write",
		"O:BAD:NO_ACCESS_CONTROL":                                       "no DACL",
	} {
		if strings.Contains(sddl, "%") {
			sddl = fmt.Sprintf(sddl, me)
		}
		sd, err := windows.SecurityDescriptorFromString(sddl)
		if err != nil {
			t.Fatalf("%s: %v", sddl, err)
		}
		err = guardDescriptor(sd)
		if (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", sddl, err, want)
		}
	}
}
