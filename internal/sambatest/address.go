package sambatest

import (
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"net"
	"strconv"
)

// The ports of the services that smb.conf turns on: Kerberos, LDAP, kpasswd, LDAPS and the global catalog with and without TLS.
var (
	tcpPorts = []int{88, 389, 464, 636, 3268, 3269}
	udpPorts = []int{88, 389, 464}
)

// freeAddress picks a loopback address on which nothing listens on the ports of a DC. There are sixteen million to pick from, so that
// two runs that start at the same moment meet less often than a disk breaks.
func freeAddress() (string, error) {
	var last error
	for range 20 {
		ip := fmt.Sprintf("127.%d.%d.%d", 1+rand.IntN(254), rand.IntN(256), 1+rand.IntN(254))
		switch err := tryPorts(ip); {
		case err == nil:
			return ip, nil
		case errors.Is(err, fs.ErrPermission):
			return "", unavailable{"the Kerberos and LDAP ports need root: " + err.Error()}
		default:
			last = err
		}
	}
	return "", fmt.Errorf("look for a loopback address with free ports: %w", last)
}

func tryPorts(ip string) error {
	for _, port := range tcpPorts {
		l, err := net.Listen("tcp", net.JoinHostPort(ip, strconv.Itoa(port)))
		if err != nil {
			return err
		}
		_ = l.Close() // nothing was accepted
	}
	for _, port := range udpPorts {
		c, err := net.ListenPacket("udp", net.JoinHostPort(ip, strconv.Itoa(port)))
		if err != nil {
			return err
		}
		_ = c.Close() // nothing was sent
	}
	return nil
}
