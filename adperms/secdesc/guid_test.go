package secdesc

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// The extended right Reset Password: the first three fields are swapped.
const (
	resetPassword      = "00299570-246d-11d0-a768-00aa006e0529"
	resetPasswordBytes = "70952900 6d24 d011 a768 00aa006e0529"
)

func TestGUID(t *testing.T) {
	for _, text := range []string{resetPassword, strings.ToUpper(resetPassword), "{" + resetPassword + "}"} {
		g, err := ParseGUID(text)
		if err != nil || !bytes.Equal(g[:], unhex(t, resetPasswordBytes)) || g.String() != resetPassword {
			t.Errorf("%s is %x, %s, %v", text, g[:], g, err)
		}
	}
	g, err := GUIDFromBytes(unhex(t, resetPasswordBytes))
	if err != nil || g.String() != resetPassword || g.IsZero() {
		t.Errorf("the bytes are %s, %v", g, err)
	}
	if (GUID{}).String() != "00000000-0000-0000-0000-000000000000" || !(GUID{}).IsZero() {
		t.Error("the zero GUID is not zero")
	}
}

func TestMalformedGUIDs(t *testing.T) {
	for _, text := range []string{
		"", resetPassword[1:], resetPassword + "0", "{" + resetPassword, resetPassword + "}", "{" + resetPassword + ")",
		"0029957z-246d-11d0-a768-00aa006e0529", "002995700246d-11d0-a768-00aa006e0529", "00299570-246d-11d0-a768000aa006e0529",
		strings.ReplaceAll(resetPassword, "-", ""), strings.Repeat("a", 1<<20),
	} {
		g, err := ParseGUID(text)
		if err == nil || !strings.Contains(err.Error(), "is not a GUID") || len(err.Error()) > 300 {
			t.Errorf("%.50q: got %s, %.200v", text, g, err)
		}
	}
	for _, n := range []int{0, 15, 17} {
		if _, err := GUIDFromBytes(make([]byte, n)); err == nil {
			t.Errorf("%d bytes are a GUID", n)
		}
	}
}

func genGUID() *rapid.Generator[GUID] {
	return rapid.Custom(func(t *rapid.T) GUID { return GUID(rapid.SliceOfN(rapid.Byte(), 16, 16).Draw(t, "guid")) })
}

func TestGUIDProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		g := genGUID().Draw(t, "guid")
		if again, err := ParseGUID(g.String()); err != nil || again != g {
			t.Fatalf("%s reads as %s, %v", g, again, err)
		}
		var again GUID
		if b, err := json.Marshal(g); err != nil || json.Unmarshal(b, &again) != nil || again != g {
			t.Fatalf("%s in JSON reads as %s, %v", g, again, err)
		}
	})
}
