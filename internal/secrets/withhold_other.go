//go:build unix && !linux

package secrets

func undumpable() {}
