package directory

import (
	"testing"
	"time"
)

// SetPageSize makes pages small enough for a test directory.
func (c *Conn) SetPageSize(entries uint32) { c.page = entries }

// OnPassword has another connection ask for its password here.
func (c *Conn) OnPassword(ask func() (string, error)) { c.how.Password = ask }

// ShowedBefore makes a connection believe that its DC had shown another certificate.
func (c *Conn) ShowedBefore(t *testing.T, o Options) {
	t.Helper()
	other, err := Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	c.leaf = other.leaf
}

// SetIdleMost says how long the connection may be left alone.
func (c *Conn) SetIdleMost(d time.Duration) { c.idleMost = d }
