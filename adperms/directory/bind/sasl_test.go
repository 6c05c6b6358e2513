package bind

import (
	"bytes"
	"encoding/binary"
	"testing"

	kcrypto "github.com/jcmturner/gokrb5/v8/crypto"
	"github.com/jcmturner/gokrb5/v8/iana/etypeID"
	"github.com/jcmturner/gokrb5/v8/iana/keyusage"
	"github.com/jcmturner/gokrb5/v8/types"
)

var sessionKey = types.EncryptionKey{KeyType: etypeID.AES256_CTS_HMAC_SHA1_96, KeyValue: []byte("0123456789abcdef0123456789abcdef")}

func testContext() *securityContext { return &securityContext{ticket: &ticket{key: sessionKey}} }

// fromDC makes the acceptor's wrap token, its body rotated right by rrc.
func fromDC(t testing.TB, payload []byte, rrc int) []byte {
	t.Helper()
	e, err := kcrypto.GetEtype(sessionKey.KeyType)
	if err != nil {
		t.Fatal(err)
	}
	head := make([]byte, 16)
	copy(head, []byte{0x05, 0x04, flagFromAcceptor, 0xff})
	sum, err := e.GetChecksumHash(sessionKey.KeyValue, append(bytes.Clone(payload), head...), keyusage.GSSAPI_ACCEPTOR_SEAL)
	if err != nil {
		t.Fatal(err)
	}
	body := append(bytes.Clone(payload), sum...)
	binary.BigEndian.PutUint16(head[4:], uint16(len(sum)))
	binary.BigEndian.PutUint16(head[6:], uint16(rrc))
	turn := len(body) - rrc%len(body)
	return append(head, append(bytes.Clone(body[turn:]), body[:turn]...)...)
}

func TestUnwrap(t *testing.T) {
	offer := []byte{7, 0, 0x10, 0}
	for _, rrc := range []int{0, 1, 12, 15, 16, 28, 40000} {
		if got, err := testContext().unwrap(fromDC(t, offer, rrc)); err != nil || !bytes.Equal(got, offer) {
			t.Errorf("rotated by %d: %x, %v", rrc, got, err)
		}
	}
	good := fromDC(t, offer, 12)
	for i := range good {
		bad := bytes.Clone(good)
		bad[i] ^= 0x04
		if got, err := testContext().unwrap(bad); err == nil && !(i == 6 || i == 7) { // RRC is not signed
			t.Errorf("byte %d changed: accepted as %x", i, got)
		}
		if _, err := testContext().unwrap(good[:i]); err == nil {
			t.Errorf("cut at %d: accepted", i)
		}
	}
}

func TestSecurityLayer(t *testing.T) {
	if _, err := testContext().NegotiateSaslAuth(fromDC(t, []byte{6, 0, 0x10, 0}, 0), ""); err == nil {
		t.Error("a DC that demands a layer inside TLS was agreed with")
	}
	if _, err := testContext().NegotiateSaslAuth(fromDC(t, []byte{1, 0, 0}, 0), ""); err == nil {
		t.Error("an offer of three bytes was taken")
	}
	out, err := testContext().NegotiateSaslAuth(fromDC(t, []byte{7, 0, 0x10, 0}, 0), "")
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(out[:4], []byte{5, 4, 0, 0xff}) || !bytes.Equal(out[16:20], []byte{layerNone, 0, 0, 0}) || len(out) != 32 {
		t.Errorf("answered %x", out)
	}
}

func FuzzUnwrap(f *testing.F) {
	f.Add(fromDC(f, []byte{7, 0, 0x10, 0}, 12))
	f.Add([]byte{5, 4, 1, 0xff, 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0, 0, 0, 0, 0})
	f.Fuzz(func(t *testing.T, b []byte) {
		if out, err := testContext().unwrap(b); err == nil && len(out) > len(b) {
			t.Errorf("%d bytes out of %d", len(out), len(b))
		}
	})
}
