package bind

import (
	"errors"
	"fmt"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/windows"
)

func TestSessionReason(t *testing.T) {
	for status, want := range map[windows.Handle]Reason{
		windows.SEC_E_NO_CREDENTIALS: NoSession, windows.SEC_E_TIME_SKEW: ClockSkew, windows.SEC_E_BAD_BINDINGS: ChannelBinding,
		windows.SEC_E_INVALID_TOKEN: "",
	} {
		if got := sessionReason(fmt.Errorf("wrapped: %w", syscall.Errno(status))); got != want {
			t.Errorf("%x: %q, want %q", status, got, want)
		}
	}
	if got := sessionReason(errors.New("KRB_AP_ERR_SKEW")); got != "" {
		t.Errorf("an error that is no status: %q", got)
	}
	for _, r := range sessionReasons {
		if meanings[r].says == "" {
			t.Errorf("%s has no words", r)
		}
	}
	e := &SignInError{DC: "ldaps://dc1.corp.example", Reason: NoSession}
	if said := e.Error(); strings.Contains(said, "kinit") || !strings.Contains(said, "--ad-user") {
		t.Errorf("%s", said)
	}
}
