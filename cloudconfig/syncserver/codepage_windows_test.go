package syncserver

import (
	"errors"
	"os"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/sys/windows"

	"writeback/cloudconfig"
)

// codePage is the code page of the console that the test runs in.
const codePage = "SYNCSERVER_CODE_PAGE"

// What has to come through a PowerShell's console as it is, in both directions: of
// code pages 437, 850, 1252 and 932, and of none of them.
const foreign = "Zürich ’ Łódź Ελλάδα 東京 ｶﾅ 😀 $(x) – AAD"

// Names and words come through a real PowerShell whatever the code page of the console,
// in one that it has from us and in one of its own.
func TestCodePage(t *testing.T) {
	program := realPowerShell(t)
	want := os.Getenv(codePage)
	in, _ := windows.GetConsoleCP()
	out, _ := windows.GetConsoleOutputCP()
	if got := strconv.Itoa(int(in)) + " " + strconv.Itoa(int(out)); got != want+" "+want {
		t.Fatalf("the console has code pages %s, want %s", got, want)
	}
	shared := creation &^ windows.CREATE_NO_WINDOW
	for name, flags := range map[string]uint32{"a console of its own": creation, "ours": shared} {
		t.Run(name, func(t *testing.T) {
			defer func(was uint32) { creation = was }(creation)
			creation = flags
			r, path := standInModule(t, standInState{Connector: foreign})
			if got := consoleOf(t, program); got != want && flags == shared {
				t.Errorf("PowerShell is in code page %s, want %s", got, want)
			} else {
				t.Logf("PowerShell is in code page %s, we are in %s", got, want)
			}
			s, err := Enable(t.Context(), r, cloudconfig.Bound{Connector: foreign}, true)
			if err != nil || s.Cloud != foreign || s.Reset == nil || !s.Reset.Enabled {
				t.Fatalf("%+v, %v", s, err)
			}
			if state, err := readState(path); err != nil || !state.Enabled || state.Connector != foreign {
				t.Errorf("it is %+v, %v", state, err)
			}
			r, _ = standInModule(t, standInState{Connector: foreign, Fail: foreign})
			var failed *CmdletError
			if _, err := Enable(t.Context(), r, cloudconfig.Bound{Connector: foreign}, true); !errors.As(err, &failed) || failed.Says != foreign {
				t.Errorf("the cmdlet's words: %v", err)
			}
		})
	}
}

// consoleOf is the code page that a PowerShell finds.
func consoleOf(t *testing.T, program string) string {
	t.Helper()
	out, _, err := execute(t.Context(), nil, program, arguments("[Console]::Out.WriteLine([Console]::OutputEncoding.CodePage)"), "")
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(string(out))
}
