package graph

import (
	"io"
	"net/http"
	"strings"
	"testing"
)

type answers func(*http.Request) (*http.Response, error)

func (f answers) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// A sign-in that goes round and round, as one with a code for another device does
// whose authority wants to be asked for years, comes to an end.
func TestAuthorityWithoutEnd(t *testing.T) {
	a := newAuthority(nil)
	asked := 0
	body := `{"error":"authorization_pending"}`
	a.client.Transport = answers(func(*http.Request) (*http.Response, error) {
		asked++
		return &http.Response{StatusCode: 400, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(body))}, nil
	})
	ask := func() error {
		r, err := http.NewRequest(http.MethodPost, "https://login.example/token", nil)
		if err != nil {
			t.Fatal(err)
		}
		_, err = a.Do(r)
		return err
	}
	var err error
	for range 3 * maxTokenRequests {
		if err = ask(); err != nil {
			break
		}
	}
	if err == nil || !strings.Contains(err.Error(), "did not come to an end") || asked != maxTokenRequests {
		t.Errorf("asked %d times, then: %v", asked, err)
	}
	var final interface{ NonRetriable() }
	if final, _ = err.(interface{ NonRetriable() }); final == nil {
		t.Error("the SDK would try again")
	}
	a, body = newAuthority(nil), strings.Repeat("x", maxTokenAnswer+1)
	a.client.Transport = answers(func(*http.Request) (*http.Response, error) {
		return &http.Response{StatusCode: 200, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(body))}, nil
	})
	if err := ask(); err == nil || !strings.Contains(err.Error(), "longer than 1 MiB") {
		t.Errorf("a long answer: %v", err)
	}
}
