package sambatest

import (
	"fmt"
	"testing"
	"time"

	"github.com/go-ldap/ldap/v3"
)

const ldapTimeout = 60 * time.Second

// Admin returns a connection over LDAPS that is bound as [DC.AdminUser]. All tests of the DC share it: it may be used from several
// goroutines, and must be neither closed nor bound anew.
func (dc *DC) Admin(t testing.TB) *ldap.Conn {
	t.Helper()
	dc.mu.Lock()
	defer dc.mu.Unlock()
	if dc.admin == nil || dc.admin.IsClosing() {
		conn, err := dc.bind(dc.AdminUser, dc.AdminPassword)
		if err != nil {
			t.Fatal(err)
		}
		dc.admin = conn
	}
	return dc.admin
}

func (dc *DC) openAdmin() error {
	conn, err := dc.bind(dc.AdminUser, dc.AdminPassword)
	if err != nil {
		return err
	}
	dc.mu.Lock()
	defer dc.mu.Unlock()
	dc.admin = conn
	return nil
}

// Dial opens a connection over LDAPS that is not bound; t closes it.
func (dc *DC) Dial(t testing.TB) *ldap.Conn {
	t.Helper()
	conn, err := dc.dial()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() }) // it may be closed already
	return conn
}

// BindAs opens a connection over LDAPS and makes a simple bind. The user is a DN, a UPN or DOMAIN\name. A refused bind is an error
// of type [*ldap.Error]; t closes the connection.
func (dc *DC) BindAs(t testing.TB, user, password string) (*ldap.Conn, error) {
	t.Helper()
	conn, err := dc.bind(user, password)
	if err != nil {
		return nil, err
	}
	t.Cleanup(func() { _ = conn.Close() }) // it may be closed already
	return conn, nil
}

func (dc *DC) bind(user, password string) (*ldap.Conn, error) {
	conn, err := dc.dial()
	if err != nil {
		return nil, err
	}
	if err := conn.Bind(user, password); err != nil {
		_ = conn.Close() // the bind's error is the one that counts
		return nil, fmt.Errorf("bind to %s as %s: %w", dc.LDAPS, user, err)
	}
	return conn, nil
}

func (dc *DC) dial() (*ldap.Conn, error) {
	conn, err := ldap.DialURL(dc.LDAPS, ldap.DialWithTLSConfig(dc.pinned()))
	if err != nil {
		return nil, fmt.Errorf("connect to %s: %w", dc.LDAPS, err)
	}
	conn.SetTimeout(ldapTimeout)
	return conn, nil
}
