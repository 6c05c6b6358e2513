package domain

import (
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
)

// Secret is a password as it is kept: hashed with a salt, so that nobody who
// types a password of their own by mistake finds it in the practice's files. It
// is one round of SHA-256, which is nothing for passwords that matter.
type Secret struct {
	Salt    []byte   `json:"salt"`
	Hash    []byte   `json:"hash"`
	History []Secret `json:"past,omitempty"` // those before it, the latest first; without a history of their own
}

// maxHistory is the most old passwords that are kept (MS-SAMR 3.1.1.7.1).
const maxHistory = 24

func newSecret(password string) *Secret {
	s := &Secret{Salt: make([]byte, 16)}
	rand.Read(s.Salt)
	s.Hash = s.digest(password)
	return s
}

func (s *Secret) digest(password string) []byte {
	sum := sha256.Sum256(append(append([]byte(nil), s.Salt...), password...))
	return sum[:]
}

// fits says that it is the password; nil is nobody's.
func (s *Secret) fits(password string) bool {
	return s != nil && subtle.ConstantTimeCompare(s.Hash, s.digest(password)) == 1
}

// used says that it is one of the last n passwords, the present one among them.
func (s *Secret) used(password string, n int64) bool {
	if s == nil || n <= 0 {
		return false
	}
	if s.fits(password) {
		return true
	}
	for i := range s.History {
		if int64(i)+1 < n && s.History[i].fits(password) {
			return true
		}
	}
	return false
}

// next is the secret for a new password, with the old one in its past.
func (s *Secret) next(password string) *Secret {
	n := newSecret(password)
	if s != nil {
		n.History = append([]Secret{{Salt: s.Salt, Hash: s.Hash}}, s.History...)
		n.History = n.History[:min(len(n.History), maxHistory)]
	}
	return n
}
