package ldapproxy

import (
	"bytes"
	"testing"

	ber "github.com/go-asn1-ber/asn1-ber"
	"github.com/google/go-cmp/cmp"
)

// request builds a message as a client would: the body's parts are given as packets.
func request(op Op, parts ...*ber.Packet) []byte {
	body := ber.Encode(ber.ClassApplication, ber.TypeConstructed, ber.Tag(op), nil, "")
	for _, p := range parts {
		body.AppendChild(p)
	}
	return envelope(7, body).Bytes()
}

func seq(parts ...*ber.Packet) *ber.Packet {
	p := ber.NewSequence("")
	for _, part := range parts {
		p.AppendChild(part)
	}
	return p
}

func oct(s string) *ber.Packet { return octets(s, "") }

func num(n int64) *ber.Packet {
	return ber.NewInteger(ber.ClassUniversal, ber.TypePrimitive, ber.TagInteger, n, "")
}

func TestReadMessage(t *testing.T) {
	deletion := envelope(7, ber.NewString(ber.ClassApplication, ber.TypePrimitive, ber.Tag(Delete), "CN=a", "")).Bytes()
	for _, c := range []struct {
		name       string
		raw        []byte
		op         Op
		dn         string
		attributes []string
		code       int
	}{
		{"bind", request(Bind, num(3), oct("ann@corp.example"), oct("secret")), Bind, "ann@corp.example", nil, -1},
		{"search", request(Search, oct("DC=a"), num(0), num(0), num(0), num(0), num(0), oct("filter"), seq(oct("cn"), oct("sn"))),
			Search, "DC=a", []string{"cn", "sn"}, -1},
		{"modify", request(Modify, oct("DC=a"), seq(seq(num(2), seq(oct("nTSecurityDescriptor"), seq(oct("x")))))),
			Modify, "DC=a", []string{"nTSecurityDescriptor"}, -1},
		{"add", request(Add, oct("CN=a"), seq(seq(oct("cn"), seq(oct("a"))))), Add, "CN=a", []string{"cn"}, -1},
		{"delete", deletion, Delete, "CN=a", nil, -1},
		{"refusal", request(ModifyResponse, num(50), oct(""), oct("no")), ModifyResponse, "", nil, 50},
		{"too short for its kind", request(Search), Search, "", nil, -1},
		{"result without a code", request(SearchDone), SearchDone, "", nil, -1},
		{"unknown", request(26), Op(26), "", nil, -1},
	} {
		t.Run(c.name, func(t *testing.T) {
			rest := "the next message"
			in := bytes.NewBuffer(append(bytes.Clone(c.raw), rest...))
			m, err := readMessage(in)
			if err != nil {
				t.Fatal(err)
			}
			if m.ID != 7 || m.Op != c.op || m.DN() != c.dn || m.ResultCode() != c.code {
				t.Errorf("got ID %d, %v, DN %q, code %d", m.ID, m.Op, m.DN(), m.ResultCode())
			}
			if diff := cmp.Diff(c.attributes, m.Attributes()); diff != "" {
				t.Errorf("attributes (-want +got):\n%s", diff)
			}
			if !bytes.Equal(m.Raw, c.raw) || in.String() != rest {
				t.Errorf("took %x and left %q, of %x and %q", m.Raw, in, c.raw, rest)
			}
		})
	}
}

func TestReadMessageRefuses(t *testing.T) {
	for name, raw := range map[string][]byte{
		"nothing":      {},
		"half":         request(Search, oct("DC=a"))[:5],
		"no body":      seq(num(7)).Bytes(),
		"no ID":        seq(oct("7"), seq()).Bytes(),
		"no operation": seq(num(7), seq()).Bytes(),
		"not a group":  num(7).Bytes(),
	} {
		if m, err := readMessage(bytes.NewReader(raw)); err == nil {
			t.Errorf("%s: got %v", name, m)
		}
	}
}

func TestEntryKeepsWhatItIsNotTold(t *testing.T) {
	e := &Entry{DN: "DC=a", Attributes: []Attribute{{"cn", []string{"x", "\x00\xff"}}, {"sn", nil}}}
	if diff := cmp.Diff(e, decodeEntry(ber.DecodePacket(e.encode().Bytes()))); diff != "" {
		t.Errorf("encoded and decoded (-before +after):\n%s", diff)
	}
	e.Set("CN", "y")
	e.Set("sn")
	e.Set("absent")
	e.Set("mail", "a@corp.example")
	want := []Attribute{{"cn", []string{"y"}}, {"mail", []string{"a@corp.example"}}}
	if diff := cmp.Diff(want, e.Attributes); diff != "" {
		t.Errorf("after Set (-want +got):\n%s", diff)
	}
	if got := e.Values("MAIL"); len(got) != 1 || e.Values("sn") != nil {
		t.Errorf("mail is %q, sn is %q", got, e.Values("sn"))
	}
}

func TestResultFitsItsRequest(t *testing.T) {
	for op, want := range map[Op]Op{Bind: BindResponse, Search: SearchDone, Modify: ModifyResponse, Delete: DeleteResponse, Extended: ExtendedResponse} {
		m, err := readMessage(bytes.NewReader(Result(&Message{ID: 9, Op: op}, 53, "no").Bytes()))
		if err != nil {
			t.Fatal(err)
		}
		if m.ID != 9 || m.Op != want || m.ResultCode() != 53 {
			t.Errorf("%v is answered by ID %d, %v, code %d", op, m.ID, m.Op, m.ResultCode())
		}
	}
	for _, op := range []Op{Unbind, Abandon} {
		if p := Result(&Message{Op: op}, 0, ""); p != nil {
			t.Errorf("%v is answered", op)
		}
	}
}
