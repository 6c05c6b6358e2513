package statedir

import (
	"fmt"
	"strings"
	"testing"

	"golang.org/x/sys/windows"
)

// described reads SDDL, in which %[1]s is us.
func described(t *testing.T, sddl string) *windows.SECURITY_DESCRIPTOR {
	t.Helper()
	me, err := self()
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(sddl, "%") {
		sddl = fmt.Sprintf(sddl, me)
	}
	sd, err := windows.SecurityDescriptorFromString(sddl)
	if err != nil {
		t.Fatalf("%s: %v", sddl, err)
	}
	return sd
}

func says(t *testing.T, sddl string, err error, want string) {
	t.Helper()
	if (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
		t.Errorf("%s: %v, want %q", sddl, err, want)
	}
}

func TestGuardDescriptor(t *testing.T) {
	for sddl, want := range map[string]string{
		"O:%[1]sD:P(A;OICI;FA;;;%[1]s)(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)": "",
		"O:BAD:P(A;;FA;;;SY)(A;OICIIO;GA;;;CO)(A;;FR;;;WD)(A;;FX;;;BU)": "",
		"O:SYD:P(A;;FA;;;SY)(D;;FA;;;WD)":                               "",
		"O:BGD:P(A;;FA;;;SY)":                                           "belongs to",
		"O:BAD:P(A;;FA;;;SY)(A;;FW;;;WD)":                               "may write",
		"O:BAD:P(A;;FA;;;SY)(A;OICIIO;GA;;;BU)":                         "may write",
		"O:BAD:P(A;;0x40000;;;AU)":                                      "may write", // its DACL
		"O:BAD:P(A;;0x100;;;AU)":                                        "may write", // its attributes
		"O:BAD:P(A;CI;0x6;;;BU)":                                        "may write", // as C:\ProgramData gives it
		"O:BAD:P(A;;0x2;;;S-1-5-21-1-2-3-1104)":                         "S-1-5-21-1-2-3-1104",
		"O:BAD:P":                                                       "",
	} {
		says(t, sddl, guardDescriptor(described(t, sddl)), want)
	}
}

func TestGuardDescriptorWithoutADACL(t *testing.T) {
	owner, err := windows.CreateWellKnownSid(windows.WinBuiltinAdministratorsSid)
	if err != nil {
		t.Fatal(err)
	}
	for _, present := range []bool{true, false} { // a NULL DACL, and none
		sd, err := windows.NewSecurityDescriptor()
		if err != nil {
			t.Fatal(err)
		}
		if err := sd.SetOwner(owner, false); err != nil {
			t.Fatal(err)
		}
		if err := sd.SetDACL(nil, present, false); err != nil {
			t.Fatal(err)
		}
		says(t, fmt.Sprintf("present: %v", present), guardDescriptor(sd), "DACL")
	}
}

func TestGuardParent(t *testing.T) {
	for _, c := range []struct {
		sddl string
		top  bool
		want string
	}{
		{"D:(A;OICI;FA;;;SY)(A;OICI;0x1200a9;;;BU)(A;CI;LC;;;BU)(A;CIIO;DC;;;BU)", true, ""}, // C:\ of a new computer
		{"D:(A;OICIIO;SDGXGWGR;;;AU)(A;;0x4;;;AU)", true, ""},                                // and this
		{"D:P(A;CI;0x116;;;BU)(A;OICI;0x1200a9;;;BU)", false, ""},                            // C:\ProgramData: others add, and rename nothing
		{"D:(A;ID;0x1301bf;;;AU)", false, "may rename"},                                      // modify: DELETE is in it
		{"D:(A;;0x1301bf;;;AU)", true, ""},                                                   // the top cannot be renamed
		{"D:(A;;FA;;;WD)", true, "may rename"},
		{"D:(A;;0x40;;;S-1-5-21-1-2-3-513)", false, "may rename"}, // Domain Users
		{"D:(A;;FA;;;S-1-5-21-1-2-3-1104)", false, ""},            // one person, as on Unix
	} {
		says(t, c.sddl, guardParent(described(t, c.sddl), c.top), c.want)
	}
}

// A folder in which a file is put, or from which one is read that decides something.
func TestJudgeFolder(t *testing.T) {
	for _, c := range []struct {
		sddl          string
		top, mayShare bool
		want          string
	}{
		{"O:%[1]sD:P(A;OICI;FA;;;%[1]s)(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)", false, false, ""},
		{"O:S-1-5-80-956008885-3418522649-1831038044-1853292631-2271478464D:P(A;;FA;;;SY)(A;OICI;0x1200a9;;;BU)", false, false, ""}, // C:\Windows\System32
		{"O:SYD:P(A;CI;0x116;;;BU)(A;OICI;0x1200a9;;;BU)", false, false, ""},                                                        // C:\ProgramData: others add, and rename nothing
		{"O:BAD:(A;OICIIO;SDGXGWGR;;;AU)(A;;0x4;;;AU)", true, false, ""},                                                            // C:\
		{"O:BAD:(A;ID;0x1301bf;;;AU)", false, false, "may rename it"},                                                               // C:\temp, as an administrator makes it
		{"O:BAD:(A;ID;0x1301bf;;;AU)", false, true, "may rename it"},
		{"O:BAD:(A;;FA;;;S-1-5-21-1-2-3-1104)", false, false, "S-1-5-21-1-2-3-1104"}, // one person
		{"O:BAD:(A;;FA;;;S-1-5-21-1-2-3-1104)", false, true, ""},
		{"O:BAD:(A;;0x40;;;S-1-5-21-1-2-3-1104)", false, false, "may rename it, or what is in it"},
		{"O:S-1-5-21-1-2-3-1104D:P(A;;FA;;;SY)", false, false, "belongs to"},
	} {
		says(t, c.sddl, judgeFolder(described(t, c.sddl), c.top, c.mayShare), c.want)
	}
}

// To open a pipe is to tell its other end who we are: its name alone is judged.
func TestNamesOfDevices(t *testing.T) {
	for path, want := range map[string]string{
		`C:\writeback\plan.json`: "", `plan.json`: "", `\\server\share\plan.json`: "", `\\?\C:\plan.json`: "", `\\?\UNC\server\share\plan.json`: "",
		`\\.\pipe\x`: "pipe", `//./PIPE/x`: "pipe", `\\server\pipe\x`: "pipe", `\\?\pipe\x`: "pipe", `\\.\PhysicalDrive0`: "device", `\\?\GLOBALROOT\Device\x`: "device",
		`\\?\UNC\server\pipe\x`: "pipe",
	} {
		says(t, path, nameable(path), want)
	}
}
